"""Copies that were withdrawn or suspended, and status entries that cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from standard.model import Form
from standard.status_list import (
    Purpose,
    Status,
    StatusReference,
    bitstring_credential,
    new_bits,
    set_bit,
    set_status,
    token_status_list,
)
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene
from tests.world import NOW, RATING_HISTORY, TTL_SECONDS

status = Group("status")
revoked = status.invalid(CheckCode.STATUS, Reason.REVOKED)
suspended = status.invalid(CheckCode.STATUS, Reason.SUSPENDED)
broken = status.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)


def _withdrawn(scene: Scene) -> StatusReference:
    reference = scene.organisation.new_status()
    scene.organisation.revoke(reference)
    return reference


@revoked
def withdrawn_credential(scene: Scene) -> Document:
    """The bit of the copy is set."""
    return scene.credential(status=_withdrawn(scene))


@revoked
def withdrawn_token(scene: Scene) -> str:
    """The same in a Token Status List, which counts from the right of each byte."""
    return scene.token(status=_withdrawn(scene))


@revoked
def withdrawn_paper(scene: Scene) -> str:
    """The same for a compact copy, whose list stands on the trust list."""
    return scene.paper(status=_withdrawn(scene))


@revoked
def withdrawn_says_an_old_list(scene: Scene) -> str:
    """A list of half a year ago; what is withdrawn stays so."""
    scene.lists_made = NOW - timedelta(days=180)
    return scene.token(status=_withdrawn(scene))


@revoked
def withdrawn_at_index_0(scene: Scene) -> Document:
    """The first entry, which a check for truth passes over."""
    reference = StatusReference(scene.organisation.status_base, 1, 0)
    scene.organisation.revoke(reference)
    return scene.credential(status=reference)


@revoked
def withdrawn_at_the_last_index(scene: Scene) -> str:
    """The last entry of the list."""
    reference = StatusReference(scene.organisation.status_base, 1, 131_071)
    scene.organisation.revoke(reference)
    return scene.token(status=reference)


@revoked
def withdrawn_and_suspendable(scene: Scene) -> Document:
    """Two entries: the list of suspensions says nothing, the other one says withdrawn."""
    reference = replace(_withdrawn(scene), is_suspendable=True)
    _publish_suspensions(scene, reference, new_bits())
    return scene.credential(status=reference)


def _publish_suspensions(scene: Scene, reference: StatusReference, bits: bytes) -> None:
    organisation = scene.organisation
    credential = bitstring_credential(
        bits, uri=reference.suspension_uri, issuer=organisation.did, signer=organisation.signer("Ed25519"),
        now=scene.lists_made, ttl_seconds=TTL_SECONDS, purpose=Purpose.SUSPENSION,
    )  # fmt: skip
    scene.evidence[reference.suspension_uri] = json.dumps(credential).encode()


@suspended
def suspended_credential(scene: Scene) -> Document:
    """The copy does not count for the time being."""
    reference = replace(scene.organisation.new_status(), is_suspendable=True)
    _publish_suspensions(scene, reference, set_bit(new_bits(), reference.index))
    return scene.credential(status=reference)


@suspended
def suspended_token(scene: Scene) -> str:
    """Value 2 of a list with two bits an entry."""
    reference, organisation = scene.organisation.new_status(), scene.organisation
    bits = set_status(new_bits(entry_bits=2), reference.index, Status.SUSPENDED, entry_bits=2)
    token = token_status_list(
        bits, uri=reference.token_uri, signer=organisation.signer("P-256"), now=scene.lists_made,
        ttl_seconds=TTL_SECONDS, entry_bits=2,
    )  # fmt: skip
    scene.evidence[reference.token_uri] = token.encode()
    return scene.token(status=reference)


def _with_entry(scene: Scene, **changes: object) -> Document:
    """A credential whose status entry is wrong, signed as it is; None takes a member out."""

    def change(document: Document) -> None:
        entry = {**document["credentialStatus"], **changes}
        document["credentialStatus"] = {name: value for name, value in entry.items() if value is not None}

    return scene.signed_after(change)


@broken
def entry_without_type(scene: Scene) -> Document:
    """An entry of unknown kind is not the same as none."""
    return scene.changed(lambda each: each["credentialStatus"].pop("type"))


@broken
def entry_without_list(scene: Scene) -> Document:
    """An entry that names no list."""
    return _with_entry(scene, statusListCredential=None)


@broken
def index_as_number(scene: Scene) -> Document:
    """The index of this kind of list is a decimal string."""
    return _with_entry(scene, statusListIndex=94_567)


@broken
def index_negative(scene: Scene) -> Document:
    """An index from the end of the list."""
    return _with_entry(scene, statusListIndex="-1")


@broken
def index_with_zero_in_front(scene: Scene) -> Document:
    """An index has one spelling."""
    return _with_entry(scene, statusListIndex="094567")


@broken
def index_in_other_digits(scene: Scene) -> Document:
    """Arabic-Indic digits, which some readers take for numbers."""
    return _with_entry(scene, statusListIndex="٩٤٥٦٧")


@broken
def purpose_unknown(scene: Scene) -> Document:
    """A purpose that nobody can judge."""
    return _with_entry(scene, statusPurpose="reputation")


@broken
def list_in_a_file(scene: Scene) -> Document:
    """An address that would read the verifier's own disk."""
    return _with_entry(scene, statusListCredential="file:///etc/passwd")


@broken
def size_for_a_revocation(scene: Scene) -> Document:
    """A revocation is one bit."""
    return _with_entry(scene, statusSize=2)


@broken
def messages_too_few(scene: Scene) -> Document:
    """Two bits, and words for three values."""
    words = [{"status": f"0x{value}", "message": "open"} for value in range(3)]
    return _with_entry(scene, statusPurpose="message", statusSize=2, statusMessage=words)


@broken
def two_entries_of_one_purpose(scene: Scene) -> Document:
    """Two lists for the same question."""

    def change(document: Document) -> None:
        entry = document["credentialStatus"]
        other = {**entry, "id": f"{entry['id']}0", "statusListIndex": f"{entry['statusListIndex']}0"}
        document["credentialStatus"] = [entry, other]

    return scene.signed_after(change)


@revoked
def withdrawn_in_a_presentation(scene: Scene) -> str:
    """One withdrawn copy among good ones."""
    good = scene.organisations[1].issue(RATING_HISTORY, Form.SD_JWT, scene.holder)
    return scene.present([good, scene.token(status=_withdrawn(scene))])
