"""The world of one vector: published keys, and ids and salts that follow from the vector's name.

Nothing here is random, so that the generator writes the same bytes every time.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from standard import base64url, jws, proofs
from standard.credentials import credential_document, mandatory_pointers
from standard.dids import did_key, did_key_method
from standard.jsonld.contexts import bundled
from standard.keys import Algorithm, KeySigner, PrivateKey
from standard.model import Form, Statement
from standard.proofs import eddsa_rdfc_2022
from standard.proofs.cryptosuite import Content
from standard.timestamps import write_moment
from standard.trust import TrustedOrganisation, TrustList, TrustRoot
from tests.standard.verdicts import listed
from tests.world import NOW, WORK_HISTORY, Organisation, World

Document = dict[str, Any]

_KEY_RULE = "KlusCV test vectors, a key that everybody knows: "
_CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}


def published_key(algorithm: Algorithm, label: str) -> PrivateKey:
    """The key of a label: SHA-256 of a sentence, so that it can be no secret."""
    seed = sha256(f"{_KEY_RULE}{label}".encode()).digest()
    if algorithm == "Ed25519":
        return PrivateKey(algorithm, ed25519.Ed25519PrivateKey.from_private_bytes(seed))
    # One bit less than the order of the curve, and never zero.
    secret = int.from_bytes(seed, "big") >> 1 | 1
    return PrivateKey(algorithm, ec.derive_private_key(secret, _CURVES[algorithm]))


def published_signer(algorithm: Algorithm, label: str) -> KeySigner:
    """A published key that is its own identifier."""
    key = published_key(algorithm, label)
    return KeySigner(key, did_key_method(did_key(key.public_key)))


@dataclass
class Drops:
    """Bytes that look random and follow from a name."""

    name: str
    count: int = 0

    def draw(self) -> bytes:
        """The next 16."""
        self.count += 1
        return sha256(f"{self.name} {self.count}".encode()).digest()[:16]

    def new_id(self) -> str:
        """The next `urn:uuid:…`."""
        return uuid.UUID(bytes=self.draw(), version=4).urn


@dataclass(kw_only=True)
class Scene(World):
    """A world whose evidence and policy a vector may change.

    Attributes:
        evidence: documents besides those of the world or instead of them; None withholds one.
        trust: the trust list as the steward has it; the world's own when None.
        roots: the pinned roots.
        anchors: the pinned certificate authorities, each a certificate in DER.
        challenge: of the live request that is answered, with its `domain`.
        profile: `kluscv` for the procedure of this standard; `strict` and `proof-only` are those of the
            VC-API, for credentials of any type.
    """

    evidence: dict[str, bytes | None] = field(default_factory=dict)
    trust: TrustList | None = None
    roots: tuple[TrustRoot, ...] = ()
    anchors: tuple[bytes, ...] = ()
    challenge: str | None = None
    domain: str | None = None
    profile: str = "kluscv"

    def all_documents(self) -> dict[str, bytes]:
        """Everything that a verifier can get."""
        found: dict[str, bytes | None] = {**self.documents(self.trust), **self.evidence}
        return {identifier: content for identifier, content in found.items() if content is not None}

    def list_as(self, change: Callable[[TrustedOrganisation], TrustedOrganisation]) -> None:
        """Change the first organisation's entry on the trust list."""
        self.trust = listed(self, change)

    def ask(self) -> None:
        """Make this the answer to a live request."""
        self.challenge, self.domain = "n-0S6_WzA2Mj", "https://verifier.example"

    def credential(
        self, form: Form = Form.EDDSA_RDFC, statement: Statement = WORK_HISTORY, **options: Any
    ) -> Document:
        """A signed Data Integrity copy of the first organisation."""
        return json.loads(self.organisation.issue(statement, form, self.holder, **options))

    def token(self, statement: Statement = WORK_HISTORY, **options: Any) -> str:
        """An SD-JWT copy of the first organisation."""
        return self.organisation.issue(statement, Form.SD_JWT, self.holder, **options)

    def paper(self, statement: Statement = WORK_HISTORY, **options: Any) -> str:
        """A compact copy of the first organisation."""
        return self.organisation.issue(statement, Form.COMPACT, self.holder, **options)

    def unsigned(self, statement: Statement = WORK_HISTORY, **options: Any) -> Document:
        """A credential of the first organisation without its proof."""
        organisation = self.organisation
        members = {
            "issuer": organisation.did, "organisation_name": organisation.name,
            "subject": did_key(self.holder), "credential_id": self.new_id(), "issued": NOW,
            "status": organisation.new_status(), **options,
        }  # fmt: skip
        return credential_document(statement, new_id=self.new_id, **members)

    def sign(self, document: Mapping[str, Any], **options: Any) -> Document:
        """Sign with the first organisation's Ed25519 key, unless the options say otherwise."""
        choices = {
            "cryptosuite": "eddsa-rdfc-2022", "signer": self.organisation.signer("Ed25519"), "created": NOW,
            "purpose": "assertionMethod", **options,
        }  # fmt: skip
        return proofs.add_proof(document, **choices)

    def sign_with_options(self, document: Mapping[str, Any], members: Mapping[str, Any]) -> Document:
        """Sign with a proof that has more members than our issuer writes, or without one."""
        signer = self.organisation.signer("Ed25519")
        options = {
            "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": write_moment(NOW),
            "verificationMethod": signer.verification_method, "proofPurpose": "assertionMethod", **members,
        }  # fmt: skip
        options = {name: value for name, value in options.items() if value is not None}
        proof = eddsa_rdfc_2022.SUITE.create(Content(dict(document), bundled()), options, signer)
        return {**document, "proof": dict(proof)}

    def signed_after(self, change: Callable[[Document], object], **options: Any) -> Document:
        """A credential that was changed and then signed: only the content is wrong."""
        document = self.unsigned()
        change(document)
        return self.sign(document, **options)

    def changed(self, change: Callable[[Document], object], form: Form = Form.EDDSA_RDFC) -> Document:
        """A credential that was signed and then changed."""
        document = self.credential(form)
        change(document)
        return document

    def token_with(
        self,
        change: Callable[[Document], object] = lambda payload: None,
        *,
        header: Mapping[str, Any] | None = None,
        signer: KeySigner | None = None,
        disclosures: Sequence[str] | None = None,
    ) -> str:
        """An SD-JWT with another payload or header, signed again. A header of None is left out."""
        jwt, *own, _ = self.token().split("~")
        parsed = jws.parse(jwt)
        payload = dict(parsed.payload)
        change(payload)
        members = {**parsed.header, **(header or {})}
        kept = {name: value for name, value in members.items() if value is not None}
        texts = own if disclosures is None else disclosures
        signer = signer or self.organisation.signer("P-256")
        return "~".join([sign_jwt(kept, payload, signer), *texts, ""])


