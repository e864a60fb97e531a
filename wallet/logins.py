"""Logins: the vault key, sealed under a key that lives only in the worker's cookie.

The cookie holds 32 random bytes. One derivation of them finds the row, another opens the key in it;
whoever holds the whole database and no cookie can do neither.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from wallet import store
from wallet.errors import VaultError
from wallet.sealing import KEY_BYTES, Place, VaultKey, derive, seal, unseal
from wallet.tables import LoginSession
from wallet.vault import Vault


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """How long a login lasts: unused, and in all."""

    idle: timedelta
    whole: timedelta


def open_login(session: Session, vault: Vault, *, now: datetime, limits: LoginLimits) -> str:
    """Begin a login and return the cookie's value, which is kept nowhere else."""
    store.end_stale_logins(session, now)
    secret = secrets.token_bytes(KEY_BYTES)
    login_id = _login_id(secret)
    sealed = seal(_cookie_key(secret), _place(vault.worker_id, login_id), vault.key.raw)
    store.add_login(
        session,
        LoginSession(
            id=login_id,
            worker_id=vault.worker_id,
            sealed_key=sealed,
            idle_until=now + limits.idle,
            ends_at=now + limits.whole,
        ),
    )
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def resume(session: Session, cookie: str, *, now: datetime, limits: LoginLimits) -> Vault | None:
    """Open the vault that a cookie belongs to; None when there is no such login or its time is over."""
    secret = _secret(cookie)
    if secret is None:
        return None
    found = store.login(session, _login_id(secret))
    if found is None or found.ends_at <= now or found.idle_until <= now:
        return None
    try:
        raw = unseal(_cookie_key(secret), _place(found.worker_id, found.id), found.sealed_key)
    except VaultError:
        return None
    _prolong(session, found, now, limits)
    return Vault(session, found.worker_id, VaultKey(raw))


def close(session: Session, cookie: str) -> None:
    """End one login."""
    secret = _secret(cookie)
    if secret is not None:
        store.end_login(session, _login_id(secret))


def _prolong(session: Session, login: LoginSession, now: datetime, limits: LoginLimits) -> None:
    # Once a minute is enough: not every page needs a write.
    if now + limits.idle - login.idle_until > timedelta(minutes=1):
        login.idle_until = now + limits.idle
        store.add_login(session, login)


def _secret(cookie: str) -> bytes | None:
    try:
        secret = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    except (ValueError, binascii.Error):
        return None
    return secret if len(secret) == KEY_BYTES else None


def _login_id(secret: bytes) -> str:
    return derive(secret, purpose="login-id").hex()


def _cookie_key(secret: bytes) -> VaultKey:
    return VaultKey(derive(secret, purpose="login-key"))


def _place(worker: str, login_id: str) -> Place:
    return Place(worker, "login_session", login_id, 1)
