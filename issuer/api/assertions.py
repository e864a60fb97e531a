"""Access tokens for programs that sign an assertion with a key of their own (`private_key_jwt`).

Source: RFC 7523, "JWT Format and Processing Requirements"; OpenID Connect Core 1.0, "Client Authentication".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlmodel import Session

from issuer.api.clients import Caller, caller
from issuer.api.scopes import parse_scopes, write_scopes
from issuer.errors import ApiClientError
from issuer.secret_values import digest, new_secret
from issuer.store import api as store
from issuer.tables import ApiClient, ApiToken, ClientAssertion
from standard import strict_json
from standard.errors import JsonError, ProtocolError

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: Final = ("ES256", "ES384", "EdDSA", "Ed25519", "PS256")
TOKEN_PREFIX: Final = "kluscv_token_"  # noqa: S105 - a prefix, not a secret
LONGEST_LIFE: Final = timedelta(minutes=10)
CLOCK_SKEW: Final = timedelta(seconds=60)
ASSERTION_LIMIT_BYTES: Final = 8_192
JWKS_LIMIT_BYTES: Final = 32_768
JTI_LENGTH: Final = 200
MOST_KEYS: Final = 4
PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "k", "oth"})


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, shown once."""

    text: str
    scopes: str
    lifetime: timedelta


def check_jwks(text: str) -> str:
    """Check a program's public keys and write them compactly.

    Raises:
        ApiClientError: it is no JWK Set of public keys for a signature that is accepted here.
    """
    try:
        document = strict_json.loads(text, limit_bytes=JWKS_LIMIT_BYTES)
    except JsonError as error:
        raise ApiClientError("the keys are no JSON") from error
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not keys or not all(isinstance(key, dict) for key in keys):
        raise ApiClientError("the keys are no JWK Set")
    if len(keys) > MOST_KEYS:
        raise ApiClientError(f"a program has at most {MOST_KEYS} keys")
    if any(PRIVATE_MEMBERS & key.keys() for key in keys if isinstance(key, dict)):
        raise ApiClientError("the keys hold a private or symmetric key: send the public ones only")
    try:
        KeySet.import_key_set({"keys": keys})  # type: ignore[typeddict-item]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ApiClientError("a key cannot be used") from error
    return json.dumps({"keys": keys}, separators=(",", ":"))


def grant(
    session: Session,
    form: Mapping[str, str],
    *,
    audiences: frozenset[str],
    now: datetime,
    lifetime: timedelta,
) -> Token:
    """Exchange a signed assertion for an access token.

    Args:
        session: a writing transaction.
        form: the token request.
        audiences: how this service is called in an assertion: its token endpoint, or itself.
        now: the moment.
        lifetime: of the access token.

    Raises:
        ProtocolError: `unsupported_grant_type`, `invalid_request`, `invalid_client` or `invalid_scope`.
    """
    if form.get("grant_type") != "client_credentials":
        raise ProtocolError("unsupported_grant_type", "only client_credentials is granted here")
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
        raise ProtocolError("invalid_request", "a signed client_assertion is missing")
    client = _authenticated(session, form["client_assertion"], audiences, now)
    if form.get("client_id", client.id) != client.id:
        raise ProtocolError("invalid_client", "client_id names another program")
    scopes = _granted_scopes(client, form.get("scope"))
    text = f"{TOKEN_PREFIX}{new_secret()}"
    session.add(
        ApiToken(token_hash=digest(text), client_id=client.id, scopes=scopes, expires_at=now + lifetime)
    )
    return Token(text, scopes, lifetime)


def caller_of_token(session: Session, text: str, *, now: datetime) -> Caller | None:
    """Find who shows this access token, while it is alive."""
    token = store.token_by_hash(session, digest(text)) if text.startswith(TOKEN_PREFIX) else None
    if token is None or token.expires_at <= now:
        return None
    return caller(store.client_by_id(session, token.client_id), scopes=token.scopes)


