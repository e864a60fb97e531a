"""What is said about single records: an organisation's marks, and the worker's own remarks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from standard.model import (
    DisclosedStatement,
    Dispute,
    DisputeStatus,
    OwnRemark,
    RatingHistory,
    RecordList,
    WorkHistory,
)
from standard.verification.reasons import Reason
from standard.verification.result import PRESENTATION, Check, CheckCode, failed, passed


def check_disputes(statements: Iterable[DisclosedStatement]) -> Iterator[Check]:
    """Say which of the records that are shown the organisation itself marked as disputed."""
    for statement in statements:
        marked = {
            f"{name}[{place}]": dispute
            for name, disputes in _marks(statement).items()
            for place, dispute in enumerate(disputes)
            if dispute is not None
        }
        if marked:
            still_open = sum(dispute.status is DisputeStatus.OPEN for dispute in marked.values())
            yield passed(
                CheckCode.STATUS,
                Reason.DISPUTED,
                statement.copy_id,
                records=" ".join(marked),
                open=str(still_open),
                maintained=str(len(marked) - still_open),
            )


def check_remarks(remarks: Sequence[OwnRemark], statements: Iterable[DisclosedStatement]) -> Iterator[Check]:
    """Whether each of the worker's remarks is about one record that is shown, and no two about the same."""
    if not remarks:
        return
    sizes = {
        (statement.copy_id, name): len(disputes)
        for statement in statements
        for name, disputes in _marks(statement).items()
    }
    records = [(remark.about, remark.record_list, remark.place) for remark in remarks]
    if len(set(records)) < len(records) or any(
        place >= sizes.get((about, name), 0) for about, name, place in records
    ):
        yield failed(CheckCode.SCHEMA, Reason.MISPLACED_REMARK, PRESENTATION)
    else:
        yield passed(CheckCode.HOLDER_BINDING, Reason.OWN_REMARKS, PRESENTATION, count=str(len(remarks)))


def _marks(statement: DisclosedStatement) -> dict[RecordList, list[Dispute | None]]:
    """For every list of records, the mark of each record that is shown."""
    match statement.content:
        case WorkHistory(engagements=engagements):
            return {RecordList.ENGAGEMENT: [each.dispute for each in engagements]}
        case RatingHistory(ratings=ratings, reviews=reviews):
            return {
                RecordList.RATING: [each.dispute for each in ratings],
                RecordList.REVIEW: [each.dispute for each in reviews],
            }
        case _:
            return {}
