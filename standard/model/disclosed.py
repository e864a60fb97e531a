"""What a reader was shown, by one copy and by a presentation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from standard.model.kinds import Did, Form, RecordList, RemarkKind
from standard.model.paper import PaperStatement
from standard.model.statements import RatingHistory, WorkHistory


@dataclass(frozen=True, slots=True)
class DisclosedStatement:
    """What one verified copy shows of one statement.

    `content` holds only what was disclosed; its totals are the signed ones. `issuer` is None while a
    compact copy's key is not resolved; `issuer_name` is the name the copy or the trust list gives.
    `copy_id` is the copy's own id (`urn:uuid:…`), or a short digest for forms that carry none.
    `supersedes` are the ids of the earlier copies that this one corrects.
    """

    copy_id: str
    form: Form
    issuer: Did | None
    issuer_name: str | None
    issued_on: date
    content: WorkHistory | RatingHistory | PaperStatement
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The worker's own words: signed by the worker, vouched for by nobody else."""

    headline: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class OwnRemark:
    """The worker's own words about one record, signed by the worker alone.

    `place` counts from 0 among the records that the copy `about` shows in `record_list`.
    """

    about: str
    record_list: RecordList
    place: int
    kind: RemarkKind
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class DisclosedPresentation:
    """Everything a reader was given at once, in the worker's order.

    `holder` is None for a single credential and for paper. `created` is the moment of the worker's
    proof. `language` is the language in which the worker asked for the page.
    """

    holder: Did | None
    created: datetime | None
    language: str
    own_words: OwnWords | None
    statements: tuple[DisclosedStatement, ...]
    own_remarks: tuple[OwnRemark, ...] = ()
