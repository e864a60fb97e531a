"""What a holder does with an SD-JWT: leave disclosures out, and prove possession of the key.

Source: RFC 9901, "Presentation" and "Key Binding JWT".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from standard import base64url, jws
from standard.errors import KeyFormatError, ProofError, SdJwtError, SignatureMismatchError
from standard.keys import PublicKey, Signer
from standard.sd_jwt.token import Keep, SdJwt, parse

KEY_BINDING_TYPE: Final = "kb+jwt"
CLOCK_SKEW: Final = timedelta(minutes=1)


def reduce(text: str, keep: Keep) -> str:
    """Read an SD-JWT and keep only the chosen disclosures, as `SdJwt.reduced` does."""
    return parse(text).reduced(keep)


def bind(text: str, *, signer: Signer, audience: str, nonce: str, now: datetime) -> str:
    """Add a key-binding JWT: the holder of this key presents this text to this audience now.

    Raises:
        SdJwtError: there is a key binding already, or it is no SD-JWT.
    """
    if not text.endswith("~"):
        raise SdJwtError("not an SD-JWT that lacks a key binding")
    payload = {
        "iat": int(now.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": _sd_hash(text),
    }
    return text + jws.sign({"typ": KEY_BINDING_TYPE}, payload, signer)


def holder_key(sd_jwt: SdJwt) -> PublicKey:
    """The key that `cnf` binds the credential to.

    Raises:
        SdJwtError: there is no `cnf` with a `jwk` of a supported kind.
    """
    confirmation = sd_jwt.payload.get("cnf")
    jwk = confirmation.get("jwk") if isinstance(confirmation, dict) else None
    if not isinstance(jwk, dict):
        raise SdJwtError("cnf holds no jwk")
    try:
        return PublicKey.from_jwk(jwk)
    except KeyFormatError as error:
        raise SdJwtError("cnf.jwk is not a supported key") from error


def verify_key_binding(
    sd_jwt: SdJwt, *, audience: str, nonce: str, now: datetime, max_age: timedelta
) -> None:
    """Check that the holder presented exactly this, here, now.

    1. A key-binding JWT is there, of the right type, signed with the key of `cnf`.
    2. Its claims are `iat`, `aud`, `nonce` and `sd_hash`, each as expected.
    3. It was made within `max_age`, give or take a minute of clock skew.

    Raises:
        SdJwtError: any of these fails.
    """
    if sd_jwt.key_binding is None:
        raise SdJwtError("there is no key binding")
    try:
        jwt = jws.parse(sd_jwt.key_binding)
        jwt.verify(holder_key(sd_jwt))
    except SignatureMismatchError as error:
        raise SdJwtError("the key binding is not signed with the key of cnf") from error
    except ProofError as error:
        raise SdJwtError(f"the key binding cannot be read: {error}") from error
    if jwt.header.get("typ") != KEY_BINDING_TYPE:
        raise SdJwtError("typ of the key binding is not kb+jwt")
    expected = {"aud": audience, "nonce": nonce, "sd_hash": _sd_hash(sd_jwt.without_key_binding)}
    for name, value in expected.items():
        if jwt.payload.get(name) != value:
            raise SdJwtError(f"{name} of the key binding is not the expected one")
    made = jwt.payload.get("iat")
    if not isinstance(made, int) or isinstance(made, bool):
        raise SdJwtError("iat of the key binding is not a number of seconds")
    age_seconds = now.timestamp() - made
    if not -CLOCK_SKEW.total_seconds() <= age_seconds <= (max_age + CLOCK_SKEW).total_seconds():
        raise SdJwtError("the key binding was not made within the allowed time")


def _sd_hash(without_key_binding: str) -> str:
    return base64url.encode(sha256(without_key_binding.encode("ascii")).digest())
