"""Why something that was handed in could not be read. Pages choose their words by the reason."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from standard.errors import KlusCVError, UnreadableError


class IntakeReason(StrEnum):
    """Every reason to put an upload aside unread; each has words in `templates/verifier/`."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN_KIND = "unknown-kind"
    PDF_BROKEN = "pdf-broken"
    PDF_TRUNCATED = "pdf-truncated"
    PDF_ENCRYPTED = "pdf-encrypted"
    PDF_NO_ATTACHMENT = "pdf-no-attachment"
    PDF_SEVERAL_ATTACHMENTS = "pdf-several-attachments"
    IMAGE_BROKEN = "image-broken"
    IMAGE_NO_CODE = "image-no-code"
    IMAGE_OTHER_CODE = "image-other-code"
    CODES_MISSING = "codes-missing"
    TOO_DEMANDING = "too-demanding"


class IntakeError(UnreadableError):
    """What was handed in cannot be read, or asks for more than the limits allow.

    Attributes:
        reason: which of the known reasons; safe to show, holds nothing of the file itself.
    """

    code: ClassVar[str] = "intake"

    def __init__(self, reason: IntakeReason) -> None:
        """Keep the reason; it is also the message."""
        super().__init__(reason.value)
        self.reason = reason


class BusyError(KlusCVError):
    """As many files are being read as this machine allows; the same request may succeed later."""

    code: ClassVar[str] = "busy"
