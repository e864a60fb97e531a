"""Splits CSV bytes into rows of cells, one chunk of the file in memory at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from issuer.imports.bounded import BoundedStream, Limits, Readable
from issuer.imports.errors import FileFault, ImportFileError
from issuer.imports.lines import Lines, RowTooLongError
from issuer.imports.profile import Layout
from issuer.imports.records import Reason
from issuer.imports.table import BadRow, Row, Table, check_header


def open_csv(stream: Readable, layout: Layout, required: tuple[str, ...], limits: Limits) -> Table:
    """Read the header; blank rows are passed over.

    Bytes that the encoding does not know are kept as lone surrogates, which nobody can print.

    Raises:
        ImportFileError: the file is empty, too large, or has not the columns that are required.
    """
    lines = Lines(BoundedStream(stream, limits.file_bytes), layout.encoding, limits.row_bytes)
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    try:
        header = tuple(name.strip() for name in next(reader))
    except StopIteration:
        raise ImportFileError(FileFault.EMPTY, "the file is empty") from None
    except (csv.Error, RowTooLongError) as error:
        raise ImportFileError(FileFault.MALFORMED, "the first row holds no column names") from error
    check_header(header, required)
    return Table(header, _rows(reader, lines, limits))


def _rows(reader: Iterator[list[str]], lines: Lines, limits: Limits) -> Iterator[Row | BadRow]:
    number = 1
    while True:
        number += 1
        lines.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except RowTooLongError:
            yield BadRow(number, Reason.TOO_LONG, f"longer than {limits.row_bytes} bytes")
            continue
        except csv.Error:
            yield BadRow(number, Reason.MALFORMED, "a quotation mark is open, or stands in a wrong place")
            continue
        if any(cells) and any(map(str.strip, cells)):
            yield Row(number, cells)
