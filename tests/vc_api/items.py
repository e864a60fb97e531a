"""The table of the requirements that implementations commonly miss, by number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

ITEMS = {*range(1, 32), 40}
TESTS: dict[int, list[str]] = {}
Test = TypeVar("Test", bound=Callable[..., None])


def item(*numbers: int) -> Callable[[Test], Test]:
    """Enter a test in the table."""

    def enter(test: Test) -> Test:
        for number in numbers:
            TESTS.setdefault(number, []).append(test.__name__)
        return test

    return enter
