"""Finds a Dutch citizen service number (BSN) that somebody wrote where it does not belong."""

from __future__ import annotations

import re

_RUN = re.compile(r"\d+(?:([ .\-\u00a0])\d+(?:\1\d+)*)?")
_NINE_DIGITS = re.compile(r"(?:\d[ .\-\u00a0]?){9}")
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def holds_citizen_number(text: str) -> bool:
    """Tell whether a text holds nine digits that pass the eleven-test.

    The digits may be grouped, as in `1234.56.782`, by one kind of separator: a space, a dot or a hyphen.
    One in eleven other nine-digit numbers passes too, so columns with keys are not tested.

    Source: SPECIFICATION, "Statements and copies".
    """
    if not _NINE_DIGITS.search(text):
        return False
    return any(
        passes_eleven_test(digits)
        for start in _starts_of_groups(text)
        if (run := _RUN.match(text, start))
        for digits in _first_groups(re.split(r"\D", run.group()))
    )


def passes_eleven_test(digits: str) -> bool:
    """Apply the eleven-test of the BSN; nine zeros pass by arithmetic but are nobody's number."""
    if len(digits) != len(_WEIGHTS) or not digits.strip("0"):
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def _starts_of_groups(text: str) -> list[int]:
    return [group.start() for group in re.finditer(r"\d+", text)]


def _first_groups(groups: list[str]) -> list[str]:
    """Give what the first one, two, three... groups of a run spell together, as far as nine digits go."""
    spelt, found = "", []
    for group in groups:
        spelt += group
        if len(spelt) > len(_WEIGHTS):
            break
        found.append(spelt)
    return found
