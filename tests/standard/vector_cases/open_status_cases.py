"""What a verifier cannot know: evidence that is missing, stale, unreadable or of somebody else.

Nothing here is invalid, and nothing may be called valid.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from standard import base64url, jws, proofs
from standard.keys import KeySigner
from standard.status_list import StatusReference, new_bits, set_status, token_status_list
from standard.status_list.bitstring import encode_bits
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_signer, sign_jwt
from tests.standard.verdicts import with_keys
from tests.world import NOW, TTL_SECONDS

lists = Group("status-list")
unreadable = lists.open(CheckCode.STATUS, Reason.STATUS_LIST_UNREADABLE)
not_by_issuer = lists.open(CheckCode.STATUS, Reason.STATUS_LIST_NOT_BY_ISSUER)
stale = lists.open(CheckCode.STATUS, Reason.STATUS_LIST_STALE)


def _bitstring(
    scene: Scene, change: Callable[[Document], object], signer: KeySigner | None = None
) -> Document:
    """A copy whose list was changed and signed again."""
    organisation = scene.organisation
    reference = organisation.new_status()
    document = json.loads(organisation.documents(scene.lists_made)[reference.bitstring_uri])
    del document["proof"]
    change(document)
    signed = proofs.add_proof(
        document, cryptosuite="eddsa-rdfc-2022", signer=signer or organisation.signer("Ed25519"),
        created=scene.lists_made, purpose="assertionMethod",
    )  # fmt: skip
    scene.evidence[reference.bitstring_uri] = json.dumps(signed).encode()
    return scene.credential(status=reference)


def _encoded(scene: Scene, encoded: str) -> Document:
    return _bitstring(scene, lambda each: each["credentialSubject"].update({"encodedList": encoded}))


def _token(
    scene: Scene,
    change: Callable[[Document], object] = lambda payload: None,
    header: Mapping[str, Any] | None = None,
    signer: KeySigner | None = None,
) -> str:
    """A copy whose token list was changed and signed again."""
    organisation = scene.organisation
    reference = organisation.new_status()
    parsed = jws.parse(organisation.documents(scene.lists_made)[reference.token_uri].decode())
    payload = dict(parsed.payload)
    change(payload)
    text = sign_jwt({**parsed.header, **(header or {})}, payload, signer or organisation.signer("P-256"))
    scene.evidence[reference.token_uri] = text.encode()
    return scene.token(status=reference)


def _gzipped(bits: bytes) -> str:
    return "u" + base64url.encode(gzip.compress(bits, mtime=0))


@lists.open(CheckCode.STATUS, Reason.STATUS_LIST_UNREACHABLE)
def unreachable(scene: Scene) -> str:
    """Nobody has the list."""
    reference = scene.organisation.new_status()
    scene.evidence[reference.token_uri] = None
    return scene.token(status=reference)


@stale
def eight_days_old(scene: Scene) -> str:
    """Seven days are allowed."""
    scene.lists_made = NOW - timedelta(days=8)
    return scene.token()


@stale
def from_tomorrow(scene: Scene) -> Document:
    """A list that is not yet valid says nothing about now."""
    scene.lists_made = NOW + timedelta(days=1)
    return scene.credential()


@stale
def expired(scene: Scene) -> Document:
    """The list says until when it counts."""
    return _bitstring(scene, lambda each: each.update({"validUntil": "2026-11-22T08:30:00Z"}))


@stale
def token_expired(scene: Scene) -> str:
    """The same in a token."""
    return _token(scene, lambda payload: payload.update({"exp": int(NOW.timestamp())}))


@unreadable
def too_short(scene: Scene) -> Document:
    """One entry less than 131,072 hides nobody."""
    return _encoded(scene, _gzipped(bytes(131_072 // 8 - 1)))


@unreadable
def inflates_beyond_the_limit(scene: Scene) -> Document:
    """Two kilobytes that become more than two megabytes."""
    return _encoded(scene, _gzipped(bytes((1 << 21) + 1)))


@unreadable
def without_multibase(scene: Scene) -> Document:
    """The list lacks its `u`."""
    return _encoded(scene, encode_bits(new_bits())[1:])


@unreadable
def padded(scene: Scene) -> Document:
    """base64url with padding."""
    return _encoded(scene, encode_bits(new_bits()) + "==")


@unreadable
def not_gzip(scene: Scene) -> Document:
    """A ZLIB stream, which is the other list's compression."""
    return _encoded(scene, "u" + base64url.encode(zlib.compress(new_bits(), 9)))


