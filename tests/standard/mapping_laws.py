"""What every mapping keeps: all that its loss report does not name, and the report names nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from itertools import chain

from hypothesis import strategies as st

from standard.mappings import Career, Loss
from standard.model import (
    Did,
    DisclosedPresentation,
    DisclosedStatement,
    Form,
    NameCheck,
    OwnWords,
    PaperLine,
    PaperStatement,
    PaperTotals,
    PersonName,
    RatingHistory,
    WorkHistory,
)
from tests.standard.statements import (
    DISHWASHER,
    RATING_HISTORY,
    WORK_HISTORY,
    rating_histories,
    work_histories,
)

_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
_counts = st.integers(0, 2**53 - 1)
_months = st.dates(date(1990, 1, 1), date(2100, 1, 1)).map(lambda day: f"{day:%Y-%m}")
_names = st.none() | st.builds(PersonName, _texts, st.sampled_from(NameCheck))
_kinds = st.tuples(st.just(DISHWASHER), st.none()) | st.tuples(st.none(), _texts)

paper_statements = st.builds(
    PaperStatement,
    as_of=st.just(date(2026, 11, 22)),
    lines=st.lists(
        st.builds(
            lambda kind, gigs, hours, first, last: PaperLine(
                *kind, gigs, hours, first, last, "4.7", "5", "1", 12
            ),
            _kinds, _counts, _counts, _months, _months,
        ),
        min_size=1, max_size=2,
    ).map(tuple),
    totals=st.builds(PaperTotals, _counts, _counts, _counts, _counts, _counts),
    name=_names,
)  # fmt: skip

presentations = st.builds(
    DisclosedPresentation,
    holder=st.none() | st.just(Did("did:key:zDnaWorker")),
    created=st.none() | st.just(datetime(2026, 11, 22, tzinfo=UTC)),
    language=st.sampled_from(["nl", "en", "zh-Hant"]),
    own_words=st.none()
    | st.builds(OwnWords, _texts | st.just(""), _texts | st.just(""), st.sampled_from(["nl", "zh-Hant"])),
    statements=st.lists(
        st.builds(
            DisclosedStatement,
            copy_id=st.just("urn:uuid:00000000-0000-4000-8000-000000000001"),
            form=st.sampled_from(Form),
            issuer=st.none() | st.sampled_from([Did("did:web:a.example"), Did("did:web:b.example")]),
            issuer_name=st.none() | _texts,
            issued_on=st.just(date(2026, 11, 22)),
            content=work_histories | rating_histories | paper_statements,
        ),
        max_size=3,
    ).map(tuple),
)

PRESENTATION = DisclosedPresentation(
    holder=Did("did:key:zDnaWorker"),
    created=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
    language="nl",
    own_words=OwnWords("Keukenhulp en bediening", "Ik werk graag in een team.", "nl"),
    statements=tuple(
        DisclosedStatement(
            f"urn:uuid:00000000-0000-4000-8000-00000000000{index}",
            Form.SD_JWT,
            Did("did:web:klusdag.example"),
            "Klusdag B.V.",
            date(2026, 11, 22),
            content,
        )
        for index, content in enumerate((WORK_HISTORY, RATING_HISTORY))
    ),
)


def leaves(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Give every single thing that a value of the model says, with its place."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), f"{place}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{place}[{index}]")
    elif value not in (None, ""):
        yield place, value.isoformat() if isinstance(value, date) else str(value)


def is_lost(place: str, losses: tuple[Loss, ...]) -> bool:
    """Tell whether a report names a place, or something around it."""
    return any(_covers(loss.place, place) for loss in losses)


def names_nothing(source: object, losses: tuple[Loss, ...]) -> list[Loss]:
    """Give the losses of a report that name nothing in its source."""
    said = [place for place, _ in leaves(source)]
    return [loss for loss in losses if not any(_covers(loss.place, place) for place in said)]


def restored(
    presentation: DisclosedPresentation, read: Career, losses: tuple[Loss, ...]
) -> dict[str, str | None]:
    """Find the places of a presentation in a career that was read back from it."""
    found = {
        "language": read.language,
        "own_words.language": read.language,
        "own_words.headline": read.headline,
        "own_words.text": read.text,
    }
    jobs, awards, testimonials = iter(read.jobs), iter(read.awards), iter(read.testimonials)
    for index, statement in enumerate(presentation.statements):
        place, content = f"statements[{index}]", statement.content
        found[f"{place}.content.name.full_name"] = read.full_name
        if isinstance(content, RatingHistory):
            for at in _kept(f"{place}.content.reviews", len(content.reviews), losses):
                testimonial = next(testimonials)
                found |= {f"{at}.text": testimonial.text, f"{place}.issuer_name": testimonial.organisation}
            continue
        is_work = isinstance(content, WorkHistory)
        lines = content.engagements if is_work else content.lines
        first, last = ("first_date", "last_date") if is_work else ("first_month", "last_month")
        for at in _kept(f"{place}.content.{'engagements' if is_work else 'lines'}", len(lines), losses):
            job = next(jobs)
            found |= {f"{at}.category": job.title, f"{at}.occupation": job.occupation}
            found |= {f"{at}.{first}": job.first_date, f"{at}.{last}": job.last_date}
            found[f"{place}.issuer_name"] = job.organisation
        for at in _kept(f"{place}.content.achievements", len(content.achievements) if is_work else 0, losses):
            award = next(awards)
            found |= {f"{at}.name": award.name, f"{at}.awarded_on": award.awarded_on}
            found[f"{place}.issuer_name"] = award.organisation
    assert next(chain(jobs, awards, testimonials), None) is None
    return found


def _kept(place: str, count: int, losses: tuple[Loss, ...]) -> Iterator[str]:
    return (at for at in (f"{place}[{index}]" for index in range(count)) if not is_lost(at, losses))


def _covers(loss: str, place: str) -> bool:
    return place == loss or place.startswith((f"{loss}.", f"{loss}["))
