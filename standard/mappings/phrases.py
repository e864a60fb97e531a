"""The few words in which a CV format carries counts and marks that it has no field for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from standard.model import Engagement, PaperLine, Rating


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language: each count has a form for one and a form for more."""

    gigs: tuple[str, str]
    hours: tuple[str, str]
    clients: tuple[str, str]
    ratings: tuple[str, str]
    overall: str
    mean: str
    decimal_sign: str

    def work(self, engagement: Engagement) -> str:
        """Say how much was done; begun hours are left out."""
        return ", ".join(
            _counted(count, forms)
            for count, forms in (
                (engagement.gig_count, self.gigs),
                (engagement.worked_minutes // 60, self.hours),
                (engagement.client_count, self.clients),
            )
            if count
        )

    def paper(self, line: PaperLine) -> str:
        """Say how much was done, from a line of the compact form."""
        counts = ((line.gig_count, self.gigs), (line.worked_hours, self.hours))
        return ", ".join(_counted(count, forms) for count, forms in counts if count)

    def rating(self, rating: Rating) -> str:
        """Say what the marks came to, always with their own scale and their number."""
        return self._mark(rating.dimension, rating.value, rating.worst, rating.best, rating.count)

    def paper_rating(self, line: PaperLine) -> str | None:
        """Say the overall mark of a line of the compact form; None when nobody gave one."""
        if line.rating_value is None or line.rating_worst is None or line.rating_best is None:
            return None
        return self._mark(
            "overall", line.rating_value, line.rating_worst, line.rating_best, line.rating_count
        )

    def _mark(self, dimension: str, value: str, worst: str, best: str, count: int) -> str:
        return self.mean.format(
            dimension=self.overall if dimension == "overall" else dimension,
            value=value.replace(".", self.decimal_sign),
            worst=worst.replace(".", self.decimal_sign),
            best=best.replace(".", self.decimal_sign),
            count=_counted(count, self.ratings),
        )


def phrases(language: str) -> Phrases:
    """Find the words of a language; English where there are none."""
    return _BY_LANGUAGE.get(language.partition("-")[0], _BY_LANGUAGE["en"])


def _counted(count: int, forms: tuple[str, str]) -> str:
    return f"{count} {forms[count != 1]}"


_BY_LANGUAGE: Mapping[str, Phrases] = MappingProxyType(
    {
        "nl": Phrases(
            gigs=("klus", "klussen"),
            hours=("uur", "uur"),
            clients=("opdrachtgever", "opdrachtgevers"),
            ratings=("beoordeling", "beoordelingen"),
            overall="Beoordeling",
            mean="{dimension}: {value} op een schaal van {worst} tot {best} ({count})",
            decimal_sign=",",
        ),
        "en": Phrases(
            gigs=("gig", "gigs"),
            hours=("hour", "hours"),
            clients=("client", "clients"),
            ratings=("rating", "ratings"),
            overall="Rating",
            mean="{dimension}: {value} on a scale from {worst} to {best} ({count})",
            decimal_sign=".",
        ),
    }
)
