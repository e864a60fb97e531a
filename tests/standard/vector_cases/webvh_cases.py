"""Histories of a did:webvh that hold and that do not: one entry for each version, in JSON Lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from standard import base58btc
from standard.dids import did_document
from standard.model import Did
from tests.standard.vector_cases.scene import Document
from tests.standard.vector_cases.webvh_log import (
    HEIR,
    OWNER,
    PLACE,
    SIGNING,
    STRANGER,
    Log,
    first_entry,
    next_entry,
    rehashed,
    signed,
    two_versions,
    written,
)


@dataclass(frozen=True)
class History:
    """One case: whose history it should be, the file as it is served, and what a reader answers."""

    name: str
    about: str
    did: str
    log: bytes
    document: Document | None


HISTORIES: dict[str, History] = {}


def _case(make: Callable[[], Log | bytes], *, is_valid: bool) -> None:
    made = make()
    content = made if isinstance(made, bytes) else written(made)
    did = first_entry()["state"]["id"]
    document = None
    if is_valid:
        assert not isinstance(made, bytes)
        did, document = made[0]["state"]["id"], made[-1]["state"]
    name = make.__name__.replace("_", "-")
    about = " ".join((make.__doc__ or "").split())
    HISTORIES[name] = History(name, about, did, content, document)


def holds(make: Callable[[], Log | bytes]) -> Callable[[], Log | bytes]:
    """A history whose newest document a reader takes."""
    _case(make, is_valid=True)
    return make


def breaks(make: Callable[[], Log | bytes]) -> Callable[[], Log | bytes]:
    """A history that no reader believes."""
    _case(make, is_valid=False)
    return make


@holds
def one_version() -> Log:
    """A history that has only begun."""
    return [first_entry()]


@holds
def signing_key_replaced() -> Log:
    """Two versions: the newest document counts."""
    return two_versions()


@holds
def update_key_handed_over() -> Log:
    """The second version names another update key, with which the third one is signed."""
    log = [first_entry()]
    log.append(next_entry(log, OWNER, updateKeys=[HEIR.public_key.multikey]))
    return [*log, next_entry(log, HEIR)]


@holds
def next_key_announced() -> Log:
    """The first version commits to the hash of the next update key, which the second one uses."""
    hash_ = base58btc.encode(b"\x12\x20" + sha256(HEIR.public_key.multikey.encode()).digest())[1:]
    first = first_entry(nextKeyHashes=[hash_])
    return [first, next_entry([first], HEIR, updateKeys=[HEIR.public_key.multikey], nextKeyHashes=[])]


@breaks
def document_changed() -> Log:
    """A key was put into the document after the entry was hashed."""
    log = two_versions()
    log[1]["state"] = did_document(Did(log[0]["state"]["id"]), [SIGNING[2]])
    return log


@breaks
def document_changed_and_hashed_again() -> Log:
    """The hash fits, the signature does not."""
    log = two_versions()
    proof = log[1]["proof"]
    log = rehashed(
        log, lambda entry: entry.update(state={**entry["state"], "alsoKnownAs": ["did:web:x.example"]}), OWNER
    )
    log[1]["proof"] = proof
    return log


@breaks
def signed_by_a_stranger() -> Log:
    """The second version is signed with a key that the first did not name."""
    first = first_entry()
    return [first, next_entry([first], STRANGER)]


@breaks
def update_key_brings_itself() -> Log:
    """A version is signed with the key that it names itself, and the one before it did not."""
    first = first_entry()
    return [first, next_entry([first], STRANGER, updateKeys=[STRANGER.public_key.multikey])]


@breaks
def signed_with_a_key_of_the_past() -> Log:
    """The update key was handed over, and signs once more."""
    log = [first_entry()]
    log.append(next_entry(log, OWNER, updateKeys=[HEIR.public_key.multikey]))
    return [*log, next_entry(log, OWNER)]


@breaks
def next_key_of_another_hash() -> Log:
    """The first version commits to a key; the second one uses another."""
    hash_ = base58btc.encode(b"\x12\x20" + sha256(HEIR.public_key.multikey.encode()).digest())[1:]
    first = first_entry(nextKeyHashes=[hash_])
    return [first, next_entry([first], STRANGER, updateKeys=[STRANGER.public_key.multikey])]


@breaks
def proof_missing() -> Log:
    """The second version is not signed."""
    log = two_versions()
    del log[1]["proof"]
    return log


@breaks
def proof_for_authentication() -> Log:
    """The proof of the second version was made for another purpose."""
    log = two_versions()
    log[1] = signed(log[1], OWNER, purpose="authentication")
    return log


@breaks
def first_version_missing() -> Log:
    """A history without its beginning."""
    return two_versions()[1:]


@breaks
def versions_in_another_order() -> Log:
    """The newest version first."""
    return two_versions()[::-1]


@breaks
def version_left_out() -> Log:
    """The second of three versions is gone."""
    log = two_versions()
    log.append(next_entry(log, OWNER))
    return [log[0], log[2]]


@breaks
def version_twice() -> Log:
    """One version in two lines."""
    log = two_versions()
    return [*log, log[1]]


@breaks
def time_before_the_version_before() -> Log:
    """The second version says to be older than the first."""
    return rehashed(two_versions(), lambda entry: entry.update(versionTime="2025-12-31T12:00:00Z"), OWNER)


@breaks
def document_of_another() -> Log:
    """The second version holds the document of another DID."""
    other = Did(f"did:webvh:{'1' * 46}:{PLACE}")
    first = first_entry()
    return [first, next_entry([first], OWNER, did_document(other, [SIGNING[1]]))]


@breaks
def history_of_another() -> Log:
    """A history that holds, of another DID than the one that was asked for."""
    return [first_entry(portable=False)]


@breaks
def method_unknown() -> Log:
    """A later version of the method, which nobody knows."""
    return rehashed(two_versions(), lambda entry: entry["parameters"].update(method="did:webvh:99.0"), OWNER)


@breaks
def deactivated() -> Log:
    """The DID was given up."""
    first = first_entry()
    return [first, next_entry([first], OWNER, deactivated=True, updateKeys=[])]


@breaks
def key_twice_in_one_version() -> bytes:
    """One member of the second version stands there twice; some readers take the first, some the last."""
    first, second, _ = written(two_versions()).split(b"\n")
    return b"\n".join([first, b'{"versionTime":"2026-02-01T12:00:00Z",' + second[1:], b""])


@breaks
def line_cut_off() -> bytes:
    """The file ends in the middle of a version."""
    return written(two_versions())[:-200]


@breaks
def line_empty() -> bytes:
    """A file without a version."""
    return b"\n"


@breaks
def empty() -> bytes:
    """A file without a byte."""
    return b""
