"""What an SD-JWT VC costs: to issue, to present in part, and to verify.

Both sides have the same payload and hide the same: thirty records and the name. The peer is
`@sd-jwt/sd-jwt-vc`, with Node's own cryptography (OpenSSL) for its hashes, signatures and salts.

Presenting is measured on both sides from a credential that was read when it was received, and from its
text. Verifying is reading, with every digest and disclosure checked, and the issuer's signature; the
check of the profile and the data model, which the peer does not have, stands on a line of its own.
The floor is the P-256 signatures alone, with bare `cryptography`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from benchmarks.credentials import GIGS, ISSUER, NOW, ORGANISATION, new_id, rated_gigs, signer
from benchmarks.floors import signature_floors
from benchmarks.measuring import Line, open_peer, report
from standard import claims, sd_jwt
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl
from standard.sd_jwt.token import Path

_CHOSEN: Final = frozenset({("name",), ("rating", 3), ("rating", 17)})
_BINDING: Final = {"aud": "https://verifier.example", "nonce": "n-0S6_WzA2Mj"}
_HOLDER: Final = KeySigner(PrivateKey.generate("P-256"), DidUrl("did:key:zDn#zDn"))


def main(seconds: float) -> None:
    """Measure and print the table."""
    payload = _payload()
    given = {
        "payload": payload,
        "header": {"kid": signer("P-256").verification_method},
        "frame": {"_sd": ["name"], "rating": {"_sd": list(range(GIGS))}},
        "chosen": {"name": True, "rating": {"3": True, "17": True}},
        "binding": {**_BINDING, "iat": int(NOW.timestamp())},
    }
    with open_peer("sd_jwt.mjs", given) as peer:
        report(_lines(payload), peer, seconds)


def _payload() -> dict[str, Any]:
    statement = rated_gigs()
    if statement.name is None:
        raise AssertionError("the statement has a name")
    return {
        "iss": ISSUER,
        "issuerName": ORGANISATION,
        "vct": claims.VCT[claims.statement_type(statement)],
        "jti": new_id(),
        "iat": int(NOW.replace(hour=0, minute=0).timestamp()),
        "cnf": {"jwk": _HOLDER.public_key.jwk()},
        **claims.subject_claims(replace(statement, name=None), new_id=None),
        "name": {"fullName": statement.name.full_name, "check": statement.name.check.value},
    }


def _lines(payload: Mapping[str, Any]) -> Iterator[Line]:
    keys = signer("P-256")

    def issue() -> str:
        return sd_jwt.issue(
            payload,
            disclosable=sd_jwt.is_disclosable,
            header={"typ": "dc+sd-jwt", "kid": keys.verification_method},
            signer=keys,
            new_salt=sd_jwt.salts(secrets.token_bytes).__next__,
            deepest=2,
        )

    def keep(path: Path, _value: object) -> bool:
        return path in _CHOSEN

    def bind(text: str) -> str:
        return sd_jwt.bind(text, signer=_HOLDER, audience=_BINDING["aud"], nonce=_BINDING["nonce"], now=NOW)

    def verify(text: str) -> sd_jwt.SdJwt:
        read = sd_jwt.parse(text)
        sd_jwt.verify_signature(read, keys.public_key)
        return read

    whole = issue()
    held, part = sd_jwt.parse(whole), sd_jwt.reduce(whole, keep)
    raw_sign, raw_verify = signature_floors("P-256", whole.split("~")[0].encode())
    yield Line(f"issue, {GIGS + 1} disclosures", issue, raw_sign, "issue", "4x faster")
    yield Line("present three, read before", lambda: held.reduced(keep), None, "presentHeld", "20x faster")
    yield Line("present three, from the text", lambda: sd_jwt.reduce(whole, keep), None, "present")
    yield Line("present and bind, read before", lambda: bind(held.reduced(keep)), raw_sign, "bindHeld")
    yield Line(f"verify {GIGS + 1} disclosures", lambda: verify(whole), raw_verify, "verify", "4x faster")
    yield Line("verify three disclosures", lambda: verify(part), raw_verify, "verifyPart")
    yield Line(
        f"verify {GIGS + 1} disclosures, profile and data model",
        lambda: sd_jwt.to_disclosed_statement(verify(whole)),
        raw_verify,
    )
