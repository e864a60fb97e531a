"""Proofs of credentials: missing, malformed, of somebody else, or over something else."""

from __future__ import annotations

from standard import base58btc
from standard.model import Form
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_signer, selectable

proof = Group("proof")
unusable = proof.invalid(CheckCode.PROOF, Reason.UNUSABLE_PROOF)
broken = proof.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
mismatch = proof.invalid(CheckCode.PROOF, Reason.MISMATCH)


def _with_member(scene: Scene, name: str, value: object) -> Document:
    return scene.changed(lambda each: each["proof"].update({name: value}))


def _with_signature(scene: Scene, change: object, form: Form = Form.EDDSA_RDFC) -> Document:
    document = scene.credential(form)
    signature = base58btc.decode(document["proof"]["proofValue"], max_characters=200)
    document["proof"]["proofValue"] = base58btc.encode(change(signature))
    return document


@unusable
def missing(scene: Scene) -> Document:
    """No proof at all."""
    return scene.changed(lambda each: each.pop("proof"))


@broken
def null(scene: Scene) -> Document:
    """The proof is null."""
    return scene.changed(lambda each: each.update({"proof": None}))


@broken
def text(scene: Scene) -> Document:
    """The proof is a text."""
    return scene.changed(lambda each: each.update({"proof": "trust me"}))


@unusable
def empty_list(scene: Scene) -> Document:
    """Every proof of an empty list verifies."""
    return scene.changed(lambda each: each.update({"proof": []}))


@unusable
def empty_object(scene: Scene) -> Document:
    """A proof with no members."""
    return scene.changed(lambda each: each.update({"proof": {}}))


@unusable
def without_type(scene: Scene) -> Document:
    """A proof that does not say what it is."""
    return scene.changed(lambda each: each["proof"].pop("type"))


@unusable
def without_verification_method(scene: Scene) -> Document:
    """A proof that names no key."""
    return scene.changed(lambda each: each["proof"].pop("verificationMethod"))


@unusable
def without_purpose(scene: Scene) -> Document:
    """A proof that does not say what for."""
    return scene.changed(lambda each: each["proof"].pop("proofPurpose"))


@unusable
def without_value(scene: Scene) -> Document:
    """A proof without a signature."""
    return scene.changed(lambda each: each["proof"].pop("proofValue"))


@unusable
def of_unknown_type(scene: Scene) -> Document:
    """A proof of a suite from before Data Integrity."""
    return _with_member(scene, "type", "Ed25519Signature2020")


@unusable
def of_unknown_cryptosuite(scene: Scene) -> Document:
    """A cryptosuite that does not exist."""
    return _with_member(scene, "cryptosuite", "eddsa-rdfc-2099")


@unusable
def of_a_holder_alone(scene: Scene) -> Document:
    """A base proof of `ecdsa-sd-2023`, which a holder derives from and shows to nobody."""
    return selectable(scene)


@unusable
def cryptosuite_for_another_key(scene: Scene) -> Document:
    """An ECDSA suite with an Ed25519 key."""
    return _with_member(scene, "cryptosuite", "ecdsa-rdfc-2019")


@unusable
def value_without_multibase(scene: Scene) -> Document:
    """The value lacks its `z`."""
    return scene.changed(lambda each: each["proof"].update({"proofValue": each["proof"]["proofValue"][1:]}))


@unusable
def value_in_base64url(scene: Scene) -> Document:
    """The value in multibase `u`, which this suite does not use."""
    return _with_member(scene, "proofValue", "u" + "A" * 86)


@unusable
def value_with_a_character_outside_base58(scene: Scene) -> Document:
    """A zero is no digit of base58."""
    return scene.changed(
        lambda each: each["proof"].update({"proofValue": "z0" + each["proof"]["proofValue"][2:]})
    )


@unusable
def value_with_white_space(scene: Scene) -> Document:
    """A signature has one spelling."""
    return scene.changed(lambda each: each["proof"].update({"proofValue": each["proof"]["proofValue"] + " "}))


@mismatch
def value_too_short(scene: Scene) -> Document:
    """A signature without its last byte."""
    return _with_signature(scene, lambda signature: signature[:-1])


@mismatch
def value_with_a_byte_more(scene: Scene) -> Document:
    """A signature with a zero after it, which a naive half split may pass."""
    return _with_signature(scene, lambda signature: signature + b"\0", Form.ECDSA_RDFC)


