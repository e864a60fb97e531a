"""Both sides of a dispute: the organisation's mark beside a record, and the worker's own words below it."""

from __future__ import annotations

from collections.abc import Iterator

from standard.model import Dispute, DisputeStatus, OwnRemark, RecordList, RemarkKind
from templates.cv.labels import work_label
from templates.cv.model import Reply
from templates.cv.scales import mean_words
from templates.cv.sources import Source
from templates.cv.words import Words


def dispute_words(dispute: Dispute | None, organisation: str, words: Words) -> str:
    """Tell where a dispute stands; nothing where there is none."""
    if dispute is None:
        return ""
    day = words.formats.date(dispute.disputed_on)
    if dispute.status is DisputeStatus.OPEN:
        return words.gettext("betwist door de werker sinds %(day)s", day=day)
    return words.gettext(
        "betwist door de werker sinds %(day)s; %(name)s blijft erbij", day=day, name=organisation
    )


def review_reply(source: Source, place: int, words: Words) -> Reply | None:
    """Give the worker's answer to one review."""
    remark = source.remarks.get((RecordList.REVIEW, place))
    return _reply("", remark, words) if remark else None


def row_replies(source: Source, words: Words) -> Iterator[Reply]:
    """Give the worker's answers to kinds of work and to marks, each with what it is about."""
    for place, engagement in enumerate(source.work.engagements if source.work else ()):
        if remark := source.remarks.get((RecordList.ENGAGEMENT, place)):
            about = work_label(engagement.category, engagement.occupation, words)
            yield _reply(f"{about} · {source.name}", remark, words)
    for place, rating in enumerate(source.ratings.ratings if source.ratings else ()):
        if remark := source.remarks.get((RecordList.RATING, place)):
            about = work_label(rating.category, rating.occupation, words)
            value = mean_words(rating.value, worst=rating.worst, best=rating.best, words=words)
            yield _reply(f"{about} · {source.name} · {value}", remark, words)


def _reply(about: str, remark: OwnRemark, words: Words) -> Reply:
    """Say first whose words they are."""
    heading = (
        words.gettext("De werker is het hier niet mee eens, in eigen woorden:")
        if remark.kind is RemarkKind.DISPUTE
        else words.gettext("De werker antwoordt, in eigen woorden:")
    )
    return Reply(about, heading, " ".join(remark.text.split()), remark.language)
