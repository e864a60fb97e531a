"""From the pre-authorized code to an access token, and a fresh nonce for the key proof.

Source: OpenID4VCI 1.0, "Token Endpoint" and "Nonce Endpoint".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from standard.errors import ProtocolError
from standard.openid4vci.messages import read_object, text
from standard.openid4vci.offers import PRE_AUTHORIZED_GRANT

INVALID_RESPONSE: Final = "invalid_token_response"
NO_STORE: Final = {"Cache-Control": "no-store"}
"""Headers that every token, nonce, and credential response carries."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a wallet sends to the token endpoint."""

    pre_authorized_code: str
    transaction_code: str | None


def token_request(*, pre_authorized_code: str, transaction_code: str | None) -> dict[str, str]:
    """Write the form that asks for an access token."""
    form = {"grant_type": PRE_AUTHORIZED_GRANT, "pre-authorized_code": pre_authorized_code}
    return form if transaction_code is None else {**form, "tx_code": transaction_code}


def parse_token_request(form: Mapping[str, str]) -> TokenRequest:
    """Read that form. Whether code and transaction code are right is for the issuer's store to say.

    Raises:
        ProtocolError: `invalid_request` or `unsupported_grant_type`.
    """
    if text(form, "grant_type", error="invalid_request") != PRE_AUTHORIZED_GRANT:
        raise ProtocolError("unsupported_grant_type", "only pre-authorized codes are taken")
    return TokenRequest(
        pre_authorized_code=text(form, "pre-authorized_code", error="invalid_request"),
        transaction_code=form.get("tx_code"),
    )


def check_transaction_code_presence(request: TokenRequest, *, expected: bool) -> None:
    """A transaction code is there exactly when the offer asked for one.

    Raises:
        ProtocolError: `invalid_request`; a *wrong* code is `invalid_grant`.
    """
    if (request.transaction_code is not None) != expected:
        raise ProtocolError(
            "invalid_request", "tx_code is missing" if expected else "no tx_code was expected"
        )


def token_response(*, access_token: str, expires_in_seconds: int) -> dict[str, Any]:
    """Write the answer of the token endpoint."""
    return {"access_token": access_token, "token_type": "Bearer", "expires_in": expires_in_seconds}


def parse_token_response(data: bytes) -> str:
    """Read the access token.

    Raises:
        ProtocolError: the error that the issuer gave, or `invalid_token_response`.
    """
    message = read_object(data, error=INVALID_RESPONSE)
    raise_given_error(message)
    if text(message, "token_type", error=INVALID_RESPONSE).lower() != "bearer":
        raise ProtocolError(INVALID_RESPONSE, "token_type is not Bearer")
    return text(message, "access_token", error=INVALID_RESPONSE)


def parse_authorization(header: str | None) -> str:
    """Read the access token from an `Authorization` header.

    Raises:
        ProtocolError: `invalid_token`.
    """
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii() or " " in token:
        raise ProtocolError("invalid_token", "no Bearer token in the Authorization header")
    return token


def nonce_response(nonce: str) -> dict[str, str]:
    """Write the answer of the nonce endpoint."""
    return {"c_nonce": nonce}


def parse_nonce_response(data: bytes) -> str:
    """Read the nonce.

    Raises:
        ProtocolError: the error that the issuer gave, or `invalid_nonce_response`.
    """
    message = read_object(data, error="invalid_nonce_response")
    raise_given_error(message)
    return text(message, "c_nonce", error="invalid_nonce_response")


def error_response(error: ProtocolError) -> dict[str, str]:
    """Write an error as the protocol wants it: its code, and a fact for a developer."""
    # RFC 6749 allows printable ASCII here, less the quotation mark and the backslash.
    printable = "".join(sign for sign in str(error) if " " <= sign <= "~" and sign not in '"\\')
    return {"error": error.error, "error_description": printable}


def raise_given_error(message: Mapping[str, Any]) -> None:
    """Raise what the other side reported, if it reported an error."""
    if "error" in message:
        error, description = message["error"], message.get("error_description")
        raise ProtocolError(
            error if isinstance(error, str) else "invalid_error_response",
            description if isinstance(description, str) else "",
        )
