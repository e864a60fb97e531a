"""The frozen values of the standard: what an organisation states, and what a reader was shown.

A `Statement` is what an organisation commits to about one worker; nothing in it is signed, and it
carries no identifiers that travel. A `DisclosedStatement` is what a verified copy shows: the same
values, less whatever the worker left out.
"""

from standard.model.disclosed import (
    DisclosedPresentation,
    DisclosedStatement,
    OwnRemark,
    OwnWords,
)
from standard.model.kinds import (
    DATA_INTEGRITY,
    ClaimLevel,
    Did,
    DidUrl,
    DisputeStatus,
    Form,
    NameCheck,
    OccupationUri,
    RecordList,
    RemarkKind,
    StatementType,
)
from standard.model.paper import PaperLine, PaperStatement, PaperTotals
from standard.model.statements import (
    Achievement,
    Dispute,
    Engagement,
    Period,
    PersonName,
    Rating,
    RatingBin,
    RatingHistory,
    RatingTotals,
    Review,
    Statement,
    WorkHistory,
    WorkTotals,
)

__all__ = [
    "DATA_INTEGRITY",
    "Achievement",
    "ClaimLevel",
    "Did",
    "DidUrl",
    "DisclosedPresentation",
    "DisclosedStatement",
    "Dispute",
    "DisputeStatus",
    "Engagement",
    "Form",
    "NameCheck",
    "OccupationUri",
    "OwnRemark",
    "OwnWords",
    "PaperLine",
    "PaperStatement",
    "PaperTotals",
    "Period",
    "PersonName",
    "Rating",
    "RatingBin",
    "RatingHistory",
    "RatingTotals",
    "RecordList",
    "RemarkKind",
    "Review",
    "Statement",
    "StatementType",
    "WorkHistory",
    "WorkTotals",
]