def selectable(scene: Scene) -> Document:
    """A work history from which its holder can choose: a base proof of `ecdsa-sd-2023`."""
    document = scene.unsigned()
    secrets = (bytes(range(32)), published_key("P-256", "a proof key"))
    suite = proofs.BaseProofs(mandatory_pointers(document), *secrets)
    return scene.sign(document, cryptosuite=suite, signer=scene.organisation.signer("P-256"))


def sign_jwt(header: Mapping[str, Any], payload: Mapping[str, Any], signer: KeySigner) -> str:
    """Sign whatever the header says, its `alg` included."""
    signing_input = f"{jws.encode_json(dict(header))}.{jws.encode_json(dict(payload))}"
    return f"{signing_input}.{base64url.encode(signer.sign(signing_input.encode('ascii')))}"


def make_scene(name: str) -> Scene:
    """Two organisations under one root, and a worker known to both."""
    drops = Drops(name)
    root_signer = published_signer("Ed25519", "steward")
    root = TrustRoot(
        did_key(root_signer.public_key), "https://trust.example/list", "KlusCV-bestuur", demonstration=False
    )
    organisations = [
        Organisation(
            slug, title, {kind: published_key(kind, f"{slug} {kind}") for kind in ("Ed25519", "P-256")},
            next_index=first_index, new_id=drops.new_id, new_salt=drops.draw,
        )
        for slug, title, first_index in (
            ("klusdag", "Klusdag B.V.", 94_566), ("oppaspunt", "Oppaspunt", 20_417),
        )
    ]  # fmt: skip
    worker = published_signer("P-256", "worker")
    return Scene(organisations, worker, root_signer, root, roots=(root,), new_id=drops.new_id)
