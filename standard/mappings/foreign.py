"""Other people's documents: take what is understood and name the rest; write only what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from standard.errors import DataModelError
from standard.mappings.loss import LossReport, Reason
from standard.model import OccupationUri

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_ESCO = re.compile(r"http://data\.europa\.eu/esco/(?:occupation|isco)/[A-Za-z0-9.-]+", re.ASCII)


class Foreign:
    """One object of a foreign document: members are taken once, and the rest are losses.

    What is missing is no fault: the formats leave nearly everything optional.
    """

    def __init__(self, value: object, place: str, report: LossReport) -> None:
        """Start on an object; anything else counts as an empty one and is reported."""
        self.place = place
        self._report = report
        self._members: dict[str, Any] = {}
        if isinstance(value, Mapping):
            self._members = dict(value)
        else:
            report.add(place, Reason.MALFORMED)

    @classmethod
    def document(cls, value: object, report: LossReport) -> Foreign:
        """Start on a whole document.

        Raises:
            DataModelError: it is no JSON object at all.
        """
        if not isinstance(value, Mapping):
            raise DataModelError("not a JSON object")
        return cls(value, "", report)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def at(self, name: str) -> str:
        """Where a member stands."""
        return f"{self.place}.{name}" if self.place else name

    def peek(self, name: str) -> object:
        """Look at a member without taking it."""
        return self._members.get(name)

    def text(self, name: str) -> str | None:
        """Take a text; None when it is missing or blank."""
        value = self._members.pop(name, None)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip():
            return value
        self._malformed(name)
        return None

    def language(self, name: str) -> str | None:
        """Take a language tag; None when it is missing."""
        value = self.text(name)
        if value is None or _LANGUAGE.fullmatch(value):
            return value
        self._malformed(name)
        return None

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts; those that are none are losses."""
        texts = []
        for place, value in self._items(name):
            if isinstance(value, str):
                texts.append(value)
            else:
                self._report.add(place, Reason.MALFORMED)
        return tuple(texts)

    def flag(self, name: str) -> bool | None:
        """Take true or false; None when it is missing."""
        value = self._members.pop(name, None)
        if value is None or isinstance(value, bool):
            return value
        self._malformed(name)
        return None

    def number(self, name: str) -> int | float | None:
        """Take a number; None when it is missing."""
        value = self._members.pop(name, None)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self._malformed(name)
        return None

    def partial_date(self, name: str) -> str | None:
        """Take `yyyy`, `yyyy-mm` or `yyyy-mm-dd`; a time of day behind it is cut off and named."""
        value = self.text(name)
        if value is None:
            return None
        day, _, time_of_day = value.partition("T")
        if not is_partial_date(day):
            self._malformed(name)
            return None
        if time_of_day.rstrip("Z") not in ("", "00:00:00"):
            self._report.add(self.at(name), Reason.PRECISION)
        return day

    def day(self, name: str) -> date | None:
        """Take a whole date, with or without a time of day behind it."""
        value = self.partial_date(name)
        if value is None:
            return None
        if len(value) == len("2026-11-22"):
            return date.fromisoformat(value)
        self._malformed(name)
        return None

    def object(self, name: str) -> Foreign:
        """Take a nested object; an empty one when it is missing."""
        return Foreign(self._members.pop(name, {}), self.at(name), self._report)

    def objects(self, name: str) -> list[Foreign]:
        """Take a list of objects."""
        return [Foreign(value, place, self._report) for place, value in self._items(name)]

    def lose(self, name: str, reason: Reason = Reason.NOT_READ) -> None:
        """Name a member that was taken, and is not carried all the same."""
        self._report.add(self.at(name), reason)

    def ignore(self, *names: str) -> None:
        """Take members that say nothing about the person."""
        for name in names:
            self._members.pop(name, None)

    def refuse(self, reason: Reason = Reason.MALFORMED) -> None:
        """Name the whole object: it says nothing without what is missing in it."""
        self._report.add(self.place, reason)

    def finish(self) -> None:
        """Name what nobody took."""
        for name, value in self._members.items():
            if value not in (None, "", [], {}):
                self._report.add(self.at(name), Reason.NOT_READ)

    def _items(self, name: str) -> Iterator[tuple[str, Any]]:
        values = self._members.pop(name, [])
        if not isinstance(values, list | tuple):
            self._malformed(name)
            return
        yield from ((f"{self.at(name)}[{index}]", value) for index, value in enumerate(values))

    def _malformed(self, name: str) -> None:
        self._report.add(self.at(name), Reason.MALFORMED)


def said(**members: Any) -> dict[str, Any]:
    """Keep the members that say something: the formats leave out what is not known."""
    return {name: value for name, value in members.items() if value}


def esco_occupation(address: str | None) -> OccupationUri | None:
    """Recognise the address of an ESCO occupation; None for anything else."""
    return OccupationUri(address) if address and _ESCO.fullmatch(address) else None


def is_partial_date(text: str) -> bool:
    """Tell whether a text is `yyyy`, `yyyy-mm` or `yyyy-mm-dd` of the calendar."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text if len(text) == len("2026-11-22") else f"{text[:4]}-{text[5:] or '01'}-01")
    except ValueError:
        return False
    return True
