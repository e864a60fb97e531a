"""What a cryptosuite is, and the shape that all suites share that sign one hash of the whole document."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from standard import base58btc
from standard.errors import ProofError, UnreadableError
from standard.jcs import canonize_json
from standard.jsonld import Contexts, canonize
from standard.jsonld.rdfc import HashName
from standard.keys import Algorithm, PublicKey, Signer
from standard.strict_json import JsonValue

# The longest signature here, 96 bytes, has 132 characters.
_PROOF_VALUE_MAX_CHARACTERS = 200

JsonObject = Mapping[str, JsonValue]


class Content:
    """What proofs sign: a document, and the contexts that it may name.

    Its canonical form is made once, for however many proofs and checks.
    """

    def __init__(self, document: JsonObject, contexts: Contexts) -> None:
        """Take a document that nobody changes any more."""
        self.document = document
        self.contexts = contexts
        self._canonical: dict[HashName, bytes] = {}

    def canonical(self, hash_name: HashName = "sha256") -> bytes:
        """Return the canonical N-Quads of the document.

        Raises:
            VocabularyError: a part of the document would not be covered.
        """
        if hash_name not in self._canonical:
            plain = without_repeated_contexts(self.document)
            self._canonical[hash_name] = canonize(plain, hash_name=hash_name, contexts=self.contexts)
        return self._canonical[hash_name]


class Cryptosuite(Protocol):
    """Checks the `proofValue` of one kind of proof."""

    @property
    def name(self) -> str:
        """The value of `cryptosuite`."""
        ...

    def verify(
        self,
        content: Content,
        options: JsonObject,
        proof_value: str,
        public_key: PublicKey,
    ) -> None:
        """Raise `ProofError` unless the value belongs to the document, the options and the key.

        Args:
            content: the document without its proofs, but for the earlier ones that this one signs.
            options: the proof without its value.
            proof_value: the value, any text.
            public_key: the key of the proof's verification method.
        """
        ...


@runtime_checkable
class SigningCryptosuite(Protocol):
    """Makes one kind of proof; suites that need secrets or choices hold them."""

    @property
    def name(self) -> str:
        """The value of `cryptosuite`."""
        ...

    def create(self, content: Content, options: JsonObject, signer: Signer) -> JsonObject:
        """Sign a document under the options; returns the proof, which is the options and a value."""
        ...


@dataclass(frozen=True, slots=True)
class RdfcCryptosuite:
    """A suite that signs the hashes of two canonical datasets: the options', then the document's.

    Source: Data Integrity EdDSA Cryptosuites v1.0 and ECDSA Cryptosuites v1.0, "Hashing".
    """

    name: str
    hashes: Mapping[Algorithm, HashName]

    def create(self, content: Content, options: JsonObject, signer: Signer) -> JsonObject:
        """Sign with a key of one of the suite's kinds."""
        message = self._message(content, options, signer.public_key)
        return {**options, "proofValue": base58btc.encode(signer.sign(message))}

    def verify(
        self,
        content: Content,
        options: JsonObject,
        proof_value: str,
        public_key: PublicKey,
    ) -> None:
        """Check a base58btc signature over both hashes."""
        signature = read_signature(proof_value)
        public_key.verify(signature, self._message(content, options, public_key))

    def _message(self, content: Content, options: JsonObject, public_key: PublicKey) -> bytes:
        hash_name = hash_for(self.name, self.hashes, public_key)
        config = with_contexts_of(content.document, options)
        canonical = canonize(config, hash_name=hash_name, contexts=content.contexts)
        parts = (canonical, content.canonical(hash_name))
        return b"".join(hashlib.new(hash_name, part).digest() for part in parts)


@dataclass(frozen=True, slots=True)
class JcsCryptosuite:
    """A suite that signs the hashes of two canonical JSON texts: the options', then the document's.

    The proof repeats the document's contexts. A reader goes by those of the proof, which may be fewer:
    contexts added at the end after the signing are not signed.

    Source: Data Integrity EdDSA Cryptosuites v1.0 and ECDSA Cryptosuites v1.0, "Verify Proof
    (eddsa-jcs-2022)" and "Verify Proof (ecdsa-jcs-2019)".
    """

    name: str
    hashes: Mapping[Algorithm, HashName]

    def create(self, content: Content, options: JsonObject, signer: Signer) -> JsonObject:
        """Sign with a key of one of the suite's kinds."""
        document = content.document
        if "@context" in document:
            options = {**options, "@context": document["@context"]}
        message = self._message(document, options, signer.public_key)
        return {**options, "proofValue": base58btc.encode(signer.sign(message))}

    def verify(
        self,
        content: Content,
        options: JsonObject,
        proof_value: str,
        public_key: PublicKey,
    ) -> None:
        """Check a base58btc signature over both hashes."""
        signature, document = read_signature(proof_value), content.document
        if "@context" in options:
            signed = _sequence(options["@context"])
            if _sequence(document.get("@context"))[: len(signed)] != signed:
                raise ProofError("the document does not begin with the contexts of the proof")
            document = {**document, "@context": options["@context"]}
        public_key.verify(signature, self._message(document, options, public_key))

    def _message(self, document: JsonObject, options: JsonObject, public_key: PublicKey) -> bytes:
        hash_name = hash_for(self.name, self.hashes, public_key)
        return b"".join(hashlib.new(hash_name, canonize_json(part)).digest() for part in (options, document))


def without_repeated_contexts(document: JsonObject) -> JsonObject:
    """Leave out the contexts that proofs of the jcs suites repeat, as JSON-LD may: they change nothing there.

    Contexts inside contexts are refused otherwise, and so are those of a proof that differ from the
    document's.
    """
    plain = dict(document)
    if "proof" in document:
        plain["proof"] = _each(document["proof"], lambda proof: _without_contexts(proof, document))
    if "verifiableCredential" in document:
        plain["verifiableCredential"] = _each(document["verifiableCredential"], without_repeated_contexts)
    return plain


def _each(value: JsonValue, change: Callable[[JsonObject], JsonObject]) -> JsonValue:
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    return dict(change(value)) if isinstance(value, dict) else value


def _without_contexts(proof: JsonObject, document: JsonObject) -> JsonObject:
    if "@context" not in proof or proof["@context"] != document.get("@context"):
        return proof
    return {name: value for name, value in proof.items() if name != "@context"}


def hash_for(name: str, hashes: Mapping[Algorithm, HashName], public_key: PublicKey) -> HashName:
    """Choose a suite's hash for a key.

    Raises:
        ProofError: the suite does not use keys of this kind.
    """
    hash_name = hashes.get(public_key.algorithm)
    if hash_name is None:
        raise ProofError(f"{name} does not use {public_key.algorithm} keys")
    return hash_name


def with_contexts_of(document: JsonObject, options: JsonObject) -> JsonObject:
    """Give the options the contexts of the document that they secure, to read them as JSON-LD.

    Raises:
        ProofError: they have contexts of their own, which would be read instead without being signed.
    """
    if "@context" in options:
        raise ProofError("the proof has contexts of its own")
    return {"@context": document.get("@context"), **options}


def read_signature(proof_value: str) -> bytes:
    """Read a signature written in base58btc.

    Raises:
        ProofError: it is written otherwise.
    """
    try:
        return base58btc.decode(proof_value, max_characters=_PROOF_VALUE_MAX_CHARACTERS)
    except UnreadableError as error:
        raise ProofError("the proofValue is not multibase base58btc") from error


def _sequence(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]