@mismatch
def value_with_padded_halves(scene: Scene) -> Document:
    """r and s with a zero in front of each: the same numbers in 66 bytes."""
    return _with_signature(
        scene, lambda signature: b"\0" + signature[:32] + b"\0" + signature[32:], Form.ECDSA_RDFC
    )


@mismatch
def value_of_zeros(scene: Scene) -> Document:
    """r = s = 0, which a library without a range check accepted for every message."""
    return _with_signature(scene, lambda signature: bytes(len(signature)), Form.ECDSA_RDFC)


@mismatch
def claim_changed(scene: Scene) -> Document:
    """A hundred gigs more than were signed."""
    return scene.changed(lambda each: each["credentialSubject"]["engagement"][0].update({"gigCount": 248}))


@mismatch
def created_changed(scene: Scene) -> Document:
    """The options of the proof are signed too."""
    return _with_member(scene, "created", "2026-11-22T08:30:01Z")


@mismatch
def challenge_added(scene: Scene) -> Document:
    """A challenge that the issuer never signed."""
    return _with_member(scene, "challenge", "n-0S6_WzA2Mj")


@mismatch
def of_another_key_of_the_issuer(scene: Scene) -> Document:
    """Signed with a stranger's key under the name of the issuer's."""
    document = scene.signed_after(lambda each: None, signer=published_signer("Ed25519", "stranger"))
    own = scene.organisation.signer("Ed25519").verification_method
    document["proof"]["verificationMethod"] = own
    return document


@unusable
def created_not_a_moment(scene: Scene) -> Document:
    """A date of signing that cannot be read."""
    return _with_member(scene, "created", "22 November 2026")


@unusable
def expires_not_a_moment(scene: Scene) -> Document:
    """An end of validity that cannot be read is not the same as none."""
    return _with_member(scene, "expires", "never")


@unusable
def previous_proof_missing(scene: Scene) -> Document:
    """A chain whose earlier proof was taken out."""
    first, second = scene.new_id(), scene.new_id()
    document = scene.sign(scene.unsigned(), proof_id=first)
    chained = scene.sign(document, proof_id=second, previous=(first,))
    return {**chained, "proof": chained["proof"][1]}


@unusable
def previous_proof_not_a_text(scene: Scene) -> Document:
    """`previousProof` holds an object."""
    return _with_member(scene, "previousProof", {"id": "urn:x:y"})


@mismatch
def previous_proof_altered(scene: Scene) -> Document:
    """The proof before the last one was changed, which the last one covers."""
    document = scene.sign(scene.unsigned(), proof_id=scene.new_id())
    chained = scene.sign(document, previous=(document["proof"]["id"],))
    chained["proof"][0]["created"] = "2026-11-22T08:29:59Z"
    return chained


@mismatch
def second_of_a_set_fails(scene: Scene) -> Document:
    """Every proof of a set must verify, not one of them."""
    document = scene.sign(
        scene.credential(), cryptosuite="ecdsa-rdfc-2019", signer=scene.organisation.signer("P-256")
    )
    document["proof"][1]["created"] = "2026-11-22T08:30:01Z"
    return document


@proof.invalid(CheckCode.ISSUER_KEY, Reason.OTHER_CONTROLLER)
def by_another_organisation(scene: Scene) -> Document:
    """Another organisation of the same trust list signed."""
    return scene.signed_after(lambda each: None, signer=scene.organisations[1].signer("Ed25519"))


@proof.invalid(CheckCode.ISSUER_KEY, Reason.OTHER_CONTROLLER)
def by_the_worker(scene: Scene) -> Document:
    """The worker signed her own work history."""
    return scene.signed_after(lambda each: None, cryptosuite="ecdsa-rdfc-2019", signer=scene.worker)


@proof.invalid(CheckCode.ISSUER_KEY, Reason.WRONG_PURPOSE)
def one_of_a_set_for_authentication(scene: Scene) -> Document:
    """A good proof beside one that was made to log in."""
    return scene.sign(scene.credential(), purpose="authentication")


@proof.invalid(CheckCode.ISSUER_KEY, Reason.WRONG_PURPOSE)
def for_authentication(scene: Scene) -> Document:
    """A proof that was made to log in."""
    return scene.signed_after(lambda each: None, purpose="authentication")


@proof.invalid(CheckCode.VALIDITY_PERIOD, Reason.EXPIRED)
def expired(scene: Scene) -> Document:
    """The proof has an end of its own, which is past."""
    document = scene.unsigned()
    return scene.sign_with_options(document, {"expires": "2026-11-22T08:00:00Z"})
