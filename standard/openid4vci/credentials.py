"""Asking for a credential, and handing it out.

Source: OpenID4VCI 1.0, "Credential Endpoint".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from standard.errors import ProtocolError
from standard.openid4vci.messages import read_object, text, texts
from standard.openid4vci.tokens import raise_given_error

INVALID_REQUEST: Final = "invalid_credential_request"
INVALID_RESPONSE: Final = "invalid_credential_response"

Credential = str | Mapping[str, Any]
"""A text for SD-JWT and compact copies, an object for Data Integrity copies."""


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """One configuration, wanted once for each key proof."""

    configuration_id: str
    key_proofs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CredentialResponse:
    """The credentials, one for each key proof."""

    credentials: tuple[Credential, ...]
    notification_id: str | None


def credential_request(*, configuration_id: str, key_proofs: Sequence[str]) -> dict[str, Any]:
    """Write a request for one configuration."""
    return {"credential_configuration_id": configuration_id, "proofs": {"jwt": list(key_proofs)}}


def parse_credential_request(
    data: bytes, *, supported: Collection[str], batch_size: int
) -> CredentialRequest:
    """Read a request; the key proofs are still to be checked, each with `check_key_proof`.

    Args:
        supported: the configurations that this access token allows.
        batch_size: how many key proofs one request may carry.

    Raises:
        ProtocolError: `invalid_credential_request`, `unknown_credential_configuration`,
            `unknown_credential_identifier`, `invalid_encryption_parameters` or `invalid_proof`.
    """
    message = read_object(data, error=INVALID_REQUEST)
    if ("credential_identifier" in message) == ("credential_configuration_id" in message):
        raise ProtocolError(
            INVALID_REQUEST, "either credential_configuration_id or credential_identifier is given"
        )
    if "credential_identifier" in message:
        text(message, "credential_identifier", error=INVALID_REQUEST)
        raise ProtocolError("unknown_credential_identifier", "this issuer hands out no identifiers")
    configuration_id = text(message, "credential_configuration_id", error=INVALID_REQUEST)
    if configuration_id not in supported:
        raise ProtocolError("unknown_credential_configuration", "no such configuration in this offer")
    if "credential_response_encryption" in message:
        raise ProtocolError("invalid_encryption_parameters", "responses are not encrypted")
    return CredentialRequest(configuration_id, _key_proofs(message.get("proofs"), batch_size))


def _key_proofs(proofs: object, batch_size: int) -> tuple[str, ...]:
    if not isinstance(proofs, Mapping) or set(proofs) != {"jwt"}:
        raise ProtocolError("invalid_proof", "proofs holds exactly one member, jwt")
    key_proofs = texts(proofs, "jwt", error="invalid_proof")
    if len(key_proofs) > batch_size:
        raise ProtocolError("invalid_proof", "more key proofs than one request may carry")
    return key_proofs


def credential_response(
    credentials: Sequence[Credential], *, notification_id: str | None = None
) -> dict[str, Any]:
    """Write the answer of the credential endpoint."""
    response: dict[str, Any] = {"credentials": [{"credential": credential} for credential in credentials]}
    return response if notification_id is None else {**response, "notification_id": notification_id}


def parse_credential_response(data: bytes) -> CredentialResponse:
    """Read the credentials.

    Raises:
        ProtocolError: the error that the issuer gave, `issuance_pending` when the issuer answers with
            a transaction to come back for, or `invalid_credential_response`.
    """
    message = read_object(data, error=INVALID_RESPONSE)
    raise_given_error(message)
    if "transaction_id" in message:
        raise ProtocolError("issuance_pending", "the issuer will have the credential later")
    entries = message.get("credentials")
    if not isinstance(entries, list) or not entries:
        raise ProtocolError(INVALID_RESPONSE, "credentials is not a list")
    notification_id = message.get("notification_id")
    return CredentialResponse(
        credentials=tuple(map(_credential, entries)),
        notification_id=notification_id if isinstance(notification_id, str) else None,
    )


def _credential(entry: object) -> Credential:
    credential = entry.get("credential") if isinstance(entry, Mapping) else None
    if not isinstance(credential, str | Mapping) or not credential:
        raise ProtocolError(INVALID_RESPONSE, "an entry of credentials holds no credential")
    return credential
