"""The authorization code flow: a pushed request, the answer through the browser, and PKCE.

Every wallet is a public client: nothing it says about itself is proven. What protects a code is that the
request was pushed (RFC 9126), that only the holder of the verifier can use it (RFC 7636), and that it is
sent to an address which the worker has been shown.

Source: OpenID4VCI 1.0, "Authorization Endpoint"; RFC 6749; RFC 8252; RFC 9207.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from standard import base64url
from standard.errors import ProtocolError
from standard.openid4vci.authorization_details import authorization_details, parse_authorization_details
from standard.openid4vci.messages import read_object, text
from standard.openid4vci.tokens import raise_given_error

REQUEST_URI_PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
CHALLENGE_METHOD: Final = "S256"
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
PRIVATE_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
LOOPBACK_HOSTS: Final = frozenset({"127.0.0.1", "::1", "localhost"})
MAX_CHARACTERS: Final = 2000
INVALID_REQUEST: Final = "invalid_request"


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a wallet asks leave for.

    `configuration_ids` are all that it wants; `identified` those of them that it asked for with
    authorization details, which it will therefore name by their credential identifiers.
    """

    client_id: str
    redirect_uri: str
    code_challenge: str
    issuer_state: str
    state: str | None
    configuration_ids: frozenset[str]
    identified: frozenset[str]
    dpop_thumbprint: str | None


def code_challenge(code_verifier: str) -> str:
    """Derive the challenge of a verifier, method S256."""
    return base64url.encode(hashlib.sha256(code_verifier.encode("ascii")).digest())


def check_code_verifier(code_verifier: str, *, challenge: str) -> None:
    """Check that whoever redeems a code is who asked for it.

    Raises:
        ProtocolError: `invalid_grant`.
    """
    if not VERIFIER.fullmatch(code_verifier) or code_challenge(code_verifier) != challenge:
        raise ProtocolError("invalid_grant", "code_verifier does not fit the code_challenge")


def pushed_request(
    *,
    client_id: str,
    redirect_uri: str,
    challenge: str,
    issuer_state: str | None,
    state: str,
    credential_issuer: str,
    scopes: Sequence[str] = (),
    configuration_ids: Sequence[str] = (),
) -> dict[str, str]:
    """Write the form of a pushed authorization request, by scopes or by configurations."""
    form = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "code_challenge": challenge,
        "code_challenge_method": CHALLENGE_METHOD,
        "state": state,
        "resource": credential_issuer,
    }
    if issuer_state is not None:
        form["issuer_state"] = issuer_state
    if scopes:
        form["scope"] = " ".join(scopes)
    if configuration_ids:
        details = authorization_details(configuration_ids, credential_issuer=credential_issuer)
        form["authorization_details"] = json.dumps(details)
    return form


def parse_pushed_request(
    form: Mapping[str, str], *, offered: Collection[str], credential_issuer: str
) -> AuthorizationRequest:
    """Read a pushed request. Whether its `issuer_state` is ours is for the issuer's store to say.

    Args:
        form: the parameters, none of them twice.
        offered: the configurations that exist here; a scope has the name of its configuration.
        credential_issuer: the only `resource` there is.

    Raises:
        ProtocolError: `invalid_request`, `unsupported_response_type`, `invalid_scope`, `invalid_target`
            or `invalid_authorization_details`.
    """
    if "request_uri" in form or "request" in form:
        raise ProtocolError(INVALID_REQUEST, "a pushed request is made of plain parameters")
    if text(form, "response_type", error=INVALID_REQUEST) != "code":
        raise ProtocolError("unsupported_response_type", "only code is supported")
    if form.get("resource", credential_issuer) != credential_issuer:
        raise ProtocolError("invalid_target", "resource is another credential issuer")
    if form.get("code_challenge_method") != CHALLENGE_METHOD:
        raise ProtocolError(INVALID_REQUEST, "code_challenge_method must be S256")
    challenge = text(form, "code_challenge", error=INVALID_REQUEST)
    if not CHALLENGE.fullmatch(challenge):
        raise ProtocolError(INVALID_REQUEST, "code_challenge is not an S256 challenge")
    client_id = _short(form, "client_id")
    state = _short(form, "state") if "state" in form else None
    wanted, identified = _wanted(form, offered, credential_issuer)
    return AuthorizationRequest(
        client_id=client_id,
        redirect_uri=_checked_redirect(_short(form, "redirect_uri"), client_id),
        code_challenge=challenge,
        issuer_state=_short(form, "issuer_state"),
        state=state,
        configuration_ids=wanted,
        identified=identified,
        dpop_thumbprint=_short(form, "dpop_jkt") if "dpop_jkt" in form else None,
    )


