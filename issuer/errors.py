"""What can go wrong in the issuer, beside what the standard and the imports name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from issuer.imports.records import RowError
from standard.errors import KlusCVError
from templates.colours import READABLE


class IssuerError(KlusCVError):
    """Root of the issuer's own errors."""

    code = "issuer"


class BrokenRuleError(IssuerError):
    """Something cannot be as it was asked for.

    Attributes:
        fault: which rule it breaks, or which field is not as it should be, for the words on the page.
    """

    says: ClassVar[str]

    def __init__(self, fault: str) -> None:
        """Name the rule."""
        super().__init__(f"{self.says}: {fault}")
        self.fault = fault


class NotFoundError(IssuerError):
    """Nothing stands under this address, or not for this operator."""

    code = "not-found"


class NotLoggedInError(IssuerError):
    """The page is for operators only."""

    code = "not-logged-in"


class LoginRefusedError(IssuerError):
    """Nobody came in; it is not said what was wrong.

    Attributes:
        operator_id: as whom it was tried, when there is such an operator; for the audit log only.
    """

    code = "login-refused"

    def __init__(self, message: str, operator_id: int | None = None) -> None:
        """Say what was wrong, and as whom it was tried."""
        super().__init__(message)
        self.operator_id = operator_id


class CredentialChoiceError(BrokenRuleError):
    """This way of logging in cannot be set up or taken away like this."""

    code = "credential-choice"
    says = "a way of logging in is not as it should be"


class SetUpNeededError(IssuerError):
    """The operator came in by an invitation and has not yet chosen how to log in."""

    code = "set-up-needed"


class ConfirmationNeededError(IssuerError):
    """What was asked needs a passkey or password shown a moment ago.

    Attributes:
        back: the page to return to afterwards.
    """

    code = "confirmation-needed"

    def __init__(self, back: str) -> None:
        """Remember where the operator was."""
        super().__init__("log in once more first")
        self.back = back


class OperatorChangeError(BrokenRuleError):
    """An operator cannot be changed like this."""

    code = "operator-change"
    says = "the operator cannot be changed like this"


class NotAllowedError(IssuerError):
    """The operator's role does not hold this."""

    code = "not-allowed"


class ApiClientError(IssuerError):
    """A program of the platform API cannot be registered or changed like this; the message says why."""

    code = "api-client"


class NotAuthenticatedError(IssuerError):
    """No program shows a living API key or access token."""

    code = "not-authenticated"


class ScopeMissingError(IssuerError):
    """The program may not do this."""

    code = "scope-missing"


class IdempotencyError(IssuerError):
    """The idempotency key is malformed, or belongs to another request."""

    code = "idempotency-key"


class NotNowError(IssuerError):
    """The same request may succeed a while later.

    Attributes:
        retry_after_seconds: when to try again.
    """

    code = "not-now"

    def __init__(self, retry_after_seconds: int) -> None:
        """Say when to try again."""
        super().__init__(f"try again in {retry_after_seconds} seconds")
        self.retry_after_seconds = retry_after_seconds


class TooManyRequestsError(NotNowError):
    """The caller goes faster than it may."""

    code = "too-many-requests"


class RequestUnderWayError(NotNowError):
    """A request with this idempotency key is being carried out."""

    code = "request-under-way"


class CursorError(IssuerError):
    """The place to go on from is not one that this service gave."""

    code = "cursor"


class WebhookError(IssuerError):
    """An address cannot be told of events; the message says why."""

    code = "webhook"


class MediaTypeError(IssuerError):
    """The body of a request is of another media type than is read here."""

    code = "media-type"


class PushError(IssuerError):
    """An offer could not be left at the address that the worker gave; the message says why."""

    code = "push"


class PullError(IssuerError):
    """An export could not be fetched; the message says why."""

    code = "pull"


class LoginLinkError(IssuerError):
    """The login link is unknown, used, or too old."""

    code = "login-link"


