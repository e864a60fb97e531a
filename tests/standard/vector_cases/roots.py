"""More than one root: one that hands over to another, and two that a verifier pinned."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from standard.dids import did_key
from standard.trust import Successor, TrustedOrganisation, TrustList, TrustRoot, trust_list_credential
from tests.standard.vector_cases.scene import Scene, published_signer

HEIR = published_signer("Ed25519", "another steward")
NEW_LIST = "https://new.example/list"
Change = Callable[[TrustedOrganisation], TrustedOrganisation]


def hand_over(scene: Scene, change: Change) -> None:
    """The pinned root names a successor, on whose list the first organisation was changed."""
    own = scene.trust_list()
    scene.trust = replace(own, organisations=(), successor=Successor(did_key(HEIR.public_key), NEW_LIST))
    publish(scene, changed(own, change))


def beside(scene: Scene, change: Change) -> None:
    """The verifier pinned a second root, on whose list the first organisation was changed."""
    second = TrustRoot(did_key(HEIR.public_key), NEW_LIST, "Another steward", demonstration=False)
    scene.roots = (scene.root, second)
    publish(scene, changed(scene.trust_list(), change))


def changed(own: TrustList, change: Change) -> TrustList:
    """The other root's list."""
    first, *others = own.organisations
    return replace(own, id=NEW_LIST, organisations=(change(first), *others))


def publish(scene: Scene, listed: TrustList) -> None:
    """Sign the other root's list, and put it where a verifier finds it."""
    scene.evidence[NEW_LIST] = json.dumps(trust_list_credential(listed, signer=HEIR)).encode()
