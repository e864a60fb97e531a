"""Copies whose issuer nobody can judge: the trust list, or the archive, does not say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from standard.trust import ArchiveReference, Successor, trust_list_credential
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.roots import NEW_LIST, hand_over, publish
from tests.standard.vector_cases.scene import Document, Scene, published_signer
from tests.standard.verdicts import with_keys
from tests.world import NOW

trust = Group("trust-list")
foreign = trust.open(CheckCode.TRUST, Reason.TRUST_LIST_NOT_BY_ROOT)


def _list(scene: Scene, change: Callable[[Document], object], **options: Any) -> str:
    """A copy under a trust list that was changed and signed again."""
    document = trust_list_credential(scene.trust_list(), signer=scene.root_signer)
    del document["proof"]
    change(document)
    signed = scene.sign(document, **{"signer": scene.root_signer, **options})
    scene.evidence[scene.root.trust_list] = json.dumps(signed).encode()
    return scene.token()


@trust.open(CheckCode.TRUST, Reason.NO_TRUST_ROOT)
def no_root_pinned(scene: Scene) -> str:
    """The verifier trusts nobody yet."""
    scene.roots = ()
    return scene.token()


@trust.open(CheckCode.TRUST, Reason.TRUST_LIST_UNREACHABLE)
def list_unreachable(scene: Scene) -> str:
    """Nobody has the list."""
    scene.evidence[scene.root.trust_list] = None
    return scene.token()


@trust.open(CheckCode.TRUST, Reason.NOT_LISTED)
def organisation_not_listed(scene: Scene) -> str:
    """The list is in order, and the organisation is not on it."""
    listing = scene.trust_list()
    scene.trust = replace(listing, organisations=listing.organisations[1:])
    return scene.token()


@trust.open(CheckCode.PROOF, Reason.NO_KEY)
def paper_of_an_unlisted_key(scene: Scene) -> str:
    """A compact copy names its key by a thumbprint alone."""
    listing = scene.trust_list()
    scene.trust = replace(listing, organisations=listing.organisations[1:])
    return scene.paper()


@trust.open(CheckCode.TRUST, Reason.TRUST_LIST_EXPIRED)
def list_expired(scene: Scene) -> str:
    """The end of the list is now."""
    scene.trust = replace(scene.trust_list(), valid_until=NOW)
    return scene.token()


@trust.open(CheckCode.TRUST, Reason.TRUST_LIST_NOT_YET_VALID)
def list_not_yet_valid(scene: Scene) -> str:
    """The list begins tomorrow."""
    scene.trust = replace(scene.trust_list(), valid_from=NOW + timedelta(days=1))
    return scene.token()


@foreign
def list_by_another_root(scene: Scene) -> str:
    """A list that brings its own trust: signed by its own issuer, who is not the pinned root."""
    other = published_signer("Ed25519", "another steward")
    issuer = other.verification_method.partition("#")[0]
    return _list(scene, lambda each: each.update({"issuer": issuer}), signer=other)


@foreign
def list_with_another_id(scene: Scene) -> str:
    """Another list of the same root."""
    return _list(scene, lambda each: each.update({"id": "https://trust.example/test-list"}))


@foreign
def list_for_authentication(scene: Scene) -> str:
    """The root's proof was made for another purpose."""
    return _list(scene, lambda each: None, purpose="authentication")


@foreign
def list_in_another_suite(scene: Scene) -> str:
    """The root's key, in a suite that the list does not use."""
    return _list(scene, lambda each: None, cryptosuite="eddsa-jcs-2022")


@foreign
def list_changed(scene: Scene) -> str:
    """An organisation may issue more than the root signed."""
    document = trust_list_credential(scene.trust_list(), signer=scene.root_signer)
    document["credentialSubject"]["organisation"][0]["organisationName"] = "Gemeente Utrecht"
    scene.evidence[scene.root.trust_list] = json.dumps(document).encode()
    return scene.token()


@foreign
def list_with_two_proofs(scene: Scene) -> str:
    """The root's proof beside another."""
    document = trust_list_credential(scene.trust_list(), signer=scene.root_signer)
    document["proof"] = [document["proof"], document["proof"]]
    scene.evidence[scene.root.trust_list] = json.dumps(document).encode()
    return scene.token()


@trust.open(CheckCode.TRUST, Reason.ARCHIVE_UNREACHABLE)
def archive_unreachable(scene: Scene) -> Document:
    """The key was stolen; the archive would say whether this copy is older, and nobody has it."""
    reference = ArchiveReference("https://trust.example/archives/klusdag-1.json", bytes(32))
    scene.list_as(
        lambda each: replace(
            with_keys(lambda key: replace(key, compromised_at=NOW))(each), archives=(reference,)
        )
    )
    return scene.sign(scene.unsigned(status=None))


@trust.open(CheckCode.PROOF, Reason.NO_KEY)
def issuer_unreachable(scene: Scene) -> str:
    """Not on the list, and without a DID document."""
    listing = scene.trust_list()
    scene.trust = replace(listing, organisations=listing.organisations[1:])
    scene.evidence[scene.organisation.did] = None
    return scene.token()


@trust.open(CheckCode.TRUST, Reason.TRUST_LIST_UNREACHABLE)
def successor_unreachable(scene: Scene) -> str:
    """The pinned root handed over, and nobody has the new list: the old keys decide, and trust stays open."""
    hand_over(scene, lambda each: each)
    assert scene.trust is not None
    scene.trust = replace(scene.trust, organisations=tuple(each.entry() for each in scene.organisations))
    scene.evidence[NEW_LIST] = None
    return scene.token()


@foreign
def roots_in_a_circle(scene: Scene) -> str:
    """Two roots name each other as their successor."""
    hand_over(scene, lambda each: each)
    assert scene.trust is not None
    back = Successor(scene.root.root, scene.root.trust_list)
    scene.trust = replace(scene.trust, organisations=tuple(each.entry() for each in scene.organisations))
    publish(scene, replace(scene.trust, id=NEW_LIST, successor=back))
    return scene.token()
