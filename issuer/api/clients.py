"""Programs and their API keys: shown once, kept as a hash, two at a time so that one can be replaced."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from sqlmodel import Session

from issuer.api.scopes import Scope, parse_scopes, write_scopes
from issuer.content import one_line
from issuer.errors import ApiClientError, NotFoundError
from issuer.organisations import identity
from issuer.secret_values import digest, new_secret
from issuer.store import api as store
from issuer.tables import ApiClient, ApiKey, Organisation

KEY_PREFIX: Final = "kluscv_key_"
LIVE_KEYS: Final = 2
NAME_LENGTH: Final = 100
ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: a program, the organisation that it acts for, and what it may do now."""

    client_id: str
    organisation_id: int
    scopes: frozenset[Scope]

    @property
    def actor(self) -> str:
        """How the audit log names the program."""
        return f"client:{self.client_id}"


@dataclass(frozen=True, slots=True)
class NewKey:
    """An API key as it is shown, once."""

    id: str
    text: str
    expires_at: datetime


def add_client(
    session: Session,
    organisation: Organisation,
    *,
    name: str,
    scopes: Iterable[Scope],
    jwks: str | None,
    now: datetime,
) -> ApiClient:
    """Register a program.

    Args:
        session: a writing transaction.
        organisation: whom it acts for.
        name: what the operator calls it.
        scopes: what it may do.
        jwks: the public keys of its assertions as a JWK Set, checked by the caller; None: API keys only.
        now: the moment.

    Raises:
        ApiClientError: the name is empty or there is no scope.
    """
    name = one_line(name)[:NAME_LENGTH]
    if not name:
        raise ApiClientError("a program needs a name")
    client = ApiClient(
        id=token_hex(ID_BYTES), organisation_id=identity(organisation), name=name,
        scopes=write_scopes(parse_scopes(" ".join(scopes))), jwks=jwks, created_at=now,
    )  # fmt: skip
    session.add(client)
    session.flush()
    return client


def set_jwks(session: Session, client: ApiClient, jwks: str | None) -> None:
    """Let a program sign its assertions with other keys from now on, or with none.

    Args:
        session: a writing transaction.
        client: the program.
        jwks: its public keys as a JWK Set, checked by the caller; None: API keys only.
    """
    client.jwks = jwks
    session.flush()


def find_client(session: Session, organisation: Organisation, client_id: str) -> ApiClient:
    """Find a program of an organisation; raises `NotFoundError`."""
    client = store.client_by_id(session, client_id)
    if client is None or client.organisation_id != organisation.id:
        raise NotFoundError("no such program")
    return client


def disable_client(session: Session, organisation: Organisation, client_id: str, *, now: datetime) -> None:
    """Shut a program out at once, its keys and tokens with it."""
    client = find_client(session, organisation, client_id)
    client.disabled_at = client.disabled_at or now
    session.flush()


def add_key(session: Session, client: ApiClient, *, now: datetime, lifetime: timedelta) -> NewKey:
    """Make an API key.

    Raises:
        ApiClientError: the program is disabled, or two of its keys are alive already.
    """
    store.lock_client(session, client.id)
    if client.disabled_at is not None:
        raise ApiClientError("the program was disabled")
    if len(store.live_keys(session, client.id, now)) >= LIVE_KEYS:
        raise ApiClientError("two keys are in use already: withdraw one first")
    secret = new_secret()
    key = ApiKey(
        id=token_hex(ID_BYTES), client_id=client.id, secret_hash=digest(secret),
        created_at=now, expires_at=now + lifetime,
    )  # fmt: skip
    session.add(key)
    session.flush()
    return NewKey(key.id, f"{KEY_PREFIX}{key.id}_{secret}", key.expires_at)


def revoke_key(session: Session, client: ApiClient, key_id: str, *, now: datetime) -> None:
    """Withdraw an API key; raises `NotFoundError`. Repeating changes nothing."""
    key = store.key_by_id(session, key_id)
    if key is None or key.client_id != client.id:
        raise NotFoundError("no such key")
    key.revoked_at = key.revoked_at or now
    session.flush()


def caller_of_key(session: Session, text: str, *, now: datetime) -> Caller | None:
    """Find who shows this API key, while it is alive."""
    key_id, _, secret = text.removeprefix(KEY_PREFIX).partition("_")
    key = store.key_by_id(session, key_id) if text.startswith(KEY_PREFIX) else None
    if key is None or not hmac.compare_digest(digest(secret), key.secret_hash):
        return None
    if key.revoked_at is not None or key.expires_at <= now:
        return None
    return caller(store.client_by_id(session, key.client_id), scopes=None)


def caller(client: ApiClient | None, *, scopes: str | None) -> Caller | None:
    """Turn a program into a caller with all its scopes, or with those of its token that it still has."""
    if client is None or client.disabled_at is not None:
        return None
    held = parse_scopes(client.scopes)
    wanted = parse_scopes(scopes) if scopes is not None else held
    return Caller(client.id, client.organisation_id, held & wanted)
