"""The proof that a wallet holds the key to which a credential shall be bound.

Source: OpenID4VCI 1.0, "jwt Proof Type".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from standard import dids, jws
from standard.errors import KeyFormatError, ProofError, ProtocolError
from standard.keys import PublicKey, Signer
from standard.model import Did

MEDIA_TYPE: Final = "openid4vci-proof+jwt"
INVALID: Final = "invalid_proof"
CLOCK_SKEW: Final = timedelta(minutes=1)
LIMIT_BYTES: Final = 1 << 13
UNSUPPORTED_HEADERS: Final = frozenset({"key_attestation", "trust_chain"})
"""What says something about the key that is not checked here; to ignore it would look like believing it."""


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A key whose possession was proven, for one nonce.

    The nonce is still to be looked up and used up by the issuer: an unknown one is `invalid_nonce`.
    """

    public_key: PublicKey
    nonce: str


def make_key_proof(
    *, signer: Signer, credential_issuer: str, nonce: str, now: datetime, is_bare: bool = False
) -> str:
    """Prove possession of a did:key, or of a bare key; `iss` stays out, for the wallet is anonymous."""
    key = {"jwk": signer.public_key.jwk()} if is_bare else {"kid": signer.verification_method}
    header = {"typ": MEDIA_TYPE, **key}
    payload = {"aud": credential_issuer, "iat": int(now.timestamp()), "nonce": nonce}
    return jws.sign(header, payload, signer)


def check_key_proof(proof: str, *, credential_issuer: str, now: datetime, max_age: timedelta) -> KeyProof:
    """Check one proof but for its nonce.

    1. It is a JWS of the right `typ`, signed with ES256.
    2. The header names one public key: a did:key as `kid`, or a `jwk`.
    3. The signature is that key's.
    4. `aud` is this issuer, `iat` is recent, `nonce` is there; `exp` and `nbf` hold where they are given.

    Raises:
        ProtocolError: `invalid_proof`.
    """
    try:
        token = jws.parse(proof, limit_bytes=LIMIT_BYTES)
        public_key = _named_key(token.header)
        token.verify(public_key)
    except (ProofError, KeyFormatError) as error:
        raise ProtocolError(INVALID, f"the key proof does not verify: {error}") from error
    if token.header.get("typ") != MEDIA_TYPE or token.header["alg"] != "ES256":
        raise ProtocolError(INVALID, "typ or alg of the key proof is not the expected one")
    if token.payload.get("aud") != credential_issuer:
        raise ProtocolError(INVALID, "aud of the key proof is another issuer")
    _check_age(token.payload.get("iat"), now, max_age)
    _check_window(token.payload, now)
    nonce = token.payload.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise ProtocolError(INVALID, "the key proof holds no nonce")
    return KeyProof(public_key, nonce)


def _named_key(header: Mapping[str, Any]) -> PublicKey:
    if UNSUPPORTED_HEADERS & set(header):
        raise KeyFormatError("the header carries an attestation, which is not supported")
    if len({"kid", "jwk", "x5c"} & set(header)) != 1:
        raise KeyFormatError("the header names no key, or several")
    if "jwk" in header:
        jwk = header["jwk"]
        if not isinstance(jwk, Mapping) or "d" in jwk or "k" in jwk:
            raise KeyFormatError("jwk is not a public key")
        return PublicKey.from_jwk(jwk)
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid.startswith("did:key:"):
        raise KeyFormatError("kid is not a did:key")
    did = Did(kid.split("#", 1)[0])
    if kid not in (did, dids.did_key_method(did)):
        raise KeyFormatError("kid names another key than its did:key")
    return dids.did_key_public_key(did)


def _check_window(payload: Mapping[str, Any], now: datetime) -> None:
    """Hold a proof to the end and the beginning that it gives itself (RFC 7519)."""
    skew_seconds = CLOCK_SKEW.total_seconds()
    ends, begins = (payload.get(name, now.timestamp()) for name in ("exp", "nbf"))
    if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in (ends, begins)):
        raise ProtocolError(INVALID, "exp or nbf of the key proof is not a number of seconds")
    if ends <= now.timestamp() - skew_seconds or begins > now.timestamp() + skew_seconds:
        raise ProtocolError(INVALID, "the key proof has ended, or does not count yet")


def _check_age(made: object, now: datetime, max_age: timedelta) -> None:
    if not isinstance(made, int) or isinstance(made, bool):
        raise ProtocolError(INVALID, "iat of the key proof is not a number of seconds")
    age_seconds = now.timestamp() - made
    if not -CLOCK_SKEW.total_seconds() <= age_seconds <= (max_age + CLOCK_SKEW).total_seconds():
        raise ProtocolError(INVALID, "the key proof was not made within the allowed time")
