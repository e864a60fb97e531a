"""Random values that open something: handed out once, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Make a value with 256 random bits, safe in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Give the form in which a random value is stored.

    One plain hash is enough because the value is random; passwords would need a slow one.
    """
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()
