"""The frozen values of the standard: what an organisation states, and what a reader was shown.

A `Statement` is what an organisation commits to about one worker; nothing in it is signed, and it
carries no identifiers that travel. A `DisclosedStatement` is what a verified copy shows: the same
values, less whatever the worker left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType

Did = NewType("Did", str)
DidUrl = NewType("DidUrl", str)
OccupationUri = NewType("OccupationUri", str)


class StatementType(StrEnum):
    """The credential types that describe a worker."""

    WORK_HISTORY = "WorkHistoryCredential"
    RATING = "RatingCredential"


class Form(StrEnum):
    """The secured forms in which one statement can be copied."""

    EDDSA_RDFC = "eddsa-rdfc-2022"
    ECDSA_RDFC = "ecdsa-rdfc-2019"
    EDDSA_JCS = "eddsa-jcs-2022"
    ECDSA_JCS = "ecdsa-jcs-2019"
    ECDSA_SD = "ecdsa-sd-2023"
    SD_JWT = "dc+sd-jwt"
    COMPACT = "kluscv-compact"


DATA_INTEGRITY: Final = frozenset(
    {Form.EDDSA_RDFC, Form.ECDSA_RDFC, Form.EDDSA_JCS, Form.ECDSA_JCS, Form.ECDSA_SD}
)
"""The forms that are JSON with a proof in it; each is called as its cryptosuite."""


class NameCheck(StrEnum):
    """How an organisation checked the worker's name."""

    NONE = "none"
    BANK = "bank"
    IDENTITY_DOCUMENT = "identity-document"


class ClaimLevel(StrEnum):
    """Whether a statement sums gigs up or lists them one by one."""

    AGGREGATED = "aggregated"
    FULL = "full"


class DisputeStatus(StrEnum):
    """Where a dispute about a record stands; an organisation that agrees corrects the record instead."""

    OPEN = "open"
    MAINTAINED = "maintained"


class RecordList(StrEnum):
    """The lists whose records a worker can dispute and reply to, named as in the credential."""

    ENGAGEMENT = "engagement"
    RATING = "rating"
    REVIEW = "review"


class RemarkKind(StrEnum):
    """What a worker's remark on a record is meant as."""

    DISPUTE = "dispute"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A worker's name as the organisation knows it."""

    full_name: str
    check: NameCheck


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last gig; `current` when the worker is still active."""

    start_date: date
    end_date: date
    current: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """An organisation's mark that the worker disputes a record, and since when."""

    status: DisputeStatus
    disputed_on: date


@dataclass(frozen=True, slots=True)
class Engagement:
    """All gigs of one kind of work at one organisation.

    `category` is the organisation's own wording; `occupation` is an ESCO URI or None when unmapped.
    """

    category: str
    occupation: OccupationUri | None
    gig_count: int
    worked_minutes: int
    client_count: int
    repeat_client_count: int
    first_date: date
    last_date: date
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class Achievement:
    """A badge or an assessment that the organisation awarded."""

    name: str
    language: str
    awarded_on: date


@dataclass(frozen=True, slots=True)
class RatingBin:
    """How often one value was given."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of the marks for one kind of work and one dimension, on the platform's own scale.

    `value`, `best` and `worst` are decimal strings: floats change form between libraries.
    """

    category: str
    occupation: OccupationUri | None
    dimension: str
    value: str
    best: str
    worst: str
    count: int
    first_date: date
    last_date: date
    distribution: tuple[RatingBin, ...]
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What one client wrote. No reviewer is named; the date is reduced to its month (`2026-08`)."""

    category: str
    occupation: OccupationUri | None
    month: str
    text: str
    language: str
    rating: str | None
    best: str | None
    worst: str | None
    client_kind: str | None
    transaction_bound: bool
    dispute: Dispute | None = None


@dataclass(frozen=True, slots=True)
class WorkTotals:
    """What the whole statement holds, always disclosed, so that an omission can be seen."""

    occupation_count: int
    gig_count: int
    worked_minutes: int
    achievement_count: int


@dataclass(frozen=True, slots=True)
class RatingTotals:
    """What the whole statement holds: rating lines, single marks, and reviews with a text."""

    rating_line_count: int
    rating_count: int
    review_count: int


@dataclass(frozen=True, slots=True)
class WorkHistory:
    """A platform's statement about what one worker did, as of one date."""

    as_of: date
    claim_level: ClaimLevel
    period: Period
    engagements: tuple[Engagement, ...]
    achievements: tuple[Achievement, ...]
    totals: WorkTotals
    name: PersonName | None


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """A platform's statement about how one worker was rated, as of one date."""

    as_of: date
    ratings: tuple[Rating, ...]
    reviews: tuple[Review, ...]
    totals: RatingTotals
    name: PersonName | None


Statement = WorkHistory | RatingHistory


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line of the compact form: hours are whole, dates are months (`2021-03`).

    Either `occupation` is set (its code is in the table) or `category` is.
    """

    occupation: OccupationUri | None
    category: str | None
    gig_count: int
    worked_hours: int
    first_month: str
    last_month: str
    rating_value: str | None
    rating_best: str | None
    rating_worst: str | None
    rating_count: int


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """Totals of one organisation's compact statement, always disclosed."""

    line_count: int
    gig_count: int
    worked_hours: int
    rating_count: int
    review_count: int


@dataclass(frozen=True, slots=True)
class PaperStatement:
    """One organisation's compact statement, before signing: every line can be shown alone."""

    as_of: date
    lines: tuple[PaperLine, ...]
    totals: PaperTotals
    name: PersonName | None


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
