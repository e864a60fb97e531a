"""Collects the faults of one row, so that a developer sees all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from issuer.imports.cells import CellError
from issuer.imports.records import Reason, RowError

P = ParamSpec("P")
T = TypeVar("T")


class Faults:
    """The faults of one row, in the order in which its cells were read."""

    def __init__(self, file: str, row: int) -> None:
        """Start without faults."""
        self._file = file
        self._row = row
        self.found: list[RowError] = []

    def add(self, column: str | None, reason: Reason, message: str) -> None:
        """Note a fault; of one column the first one tells enough."""
        if any(column is not None and fault.column == column for fault in self.found):
            return
        self.found.append(RowError(self._file, self._row, column, reason, message))

    def attempt(
        self, column: str | None, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """Read a cell; on a `CellError` note the fault and give None."""
        try:
            return read(*args, **kwargs)
        except CellError as error:
            self.add(column, error.reason, str(error))
            return None
