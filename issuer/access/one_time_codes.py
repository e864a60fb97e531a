"""Codes that count once: those of an authenticator app (RFC 6238), and recovery codes on paper."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError

from issuer.secret_values import digest

SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
RECOVERY_GROUP: Final = 4
STEPS_OF_GRACE: Final = 1
"""A code of the step before and of the step after counts too (RFC 6238, "Validation and Time-Step Size")."""


def new_app_secret() -> str:
    """Make a secret for an authenticator app, in base32 as apps take it (RFC 4226: 160 bits)."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def app_address(secret: str, *, login_name: str, service_name: str) -> str:
    """Write the address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_name, issuer_name=service_name)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Find the time step that a code of the app belongs to; None when it is none of now."""
    # Apps show codes in two groups, and people type the space.
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(typed, for_time=now, valid_window=STEPS_OF_GRACE)
    except OTPVerificationError:
        return None


def new_recovery_codes() -> tuple[str, ...]:
    """Make codes for on paper, of 80 random bits each."""
    return tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))


def recovery_digest(code: str) -> str:
    """Give the form in which a recovery code is stored, however it was typed."""
    return digest("recovery:" + "".join(letter for letter in code.lower() if letter.isalnum()))


def _new_recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode("ascii").lower()
    return "-".join(
        letters[start : start + RECOVERY_GROUP] for start in range(0, len(letters), RECOVERY_GROUP)
    )
