"""What `ecdsa-sd-2023` costs: to issue a credential, to derive a choice from it, to verify that.

Both sides have the same credential, the same mandatory pointers and the same choice of two records.
The floor of issuing and verifying is their P-256 signatures with bare `cryptography`, one for each
quad that can be left out; deriving needs none. The peer is `@digitalbazaar/vc` with its suite. Ours
takes the HMAC key and the proof's own key from outside; both are drawn anew each time, as the peer does.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from benchmarks.credentials import NOW, document, for_peer, rated_gigs, signer
from benchmarks.floors import signature_floors
from benchmarks.measuring import Line, open_peer, report
from standard.credentials import mandatory_pointers
from standard.jsonld import canonize
from standard.keys import PrivateKey
from standard.proofs import BaseProofs, add_proof, derive, verify_proof
from standard.proofs.disclosure_values import read_base, read_derived

_CHOSEN: Final = ("/credentialSubject/rating/3", "/credentialSubject/rating/17")


def main(seconds: float) -> None:
    """Measure and print the table."""
    credential = document(rated_gigs())
    mandatory = mandatory_pointers(credential)
    given = {**for_peer(credential), "mandatory": mandatory, "chosen": _CHOSEN}
    with open_peer("selective_disclosure.mjs", given) as peer:
        report(_lines(credential, mandatory), peer, seconds)


def _lines(credential: dict[str, Any], mandatory: Sequence[str]) -> Iterator[Line]:
    keys = signer("P-256")

    def issue() -> dict[str, Any]:
        suite = BaseProofs(tuple(mandatory), secrets.token_bytes(32), PrivateKey.generate("P-256"))
        return add_proof(credential, cryptosuite=suite, signer=keys, created=NOW, purpose="assertionMethod")

    base = issue()
    derived = derive(base, base["proof"], _CHOSEN)
    quads = canonize(credential).splitlines(keepends=True)
    signed = quads[: 1 + len(read_base(base["proof"]["proofValue"]).statement_signatures)]
    shown = quads[: 1 + len(read_derived(derived["proof"]["proofValue"]).statement_signatures)]
    sign = [signature_floors("P-256", quad)[0] for quad in signed]
    check = [signature_floors("P-256", quad)[1] for quad in shown]
    yield Line("issue", issue, lambda: [each() for each in sign], "issue", "4x faster")
    yield Line(
        "derive two records", partial(derive, base, base["proof"], _CHOSEN), None, "derive", "20x faster"
    )
    yield Line(
        f"verify them ({len(json.dumps(derived)):,} bytes)",
        partial(verify_proof, derived, derived["proof"], keys.public_key),
        lambda: [each() for each in check],
        "verify",
        "2x faster",
    )
