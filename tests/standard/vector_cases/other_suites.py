"""Credentials of any type: curves that statements do not use, and the data model around them.

They are judged by the procedure of the VC-API in its profile `strict`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256, sha384
from typing import Any

from standard import base58btc, base64url
from standard.dids import did_jwk, did_jwk_method, did_of
from standard.jcs import canonize_json
from standard.jsonld import CREDENTIALS_V2
from standard.keys import Algorithm, KeySigner
from standard.model import DidUrl
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_key, published_signer

suite = Group("suite", "strict")
model = Group("vc", "strict")
ISSUER = "any issuer"


def unsigned(scene: Scene, algorithm: Algorithm = "Ed25519", **members: Any) -> Document:
    return {
        "@context": [CREDENTIALS_V2],
        "id": scene.new_id(),
        "type": ["VerifiableCredential"],
        "issuer": did_of(published_signer(algorithm, ISSUER).verification_method),
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:worker", "name": "Fatima el Amrani"},
        **members,
    }


def _signed(
    scene: Scene, cryptosuite: str = "eddsa-rdfc-2022", algorithm: Algorithm = "Ed25519", **members: Any
) -> Document:
    signer = published_signer(algorithm, ISSUER)
    return scene.sign(unsigned(scene, algorithm, **members), cryptosuite=cryptosuite, signer=signer)


@suite.valid()
def eddsa_rdfc_2022(scene: Scene) -> Document:
    """A credential that is no statement of this standard."""
    return _signed(scene)


@suite.valid()
def eddsa_jcs_2022(scene: Scene) -> Document:
    """Ed25519 over canonical JSON."""
    return _signed(scene, "eddsa-jcs-2022")


@suite.valid()
def ecdsa_rdfc_2019_p_256(scene: Scene) -> Document:
    """ECDSA on P-256 over canonical RDF."""
    return _signed(scene, "ecdsa-rdfc-2019", "P-256")


@suite.valid()
def ecdsa_rdfc_2019_p_384(scene: Scene) -> Document:
    """ECDSA on P-384: SHA-384 everywhere, canonicalization included, and 96 bytes."""
    return _signed(scene, "ecdsa-rdfc-2019", "P-384")


@suite.valid()
def ecdsa_jcs_2019_p_384(scene: Scene) -> Document:
    """ECDSA on P-384 over canonical JSON."""
    return _signed(scene, "ecdsa-jcs-2019", "P-384")


def _by_jwk(scene: Scene, **members: Any) -> tuple[Document, KeySigner]:
    """A credential by a did:jwk, and the signer under that name."""
    key = published_key("P-256", ISSUER)
    did = did_jwk(key.public_key)
    return unsigned(scene, issuer=did, **members), KeySigner(key, did_jwk_method(did))


@suite.valid()
def issuer_did_jwk(scene: Scene) -> Document:
    """The issuer's identifier is its key, as a JWK."""
    document, signer = _by_jwk(scene)
    return scene.sign(document, cryptosuite="ecdsa-rdfc-2019", signer=signer)


@suite.refused("key-format")
def issuer_did_jwk_under_another_fragment(scene: Scene) -> Document:
    """A did:jwk has one method, `#0`."""
    document, signer = _by_jwk(scene)
    other = replace(signer, verification_method=DidUrl(signer.verification_method.replace("#0", "#1")))
    return scene.sign(document, cryptosuite="ecdsa-rdfc-2019", signer=other)


@suite.refused("key-format")
def issuer_did_jwk_with_a_private_key(scene: Scene) -> Document:
    """The JWK in the identifier has its secret in it."""
    document, signer = _by_jwk(scene)
    jwk = {**signer.public_key.jwk(), "d": "AAAA"}
    did = f"did:jwk:{base64url.encode(canonize_json(jwk))}"
    other = replace(signer, verification_method=DidUrl(f"{did}#0"))
    return scene.sign({**document, "issuer": did}, cryptosuite="ecdsa-rdfc-2019", signer=other)


@suite.valid()
def proof_chain(scene: Scene) -> Document:
    """A second proof that signs the first one too."""
    first, signer = scene.new_id(), published_signer("Ed25519", ISSUER)
    document = scene.sign(unsigned(scene), signer=signer, proof_id=first)
    return scene.sign(document, signer=signer, previous=(first,))


@suite.refused("signature")
def p_384_with_sha_256(scene: Scene) -> Document:
    """A signature of P-384 over SHA-256 hashes, which the shorter curve uses."""
    document = unsigned(scene, "P-384")
    return _with_hashes(document, lambda own, options: sha256(options).digest() + sha256(own).digest())