class ForeignRequestError(IssuerError):
    """A form was sent from another site."""

    code = "foreign-request"


class TooLargeError(IssuerError):
    """The request holds more than this service reads.

    Attributes:
        limit_bytes: the most that it reads there.
    """

    code = "too-large"

    def __init__(self, limit_bytes: int) -> None:
        """Say how much it would read."""
        super().__init__(f"the request is larger than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class OrganisationError(IssuerError):
    """An organisation cannot be made like this; the message says why."""

    code = "organisation"


class SettingsError(BrokenRuleError):
    """An organisation cannot be changed like this."""

    code = "settings"
    says = "the organisation cannot be changed like this"


class LogoError(BrokenRuleError):
    """A file cannot be a logo."""

    code = "logo"
    says = "the file cannot be a logo"


class ColourError(IssuerError):
    """Two colours cannot be the organisation's.

    Attributes:
        fault: which rule they break, for the words on the page.
        ratio: how well the one stands out from the other, where that is the fault.
    """

    code = "colour"

    def __init__(self, fault: str, ratio: float | None = None) -> None:
        """Name the rule, and the ratio that was found."""
        # Cut, not rounded: 4.499 is not what text needs.
        ratio = None if ratio is None else math.floor(ratio * 100) / 100
        found = "" if ratio is None else f" (contrast {ratio:.2f}, needs {READABLE})"
        super().__init__(f"the colours cannot be used: {fault}{found}")
        self.fault = fault
        self.ratio = ratio


class KeyFolderError(IssuerError):
    """A private key is missing, or its passphrase does not fit."""

    code = "key-folder"


class BackupError(IssuerError):
    """The backup cannot be made, read or put back; the message says why."""

    code = "backup"


class RetiredError(IssuerError):
    """The organisation has stopped: nothing is signed any more, and its last lists are final."""

    code = "retired"


class UnclaimedError(IssuerError):
    """Workers still have statements to claim, and it was not said what becomes of them."""

    code = "unclaimed"


class KeyStateError(IssuerError):
    """What was asked cannot be done to the keys in their present state."""

    code = "key-state"


class ImportStateError(IssuerError):
    """The import was already committed or discarded."""

    code = "import-state"


class EntryError(IssuerError):
    """What was entered to correct something cannot be.

    Attributes:
        faults: everything that is wrong, each with the name of its field as the column.
    """

    code = "entry"

    def __init__(self, faults: Sequence[RowError]) -> None:
        """Name the fields."""
        super().__init__("; ".join(f"{fault.column}: {fault.message}" for fault in faults))
        self.faults = tuple(faults)


class UnchangedError(IssuerError):
    """What was entered as a correction is what is known already."""

    code = "unchanged"


class NothingToOfferError(IssuerError):
    """The worker has no statement that can be offered."""

    code = "nothing-to-offer"


class DisputeError(IssuerError):
    """What was asked cannot be done to a dispute, or its text cannot be taken."""

    code = "dispute"


class RevocationListError(IssuerError):
    """The list of what is to be withdrawn cannot be read; the message names the row."""

    code = "revocation-list"


class ReasonMissingError(IssuerError):
    """Withdrawing needs a reason."""

    code = "reason-missing"


class StatementStateError(IssuerError):
    """What was asked cannot be done to a statement in its present state."""

    code = "statement-state"


class ValidityError(IssuerError):
    """A statement cannot count for so many days."""

    code = "validity"


class WithdrawnError(IssuerError):
    """The statement was withdrawn or suspended, or has expired, so no copy of it is signed."""

    code = "withdrawn"


class JobFailedError(IssuerError):
    """A job was given up; what it had done stays."""

    code = "job-failed"


class KeysFileError(IssuerError):
    """A file of holder keys cannot be used; the message names the row."""

    code = "keys-file"


class AuthorizationRequestError(IssuerError):
    """A wallet's request for leave is unknown, was answered, or is too old."""

    code = "authorization-request"
