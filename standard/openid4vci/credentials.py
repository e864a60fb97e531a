"""Asking for a credential, handing it out at once or later, and hearing what became of it.

Source: OpenID4VCI 1.0, "Credential Endpoint", "Deferred Credential Endpoint", "Notification Endpoint".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from standard.errors import ProtocolError
from standard.openid4vci.authorization_details import credential_identifier
from standard.openid4vci.messages import read_object, text, texts
from standard.openid4vci.tokens import raise_given_error

INVALID_REQUEST: Final = "invalid_credential_request"
INVALID_RESPONSE: Final = "invalid_credential_response"
INVALID_NOTIFICATION: Final = "invalid_notification_request"
EVENTS: Final = frozenset({"credential_accepted", "credential_failure", "credential_deleted"})

Credential = str | Mapping[str, Any]
"""A text for SD-JWT and compact copies, an object for Data Integrity copies."""


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """What is wanted, by one of its two names, with key proofs that are still to be read."""

    configuration_id: str | None
    credential_identifier: str | None
    proofs: object


@dataclass(frozen=True, slots=True)
class CredentialResponse:
    """The credentials, one for each key proof; and a nonce for the next request, if the issuer gives one."""

    credentials: tuple[Credential, ...]
    notification_id: str | None
    nonce: str | None


@dataclass(frozen=True, slots=True)
class DeferredIssuance:
    """A promise instead of credentials: come back with this id, not before the interval has passed."""

    transaction_id: str
    interval_seconds: int


def credential_request(*, configuration_id: str, key_proofs: Sequence[str]) -> dict[str, Any]:
    """Write a request for one configuration."""
    return {"credential_configuration_id": configuration_id, "proofs": {"jwt": list(key_proofs)}}


def identified_request(*, identifier: str, key_proofs: Sequence[str]) -> dict[str, Any]:
    """Write a request for what a token response gave an identifier to."""
    return {"credential_identifier": identifier, "proofs": {"jwt": list(key_proofs)}}


def parse_credential_request(data: bytes) -> CredentialRequest:
    """Read a request; what it asks for and its key proofs are checked by the functions that follow.

    Raises:
        ProtocolError: `invalid_credential_request` or `invalid_encryption_parameters`.
    """
    message = read_object(data, error=INVALID_REQUEST)
    if ("credential_identifier" in message) == ("credential_configuration_id" in message):
        raise ProtocolError(
            INVALID_REQUEST, "either credential_configuration_id or credential_identifier is given"
        )
    if "credential_response_encryption" in message:
        raise ProtocolError("invalid_encryption_parameters", "responses are not encrypted")
    named = {
        name: text(message, name, error=INVALID_REQUEST)
        for name in ("credential_configuration_id", "credential_identifier")
        if name in message
    }
    return CredentialRequest(
        configuration_id=named.get("credential_configuration_id"),
        credential_identifier=named.get("credential_identifier"),
        proofs=message.get("proofs"),
    )


def requested_configuration(
    request: CredentialRequest, *, granted: Collection[str], identified: Collection[str]
) -> str:
    """Tell which configuration a request is for.

    Args:
        request: the request.
        granted: the configurations that the access token opens.
        identified: those of them that the token response gave identifiers to; they have no other name.

    Raises:
        ProtocolError: `unknown_credential_configuration`, `unknown_credential_identifier`, or
            `invalid_credential_request` when something that has an identifier is not called by it.
    """
    if request.credential_identifier is not None:
        for configuration_id in identified:
            if credential_identifier(configuration_id) == request.credential_identifier:
                return configuration_id
        raise ProtocolError("unknown_credential_identifier", "the token response gave no such identifier")
    if request.configuration_id is None or request.configuration_id not in granted:
        raise ProtocolError("unknown_credential_configuration", "no such configuration in this offer")
    if request.configuration_id in identified:
        raise ProtocolError(INVALID_REQUEST, "this configuration is asked for by its credential_identifier")
    return request.configuration_id


def requested_proofs(request: CredentialRequest, *, batch_size: int) -> tuple[str, ...]:
    """Read the key proofs, each still to be checked with `check_key_proof`.

    Args:
        request: the request.
        batch_size: how many key proofs it may carry.

    Raises:
        ProtocolError: `invalid_proof`.
    """
    if not isinstance(request.proofs, Mapping) or set(request.proofs) != {"jwt"}:
        raise ProtocolError("invalid_proof", "proofs holds exactly one member, jwt")
    key_proofs = texts(request.proofs, "jwt", error="invalid_proof")
    if len(key_proofs) > batch_size:
        raise ProtocolError("invalid_proof", "more key proofs than one request may carry")
    return key_proofs


def credential_response(
    credentials: Sequence[Credential], *, notification_id: str | None = None
) -> dict[str, Any]:
    """Write the answer of the credential endpoint."""
    response: dict[str, Any] = {"credentials": [{"credential": credential} for credential in credentials]}
    return response if notification_id is None else {**response, "notification_id": notification_id}


def deferred_response(deferred: DeferredIssuance) -> dict[str, Any]:
    """Write the answer, of status 202, that the credentials come later."""
    return {"transaction_id": deferred.transaction_id, "interval": deferred.interval_seconds}


def parse_credential_response(data: bytes) -> CredentialResponse | DeferredIssuance:
    """Read the credentials, or the promise of them.

    Raises:
        ProtocolError: the error that the issuer gave, or `invalid_credential_response`.
    """
    message = read_object(data, error=INVALID_RESPONSE)
    raise_given_error(message)
    if "transaction_id" in message:
        return _deferred(message)
    entries = message.get("credentials")
    if not isinstance(entries, list) or not entries:
        raise ProtocolError(INVALID_RESPONSE, "credentials is not a list")
    notification_id, nonce = message.get("notification_id"), message.get("c_nonce")
    return CredentialResponse(
        credentials=tuple(map(_credential, entries)),
        notification_id=notification_id if isinstance(notification_id, str) else None,
        nonce=nonce if isinstance(nonce, str) and nonce else None,
    )


def deferred_request(transaction_id: str) -> dict[str, str]:
    """Write a request for what was promised."""
    return {"transaction_id": transaction_id}


def parse_deferred_request(data: bytes) -> str:
    """Read which promise is called in.

    Raises:
        ProtocolError: `invalid_credential_request` or `invalid_encryption_parameters`.
    """
    message = read_object(data, error=INVALID_REQUEST)
    if "credential_response_encryption" in message:
        raise ProtocolError("invalid_encryption_parameters", "responses are not encrypted")
    return text(message, "transaction_id", error=INVALID_REQUEST)


def notification_request(*, notification_id: str, event: str) -> dict[str, str]:
    """Write what a wallet did with what it fetched."""
    return {"notification_id": notification_id, "event": event}


def parse_notification_request(data: bytes) -> tuple[str, str]:
    """Read a notification: its id and its event.

    Raises:
        ProtocolError: `invalid_notification_request`.
    """
    message = read_object(data, error=INVALID_NOTIFICATION)
    event = text(message, "event", error=INVALID_NOTIFICATION)
    if event not in EVENTS:
        raise ProtocolError(INVALID_NOTIFICATION, "the event is unknown")
    return text(message, "notification_id", error=INVALID_NOTIFICATION), event


def _deferred(message: Mapping[str, Any]) -> DeferredIssuance:
    interval = message.get("interval")
    if not isinstance(interval, int) or isinstance(interval, bool) or interval < 1:
        raise ProtocolError(INVALID_RESPONSE, "interval is not a positive number of seconds")
    return DeferredIssuance(text(message, "transaction_id", error=INVALID_RESPONSE), interval)


def _credential(entry: object) -> Credential:
    credential = entry.get("credential") if isinstance(entry, Mapping) else None
    if not isinstance(credential, str | Mapping) or not credential:
        raise ProtocolError(INVALID_RESPONSE, "an entry of credentials holds no credential")
    return credential
