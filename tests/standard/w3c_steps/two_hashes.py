"""The suites that sign a hash of the options and one of the document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from standard import base58btc
from standard.dids import did_key_public_key, did_of
from standard.errors import ProofError
from standard.jcs import canonize_json
from standard.jsonld import Contexts, canonize, rdfc
from standard.model import DidUrl
from standard.proofs import SUITES, read_proof, verify_proof
from standard.proofs.cryptosuite import Content, SigningCryptosuite, with_contexts_of
from standard.vc_api.contexts import issuable
from tests.standard.citizenship import COMPILED
from tests.standard.contexts import WITH_EXAMPLES
from tests.standard.w3c_steps.files import Json, Overheard, private_key, read, root, without

KEYS_OF: Final = {
    "eddsa-rdfc-2022": "keyPair", "eddsa-jcs-2022": "keyPair", "Ed25519Signature2020": "keyPair",
    "ecdsa-rdfc-2019-p256": "p256KeyPair", "ecdsa-jcs-2019-p256": "p256KeyPair",
    "ecdsa-rdfc-2019-p384": "p384KeyPair", "ecdsa-jcs-2019-p384": "p384KeyPair",
}  # fmt: skip
OLD_SUITE: Final = "https://w3id.org/security/suites/ed25519-2020/v1"


@dataclass(frozen=True)
class Example:
    """One folder of a suite that signs two hashes: its signed document, and the same made by us."""

    folder: Path

    @cached_property
    def signed(self) -> Json:
        (path,) = self.folder.glob("signed*.json")
        found: Json = read(path)
        return found

    @cached_property
    def options(self) -> Json:
        return without(self.signed["proof"], "proofValue")

    @cached_property
    def contexts(self) -> Contexts:
        if self.folder.name == "employ":
            return COMPILED
        return WITH_EXAMPLES.having({OLD_SUITE: issuable().load(OLD_SUITE)})

    @cached_property
    def content(self) -> Content:
        return Content(without(self.signed, "proof"), self.contexts)

    @property
    def hash_name(self) -> rdfc.HashName:
        return "sha384" if self.signer.public_key.algorithm == "P-384" else "sha256"

    @cached_property
    def signer(self) -> Overheard:
        name = next(part for part in reversed(self.folder.parts) if part in KEYS_OF)
        key = private_key(read(root(self.folder / "x") / f"{KEYS_OF[name]}.json"))
        return Overheard(key, DidUrl(self.options["verificationMethod"]))

    @cached_property
    def proof(self) -> Mapping[str, Any]:
        """The proof as our suite makes it."""
        suite = SUITES[self.options["cryptosuite"]]
        assert isinstance(suite, SigningCryptosuite)
        return suite.create(self.content, self.options, self.signer)

    def hashes(self) -> tuple[bytes, bytes]:
        """The hash of the options and that of the document, as our suite hands them to the key."""
        assert self.proof
        half = len(self.signer.message) // 2
        return self.signer.message[:half], self.signer.message[half:]

    def canonical(self, part: str) -> bytes:
        """The canonical form of the document or of the options."""
        options = with_contexts_of(self.content.document, without(self.options, "@context"))
        if "-jcs-" in self.options["cryptosuite"]:
            return canonize_json(self.content.document if part == "document" else options)
        if part == "document":
            return self.content.canonical(self.hash_name)
        return canonize(options, hash_name=self.hash_name, contexts=self.contexts)

    def signature(self) -> bytes:
        return base58btc.decode(self.proof["proofValue"], max_characters=200)


def check_signed(path: Path) -> None:
    own = Example(path.parent)
    assert own.proof == own.signed["proof"]
    key = did_key_public_key(did_of(read_proof(own.signed["proof"]).verification_method))
    assert key == own.signer.public_key
    verify_proof(own.signed, own.signed["proof"], key, contexts=own.contexts)


def check_canonical_document(path: Path) -> None:
    own = Example(path.parent)
    assert own.canonical("document").decode().strip() == path.read_text(encoding="utf-8").strip()
    assert hashlib.new(own.hash_name, own.canonical("document")).digest() == own.hashes()[1]


def check_canonical_options(path: Path) -> None:
    own = Example(path.parent)
    assert own.canonical("options").decode().strip() == path.read_text(encoding="utf-8").strip()
    assert hashlib.new(own.hash_name, own.canonical("options")).digest() == own.hashes()[0]


def check_document_hash(path: Path) -> None:
    assert Example(path.parent).hashes()[1].hex() == path.read_text().strip()


def check_options_hash(path: Path) -> None:
    assert Example(path.parent).hashes()[0].hex() == path.read_text().strip()


def check_combined_hash(path: Path) -> None:
    assert b"".join(Example(path.parent).hashes()).hex() == path.read_text().strip()


def check_options(path: Path) -> None:
    own = Example(path.parent)
    assert read(path) == {**own.options, "@context": own.signed["@context"]}


def check_signature_hex(path: Path) -> None:
    assert Example(path.parent).signature().hex() == path.read_text().strip()


def check_signature_text(path: Path) -> None:
    assert Example(path.parent).proof["proofValue"] == path.read_text().strip()


def check_the_old_suite(path: Path) -> None:
    """Ed25519Signature2020 is none of ours: its steps are those of ours, and its name is refused."""
    own = Example(path.parent)
    proof, text = own.signed["proof"], path.read_text(encoding="utf-8").strip()
    options = with_contexts_of(own.content.document, own.options)
    message = b"".join(
        hashlib.sha256(part).digest()
        for part in (canonize(options, contexts=own.contexts), own.content.canonical())
    )
    signature = base58btc.decode(proof["proofValue"], max_characters=200)
    values: Mapping[str, object] = {
        "canonDoc": own.content.canonical().decode().strip(),
        "proofCanon": canonize(options, contexts=own.contexts).decode().strip(),
        "proofHash": message[:32].hex(),
        "docHash": message[32:].hex(),
        "combinedHash": message.hex(),
        "sigHex": signature.hex(),
        "sigBTC58": proof["proofValue"],
    }
    kind = path.stem.removesuffix("EdSig")
    if kind in values:
        assert text == values[kind]
    elif kind == "proofConfig":
        assert read(path) == {**own.options, "@context": own.signed["@context"]}
    else:
        own.signer.public_key.verify(signature, message)
        with pytest.raises(ProofError, match="not a DataIntegrityProof"):
            verify_proof(own.signed, proof, own.signer.public_key, contexts=own.contexts)
        with pytest.raises(ProofError, match="cryptosuite is not known"):
            renamed = {**proof, "type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"}
            verify_proof(own.signed, renamed, own.signer.public_key, contexts=own.contexts)


def check_the_old_context(path: Path) -> None:
    """The copy that the vectors bring gives what the longer one gives that we ship."""
    own = Example(path.parents[1] / "TestVectors" / "Ed25519Signature2020")
    theirs = WITH_EXAMPLES.having({OLD_SUITE: read(path)})
    options = with_contexts_of(own.content.document, own.options)
    for part in (own.content.document, options):
        assert canonize(part, contexts=theirs) == canonize(part, contexts=own.contexts)


TWO_HASHES: Final[Mapping[str, Callable[[Path], None]]] = {
    "signed": check_signed, "canonDoc": check_canonical_document, "proofCanon": check_canonical_options,
    "docHash": check_document_hash, "proofHash": check_options_hash, "combinedHash": check_combined_hash,
    "proofConfig": check_options, "sigHex": check_signature_hex, "sigBTC58": check_signature_text,
}  # fmt: skip
