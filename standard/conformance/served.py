"""Judging the documents of this standard that a platform serves too: context, schemas, type metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from standard import strict_json
from standard.claims import VCT
from standard.conformance.findings import Clause, Finding, Standing
from standard.errors import ResolutionError, UnreadableError
from standard.resolution import Resolver
from standard.sd_jwt.type_metadata import bundled

_LIMIT_BYTES: Final = 1 << 20


def check_served_documents(origin: str, resolver: Resolver) -> tuple[list[Finding], int]:
    """Compare every copy that a platform serves with the document of the standard.

    Serving them is optional, so one that is not there is no fault.

    Args:
        origin: scheme and host of the platform.
        resolver: finds the copies.

    Returns:
        What differs, and how many copies there are.
    """
    findings, count = [], 0
    for clause, path, own in _documents():
        try:
            served = resolver.resolve(f"{origin}{path}")
        except ResolutionError:
            continue
        count += 1
        # Readers hash type metadata; of the other documents only what they say counts.
        if not (served == own if clause is Clause.TYPE_METADATA else _says(served, own)):
            problem = "this is not the document of the standard"
            findings.append(Finding(clause, f"{origin}{path}", Standing.BROKEN, problem))
    return findings, count


def _documents() -> Iterator[tuple[Clause, str, bytes]]:
    standard = files("standard")
    yield Clause.SIGNED_PARTS, "/contexts/v1", (standard / "contexts" / "v1.jsonld").read_bytes()
    for source in sorted((standard / "schemas").iterdir(), key=lambda each: each.name):
        if source.name.endswith(".json"):
            yield Clause.CLAIMS, f"/schemas/{source.name}", source.read_bytes()
    for vct in VCT.values():
        yield Clause.TYPE_METADATA, f"/vct/{vct.rpartition('/')[2]}", bundled(vct)


def _says(served: bytes, own: bytes) -> bool:
    if served == own:
        return True
    try:
        said = strict_json.loads(served, limit_bytes=_LIMIT_BYTES, floats=True)
    except UnreadableError:
        return False
    return bool(said == json.loads(own))
