"""What a cryptosuite is, and the shape that all suites over canonical RDF share."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from standard import base58btc
from standard.errors import ProofError, UnreadableError
from standard.jsonld import Contexts, canonize
from standard.jsonld.rdfc import HashName
from standard.keys import Algorithm, PublicKey, Signer
from standard.strict_json import JsonValue

# The longest signature here, 96 bytes, has 132 characters.
_PROOF_VALUE_MAX_CHARACTERS = 200

JsonObject = Mapping[str, JsonValue]


class Cryptosuite(Protocol):
    """Makes and checks the `proofValue` of one kind of proof.

    `document` comes without the proof in question; `options` is that proof without its value.
    """

    @property
    def name(self) -> str:
        """The value of `cryptosuite`."""
        ...

    def create(self, document: JsonObject, options: JsonObject, signer: Signer, contexts: Contexts) -> str:
        """Sign a document under the options; returns the `proofValue`."""
        ...

    def verify(
        self,
        document: JsonObject,
        options: JsonObject,
        proof_value: str,
        public_key: PublicKey,
        contexts: Contexts,
    ) -> None:
        """Raise `ProofError` unless the value belongs to the document, the options and the key."""
        ...


@dataclass(frozen=True, slots=True)
class RdfcCryptosuite:
    """A suite that signs the hashes of two canonical datasets: the options', then the document's.

    Source: Data Integrity EdDSA Cryptosuites v1.0 and ECDSA Cryptosuites v1.0, "Hashing".
    """

    name: str
    hashes: Mapping[Algorithm, HashName]

    def create(self, document: JsonObject, options: JsonObject, signer: Signer, contexts: Contexts) -> str:
        """Sign with a key of one of the suite's kinds."""
        return base58btc.encode(signer.sign(self._message(document, options, signer.public_key, contexts)))

    def verify(
        self,
        document: JsonObject,
        options: JsonObject,
        proof_value: str,
        public_key: PublicKey,
        contexts: Contexts,
    ) -> None:
        """Check a base58btc signature over both hashes."""
        try:
            signature = base58btc.decode(proof_value, max_characters=_PROOF_VALUE_MAX_CHARACTERS)
        except UnreadableError as error:
            raise ProofError("the proofValue is not multibase base58btc") from error
        public_key.verify(signature, self._message(document, options, public_key, contexts))

    def _message(
        self, document: JsonObject, options: JsonObject, public_key: PublicKey, contexts: Contexts
    ) -> bytes:
        hash_name = self.hashes.get(public_key.algorithm)
        if hash_name is None:
            raise ProofError(f"{self.name} does not use {public_key.algorithm} keys")
        # The options are read with the contexts of the document that they secure.
        config = {"@context": document.get("@context"), **options}
        canonical = [canonize(part, hash_name=hash_name, contexts=contexts) for part in (config, document)]
        return b"".join(hashlib.new(hash_name, part).digest() for part in canonical)
