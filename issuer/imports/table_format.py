"""Reads a platform's CSV or JSON by its profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from issuer.imports.bounded import Limits, Readable
from issuer.imports.csv_rows import open_csv
from issuer.imports.json_rows import open_json
from issuer.imports.profile import Layout, TableProfile
from issuer.imports.records import Record, RowError
from issuer.imports.row_reader import RowReader
from issuer.imports.table import BadRow, Table


def read_table(
    stream: Readable, profile: TableProfile, *, file_name: str, limits: Limits
) -> Iterator[Record | RowError]:
    """Stream the records of one file, and the faults of its bad rows.

    Raises:
        ImportFileError: the file is no export of this profile.
    """
    table = open_table(stream, profile, limits)
    reader = RowReader(table.header, profile, file_name)
    for row in table.rows:
        if isinstance(row, BadRow):
            yield RowError(file_name, row.number, None, row.reason, row.message)
            continue
        read = reader.read(row)
        if isinstance(read, list):
            yield from read
        else:
            yield read


def table_of(stream: Readable, kind: str, *, encoding: str, delimiter: str, columns: Sequence[str]) -> Table:
    """Read the header of a file that has no profile yet; raises `ImportFileError`."""
    if kind == "json":
        return open_json(stream, tuple(columns), (), Limits())
    layout = Layout.model_validate({"encoding": encoding, "delimiter": delimiter})
    return open_csv(stream, layout, tuple(columns), Limits())


def open_table(stream: Readable, profile: TableProfile, limits: Limits) -> Table:
    """Read the header of a file; raises `ImportFileError`."""
    if profile.format == "json":
        columns = profile.columns
        in_every_row = (columns.worker, *columns.gig, columns.category)
        return open_json(stream, profile.required_columns, in_every_row, limits)
    return open_csv(stream, profile.csv, profile.required_columns, limits)
