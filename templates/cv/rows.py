"""The rows of the page: one for each kind of work at each organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from standard.model import Engagement, PaperLine, Rating
from templates.cv.labels import NOT_STATED, work_label
from templates.cv.model import Bar, Mark, Row
from templates.cv.remarks import dispute_words
from templates.cv.scales import mean_words
from templates.cv.sources import Source
from templates.cv.timeline import Stretch, axis, months
from templates.cv.words import Words
from templates.formats import whole_hours

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Line:
    """A row before its bar can be placed; counts are None where the worker left them out."""

    work: str
    organisation: str
    gig_count: int | None
    client_count: int | None
    repeat_client_count: int
    hours: int | None
    marks: tuple[Mark, ...]
    stretch: Stretch
    dispute: str = ""


def lines(sources: Sequence[Source], words: Words) -> tuple[Line, ...]:
    """Tell every disclosed kind of work, in the worker's order."""
    return tuple(line for source in sources for line in _source_lines(source, words))


def rows(told: Sequence[Line], words: Words) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Turn lines into rows on one axis of years."""
    if not told:
        return (), ()
    shared = axis([line.stretch for line in told])
    return tuple(_row(line, shared.bar, words) for line in told), shared.years


def _source_lines(source: Source, words: Words) -> Iterator[Line]:
    """Join one organisation's engagements with the ratings of the same work; lone ratings follow."""
    engagements = source.work.engagements if source.work else ()
    ratings = list(source.ratings.ratings) if source.ratings else []
    for engagement in engagements:
        own = [rating for rating in ratings if _same_work(rating, engagement)]
        ratings = [rating for rating in ratings if rating not in own]
        yield _engagement_line(source, engagement, own, words)
    while ratings:
        own = [rating for rating in ratings if _same_work(rating, ratings[0])]
        ratings = [rating for rating in ratings if rating not in own]
        yield _rating_line(source, own, words)
    for line in source.paper.lines if source.paper else ():
        yield _paper_line(source, line, words)


def _same_work(one: Engagement | Rating, other: Engagement | Rating) -> bool:
    """Tell whether two claims are about one kind of work."""
    return (one.category, one.occupation) == (other.category, other.occupation)


def _engagement_line(source: Source, engagement: Engagement, own: Sequence[Rating], words: Words) -> Line:
    """Tell what a worker did, with its ratings."""
    work = work_label(engagement.category, engagement.occupation, words)
    return Line(
        work=work,
        organisation=_organisation(source, engagement.category, work),
        gig_count=engagement.gig_count,
        client_count=engagement.client_count,
        repeat_client_count=engagement.repeat_client_count,
        hours=whole_hours(engagement.worked_minutes),
        marks=_marks(own, source, words) or (_no_mark(source, words),),
        stretch=Stretch(engagement.first_date, engagement.last_date),
        dispute=dispute_words(engagement.dispute, source.name, words),
    )


def _rating_line(source: Source, own: Sequence[Rating], words: Words) -> Line:
    """Tell ratings whose gigs and hours the worker left out."""
    work = work_label(own[0].category, own[0].occupation, words)
    return Line(
        work=work,
        organisation=_organisation(source, own[0].category, work),
        gig_count=None,
        client_count=None,
        repeat_client_count=0,
        hours=None,
        marks=_marks(own, source, words),
        stretch=Stretch(min(rating.first_date for rating in own), max(rating.last_date for rating in own)),
    )


def _paper_line(source: Source, line: PaperLine, words: Words) -> Line:
    """Tell a line of the compact form: whole hours and months, no clients."""
    mark = Mark(words.gettext("geen cijfers"), "")
    if line.rating_value is not None and line.rating_worst is not None and line.rating_best is not None:
        value = mean_words(line.rating_value, worst=line.rating_worst, best=line.rating_best, words=words)
        mark = Mark(value, words.ngettext("%(num)s cijfer", "%(num)s cijfers", line.rating_count))
    return Line(
        work=work_label(line.category, line.occupation, words),
        organisation=source.name,
        gig_count=line.gig_count,
        client_count=None,
        repeat_client_count=0,
        hours=line.worked_hours,
        marks=(mark,),
        stretch=months(line.first_month, line.last_month),
    )


def _organisation(source: Source, category: str, work: str) -> str:
    """Name the organisation, and its own word for the work where it is another one."""
    return source.name if category.casefold() == work.casefold() else f"{source.name} · {category}"


def _marks(own: Sequence[Rating], source: Source, words: Words) -> tuple[Mark, ...]:
    """Write the ratings of one kind of work, the overall one first; what they rest on where it changes."""
    marks: list[Mark] = []
    told = ""
    for rating in sorted(own, key=lambda item: item.dimension != OVERALL):
        value = mean_words(rating.value, worst=rating.worst, best=rating.best, words=words)
        count = words.ngettext("%(num)s cijfer", "%(num)s cijfers", rating.count)
        basis = f"{count} · {_years(rating)}"
        dispute = dispute_words(rating.dispute, source.name, words)
        if rating.dimension == OVERALL:
            parts = ("", basis, dispute)
        else:
            parts = (f"{rating.dimension} {value}", "" if basis == told else basis, dispute)
        detail = " · ".join(part for part in parts if part)
        marks.append(Mark(value if rating.dimension == OVERALL else "", detail))
        told = basis
    return tuple(marks)


def _years(rating: Rating) -> str:
    """Write the years in which marks were given."""
    first, last = rating.first_date.year, rating.last_date.year
    return str(first) if first == last else f"{first}–{last}"


def _no_mark(source: Source, words: Words) -> Mark:
    """Say why a kind of work shows no rating: there is none, or the worker left it out."""
    if source.ratings is None or len(source.ratings.ratings) < source.ratings.totals.rating_line_count:
        return Mark(words.gettext("geen cijfers getoond"), "")
    reviews = source.ratings.totals.review_count
    detail = words.ngettext("%(num)s review", "%(num)s reviews", reviews) if reviews else ""
    return Mark(words.gettext("geen cijfers"), detail)


def _row(line: Line, bar: Callable[[Stretch], Bar], words: Words) -> Row:
    """Write one line out."""
    number = words.formats.number
    first, last = words.formats.short_month(line.stretch.first), words.formats.short_month(line.stretch.last)
    return Row(
        work=line.work,
        organisation=line.organisation,
        dispute=line.dispute,
        gigs=NOT_STATED if line.gig_count is None else number(line.gig_count),
        hours=NOT_STATED if line.hours is None else number(line.hours),
        clients=number(line.client_count) if line.client_count else NOT_STATED,
        returning=_returning(line.repeat_client_count, words),
        marks=line.marks,
        period=first if first == last else f"{first} – {last}",
        bar=bar(line.stretch),
    )


def _returning(repeat_client_count: int, words: Words) -> str:
    """Count the clients who came back."""
    if not repeat_client_count:
        return ""
    return words.ngettext("%(num)s terug", "%(num)s terug", repeat_client_count)
