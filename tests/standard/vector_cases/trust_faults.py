"""Statements that match their signature, of organisations that may not be believed about them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from standard import base58btc
from standard.dids import did_document
from standard.keys import KeySigner, fragment
from standard.model import DidUrl, StatementType
from standard.trust import archive_json, archive_reference, make_archive
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.roots import beside, hand_over
from tests.standard.vector_cases.scene import Document, Scene, published_key
from tests.standard.verdicts import with_keys
from tests.world import KEYS_FROM, NOW, RATING_HISTORY

trust = Group("trust")


@trust.invalid(CheckCode.TRUST, Reason.MAY_NOT_ISSUE)
def type_without_leave(scene: Scene) -> str:
    """Ratings of an organisation that may state work histories only."""
    scene.list_as(lambda each: replace(each, may_issue=(StatementType.WORK_HISTORY,)))
    return scene.token(RATING_HISTORY)


@trust.invalid(CheckCode.TRUST, Reason.MAY_NOT_ISSUE)
def paper_without_leave_for_its_ratings(scene: Scene) -> str:
    """A compact copy that joins work and ratings, of an organisation that may state work only."""
    scene.list_as(lambda each: replace(each, may_issue=(StatementType.WORK_HISTORY,)))
    return scene.paper(RATING_HISTORY)


@trust.invalid(CheckCode.TRUST, Reason.KEY_OUTSIDE_WINDOW)
def key_not_yet_in_use(scene: Scene) -> str:
    """The key came into use the day after the date of issue."""
    scene.list_as(with_keys(lambda key: replace(key, valid_from=NOW + timedelta(days=1))))
    return scene.token()


@trust.invalid(CheckCode.TRUST, Reason.KEY_OUTSIDE_WINDOW)
def key_no_longer_in_use(scene: Scene) -> Document:
    """The key was replaced the day before the date of issue."""
    scene.list_as(with_keys(lambda key: replace(key, valid_until=NOW - timedelta(days=1))))
    return scene.credential()


@trust.invalid(CheckCode.TRUST, Reason.KEY_COMPROMISED)
def key_stolen(scene: Scene) -> str:
    """The key was stolen a month ago; whoever has it writes any date."""
    scene.list_as(with_keys(lambda key: replace(key, compromised_at=NOW - timedelta(days=30))))
    return scene.token()


@trust.invalid(CheckCode.TRUST, Reason.KEY_COMPROMISED)
def key_stolen_and_date_before_the_theft(scene: Scene) -> Document:
    """A thief backdates: the copy says half a year ago, and no archive has it."""
    scene.list_as(with_keys(lambda key: replace(key, compromised_at=NOW - timedelta(days=30))))
    return scene.credential(issued=NOW - timedelta(days=180))


@trust.invalid(CheckCode.TRUST, Reason.KEY_COMPROMISED)
def key_stolen_says_a_list_that_has_expired(scene: Scene) -> str:
    """A theft that was reported once stays reported."""
    scene.list_as(with_keys(lambda key: replace(key, compromised_at=NOW)))
    assert scene.trust is not None
    scene.trust = replace(scene.trust, valid_until=NOW)
    return scene.token()


@trust.invalid(CheckCode.TRUST, Reason.KEY_COMPROMISED)
def key_stolen_says_a_second_list(scene: Scene) -> str:
    """The first root's list does not know of it; a theft that any list reports is believed."""
    beside(scene, with_keys(lambda key: replace(key, compromised_at=NOW)))
    return scene.token()


@trust.invalid(CheckCode.ISSUER_KEY, Reason.KEY_NOT_LISTED)
def key_that_the_successor_dropped(scene: Scene) -> str:
    """The pinned root handed over; the keys of its last list decide no more, and the new one lacks this."""
    hand_over(scene, lambda each: replace(each, keys=each.keys[:1]))
    return scene.token()


@trust.invalid(CheckCode.TRUST, Reason.MAY_NOT_ISSUE)
def type_without_leave_of_the_first_list(scene: Scene) -> str:
    """Of two lists in force the verifier's first decides, whatever the second allows."""
    beside(scene, lambda each: each)
    scene.list_as(lambda each: replace(each, may_issue=(StatementType.RATING,)))
    return scene.token()


@trust.invalid(CheckCode.TRUST, Reason.KEY_COMPROMISED)
def copy_not_in_the_archive(scene: Scene) -> str:
    """The archive of what was signed before the theft holds another copy."""
    content = archive_json(
        make_archive(
            "https://trust.example/archives/klusdag-1.json", organisation=scene.organisation.did,
            closed_at=NOW - timedelta(days=30), copy_hashes=[bytes(32)], status_lists={},
        )
    )  # fmt: skip
    reference = archive_reference(content)
    scene.evidence[reference.id] = content
    scene.list_as(
        lambda each: replace(
            with_keys(lambda key: replace(key, compromised_at=NOW - timedelta(days=30)))(each),
            archives=(reference,),
        )
    )
    return scene.token()


@trust.invalid(CheckCode.TRUST, Reason.ISSUED_AFTER_RETIREMENT)
def issued_after_the_last_day(scene: Scene) -> str:
    """An organisation that is gone cannot state anything."""
    scene.list_as(lambda each: replace(each, retired_on=(NOW - timedelta(days=10)).date()))
    return scene.token()


