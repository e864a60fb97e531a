"""What a verifier must accept: each form, and the edges of what is allowed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta

from standard import compact, proofs, sd_jwt
from standard.dids import did_key
from standard.model import Did, Form
from standard.status_list import (
    StatusReference,
)
from standard.trust import (
    TrustRoot,
)
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.presentation_faults import presented
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_signer, selectable
from tests.standard.vector_cases.webvh_cases import HISTORIES
from tests.standard.verdicts import with_keys
from tests.world import NOW, RATING_HISTORY, WORK_HISTORY, Organisation

form = Group("form")
edge = Group("edge")


@form.valid((CheckCode.PROOF, Reason.MATCHES), (CheckCode.TRUST, Reason.LISTED))
def eddsa_rdfc_2022(scene: Scene) -> Document:
    """A work history, signed with Ed25519."""
    return scene.credential()


@form.valid((CheckCode.PROOF, Reason.MATCHES))
def ecdsa_rdfc_2019(scene: Scene) -> Document:
    """Ratings and reviews, signed with P-256."""
    return scene.credential(Form.ECDSA_RDFC, RATING_HISTORY)


@form.valid((CheckCode.PROOF, Reason.MATCHES))
def eddsa_jcs_2022(scene: Scene) -> Document:
    """Ed25519 over canonical JSON."""
    return scene.credential(Form.EDDSA_JCS)


@form.valid((CheckCode.PROOF, Reason.MATCHES))
def ecdsa_jcs_2019(scene: Scene) -> Document:
    """P-256 over canonical JSON."""
    return scene.credential(Form.ECDSA_JCS)


@form.valid((CheckCode.COMPLETENESS, Reason.PARTIAL))
def ecdsa_sd_2023(scene: Scene) -> Document:
    """One of two kinds of work, chosen by the holder."""
    whole = selectable(scene)
    return proofs.derive(whole, whole["proof"], ["/credentialSubject/engagement/1"])


@form.valid((CheckCode.COMPLETENESS, Reason.COMPLETE))
def sd_jwt_shown_in_full(scene: Scene) -> str:
    """An SD-JWT VC with every disclosure."""
    return scene.token()


@form.valid((CheckCode.COMPLETENESS, Reason.PARTIAL))
def sd_jwt_shown_in_part(scene: Scene) -> str:
    """The ratings without the reviews and without the name."""
    return sd_jwt.reduce(scene.token(RATING_HISTORY), lambda path, _: path[0] == "rating")


@form.valid((CheckCode.COMPLETENESS, Reason.PARTIAL))
def sd_jwt_with_nothing_shown(scene: Scene) -> str:
    """The totals alone."""
    return sd_jwt.reduce(scene.token(), lambda *_: False)


@form.valid((CheckCode.PAPER_COPY, Reason.CAN_BE_COPIED))
def compact_copy(scene: Scene) -> str:
    """The form for paper."""
    return scene.paper()


@form.valid((CheckCode.PAPER_COPY, Reason.CAN_BE_COPIED))
def qr_code(scene: Scene) -> str:
    """Copies of two organisations in one code; its address says nothing."""
    copies = [scene.paper(), scene.organisations[1].issue(WORK_HISTORY, Form.COMPACT, scene.holder)]
    payload = compact.qr_payload([compact.reduce(copy, keep=lambda slot, _: slot == 0) for copy in copies])
    return "\n".join(compact.qr_text(payload, checker_url="https://forger.example"))


@form.valid((CheckCode.HOLDER_BINDING, Reason.NOT_LIVE))
def presentation_as_a_file(scene: Scene) -> Document:
    """A presentation of two organisations' copies, for anybody."""
    return presented(scene)


@form.valid((CheckCode.HOLDER_BINDING, Reason.LIVE))
def presentation_as_an_answer(scene: Scene) -> Document:
    """A presentation for one verifier, now."""
    scene.ask()
    return presented(scene, challenge=scene.challenge, domain=scene.domain)


@form.valid((CheckCode.HOLDER_BINDING, Reason.LIVE))
def sd_jwt_with_key_binding(scene: Scene) -> str:
    """An SD-JWT that the worker bound to one verifier, now."""
    scene.ask()
    return sd_jwt.bind(
        scene.token(), signer=scene.worker, audience=str(scene.domain), nonce=str(scene.challenge), now=NOW
    )


@edge.valid((CheckCode.VALIDITY_PERIOD, Reason.IN_FORCE))
def valid_until_the_year_4023(scene: Scene) -> Document:
    """A year with which some calendars end."""
    return scene.signed_after(lambda each: each.update({"validUntil": "4023-12-31T23:59:59Z"}))


@edge.valid((CheckCode.VALIDITY_PERIOD, Reason.IN_FORCE))
def moments_with_offsets_and_fractions(scene: Scene) -> Document:
    """Valid until 09:31 at +01:00, which is a minute from now, to the microsecond."""
    members = {"validFrom": "2026-11-22T01:00:00.000+01:00", "validUntil": "2026-11-22T09:31:00.123456+01:00"}
    return scene.signed_after(lambda each: each.update(members))


@edge.valid((CheckCode.VALIDITY_PERIOD, Reason.IN_FORCE))
def hour_24(scene: Scene) -> Document:
    """24:00:00 is the first moment of the next day."""
    return scene.signed_after(lambda each: each.update({"validFrom": "2026-11-21T24:00:00Z"}))


