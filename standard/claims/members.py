"""Reading the members of one JSON object strictly, and saying where one is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from standard.errors import DataModelError
from standard.strict_json import INTEGER_LIMIT
from standard.timestamps import read_date, read_month

_Read = TypeVar("_Read")

_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{0,5}[1-9])?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
_OCCUPATION = re.compile(r"http://data\.europa\.eu/esco/(?:occupation|isco)/[A-Za-z0-9.-]+", re.ASCII)
# What was parsed is a dict; telling whether something else is a mapping takes longer.
_OBJECTS = (dict, Mapping)
_LISTS = (list, tuple)
_NODE_ID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Members:
    """The members of one object; each is taken once, and `finish` refuses what is left over."""

    __slots__ = ("_members", "place")

    def __init__(self, value: object, place: str, *, node_type: str | None) -> None:
        """Start on an object.

        Args:
            value: what should be an object.
            place: where it stands, such as `engagement[2]`; empty for the subject itself.
            node_type: the `type` that it has when the form gives nodes types.
        """
        if not isinstance(value, _OBJECTS):
            raise DataModelError(f"{place or 'subject'}: not an object")
        self.place = place
        self._members: dict[str, Any] = dict(value)
        if node_type is not None and self._members.pop("type", node_type) != node_type:
            self.refuse("type", f"not {node_type}")
        if node_type is not None and "id" in self._members:
            identifier = self._members.pop("id")
            if not isinstance(identifier, str) or not _NODE_ID.fullmatch(identifier):
                self.refuse("id", "not a urn:uuid")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def refuse(self, name: str, fact: str) -> NoReturn:
        """Raise the error that names a member of this object."""
        raise DataModelError(f"{self.at(name)}: {fact}")

    def at(self, name: str) -> str:
        """Where a member stands."""
        return f"{self.place}.{name}" if self.place else name

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._take(name)
        if not isinstance(value, str) or not value.strip():
            self.refuse(name, "not a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, or None when there is no such member."""
        return self.text(name) if name in self._members else None

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            self.refuse(name, "neither true nor false")
        return value

    def count(self, name: str) -> int:
        """A whole number from 0."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < INTEGER_LIMIT:
            self.refuse(name, "not a whole number from 0")
        return value

    def day(self, name: str) -> date:
        """A date."""
        return self._checked(name, read_date)

    def month(self, name: str) -> str:
        """A month, `yyyy-mm`."""
        return self._checked(name, read_month)

    def decimal(self, name: str) -> str:
        """A decimal string in its only spelling: no superfluous zeros, no exponent."""
        return self._matching(name, _DECIMAL, "not a decimal number as a string")

    def language(self, name: str) -> str:
        """A language tag."""
        return self._matching(name, _LANGUAGE, "not a language tag")

    def optional_occupation(self) -> str | None:
        """The ESCO address in `occupation`, or None when the category is not mapped."""
        if "occupation" not in self:
            return None
        return self._matching("occupation", _OCCUPATION, "not an ESCO occupation")

    def object(self, name: str, node_type: str) -> Members:
        """A nested object."""
        return Members(self._take(name), self.at(name), node_type=node_type)

    def objects(self, name: str, node_type: str) -> list[Members]:
        """A list of objects; none when there is no such member."""
        if name not in self:
            return []
        values = self._take(name)
        if not isinstance(values, _LISTS):
            self.refuse(name, "not a list")
        place = self.at(name)
        return [
            Members(value, f"{place}[{index}]", node_type=node_type) for index, value in enumerate(values)
        ]

    def in_order(self, first: str, last: str, low: date, high: date) -> None:
        """Refuse a period that ends before it begins."""
        if high < low:
            self.refuse(last, f"before {first}")

    def in_scale(self, name: str, value: str, *, worst: str, best: str) -> None:
        """Refuse a value outside its scale, and a scale without extent."""
        if Decimal(worst) >= Decimal(best):
            self.refuse("bestRating", "not above worstRating")
        if not Decimal(worst) <= Decimal(value) <= Decimal(best):
            self.refuse(name, "outside its scale")

    def finish(self) -> None:
        """Refuse members that nobody took."""
        if self._members:
            self.refuse(sorted(self._members)[0], "not a claim of this statement")

    def _take(self, name: str) -> Any:
        try:
            return self._members.pop(name)
        except KeyError:
            self.refuse(name, "missing")

    def _checked(self, name: str, read: Callable[[str], _Read]) -> _Read:
        try:
            return read(self.text(name))
        except DataModelError as error:
            raise DataModelError(f"{self.at(name)}: {error}") from error

    def _matching(self, name: str, pattern: re.Pattern[str], fact: str) -> str:
        value = self.text(name)
        if not pattern.fullmatch(value):
            self.refuse(name, fact)
        return value