def _with_unlisted_key(scene: Scene) -> KeySigner:
    """A DID document that has one more key than the trust list."""
    organisation = scene.organisation
    extra = published_key("Ed25519", "klusdag unlisted")
    keys = [*(key.public_key for key in organisation.keys.values()), extra.public_key]
    scene.evidence[organisation.did] = json.dumps(did_document(organisation.did, keys)).encode()
    return KeySigner(extra, DidUrl(f"{organisation.did}#{fragment(extra.public_key)}"))


@trust.invalid(CheckCode.ISSUER_KEY, Reason.KEY_NOT_LISTED)
def key_in_the_did_document_alone(scene: Scene) -> Document:
    """Whoever took over the web site adds a key; the trust list does not have it."""
    return scene.signed_after(lambda each: None, signer=_with_unlisted_key(scene))


@trust.invalid(CheckCode.ISSUER_KEY, Reason.KEY_NOT_LISTED)
def key_under_another_name(scene: Scene) -> Document:
    """The organisation's own key under a fragment that the list does not have."""
    key = scene.organisation.keys["Ed25519"]
    signer = KeySigner(key, DidUrl(f"{scene.organisation.did}#key-1"))
    return scene.signed_after(lambda each: None, signer=signer)


@trust.invalid(CheckCode.TRUST, Reason.KEY_OUTSIDE_WINDOW)
def issued_before_the_first_key(scene: Scene) -> str:
    """A date of issue from before the organisation had keys."""
    return scene.paper(issued=KEYS_FROM - timedelta(days=3))


did = Group("did")


def _unlisted(scene: Scene, **changes: object) -> Document:
    """A copy of an organisation that no list has, whose DID document is changed."""
    listing = scene.trust_list()
    scene.trust = replace(listing, organisations=listing.organisations[1:])
    organisation = scene.organisation
    document = did_document(organisation.did, [key.public_key for key in organisation.keys.values()])
    scene.evidence[organisation.did] = json.dumps({**document, **changes}).encode()
    return scene.credential()


refused_key = did.invalid(CheckCode.ISSUER_KEY, Reason.KEY_NOT_LISTED)


@refused_key
def document_for_authentication_only(scene: Scene) -> Document:
    """The DID document has the key, and not for stating anything."""
    method = scene.organisation.signer("Ed25519").verification_method
    return _unlisted(scene, assertionMethod=[], authentication=[method])


@refused_key
def document_of_another(scene: Scene) -> Document:
    """The document at the address has another id."""
    return _unlisted(scene, id="did:web:oppaspunt.example")


@refused_key
def document_without_methods(scene: Scene) -> Document:
    """The relationship names a key that the document does not describe."""
    return _unlisted(scene, verificationMethod=[])


def _method(scene: Scene, **changes: object) -> Document:
    organisation = scene.organisation
    signer = organisation.signer("Ed25519")
    return {
        "id": signer.verification_method, "type": "Multikey", "controller": organisation.did,
        "publicKeyMultibase": signer.public_key.multikey, **changes,
    }  # fmt: skip


@refused_key
def key_described_twice(scene: Scene) -> Document:
    """Two descriptions under one id: which key is it?"""
    return _unlisted(scene, verificationMethod=[_method(scene), _method(scene, publicKeyMultibase="z6Mk")])


@refused_key
def key_of_another_controller(scene: Scene) -> Document:
    """A key in the document that somebody else controls."""
    return _unlisted(scene, verificationMethod=[_method(scene, controller="did:web:oppaspunt.example")])


@refused_key
def key_that_was_revoked(scene: Scene) -> Document:
    """The document still lists the key, and says that nothing it signed is to be believed."""
    return _unlisted(scene, verificationMethod=[_method(scene, revoked="2026-11-30T00:00:00Z")])


@refused_key
def key_of_small_order(scene: Scene) -> Document:
    """A Multikey under which one signature fits every message."""
    multikey = base58btc.encode(b"\xed\x01" + b"\1" + bytes(31))
    return _unlisted(scene, verificationMethod=[_method(scene, publicKeyMultibase=multikey)])


@refused_key
def key_with_its_private_half(scene: Scene) -> Document:
    """A JWK with `d`: whoever reads the document can sign."""
    jwk = {**scene.organisation.signer("Ed25519").public_key.jwk(), "d": "AAAA"}
    return _unlisted(scene, verificationMethod=[_method(scene, type="JsonWebKey", publicKeyJwk=jwk)])


@refused_key
def key_of_unknown_type(scene: Scene) -> Document:
    """A kind of verification method that this standard does not read."""
    return _unlisted(scene, verificationMethod=[_method(scene, type="Ed25519VerificationKey2018")])


@refused_key
def key_with_an_unknown_prefix(scene: Scene) -> Document:
    """A Multikey of secp256k1."""
    multikey = "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"
    return _unlisted(scene, verificationMethod=[_method(scene, publicKeyMultibase=multikey)])


@did.invalid(CheckCode.PROOF, Reason.MISMATCH)
def document_with_another_key(scene: Scene) -> Document:
    """The document gives another key under the name of the one that signed."""
    other = published_key("Ed25519", "stranger").public_key.multikey
    return _unlisted(scene, verificationMethod=[_method(scene, publicKeyMultibase=other)])
