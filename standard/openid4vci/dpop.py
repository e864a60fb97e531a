"""Proof that whoever uses an access token holds the key that the token was given to.

Source: RFC 9449, "DPoP Proof JWTs".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from standard import base64url, jws
from standard.errors import KeyFormatError, ProofError, ProtocolError
from standard.keys import PublicKey, Signer

MEDIA_TYPE: Final = "dpop+jwt"
INVALID_DPOP_PROOF: Final = "invalid_dpop_proof"
DPOP_ALGORITHMS: Final = ("ES256", "ES384", "EdDSA")
DPOP_WINDOW: Final = timedelta(minutes=5)
"""How far the clock of a wallet may be off, either way; also how long a `jti` must be remembered."""
LIMIT_BYTES: Final = 1 << 13
JTI_MAX_CHARACTERS: Final = 128
DEFAULT_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class DpopProof:
    """A key that was shown to be at hand for one request.

    `thumbprint` is the `jkt` of RFC 7638. The issuer still has to refuse a `jti` that comes back.
    """

    thumbprint: str
    jti: str


def make_dpop_proof(
    *,
    signer: Signer,
    method: str,
    url: str,
    jti: str,
    now: datetime,
    access_token: str | None = None,
    nonce: str | None = None,
) -> str:
    """Write the proof for one request, with the token that it goes with and the nonce that a server gave."""
    header = {"typ": MEDIA_TYPE, "jwk": signer.public_key.jwk()}
    payload = {"jti": jti, "htm": method, "htu": _bare(url), "iat": int(now.timestamp())}
    if access_token is not None:
        payload["ath"] = _token_hash(access_token)
    if nonce is not None:
        payload["nonce"] = nonce
    return jws.sign(header, payload, signer)


def check_dpop_proof(
    proof: str, *, method: str, url: str, now: datetime, access_token: str | None = None
) -> DpopProof:
    """Check one proof but for the repetition of its `jti`.

    1. It is a JWS of the right `typ` with an asymmetric `alg`.
    2. The header holds one public key, and the signature is that key's.
    3. `htm` and `htu` are those of this request, the query left aside.
    4. `iat` is recent, `jti` is there.
    5. With an access token, `ath` is its hash.

    Source: RFC 9449, "Checking DPoP Proofs". Nonces of the server are not used: every `jti` is remembered
    for as long as its proof could be taken, which is what the nonces would save.

    Raises:
        ProtocolError: `invalid_dpop_proof`.
    """
    try:
        token = jws.parse(proof, limit_bytes=LIMIT_BYTES)
        public_key = _embedded_key(token.header)
        token.verify(public_key)
    except (ProofError, KeyFormatError) as error:
        raise ProtocolError(INVALID_DPOP_PROOF, f"the DPoP proof does not verify: {error}") from error
    if token.header.get("typ") != MEDIA_TYPE:
        raise _invalid("typ of the DPoP proof is not dpop+jwt")
    claims = token.payload
    if claims.get("htm") != method or not _same_address(claims.get("htu"), url):
        raise _invalid("the DPoP proof is for another request")
    made = claims.get("iat")
    if not isinstance(made, int) or isinstance(made, bool):
        raise _invalid("iat of the DPoP proof is not a number of seconds")
    if abs(now.timestamp() - made) > DPOP_WINDOW.total_seconds():
        raise _invalid("the DPoP proof was not made within the allowed time")
    if access_token is not None and claims.get("ath") != _token_hash(access_token):
        raise _invalid("ath of the DPoP proof is not the hash of the access token")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= JTI_MAX_CHARACTERS:
        raise _invalid("jti of the DPoP proof is missing or too long")
    return DpopProof(base64url.encode(public_key.thumbprint()), jti)


def _embedded_key(header: Mapping[str, Any]) -> PublicKey:
    jwk = header.get("jwk")
    if not isinstance(jwk, Mapping) or {"d", "k", "p", "q"} & set(jwk):
        raise KeyFormatError("jwk is not a public key")
    return PublicKey.from_jwk(jwk)


def _same_address(given: object, expected: str) -> bool:
    if not isinstance(given, str):
        return False
    try:
        return _parts(given) == _parts(expected)
    except ValueError:
        return False


def _parts(url: str) -> tuple[str, str | None, int | None, str]:
    # RFC 9449 asks for the comparison of RFC 3986: case of scheme and host, and a default port, are nothing.
    parts = urlsplit(url)
    return (
        parts.scheme,
        parts.hostname,
        parts.port or DEFAULT_PORTS.get(parts.scheme),
        parts.path or "/",
    )


def _bare(url: str) -> str:
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _token_hash(access_token: str) -> str:
    return base64url.encode(hashlib.sha256(access_token.encode("utf-8")).digest())


def _invalid(message: str) -> ProtocolError:
    return ProtocolError(INVALID_DPOP_PROOF, message)