@unreadable
def something_after_the_stream(scene: Scene) -> Document:
    """A second list after the first: which one counts?"""
    return _encoded(scene, "u" + base64url.encode(gzip.compress(new_bits(), mtime=0) * 2))


@unreadable
def stream_cut_off(scene: Scene) -> Document:
    """A stream without its end."""
    return _encoded(scene, "u" + base64url.encode(gzip.compress(new_bits(), mtime=0)[:-9]))


@unreadable
def for_another_purpose(scene: Scene) -> Document:
    """A list of suspensions says nothing about withdrawal."""
    return _bitstring(scene, lambda each: each["credentialSubject"].update({"statusPurpose": "suspension"}))


@unreadable
def with_another_id(scene: Scene) -> Document:
    """Another list of the same organisation at this address, in which the copy is not withdrawn."""
    return _bitstring(scene, lambda each: each.update({"id": "https://klusdag.example/status/2"}))


@unreadable
def of_another_type(scene: Scene) -> Document:
    """A credential, and not one of a status list."""
    return _bitstring(scene, lambda each: each.update({"type": ["VerifiableCredential"]}))


@unreadable
def time_to_live_negative(scene: Scene) -> Document:
    """A list that lives for less than no time."""
    return _bitstring(scene, lambda each: each["credentialSubject"].update({"ttl": -1}))


@unreadable
def index_behind_the_end(scene: Scene) -> Document:
    """The first entry that the list does not have."""
    return scene.credential(status=StatusReference(scene.organisation.status_base, 1, 131_072))


@not_by_issuer
def by_another_organisation(scene: Scene) -> Document:
    """Another organisation signed the list."""
    return _bitstring(scene, lambda each: None, scene.organisations[1].signer("Ed25519"))


@not_by_issuer
def by_a_stranger(scene: Scene) -> str:
    """A stranger signed under the issuer's `kid`."""
    return _token(scene, signer=published_signer("P-256", "stranger"))


@not_by_issuer
def unsigned(scene: Scene) -> Document:
    """A list without a proof would let anybody undo a withdrawal."""
    reference = scene.organisation.new_status()
    document = json.loads(scene.organisation.documents(scene.lists_made)[reference.bitstring_uri])
    del document["proof"]
    scene.evidence[reference.bitstring_uri] = json.dumps(document).encode()
    return scene.credential(status=reference)


@not_by_issuer
def made_after_the_window_of_its_key(scene: Scene) -> str:
    """The list was signed with a key that was no longer in use."""
    ended = NOW - timedelta(days=2)
    scene.list_as(with_keys(lambda key: replace(key, valid_until=ended)))
    return scene.token(issued=NOW - timedelta(days=3))


@unreadable
def token_of_another_type(scene: Scene) -> str:
    """A JWT that is no list."""
    return _token(scene, header={"typ": "JWT"})


@unreadable
def token_without_signature(scene: Scene) -> str:
    """`alg` is none."""
    return _token(scene, header={"alg": "none"})


@unreadable
def token_for_another_address(scene: Scene) -> str:
    """Another list at this address."""
    return _token(scene, lambda payload: payload.update({"sub": "https://klusdag.example/status/2/token"}))


@unreadable
def token_with_three_bits(scene: Scene) -> str:
    """An entry has one, two, four or eight bits."""
    return _token(scene, lambda payload: payload["status_list"].update({"bits": 3}))


@unreadable
def token_without_a_date(scene: Scene) -> str:
    """Nobody knows how old it is."""
    return _token(scene, lambda payload: payload.pop("iat"))


@unreadable
def token_index_behind_the_end(scene: Scene) -> str:
    """The first entry that the list does not have."""
    return scene.token(status=StatusReference(scene.organisation.status_base, 1, 131_072))


@lists.open(CheckCode.STATUS, Reason.STATUS_UNKNOWN)
def value_without_meaning(scene: Scene) -> str:
    """A value that is neither valid, withdrawn nor suspended."""
    reference, organisation = scene.organisation.new_status(), scene.organisation
    bits = set_status(new_bits(entry_bits=2), reference.index, 3, entry_bits=2)
    token = token_status_list(
        bits, uri=reference.token_uri, signer=organisation.signer("P-256"), now=scene.lists_made,
        ttl_seconds=TTL_SECONDS, entry_bits=2,
    )  # fmt: skip
    scene.evidence[reference.token_uri] = token.encode()
    return scene.token(status=reference)