def pushed_response(*, request_uri: str, expires_in_seconds: int) -> dict[str, Any]:
    """Write the answer to a pushed request."""
    return {"request_uri": request_uri, "expires_in": expires_in_seconds}


def parse_pushed_response(data: bytes) -> str:
    """Read the `request_uri`.

    Raises:
        ProtocolError: the error that the issuer gave, or `invalid_par_response`.
    """
    message = read_object(data, error="invalid_par_response")
    raise_given_error(message)
    return text(message, "request_uri", error="invalid_par_response")


def authorization_response(
    redirect_uri: str, *, issuer: str, state: str | None, code: str | None = None, error: str | None = None
) -> str:
    """Write the address to which the browser returns, with a code or with an error."""
    answer = {"code": code, "error": error, "state": state, "iss": issuer}
    query = urlencode({name: value for name, value in answer.items() if value is not None})
    return f"{redirect_uri}{'&' if urlsplit(redirect_uri).query else '?'}{query}"


def parse_authorization_response(address: str, *, issuer: str, state: str) -> str:
    """Read the code from the address to which the browser returned.

    Raises:
        ProtocolError: the error that the issuer gave, or `invalid_authorization_response` when the answer
            is to another request or of another issuer.
    """
    pairs = parse_qsl(urlsplit(address).query, max_num_fields=20)
    answer = dict(pairs)
    if len(answer) != len(pairs) or answer.get("iss") != issuer or answer.get("state") != state:
        raise ProtocolError("invalid_authorization_response", "the answer is not to this request")
    raise_given_error(answer)
    return text(answer, "code", error="invalid_authorization_response")


def _wanted(
    form: Mapping[str, str], offered: Collection[str], credential_issuer: str
) -> tuple[frozenset[str], frozenset[str]]:
    """Read all that is asked for, and what of it is asked for with details; unknown scopes are ignored."""
    detailed: frozenset[str] = frozenset()
    if "authorization_details" in form:
        detailed = parse_authorization_details(
            form["authorization_details"], known=offered, credential_issuer=credential_issuer
        )
    scopes = frozenset(form.get("scope", "").split()) & frozenset(offered)
    if not detailed and not scopes:
        raise ProtocolError("invalid_scope", "neither scope nor authorization_details names a credential")
    return detailed | scopes, detailed


def _checked_redirect(redirect_uri: str, client_id: str) -> str:
    """Allow https and the addresses of RFC 8252; a client that is a web address stays on its origin."""
    refused = ProtocolError(INVALID_REQUEST, "redirect_uri is not one that this client may use")
    if not redirect_uri.isascii() or set(redirect_uri) & set(' "<>\\^`{|}'):
        raise refused
    try:
        given, client = urlsplit(redirect_uri), urlsplit(client_id)
        given_origin = (given.scheme, given.hostname, given.port)
        client_origin = (client.scheme, client.hostname, client.port)
    except ValueError as error:
        raise refused from error
    if given.fragment or "#" in redirect_uri or given.username is not None or given.password is not None:
        raise refused
    if given.scheme == "https" and given.hostname:
        allowed = True
    elif given.scheme == "http":
        allowed = given.hostname in LOOPBACK_HOSTS
    else:
        allowed = PRIVATE_SCHEME.fullmatch(given.scheme) is not None
    if client.scheme in ("https", "http"):
        allowed = allowed and given_origin == client_origin
    if not allowed:
        raise refused
    return redirect_uri


def _short(form: Mapping[str, str], name: str) -> str:
    value = text(form, name, error=INVALID_REQUEST)
    if len(value) > MAX_CHARACTERS or not value.isprintable():
        raise ProtocolError(INVALID_REQUEST, f"{name} is too long, or not plain text")
    return value
