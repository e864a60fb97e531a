"""Numbers, dates and hours as people write them in one language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from templates.locales import translations

_DATE_PATTERN = "d MMMM y"
_MONTH_PATTERN = "MMMM y"


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats of one language."""

    locale: str

    def number(self, value: int | str | Decimal) -> str:
        """Write a whole number or a decimal string with this language's separators, digits unchanged."""
        amount = Decimal(value)
        places = max(0, -int(amount.as_tuple().exponent))
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return str(format_decimal(amount, format=pattern, locale=self.locale))

    def rounded(self, value: str | Fraction, places: int) -> str:
        """Write a value in at most `places` decimals, half away from zero, without trailing zeros."""
        exact = Fraction(value)
        scale = 10**places
        whole, rest = divmod(abs(exact.numerator) * scale, exact.denominator)
        whole += 2 * rest >= exact.denominator
        sign = "-" if exact < 0 and whole else ""
        text = f"{sign}{Decimal(whole).scaleb(-places):f}"
        return self.number(text.rstrip("0").rstrip(".") if "." in text else text)

    def date(self, day: dt.date | str) -> str:
        """Write a day: `22 november 2026`."""
        return str(format_date(_as_date(day), format=_DATE_PATTERN, locale=self.locale))

    def month(self, month: dt.date | str) -> str:
        """Write a month given as `2026-08` or as any day in it: `augustus 2026`."""
        return str(format_date(_as_date(month), format=_MONTH_PATTERN, locale=self.locale))

    def short_month(self, month: dt.date | str) -> str:
        """Write a month where there is little room: `aug 2026`."""
        return f"{self.month_name(month)} {_as_date(month).year}"

    def month_name(self, month: dt.date | str) -> str:
        """Write a month beside others, where its year goes without saying: `aug`."""
        return str(format_date(_as_date(month), format="MMM", locale=self.locale)).rstrip(".")

    def moment(self, moment: dt.datetime) -> str:
        """Write a moment to the minute, in its own time zone: `22 november 2026 14:05`."""
        return str(format_datetime(moment, format="d MMMM y HH:mm", tzinfo=moment.tzinfo, locale=self.locale))

    def hours(self, minutes: int) -> str:
        """Write worked minutes as whole hours, rounded half up, with their unit: `1.036 uur`."""
        hours = whole_hours(minutes)
        words = translations(self.locale).ungettext("%(hours)s uur", "%(hours)s uur", hours)
        return words % {"hours": self.number(hours)}


def whole_hours(minutes: int) -> int:
    """Round minutes to hours, half an hour up."""
    return (minutes + 30) // 60


def _as_date(value: dt.date | str) -> dt.date:
    """Read a day or a month; a month stands for its first day."""
    if isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(value if len(value) > len("2026-08") else f"{value}-01")
