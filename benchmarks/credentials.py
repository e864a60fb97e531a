"""The credentials that are measured.

A claim at level `full` has one record for each gig. The data model keeps work and marks apart: a work
history has no marks, and a mark names its gig by kind of work and day. So the credential of thirty
gigs with a mark each is the rating credential: thirty marks, each with its one bin, 469 quads. The
work history of the same gigs (`gigs`) is what the growth of the cost is measured on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from json import loads
from typing import Any, Final
from uuid import uuid4

from standard.credentials import credential_document
from standard.dids import did_key
from standard.keys import Algorithm, KeySigner, PrivateKey, fragment
from standard.model import (
    ClaimLevel,
    Did,
    DidUrl,
    Engagement,
    NameCheck,
    OccupationUri,
    Period,
    PersonName,
    Rating,
    RatingBin,
    RatingHistory,
    RatingTotals,
    Statement,
    WorkHistory,
    WorkTotals,
)
from standard.status_list import StatusReference

GIGS: Final = 30
NOW: Final = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ISSUER: Final = Did("did:web:klusdag.example")
ORGANISATION: Final = "Klusdag B.V."
STATUS: Final = StatusReference("https://klusdag.example/status/", 1, 94567)

_LAST_DAY: Final = date(2026, 11, 18)
_CATEGORY: Final = "Afwas & spoelkeuken"
_OCCUPATION: Final = OccupationUri(
    "http://data.europa.eu/esco/occupation/d5db9d5c-2ebf-4a54-a79a-1b7e7ff70471"
)
_NAME: Final = PersonName("Fatima el Amrani", NameCheck.BANK)
_KEYS: Final[Mapping[Algorithm, PrivateKey]] = {
    algorithm: PrivateKey.generate(algorithm) for algorithm in ("Ed25519", "P-256", "P-384")
}


def rated_gigs(count: int = GIGS) -> RatingHistory:
    """One mark for each of a number of gigs."""
    marks = tuple(
        Rating(_CATEGORY, _OCCUPATION, "algemeen", "5", "5", "1", 1, day, day, (RatingBin("5", 1),))
        for day in map(_day, range(count))
    )
    return RatingHistory(_LAST_DAY, marks, (), RatingTotals(count, count, 0), _NAME)


def gigs(count: int) -> WorkHistory:
    """A number of gigs, each by itself."""
    done = tuple(
        Engagement(_CATEGORY, _OCCUPATION, 1, 420, 1, 0, day, day) for day in map(_day, range(count))
    )
    return WorkHistory(
        as_of=_LAST_DAY,
        claim_level=ClaimLevel.FULL,
        period=Period(_day(count - 1), _day(0), current=True),
        engagements=done,
        achievements=(),
        totals=WorkTotals(count, count, 420 * count, 0),
        name=_NAME,
    )


def document(statement: Statement) -> dict[str, Any]:
    """The unsigned credential of a statement, with a status entry."""
    return credential_document(
        statement,
        issuer=ISSUER,
        organisation_name=ORGANISATION,
        subject=did_key(_KEYS["P-256"].public_key),
        credential_id=new_id(),
        issued=NOW,
        status=STATUS,
        new_id=new_id,
    )


def signer(algorithm: Algorithm) -> KeySigner:
    """The issuer's key of one kind."""
    key = _KEYS[algorithm]
    return KeySigner(key, DidUrl(f"{ISSUER}#{fragment(key.public_key)}"))


def new_id() -> str:
    """A fresh `urn:uuid:…`."""
    return f"urn:uuid:{uuid4()}"


def for_peer(credential: Mapping[str, Any]) -> dict[str, Any]:
    """What every script about Data Integrity asks for: the same credential, its context and the moment."""
    context = loads((files("standard") / "contexts" / "v1.jsonld").read_text(encoding="utf-8"))
    return {"credential": credential, "context": context, "now": NOW.isoformat()}


def _day(place: int) -> date:
    return _LAST_DAY - timedelta(days=place)
