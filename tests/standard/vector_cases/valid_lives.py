"""What happens to copies, keys, organisations and roots in the course of time, and leaves a copy valid."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

from standard import sd_jwt
from standard.keys import KeySigner, fragment
from standard.model import DidUrl, Dispute, DisputeStatus
from standard.status_list import (
    Purpose,
    StatusReference,
    bitstring_credential,
    message_entry,
    new_bits,
    token_status_list,
)
from standard.trust import (
    HashingSigner,
    TrustedOrganisation,
    archive_json,
    archive_reference,
    make_archive,
)
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.presentation_faults import presented
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.roots import beside, hand_over
from tests.standard.vector_cases.scene import Document, Scene, published_key
from tests.standard.verdicts import with_keys
from tests.world import NOW, RATING_HISTORY, TTL_SECONDS, WORK_HISTORY

life = Group("life")


@life.valid((CheckCode.STATUS, Reason.DISPUTED))
def disputed_record(scene: Scene) -> str:
    """The organisation takes note of a dispute; both sides are told."""
    first, *others = WORK_HISTORY.engagements
    marked = replace(first, dispute=Dispute(DisputeStatus.OPEN, date(2026, 11, 20)))
    return scene.token(replace(WORK_HISTORY, engagements=(marked, *others)))


@life.valid((CheckCode.HOLDER_BINDING, Reason.OWN_REMARKS))
def own_remark(scene: Scene) -> Document:
    """The worker answers a record in her own words."""
    copy_id = scene.new_id()
    remark = {
        "id": scene.new_id(), "type": "OwnRemark", "about": copy_id, "recordList": "engagement",
        "recordPlace": 1, "remarkKind": "dispute", "remarkText": "Het waren er meer.", "language": "nl",
    }  # fmt: skip
    return presented(scene, [scene.token(copy_id=copy_id)], ownRemark=[remark])


@life.valid((CheckCode.HOLDER_BINDING, Reason.OWN_REMARKS))
def own_reply_to_a_review(scene: Scene) -> Document:
    """The worker replies to a review; nothing is disputed."""
    copy_id = scene.new_id()
    remark = {
        "id": scene.new_id(), "type": "OwnRemark", "about": copy_id, "recordList": "review",
        "recordPlace": 0, "remarkKind": "reply", "remarkText": "Graag gedaan.", "language": "nl",
    }  # fmt: skip
    return presented(scene, [scene.token(RATING_HISTORY, copy_id=copy_id)], ownRemark=[remark])


@life.valid((CheckCode.STATUS, Reason.DISPUTED))
def disputed_record_that_is_maintained(scene: Scene) -> Document:
    """The organisation looked into it and stands by the record."""
    first, *others = WORK_HISTORY.engagements
    marked = replace(first, dispute=Dispute(DisputeStatus.MAINTAINED, date(2026, 11, 20)))
    return scene.credential(statement=replace(WORK_HISTORY, engagements=(marked, *others)))


@life.valid((CheckCode.STATUS, Reason.NOT_REVOKED))
def correction_alone(scene: Scene) -> str:
    """A copy that corrects another one, which is not shown."""
    return scene.token(supersedes=(scene.new_id(),))


@life.valid((CheckCode.STATUS, Reason.NEWER_EXISTS))
def earlier_statement_beside_a_later_one(scene: Scene) -> Document:
    """An earlier statement stays valid as of its date."""
    earlier = replace(WORK_HISTORY, as_of=date(2026, 10, 1))
    return presented(scene, [scene.token(earlier), scene.token()])


@life.valid((CheckCode.STATUS, Reason.NOT_REVOKED))
def not_suspended(scene: Scene) -> Document:
    """Two lists, neither of which has the copy."""
    organisation = scene.organisation
    reference = replace(organisation.new_status(), is_suspendable=True)
    credential = bitstring_credential(
        new_bits(), uri=reference.suspension_uri, issuer=organisation.did,
        signer=organisation.signer("Ed25519"), now=scene.lists_made, ttl_seconds=TTL_SECONDS,
        purpose=Purpose.SUSPENSION,
    )  # fmt: skip
    scene.evidence[reference.suspension_uri] = json.dumps(credential).encode()
    return scene.credential(status=reference)


@life.valid((CheckCode.STATUS, Reason.NOT_REVOKED))
def with_a_message(scene: Scene) -> Document:
    """A list that says one of two things, beside the one of withdrawals."""
    organisation = scene.organisation
    uri = f"{organisation.status_base}1/message"
    credential = bitstring_credential(
        new_bits(), uri=uri, issuer=organisation.did, signer=organisation.signer("Ed25519"),
        now=scene.lists_made, ttl_seconds=TTL_SECONDS, purpose=Purpose.MESSAGE,
    )  # fmt: skip
    scene.evidence[uri] = json.dumps(credential).encode()
    entry = message_entry(uri, 7, ("in behandeling", "afgehandeld"))

    def add(document: Document) -> None:
        document["credentialStatus"] = [document["credentialStatus"], entry]

    return scene.signed_after(add)


@life.valid((CheckCode.TRUST, Reason.LISTED))
def old_key_after_a_rotation(scene: Scene) -> str:
    """Signed with a key that was replaced later: it stays good for what it signed in its time."""
    issued = NOW - timedelta(days=100)
    text = scene.token(issued=issued)
    new = published_key("P-256", "klusdag P-256 next")

    def rotate(organisation: TrustedOrganisation) -> TrustedOrganisation:
        old = [
            replace(key, valid_until=NOW - timedelta(days=50)) if key.public_key.algorithm == "P-256" else key
            for key in organisation.keys
        ]
        method = DidUrl(f"{organisation.did}#{fragment(new.public_key)}")
        start = NOW - timedelta(days=50)
        added = replace(old[-1], id=method, public_key=new.public_key, valid_from=start, valid_until=None)
        return replace(organisation, keys=(*old, added))

    scene.list_as(rotate)
    _publish_token_list(scene, KeySigner(new, DidUrl(f"{scene.organisation.did}#{fragment(new.public_key)}")))
    return text


def _publish_token_list(scene: Scene, signer: KeySigner) -> None:
    uri = StatusReference(scene.organisation.status_base, 1, 0).token_uri
    token = token_status_list(
        new_bits(), uri=uri, signer=signer, now=scene.lists_made, ttl_seconds=TTL_SECONDS
    )
    scene.evidence[uri] = token.encode()


@life.valid((CheckCode.TRUST, Reason.RETIRED), (CheckCode.STATUS, Reason.NOT_REVOKED_AT_THE_END))
def organisation_retired(scene: Scene) -> str:
    """The organisation is gone, with its web site; its last list is in the archive and never stale."""
    organisation = scene.organisation
    text = scene.token(issued=NOW - timedelta(days=400))
    scene.lists_made = NOW - timedelta(days=300)
    uri = StatusReference(organisation.status_base, 1, 0).token_uri
    last = organisation.documents(scene.lists_made)[uri]
    _archive(scene, [], {uri: last}, retired=True)
    for identifier in organisation.documents(NOW):
        scene.evidence[identifier] = None
    return text


@life.valid((CheckCode.TRUST, Reason.ARCHIVED))
def archived_before_the_theft(scene: Scene) -> str:
    """The key was stolen; the archive has the hash of this copy, which is older."""
    organisation = scene.organisation
    signer = HashingSigner(organisation.signer("P-256"))
    text = sd_jwt.issue_statement(
        WORK_HISTORY, issuer=organisation.did, organisation_name=organisation.name, holder=scene.holder,
        jti=scene.new_id(), issued=NOW - timedelta(days=60), status=None, signer=signer,
        new_salt=scene.new_id,
    )  # fmt: skip
    _archive(scene, signer.hashes, {}, retired=False)
    return text


def _archive(scene: Scene, hashes: list[bytes], lists: dict[str, bytes], *, retired: bool) -> None:
    """Hand the archive to the steward, and say on the trust list what happened."""
    content = archive_json(
        make_archive(
            "https://trust.example/archives/klusdag-1.json", organisation=scene.organisation.did,
            closed_at=NOW - timedelta(days=30), copy_hashes=hashes, status_lists=lists,
        )
    )  # fmt: skip
    reference = archive_reference(content)
    scene.evidence[reference.id] = content
    stolen = None if retired else NOW - timedelta(days=30)
    long_ago = NOW - timedelta(days=1_000)
    scene.list_as(
        lambda each: replace(
            with_keys(lambda key: replace(key, valid_from=long_ago, compromised_at=stolen))(each),
            archives=(reference,),
            retired_on=date(2026, 2, 1) if retired else None,
        )
    )


@life.valid((CheckCode.TRUST, Reason.ROOT_SUCCEEDED))
def root_handed_over(scene: Scene) -> str:
    """The pinned root named its successor, whose list counts now."""
    hand_over(scene, lambda each: each)
    return scene.token()


@life.valid((CheckCode.TRUST, Reason.LISTED))
def list_that_has_expired_beside_one_in_force(scene: Scene) -> str:
    """Two pinned roots list the organisation: a list in force goes before one out of its time."""
    beside(scene, lambda each: each)
    assert scene.trust is None
    scene.trust = replace(scene.trust_list(), valid_until=NOW)
    return scene.token()


@life.valid((CheckCode.TRUST, Reason.LISTED))
def demonstration(scene: Scene) -> str:
    """Under a root that only demonstrates, every verdict says so."""
    scene.root = replace(scene.root, demonstration=True)
    scene.roots = (scene.root,)
    return scene.token()
