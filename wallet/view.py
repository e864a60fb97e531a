"""What a page shows of something held: display strings in one language, facts first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from standard import taxonomy
from standard.model import Engagement, OccupationUri, PersonName, Rating, Review
from templates.cv.labels import work_label
from templates.cv.scales import mark_words, mean_words
from templates.cv.words import Words
from wallet.held import Checked, HeldCredential
from wallet.naming import names_worker
from wallet.selection import Part

_OVERALL = "overall"
# The first digits of the ISCO group say what kind of work it is; the first match wins.
_PICTURES = (
    ("531", "child"),
    ("532", "people"),
    ("911", "broom"),
    ("912", "broom"),
    ("515", "broom"),
    ("833", "box"),
    ("83", "bike"),
    ("9331", "bike"),
    ("93", "box"),
    ("51", "pot"),
    ("94", "pot"),
    ("7", "tools"),
    ("611", "tools"),
    ("92", "tools"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that can be shown alone: its place in the statement's list, and its words."""

    place: int
    title: str
    detail: str
    language: str
    names_worker: bool = False


@dataclass(frozen=True, slots=True)
class ProofView:
    """One organisation's statements, ready for a page."""

    id: str
    organisation: str
    picture: str
    work: tuple[str, ...]
    checked: Checked
    as_of: date
    since: date | None
    name: PersonName | None
    gigs: int
    hours: str
    best_mark: str
    engagements: tuple[Entry, ...]
    achievements: tuple[Entry, ...]
    ratings: tuple[Entry, ...]
    reviews: tuple[Entry, ...]

    @property
    def parts(self) -> dict[Part, tuple[Entry, ...]]:
        """Everything that can be shown alone, under the names that a selection uses."""
        return {
            Part.ENGAGEMENT: self.engagements,
            Part.ACHIEVEMENT: self.achievements,
            Part.RATING: self.ratings,
            Part.REVIEW: self.reviews,
        }


def view(held: HeldCredential, locale: str) -> ProofView:
    """Write out everything that one organisation says."""
    words, history, ratings = Words(locale), held.history, held.ratings
    engagements = history.engagements if history else ()
    rated = ratings.ratings if ratings else ()
    return ProofView(
        id=held.id,
        organisation=held.issuer_name,
        picture=_picture(engagements),
        work=_labels(engagements or rated, words),
        checked=held.checked,
        as_of=held.as_of,
        since=history.period.start_date if history else None,
        name=held.name,
        gigs=history.totals.gig_count if history else 0,
        hours=words.formats.hours(history.totals.worked_minutes) if history else "",
        best_mark=_best_mark(rated, words),
        engagements=tuple(_engagements(engagements, words)),
        achievements=tuple(
            Entry(place, each.name, words.formats.month(each.awarded_on), each.language)
            for place, each in enumerate(history.achievements if history else ())
        ),
        ratings=tuple(_ratings(rated, words)),
        reviews=tuple(_reviews(ratings.reviews if ratings else (), held.name, words)),
    )


def _engagements(engagements: Iterable[Engagement], words: Words) -> Iterator[Entry]:
    for place, each in enumerate(engagements):
        parts = (
            words.ngettext("%(num)s klus", "%(num)s klussen", each.gig_count),
            words.formats.hours(each.worked_minutes),
            _period(each.first_date, each.last_date, words),
        )
        yield Entry(place, work_label(each.category, each.occupation, words), " · ".join(parts), words.locale)


def _ratings(ratings: Iterable[Rating], words: Words) -> Iterator[Entry]:
    for place, each in enumerate(ratings):
        label = work_label(each.category, each.occupation, words)
        dimension = "" if each.dimension == _OVERALL else f" · {each.dimension}"
        count = words.ngettext("%(num)s cijfer", "%(num)s cijfers", each.count)
        value = mean_words(each.value, worst=each.worst, best=each.best, words=words)
        yield Entry(place, value, f"{label}{dimension} · {count}", words.locale)


def _reviews(reviews: Iterable[Review], name: PersonName | None, words: Words) -> Iterator[Entry]:
    for place, each in enumerate(reviews):
        source = " · ".join(_review_source(each, words))
        yield Entry(place, each.text, source, each.language, names_worker(each.text, name))


def _review_source(review: Review, words: Words) -> Iterator[str]:
    if review.client_kind:
        yield review.client_kind
    yield work_label(review.category, review.occupation, words)
    yield words.formats.month(review.month)
    if review.rating is not None and review.worst is not None and review.best is not None:
        yield mark_words(review.rating, worst=review.worst, best=review.best, words=words)


def _labels(lines: Iterable[Engagement] | Iterable[Rating], words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(work_label(each.category, each.occupation, words) for each in lines))


def _best_mark(ratings: Iterable[Rating], words: Words) -> str:
    """The overall mark of the kind of work with most marks: marks are never averaged."""
    overall = [each for each in ratings if each.dimension == _OVERALL]
    if not overall:
        return ""
    most = max(overall, key=lambda each: each.count)
    return mean_words(most.value, worst=most.worst, best=most.best, words=words)


def _period(first: date, last: date, words: Words) -> str:
    begin, end = words.formats.month(first), words.formats.month(last)
    return begin if begin == end else f"{begin} – {end}"


def _picture(engagements: Iterable[Engagement]) -> str:
    """Choose the picture of the kind of work with most gigs."""
    main = max(engagements, key=lambda each: each.gig_count, default=None)
    return picture_of(main.occupation) if main is not None else "star"


def picture_of(uri: OccupationUri | None) -> str:
    """Choose the picture of an occupation."""
    known = taxonomy.occupation(uri) if uri is not None else None
    isco = known.isco if known is not None else ""
    return next((picture for prefix, picture in _PICTURES if isco.startswith(prefix)), "briefcase")
