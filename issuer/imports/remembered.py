"""Remembers what cells were read as: an export says the same few things over and over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

MOST: Final = 20_000

Cell = TypeVar("Cell")
Value = TypeVar("Value")


class Remembered(dict[Cell, Value]):
    """What each cell was read as, up to a number of cells. A cell that cannot be read is not remembered."""

    def __init__(self, read: Callable[[Cell], Value]) -> None:
        """Remember what `read` gives."""
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell) -> Value:
        """Read a cell for the first time."""
        if len(self) >= MOST:
            self.clear()
        value = self[cell] = self._read(cell)
        return value