def _with_hashes(document: Document, combined: Callable[[bytes, bytes], bytes]) -> Document:
    """A proof of P-384 over hashes that are put together in another way."""
    signer = published_signer("P-384", ISSUER)
    options = {
        "type": "DataIntegrityProof", "cryptosuite": "ecdsa-jcs-2019", "proofPurpose": "assertionMethod",
        "verificationMethod": signer.verification_method, "@context": document["@context"],
    }  # fmt: skip
    message = combined(canonize_json(document), canonize_json(options))
    value = base58btc.encode(signer.sign(message))
    return {**document, "proof": {**options, "proofValue": value}}


@suite.refused("signature")
def jcs_hashes_swapped(scene: Scene) -> Document:
    """The document's hash before that of the options."""
    document = unsigned(scene, "P-384")
    return _with_hashes(document, lambda own, options: sha384(own).digest() + sha384(options).digest())


@suite.refused("proof")
def jcs_contexts_of_another_document(scene: Scene) -> Document:
    """The proof says other contexts than the document begins with."""
    document = _signed(scene, "eddsa-jcs-2022")
    document["proof"]["@context"] = [CREDENTIALS_V2, "https://w3id.org/security/data-integrity/v2"]
    return document


@suite.refused("signature")
def rdfc_proof_called_jcs(scene: Scene) -> Document:
    """A signature of one suite under the name of another."""
    document = _signed(scene)
    document["proof"]["cryptosuite"] = "eddsa-jcs-2022"
    return document


@suite.refused("signature")
def p_384_signature_of_64_bytes(scene: Scene) -> Document:
    """A signature of P-384 has 96 bytes."""
    document = _signed(scene, "ecdsa-rdfc-2019", "P-384")
    document["proof"]["proofValue"] = base58btc.encode(bytes(64))
    return document


@suite.refused("proof")
def by_another_than_the_issuer(scene: Scene) -> Document:
    """A proof that matches, of somebody who is not the issuer."""
    return scene.sign(unsigned(scene), signer=published_signer("Ed25519", "stranger"))


@suite.refused("proof")
def expired_proof(scene: Scene) -> Document:
    """A proof with an end that is past; the key is the organisation's, the issuer too."""
    document = unsigned(scene, issuer=scene.organisation.did)
    return scene.sign_with_options(document, {"expires": "2026-11-22T08:00:00Z"})


# The clauses of the data model that no statement can break, for its schema is closed.
_RESOURCE = {"id": "https://example.org/a.pdf"}
_MEMBERS: dict[str, tuple[str, object, str]] = {
    "terms_of_use_without_type": ("termsOfUse", _RESOURCE, "Terms of use need a type."),
    "evidence_without_type": ("evidence", _RESOURCE, "Evidence needs a type."),
    "refresh_service_without_type": ("refreshService", _RESOURCE, "A refresh service needs a type."),
    "schema_without_address": ("credentialSchema", {"type": "JsonSchema"}, "A schema has an address."),
    "status_with_two_ids": (
        "credentialStatus",
        {"id": ["urn:x:1", "urn:x:2"], "type": "BitstringStatusListEntry"},
        "A status entry has one id.",
    ),
    "name_with_a_third_member": (
        "name",
        {"@value": "Diploma", "@language": "nl", "url": "https://example.org"},
        "A text with its language has no other members.",
    ),
    "description_of_a_number": ("description", 7, "A description is a text."),
    "related_resource_without_digest": ("relatedResource", _RESOURCE, "A related resource has a digest."),
    "related_resource_twice": (
        "relatedResource",
        [{**_RESOURCE, "digestMultibase": f"uEiB{'A' * 43}"}] * 2,
        "A related resource is listed once.",
    ),
    "issuer_with_blank_id": ("issuer", {"id": "_:b0"}, "An issuer is not a blank node."),
    "valid_from_null": ("validFrom", None, "A date is not null."),
}


def _with_member(name: str, value: object) -> Callable[[Scene], Document]:
    return lambda scene: {**_signed(scene), name: value}


for _name, (_member, _value, _about) in _MEMBERS.items():
    _make = _with_member(_member, _value)
    _make.__name__, _make.__doc__ = _name, _about
    model.refused("data-model")(_make)


@model.refused("vocabulary")
def type_undefined(scene: Scene) -> Document:
    """A type that no context defines."""
    return {**_signed(scene), "type": ["VerifiableCredential", "Diploma"]}


@model.refused("vocabulary")
def term_undefined(scene: Scene) -> Document:
    """A member that no context defines."""
    return {**_signed(scene), "grade": "10"}


@model.refused("protected-term")
def context_that_redefines_a_protected_term(scene: Scene) -> Document:
    """A second context gives `name` another meaning."""
    document = _signed(scene)
    return {**document, "@context": [*document["@context"], {"name": "https://example.org/other"}]}


@model.refused("vocabulary")
def context_that_cannot_be_had(scene: Scene) -> Document:
    """A context that is not bundled, and would have to be fetched."""
    document = _signed(scene)
    return {**document, "@context": [*document["@context"], "https://example.org/context"]}
