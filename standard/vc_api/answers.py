"""Answers of the VC-API, and errors as problem details (RFC 9457) with the types of the W3C.

Source: Verifiable Credentials Data Model v2.0, "Problem Details"; Verifiable Credential Data Integrity
1.0, "Processing Errors"; Bitstring Status List v1.0, "Processing Errors".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from standard.errors import (
    DataModelError,
    KeyFormatError,
    KlusCVError,
    ProofError,
    ResolutionError,
    StatusListError,
    UnreadableError,
    VocabularyError,
)

PROBLEM_JSON: Final = "application/problem+json"

_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_SECURITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"


class RequestError(KlusCVError):
    """The request is not one of the VC-API; the message names the member."""

    code = "request"


class UnknownInstanceError(KlusCVError):
    """The address names a cryptosuite, a kind of key or a profile that this service does not have."""

    code = "unknown-instance"


class UnknownCredentialError(KlusCVError):
    """This instance gave no credential of that id a status entry."""

    code = "unknown-credential"


# The first class that fits gives the type of the problem; the more particular ones stand first.
_TYPES: Final[tuple[tuple[type[KlusCVError], str], ...]] = (
    (UnreadableError, f"{_MODEL}PARSING_ERROR"),
    (RequestError, f"{_MODEL}MALFORMED_VALUE_ERROR"),
    (VocabularyError, f"{_SECURITY}DATA_LOSS_DETECTION_ERROR"),
    (DataModelError, f"{_MODEL}MALFORMED_VALUE_ERROR"),
    (ProofError, f"{_SECURITY}PROOF_VERIFICATION_ERROR"),
    (KeyFormatError, f"{_SECURITY}INVALID_VERIFICATION_METHOD"),
    (StatusListError, f"{_STATUS}STATUS_VERIFICATION_ERROR"),
    (ResolutionError, f"{_STATUS}STATUS_RETRIEVAL_ERROR"),
)
_NO_TYPE: Final = "about:blank"
_STATUSES: Final[tuple[tuple[type[KlusCVError], int], ...]] = (
    (UnknownInstanceError, 404),
    (UnknownCredentialError, 404),
    (UnreadableError, 400),
    (RequestError, 400),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or that could not be found out."""

    type: str
    code: str
    detail: str

    @classmethod
    def of(cls, error: KlusCVError) -> Problem:
        """Describe an error of ours; messages hold no personal data."""
        found = next((name for kind, name in _TYPES if isinstance(error, kind)), _NO_TYPE)
        return cls(found, error.code, str(error))

    @property
    def title(self) -> str:
        """The name of the type, as the specifications write it."""
        return self.type.rpartition("#")[2].replace("_", " ").capitalize() if "#" in self.type else self.code

    def as_json(self) -> dict[str, Any]:
        """Write the problem."""
        return {"type": self.type, "title": self.title, "code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answers: a status, a JSON document, and its media type."""

    status: int
    document: Mapping[str, Any]
    media_type: str = "application/json"


def problem_answer(error: KlusCVError) -> Answer:
    """Answer a request that cannot be served."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 422)
    return Answer(status, Problem.of(error).as_json() | {"status": status}, PROBLEM_JSON)


def answered(work: Callable[[], Answer]) -> Answer:
    """Do the work of a request; an error of ours becomes its answer."""
    try:
        return work()
    except KlusCVError as error:
        return problem_answer(error)
