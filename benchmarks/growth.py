"""How cost grows with the number of engagements: time and peak memory for each one, up to 10,000.

One work history of single gigs is issued and verified with `eddsa-rdfc-2022` and `eddsa-jcs-2022`, and
issued and read as an SD-JWT VC. A cost that is linear has the same numbers in every column, once the
fixed cost of a signature no longer shows. Memory is what Python allocates at most during one act.

A reader takes at most 4,096 disclosures and a megabyte of SD-JWT, so the last column ends there.
"""

from __future__ import annotations

import gc
import secrets
import time
import tracemalloc
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from benchmarks.credentials import ISSUER, NOW, ORGANISATION, STATUS, document, gigs, new_id, signer
from benchmarks.measuring import Act
from standard import sd_jwt
from standard.keys import KeySigner
from standard.model import WorkHistory
from standard.proofs import add_proof, verify_proof

_COUNTS: Final = (10, 100, 1_000, 10_000)
_SD_JWT_COUNTS: Final = (10, 100, 1_000)


def main(seconds: float) -> None:
    """Measure and print the table."""
    counts = _COUNTS if seconds else _COUNTS[:2]
    found = {count: dict(_costs(count, seconds)) for count in counts}
    print("| for each engagement |", " | ".join(f"{count:,}" for count in counts), "|")
    print("|---|" + "---:|" * len(counts))
    for act in found[counts[0]]:
        for unit, place in (("µs", 0), ("peak kB", 1)):
            cells = [f"{found[count][act][place]:,.1f}" if act in found[count] else "" for count in counts]
            print(f"| {act}, {unit} |", " | ".join(cells), "|")


def _costs(count: int, seconds: float) -> Iterator[tuple[str, tuple[float, float]]]:
    for name, act in _acts(count):
        yield name, (_microseconds(act, seconds) / count, _peak_bytes(act) / count / 1000)


def _acts(count: int) -> Iterator[tuple[str, Act]]:
    history = gigs(count)
    credential = document(history)
    keys = signer("Ed25519")
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        issue = partial(_sign, credential, suite, keys)
        signed = issue()
        yield f"{suite}, issue", issue
        yield f"{suite}, verify", partial(verify_proof, signed, signed["proof"], keys.public_key)
    if count in _SD_JWT_COUNTS:
        copy = partial(_copy, history)
        yield "SD-JWT VC, issue", copy
        yield "SD-JWT VC, verify", partial(_read, copy())


def _sign(credential: dict[str, Any], suite: str, keys: KeySigner) -> dict[str, Any]:
    return add_proof(credential, cryptosuite=suite, signer=keys, created=NOW, purpose="assertionMethod")


def _copy(history: WorkHistory) -> str:
    keys = signer("P-256")
    return sd_jwt.issue_statement(
        history,
        issuer=ISSUER,
        organisation_name=ORGANISATION,
        holder=keys.public_key,
        jti=new_id(),
        issued=NOW,
        status=STATUS,
        signer=keys,
        new_salt=sd_jwt.salts(secrets.token_bytes).__next__,
    )


def _read(text: str) -> None:
    read = sd_jwt.parse(text)
    sd_jwt.verify_signature(read, signer("P-256").public_key)


def _microseconds(act: Act, seconds: float) -> float:
    """The least of several: a long act is disturbed often, and never made faster."""
    least, end = float("inf"), time.perf_counter() + seconds / 2
    while least == float("inf") or time.perf_counter() < end:
        start = time.process_time()
        act()
        least = min(least, time.process_time() - start)
    return least * 1e6


def _peak_bytes(act: Act) -> float:
    gc.collect()
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