def _authenticated(session: Session, assertion: str, audiences: frozenset[str], now: datetime) -> ApiClient:
    """Check an assertion.

    1. Its issuer and subject are one program of ours that has keys.
    2. One of those keys signed it, with an algorithm that is accepted here.
    3. It is meant for this service, lives now, and not for long.
    4. It was never used before.

    Only who holds the key hears what is wrong with the rest of it.
    """
    header, claims = _read(assertion)
    client = store.client_by_id(session, str(claims.get("sub", "")))
    if client is None or client.jwks is None or client.disabled_at is not None:
        raise _refused("it is of no program here, or of one without keys")
    if not _is_signed(assertion, header.get("kid"), client.jwks):
        raise _refused("it is of no program here, or of one without keys")
    if claims.get("iss") != client.id:
        raise _refused("iss is not the program")
    audience = claims.get("aud")
    if not audiences & ({audience} if isinstance(audience, str) else _texts(audience)):
        raise _refused("aud is not this service")
    expires, jti = _expiry(claims, now), claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_LENGTH:
        raise _refused("jti is missing or too long")
    used = ClientAssertion(client_id=client.id, jti=jti, expires_at=expires + CLOCK_SKEW)
    if not store.remember_assertion(session, used):
        raise _refused("it was used before")
    return client


def _refused(why: str) -> ProtocolError:
    return ProtocolError("invalid_client", f"the assertion is not accepted: {why}")


def _is_signed(assertion: str, key_id: object, jwks: str) -> bool:
    """Whether a key signed that may be the one named; a key that does not fit the algorithm did not."""
    document = json.loads(jwks)
    for told, key in zip(document["keys"], KeySet.import_key_set(document).keys, strict=True):
        if key_id is not None and told.get("kid", key_id) != key_id:
            continue
        try:
            jws.deserialize_compact(assertion, key, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            continue
        return True
    return False


def _read(assertion: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Read the header of an assertion and what it says, before its signature is known to be good."""
    try:
        if len(assertion) > ASSERTION_LIMIT_BYTES:
            raise ProtocolError("invalid_client", "the assertion is too long")
        token = jws.extract_compact(assertion.encode("ascii"))
        # A moment may have a fraction (RFC 7519, "NumericDate").
        claims = strict_json.loads(token.payload, limit_bytes=ASSERTION_LIMIT_BYTES, floats=True)
    except (JoseError, JsonError, ValueError) as error:
        raise ProtocolError("invalid_client", "the assertion cannot be read") from error
    if not isinstance(claims, dict):
        raise ProtocolError("invalid_client", "the assertion cannot be read")
    return token.protected, claims


def _expiry(claims: Mapping[str, Any], now: datetime) -> datetime:
    """Check that an assertion lives, and not for long; gives its end."""
    for name in ("iat", "nbf"):
        begun = _moment(claims[name]) if name in claims else now
        if begun is None or begun > now + CLOCK_SKEW:
            raise _refused(f"{name} lies in the future")
    expires = _moment(claims.get("exp"))
    if expires is None:
        raise _refused("exp is missing")
    if not now - CLOCK_SKEW < expires <= now + LONGEST_LIFE + CLOCK_SKEW:
        raise _refused("exp has passed, or lies more than ten minutes ahead")
    return expires


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _texts(value: object) -> set[str]:
    return {item for item in value if isinstance(item, str)} if isinstance(value, list) else set()


def _granted_scopes(client: ApiClient, wanted: str | None) -> str:
    held = parse_scopes(client.scopes)
    if wanted is None:
        return write_scopes(held)
    try:
        asked = parse_scopes(wanted)
    except ApiClientError as error:
        raise ProtocolError("invalid_scope", "a scope is unknown") from error
    if not asked <= held:
        raise ProtocolError("invalid_scope", "the program does not have this scope")
    return write_scopes(asked)
