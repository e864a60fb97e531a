"""From a code to an access token, how that token is shown, and a fresh nonce for the key proof.

Source: OpenID4VCI 1.0, "Token Endpoint" and "Nonce Endpoint"; RFC 6750; RFC 9449.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from standard.errors import ProtocolError
from standard.openid4vci.authorization_details import granted_details
from standard.openid4vci.messages import read_object, text
from standard.openid4vci.offers import AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT

INVALID_RESPONSE: Final = "invalid_token_response"
NO_STORE: Final = {"Cache-Control": "no-store"}
"""Headers that every token, nonce, and credential response carries."""

Scheme = Literal["Bearer", "DPoP"]


@dataclass(frozen=True, slots=True)
class PreAuthorizedRequest:
    """A token request with the codes of an offer."""

    pre_authorized_code: str
    transaction_code: str | None
    authorization_details: str | None = None


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A token request with the code that the browser brought back."""

    code: str
    code_verifier: str
    redirect_uri: str
    client_id: str
    authorization_details: str | None = None


TokenRequest = PreAuthorizedRequest | CodeRequest


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token, and whether a DPoP proof goes with it."""

    value: str
    scheme: Scheme


def token_request(*, pre_authorized_code: str, transaction_code: str | None) -> dict[str, str]:
    """Write the form that asks for an access token with the codes of an offer."""
    form = {"grant_type": PRE_AUTHORIZED_GRANT, "pre-authorized_code": pre_authorized_code}
    return form if transaction_code is None else {**form, "tx_code": transaction_code}


def code_token_request(*, code: str, code_verifier: str, redirect_uri: str, client_id: str) -> dict[str, str]:
    """Write the form that asks for an access token with an authorization code."""
    return {
        "grant_type": AUTHORIZATION_CODE_GRANT,
        "code": code,
        "code_verifier": code_verifier,
        "redirect_uri": redirect_uri,
        "client_id": client_id,
    }


def parse_token_request(form: Mapping[str, str]) -> TokenRequest:
    """Read that form. Whether the codes in it are right is for the issuer's store to say.

    Raises:
        ProtocolError: `invalid_request` or `unsupported_grant_type`.
    """

    def member(name: str) -> str:
        return text(form, name, error="invalid_request")

    match member("grant_type"):
        case grant if grant == PRE_AUTHORIZED_GRANT:
            return PreAuthorizedRequest(
                pre_authorized_code=member("pre-authorized_code"),
                transaction_code=form.get("tx_code"),
                authorization_details=form.get("authorization_details"),
            )
        case grant if grant == AUTHORIZATION_CODE_GRANT:
            return CodeRequest(
                code=member("code"),
                code_verifier=member("code_verifier"),
                redirect_uri=member("redirect_uri"),
                client_id=member("client_id"),
                authorization_details=form.get("authorization_details"),
            )
        case _:
            raise ProtocolError("unsupported_grant_type", "this grant is not taken here")


def check_transaction_code_presence(request: PreAuthorizedRequest, *, expected: bool) -> None:
    """A transaction code is there exactly when the offer asked for one.

    Raises:
        ProtocolError: `invalid_request`; a *wrong* code is `invalid_grant`.
    """
    if (request.transaction_code is not None) != expected:
        raise ProtocolError(
            "invalid_request", "tx_code is missing" if expected else "no tx_code was expected"
        )


def token_response(
    *,
    access_token: str,
    expires_in_seconds: int,
    scheme: Scheme = "Bearer",
    identified: Sequence[str] = (),
) -> dict[str, Any]:
    """Write the answer of the token endpoint.

    Args:
        identified: the configurations that were asked for with authorization details.
    """
    response = {"access_token": access_token, "token_type": scheme, "expires_in": expires_in_seconds}
    return {**response, "authorization_details": granted_details(identified)} if identified else response


def parse_token_response(data: bytes) -> AccessToken:
    """Read the access token.

    Raises:
        ProtocolError: the error that the issuer gave, or `invalid_token_response`.
    """
    message = read_object(data, error=INVALID_RESPONSE)
    raise_given_error(message)
    scheme = text(message, "token_type", error=INVALID_RESPONSE).lower()
    if scheme not in ("bearer", "dpop"):
        raise ProtocolError(INVALID_RESPONSE, "token_type is neither Bearer nor DPoP")
    value = text(message, "access_token", error=INVALID_RESPONSE)
    return AccessToken(value, "DPoP" if scheme == "dpop" else "Bearer")


def parse_authorization(header: str | None) -> AccessToken:
    """Read the access token from an `Authorization` header, the only place where it may stand.

    Raises:
        ProtocolError: `invalid_token`.
    """
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token or not token.isascii() or " " in token:
        raise ProtocolError("invalid_token", "no access token in the Authorization header")
    return AccessToken(token, "DPoP" if scheme.lower() == "dpop" else "Bearer")


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
