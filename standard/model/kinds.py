"""Identifiers, and the closed lists of kinds that claims and forms come in."""

from __future__ import annotations

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
