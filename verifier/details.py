"""The facts beside a check, ready for a sentence: what is absent is empty, days read like days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from templates.formats import Formats


@dataclass(frozen=True, slots=True)
class Details:
    """Facts by name. Templates ask for `text` or `day`."""

    values: Mapping[str, str]
    formats: Formats

    def text(self, name: str) -> str:
        """The fact as it is, or nothing."""
        return self.values.get(name, "")

    def day(self, name: str) -> str:
        """A date or a moment as a day in words; anything else as it is."""
        value = self.text(name)
        try:
            moment = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
        except ValueError:
            return value
        return self.formats.date(moment.date() if isinstance(moment, datetime) else moment)
