"""Credentials in the Data Integrity form whose content breaks the data model; most are signed as they are."""

from __future__ import annotations

from standard import base58btc
from standard.dids import did_key
from standard.jsonld import CREDENTIALS_V2
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_key

credential = Group("credential")
broken = credential.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)


def _subject(document: Document) -> Document:
    return document["credentialSubject"]


@broken
def context_order(scene: Scene) -> Document:
    """The credentials context does not come first."""
    return scene.signed_after(lambda each: each["@context"].reverse())


@broken
def context_missing(scene: Scene) -> Document:
    """Nothing says what the members mean."""
    return scene.changed(lambda each: each.pop("@context"))


@broken
def context_as_text(scene: Scene) -> Document:
    """One address instead of the list of two."""
    return scene.changed(lambda each: each.update({"@context": CREDENTIALS_V2}))


@broken
def context_inline(scene: Scene) -> Document:
    """A context of its own renames a member, so that what people read is not what was signed."""
    own = {"gigCount": "https://w3id.org/kluscv#clientCount"}
    return scene.changed(lambda each: each["@context"].append(own))


@broken
def context_unknown(scene: Scene) -> Document:
    """A third context, which a verifier would have to fetch."""
    return scene.changed(lambda each: each["@context"].append("https://example.org/context"))


@broken
def context_of_version_1(scene: Scene) -> Document:
    """The context of the data model 1.1 on a credential of 2.0."""
    first = "https://www.w3.org/2018/credentials/v1"
    return scene.changed(lambda each: each["@context"].__setitem__(0, first))


@broken
def context_in_the_subject(scene: Scene) -> Document:
    """A context inside the document changes what its part means."""
    return scene.changed(lambda each: _subject(each).update({"@context": {"asOf": None}}))


@broken
def type_without_verifiable_credential(scene: Scene) -> Document:
    """The type does not say that it is a credential."""
    return scene.changed(lambda each: each.update({"type": ["WorkHistoryCredential"]}))


@broken
def type_unmapped(scene: Scene) -> Document:
    """A type that no context defines; lossy processors drop it and the signature still matches."""
    return scene.changed(lambda each: each["type"].append("CertifiedCredential"))


@broken
def type_of_two_statements(scene: Scene) -> Document:
    """One credential that claims to be two kinds of statement."""
    return scene.signed_after(lambda each: each["type"].append("RatingCredential"))


@broken
def type_null(scene: Scene) -> Document:
    """The type is null."""
    return scene.changed(lambda each: each.update({"type": None}))


@broken
def id_missing(scene: Scene) -> Document:
    """A copy without an id cannot be corrected or named."""
    return scene.signed_after(lambda each: each.pop("id"))


@broken
def id_array(scene: Scene) -> Document:
    """A credential has one id."""
    return scene.changed(lambda each: each.update({"id": [each["id"]]}))


@broken
def id_null(scene: Scene) -> Document:
    """The id is null."""
    return scene.changed(lambda each: each.update({"id": None}))


@broken
def id_relative(scene: Scene) -> Document:
    """A relative id, which lossy processors resolve against an address of their own."""
    return scene.changed(lambda each: each.update({"id": "copies/1"}))


@broken
def issuer_missing(scene: Scene) -> Document:
    """Nobody states it."""
    return scene.signed_after(lambda each: each.pop("issuer"))


@broken
def issuer_without_id(scene: Scene) -> Document:
    """An issuer with a name and no identifier."""
    return scene.signed_after(lambda each: each["issuer"].pop("id"))


@broken
def issuer_not_an_address(scene: Scene) -> Document:
    """An issuer that is a name."""
    return scene.changed(lambda each: each["issuer"].update({"id": "Klusdag B.V."}))


@broken
def issuer_list(scene: Scene) -> Document:
    """Two issuers, of which one signed."""
    return scene.changed(lambda each: each.update({"issuer": [each["issuer"], "did:web:oppaspunt.example"]}))


@broken
def subject_missing(scene: Scene) -> Document:
    """A credential about nothing."""
    return scene.signed_after(lambda each: each.pop("credentialSubject"))


@broken
def subject_empty(scene: Scene) -> Document:
    """A credential that says nothing."""
    return scene.changed(lambda each: each.update({"credentialSubject": {}}))


@broken
def subject_list_with_empty_object(scene: Scene) -> Document:
    """A second subject of whom nothing is said."""
    return scene.changed(lambda each: each.update({"credentialSubject": [_subject(each), {}]}))


@broken
def subject_not_a_key(scene: Scene) -> Document:
    """A worker who is not a key cannot sign a presentation."""
    return scene.signed_after(lambda each: _subject(each).update({"id": "did:web:worker.example"}))


@broken
def subject_with_a_key_of_another_kind(scene: Scene) -> Document:
    """A worker's key is of P-256."""
    other = did_key(published_key("Ed25519", "worker").public_key)
    return scene.signed_after(lambda each: _subject(each).update({"id": other}))


@broken
def subject_with_a_point_off_the_curve(scene: Scene) -> Document:
    """A did:key whose point is on no curve."""
    multikey = base58btc.encode(b"\x80\x24\x02" + b"\xff" * 32)
    return scene.signed_after(lambda each: _subject(each).update({"id": f"did:key:{multikey}"}))


@broken
def valid_from_missing(scene: Scene) -> Document:
    """No date of issue."""
    return scene.signed_after(lambda each: each.pop("validFrom"))


@broken
def valid_from_rfc_2822(scene: Scene) -> Document:
    """A date as in a mail."""
    return scene.signed_after(lambda each: each.update({"validFrom": "Sun, 22 Nov 2026 00:00:00 GMT"}))


@broken
def valid_from_without_offset(scene: Scene) -> Document:
    """A moment without its offset is another one elsewhere."""
    return scene.signed_after(lambda each: each.update({"validFrom": "2026-11-22T00:00:00"}))


@broken
def valid_from_day_only(scene: Scene) -> Document:
    """A date is no moment."""
    return scene.signed_after(lambda each: each.update({"validFrom": "2026-11-22"}))


@broken
def valid_from_30_february(scene: Scene) -> Document:
    """A date that no calendar has."""
    return scene.signed_after(lambda each: each.update({"validFrom": "2026-02-30T00:00:00Z"}))


@broken
def valid_from_offset_of_15_hours(scene: Scene) -> Document:
    """Offsets end at fourteen hours."""
    return scene.signed_after(lambda each: each.update({"validFrom": "2026-11-22T00:00:00+15:00"}))


@broken
def valid_until_before_valid_from(scene: Scene) -> Document:
    """It ends before it begins."""
    return scene.signed_after(lambda each: each.update({"validUntil": "2026-11-21T00:00:00Z"}))


@broken
def schema_without_type(scene: Scene) -> Document:
    """A schema of unknown kind."""
    return scene.signed_after(lambda each: each["credentialSchema"].pop("type"))


@broken
def schema_of_another_type(scene: Scene) -> Document:
    """The schema of a rating on a work history."""
    other = "https://w3id.org/kluscv/schemas/rating.json"
    return scene.signed_after(lambda each: each["credentialSchema"].update({"id": other}))
