"""What can go wrong in the wallet; the words a worker reads live in the templates, by code."""

from __future__ import annotations

from standard.errors import KlusCVError


class WalletError(KlusCVError):
    """Root of the wallet's own errors."""

    code = "wallet"


class VaultError(WalletError):
    """A sealed value did not open: wrong key, wrong place, or changed bytes."""

    code = "vault"


class LoginRefusedError(WalletError):
    """Account name and passphrase (or recovery code) do not belong together."""

    code = "login-refused"


class TooManyAttemptsError(WalletError):
    """Too many failed attempts in a short time; try again later."""

    code = "too-many-attempts"


class NameTakenError(WalletError):
    """The chosen account name is already in use."""

    code = "name-taken"


class AccountNameError(WalletError):
    """The account name is too short, too long, or holds signs that are not allowed."""

    code = "account-name"


class WeakPassphraseError(WalletError):
    """The passphrase is too short or too easy to guess."""

    code = "weak-passphrase"


class NotFoundError(WalletError):
    """This worker has nothing under that address."""

    code = "not-found"


class OfferError(WalletError):
    """What was pasted or opened is not an offer that this wallet can read."""

    code = "offer"


class IssuerUnreachableError(OfferError):
    """The issuer cannot be reached; try again later."""

    code = "issuer-unreachable"


class IssuerProtocolError(OfferError):
    """The issuer does not answer as the protocol wants it, or refuses without a reason of ours."""

    code = "issuer-protocol"


class NeedsBrowserError(OfferError):
    """The issuer asks the worker herself in a browser, and there is none here."""

    code = "offer-needs-browser"


class OnItsWayError(OfferError):
    """The issuer promised the credential for later."""

    code = "on-its-way"


class LeaveRefusedError(OfferError):
    """The worker said no on the issuer's page."""

    code = "leave-refused"


class LeaveLateError(OfferError):
    """The worker came back from the issuer's page too late, or for the second time."""

    code = "leave-late"


class LeaveMixedUpError(OfferError):
    """An answer came back that is to no question of this worker, or from another issuer."""

    code = "leave-mixed-up"


class TransactionCodeError(OfferError):
    """The issuer refused the transaction code."""

    code = "transaction-code"


class OfferSpentError(OfferError):
    """The offer was used before, withdrawn, or its time is over."""

    code = "offer-spent"


class ReceivedInvalidError(OfferError):
    """What the issuer sent does not verify, or is about another key; nothing was stored."""

    code = "received-invalid"


class InboxFullError(WalletError):
    """Too many offers wait at one address."""

    code = "inbox-full"


class EmptySelectionError(WalletError):
    """A KlusCV shows at least one line of work, mark, review or achievement."""

    code = "empty-selection"


class UndrawableError(WalletError):
    """A page that, once drawn, does not read as it should: this machine lacks a font for its script."""

    code = "undrawable"


class DisputeError(WalletError):
    """What the worker wants to tell an organisation did not arrive there."""

    code = "dispute"


class DisputeTextError(DisputeError):
    """Nothing was written, or too much."""

    code = "dispute-text"


class CitizenNumberError(DisputeError):
    """A citizen service number stands in the text; it must not leave the wallet."""

    code = "dispute-citizen-number"


class DisputeUnreachableError(DisputeError):
    """The organisation cannot be reached, or does not answer as it should; try again later."""

    code = "dispute-unreachable"


class DisputeRefusedError(DisputeError):
    """The organisation refuses the message; `reason` is what it says about that."""

    code = "dispute-refused"

    def __init__(self, reason: str) -> None:
        """Keep the organisation's own words, for the worker to read."""
        super().__init__(f"the organisation refuses the message: {reason}")
        self.reason = reason