@edge.valid((CheckCode.PROOF, Reason.MATCHES))
def created_missing(scene: Scene) -> Document:
    """A proof need not say when it was made."""
    return scene.sign_with_options(scene.unsigned(), {"created": None})


@edge.valid((CheckCode.PROOF, Reason.MATCHES))
def proof_set(scene: Scene) -> Document:
    """Two proofs of the issuer, with a key of each kind."""
    signer = scene.organisation.signer("P-256")
    return scene.sign(scene.credential(), cryptosuite="ecdsa-rdfc-2019", signer=signer)


@edge.valid((CheckCode.PROOF, Reason.MATCHES))
def proof_set_with_another_party(scene: Scene) -> Document:
    """The issuer's proof beside that of another organisation, which vouches for it too."""
    return scene.sign(scene.credential(), signer=scene.organisations[1].signer("Ed25519"))


@edge.valid((CheckCode.PROOF, Reason.MATCHES))
def proof_chain(scene: Scene) -> Document:
    """A second proof that signs the first one too."""
    document = scene.sign(scene.unsigned(), proof_id=scene.new_id())
    return scene.sign(document, previous=(document["proof"]["id"],))


@edge.valid((CheckCode.PARSE, Reason.READ))
def members_in_another_order(scene: Scene) -> str:
    """The order of members and white space are not signed."""
    return json.dumps(dict(reversed(scene.credential().items())), indent=4, ensure_ascii=True)


@edge.valid()
def without_a_status(scene: Scene) -> Document:
    """A copy that can never be withdrawn."""
    return scene.sign(scene.unsigned(status=None))


@edge.valid((CheckCode.STATUS, Reason.NOT_REVOKED))
def neighbour_was_withdrawn(scene: Scene) -> str:
    """The entries on both sides are set."""
    reference, organisation = scene.organisation.new_status(), scene.organisation
    for index in (reference.index - 1, reference.index + 1):
        organisation.revoke(replace(reference, index=index))
    return scene.token(status=reference)


@edge.valid((CheckCode.STATUS, Reason.NOT_REVOKED))
def last_entry_of_the_list(scene: Scene) -> Document:
    """Index 131,071."""
    return scene.credential(status=StatusReference(scene.organisation.status_base, 1, 131_071))


@edge.valid((CheckCode.STATUS, Reason.NOT_REVOKED))
def status_list_of_seven_days(scene: Scene) -> str:
    """As old as the policy allows."""
    scene.lists_made = NOW - timedelta(days=7)
    return scene.token()


@edge.valid((CheckCode.TRUST, Reason.LISTED))
def key_from_later_that_day(scene: Scene) -> str:
    """A date of issue is the day; the key came into use that morning."""
    scene.lists_made = NOW
    scene.list_as(with_keys(lambda key: replace(key, valid_from=NOW - timedelta(minutes=30))))
    return scene.token()


@edge.valid((CheckCode.ISSUER_KEY, Reason.TRUST_LIST_KEY))
def did_document_unreachable(scene: Scene) -> str:
    """The organisation's web site is gone; the trust list has its keys."""
    scene.evidence[scene.organisation.did] = None
    return scene.token()


@edge.valid((CheckCode.ISSUER_KEY, Reason.TRUST_LIST_KEY))
def did_document_forged(scene: Scene) -> str:
    """The organisation's web site is somebody else's; the keys of the trust list decide."""
    scene.evidence[scene.organisation.did] = b'{"id": "did:web:klusdag.example"}'
    return scene.token()


@edge.valid((CheckCode.HOLDER_BINDING, Reason.NAMES_DIFFER))
def names_differ(scene: Scene) -> Document:
    """Two organisations know the worker by different names; people decide."""
    assert RATING_HISTORY.name is not None
    other = replace(RATING_HISTORY, name=replace(RATING_HISTORY.name, full_name="F. Amrani"))
    ratings = scene.organisations[1].issue(other, Form.SD_JWT, scene.holder)
    return presented(scene, [scene.token(), ratings])


@edge.valid((CheckCode.COMPLETENESS, Reason.OVERLAPPING))
def two_statements_of_one_kind(scene: Scene) -> Document:
    """One organisation speaks twice of the same; whoever adds up counts twice."""
    return presented(scene, [scene.token(), scene.token()])


@edge.valid((CheckCode.TRUST, Reason.LISTED))
def second_root_pinned(scene: Scene) -> str:
    """The first pinned root's list cannot be had; the second one's is in order."""
    other = published_signer("Ed25519", "another steward")
    first = TrustRoot(did_key(other.public_key), "https://other.example/list", "Andere lijst", False)
    scene.roots = (first, scene.root)
    return scene.token()


class OfAnotherMethod(Organisation):
    """An organisation whose identifier carries the beginning of its own history."""

    @property
    def did(self) -> Did:
        return Did(HISTORIES["signing-key-replaced"].did)


@edge.valid((CheckCode.ISSUER_KEY, Reason.TRUST_LIST_KEY), (CheckCode.TRUST, Reason.LISTED))
def organisation_with_a_did_webvh(scene: Scene) -> str:
    """A listed organisation is believed by the keys of the list, whether its kind of DID is read or not."""
    own = scene.organisations[0]
    scene.organisations[0] = OfAnotherMethod(**{each.name: getattr(own, each.name) for each in fields(own)})
    scene.evidence[scene.organisations[0].did] = None
    return scene.token()
