"""The cryptosuite `ecdsa-sd-2023`: the holder chooses what to show of a credential.

The issuer makes a *base proof* (`BaseProofs` with `add_proof`): each quad that can be left out is signed
alone, by a key that the issuer's signature vouches for. The holder derives from it, for a choice of
JSON Pointers, a document with a *derived proof*, and only that kind of proof is for verifiers. The
labels of blank nodes are keyed hashes, so that their order tells nothing of what was left out.

Source: Data Integrity ECDSA Cryptosuites v1.0, "ecdsa-sd-2023".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from standard import base64url
from standard.errors import DataModelError, ProofError
from standard.jsonld import Contexts, canonize, quads
from standard.jsonld.contexts import bundled
from standard.jsonld.nquads import Quad, lines
from standard.jsonld.rdfc import blank_labels, relabel
from standard.jsonld.selection import select_document, selection
from standard.keys import PrivateKey, PublicKey, Signer
from standard.proofs.cryptosuite import Content, JsonObject, with_contexts_of
from standard.proofs.disclosure_values import (
    HMAC_KEY_BYTES,
    BaseValue,
    DerivedValue,
    read_base,
    read_derived,
    write_base,
    write_derived,
)
from standard.proofs.proof import read_proof

NAME: Final = "ecdsa-sd-2023"

_CANONICAL_PREFIX: Final = "_:c14n"


@dataclass(frozen=True, slots=True)
class DerivedProofs:
    """The suite as a verifier knows it; a base proof does not verify, for it is not meant to be shown."""

    name: str = NAME

    def verify(
        self,
        content: Content,
        options: JsonObject,
        proof_value: str,
        public_key: PublicKey,
    ) -> None:
        """Check a derived proof: the issuer's signature, and one for each quad that is shown by choice."""
        derived = read_derived(proof_value)
        lines = _shown_lines(quads(content.document, contexts=content.contexts), derived)
        mandatory = [shown for index, shown in enumerate(lines) if index in derived.mandatory_indexes]
        chosen = [shown for index, shown in enumerate(lines) if index not in derived.mandatory_indexes]
        if len(mandatory) != len(derived.mandatory_indexes):
            raise ProofError("the derived proof names quads that the document does not have")
        if len(chosen) != len(derived.statement_signatures):
            raise ProofError("there is not one signature for each quad that is shown by choice")
        message = _message(content, options, public_key, derived.proof_key, mandatory)
        public_key.verify(derived.signature, message)
        for shown, signature in zip(chosen, derived.statement_signatures, strict=True):
            derived.proof_key.verify(signature, shown.encode("utf-8"))


SUITE: Final = DerivedProofs()


@dataclass(frozen=True, slots=True)
class BaseProofs:
    """The suite as an issuer uses it, for one credential.

    Attributes:
        mandatory_pointers: JSON Pointers to what the holder cannot leave out.
        hmac_key: 32 random bytes, for this proof alone.
        proof_key: a P-256 key, for this proof alone; to be forgotten afterwards.
    """

    mandatory_pointers: tuple[str, ...]
    hmac_key: bytes
    proof_key: PrivateKey

    @property
    def name(self) -> str:
        """The value of `cryptosuite`."""
        return NAME

    def create(self, content: Content, options: JsonObject, signer: Signer) -> JsonObject:
        """Make a base proof.

        Raises:
            ProofError: a key is of the wrong kind or length.
            DataModelError: a pointer names nothing, or part of a single value.
        """
        if len(self.hmac_key) != HMAC_KEY_BYTES or self.proof_key.algorithm != "P-256":
            raise ProofError(f"{NAME} needs an HMAC key of {HMAC_KEY_BYTES} bytes and a P-256 key")
        parts = selection(content.document, content.contexts)
        always = parts.select(self.mandatory_pointers)
        ordered = _ordered(parts.quads, _hmac_labels(parts.quads, self.hmac_key))
        mandatory = [text for text, quad in ordered if quad in always]
        proof_key = self.proof_key.public_key
        message = _message(content, options, signer.public_key, proof_key, mandatory)
        value = BaseValue(
            signature=signer.sign(message),
            proof_key=proof_key,
            hmac_key=self.hmac_key,
            statement_signatures=tuple(
                self.proof_key.sign(text.encode("utf-8")) for text, quad in ordered if quad not in always
            ),
            mandatory_pointers=self.mandatory_pointers,
        )
        return {**options, "proofValue": write_base(value)}


def derive(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    pointers: Sequence[str],
    *,
    contexts: Contexts | None = None,
) -> dict[str, Any]:
    """Show a part of a document: what the issuer made mandatory and what the holder chooses.

    The base proof is not verified; derive everything (the pointer `""`) and verify that.

    Args:
        document: the whole document; its other proofs are left out of the result.
        proof: its base proof, one of `read_proofs(document)`.
        pointers: JSON Pointers to what is shown besides.
        contexts: the contexts that the document may name; the bundled ones by default.

    Returns:
        The chosen part with its derived proof, in the order of the document.

    Raises:
        ProofError: the proof is not a base proof, or is not of this document.
        DataModelError: a pointer names nothing, or part of a single value; or nothing is shown.
    """
    if read_proof(proof).cryptosuite != NAME:
        raise ProofError(f"the proof is not one of {NAME}")
    base = read_base(read_proof(proof).value)
    whole = {key: value for key, value in document.items() if key != "proof"}
    parts = selection(whole, contexts or bundled())
    try:
        always = parts.select(base.mandatory_pointers)
    except DataModelError as error:
        raise ProofError("the base proof is not of this document") from error
    shown = always | parts.select(pointers)
    if not shown:
        raise DataModelError("nothing of the document is shown")
    labels = _hmac_labels(parts.quads, base.hmac_key)
    ordered = [quad for _, quad in _ordered(parts.quads, labels)]
    optional = [quad for quad in ordered if quad not in always]
    if len(optional) != len(base.statement_signatures):
        raise ProofError("the base proof is not of this document")
    value = DerivedValue(
        signature=base.signature,
        proof_key=base.proof_key,
        statement_signatures=tuple(
            signature
            for quad, signature in zip(optional, base.statement_signatures, strict=True)
            if quad in shown
        ),
        labels={
            int(canonical.removeprefix(_CANONICAL_PREFIX)): base64url.decode(labels[node].removeprefix("_:u"))
            for node, canonical in blank_labels(shown).items()
        },
        mandatory_indexes=frozenset(
            index for index, quad in enumerate(quad for quad in ordered if quad in shown) if quad in always
        ),
    )
    revealed = select_document(whole, [*base.mandatory_pointers, *pointers])
    return {**revealed, "proof": {**proof, "proofValue": write_derived(value)}}


def _hmac_labels(own: Iterable[Quad], hmac_key: bytes) -> Mapping[str, str]:
    """Give each blank node a label that only the holder of the key can tie to its canonical one.

    Source: "createHmacIdLabelMapFunction".
    """
    return {
        node: _label(hmac.digest(hmac_key, canonical.removeprefix("_:").encode("ascii"), "sha256"))
        for node, canonical in blank_labels(own).items()
    }


def _shown_lines(own: Iterable[Quad], derived: DerivedValue) -> list[str]:
    """Write the quads of a shown document as the issuer signed them.

    Source: "createLabelMapFunction".
    """
    own = list(own)
    canonical = blank_labels(own)
    numbers = {node: int(label.removeprefix(_CANONICAL_PREFIX)) for node, label in canonical.items()}
    if derived.labels.keys() != set(numbers.values()):
        raise ProofError("there is not one label for each blank node")
    labels = {node: _label(derived.labels[number]) for node, number in numbers.items()}
    return [text for text, _ in _ordered(own, labels)]


def _label(digest: bytes) -> str:
    return f"_:u{base64url.encode(digest)}"


def _ordered(own: Iterable[Quad], labels: Mapping[str, str]) -> list[tuple[str, Quad]]:
    """The lines of quads under other labels, in their order, each with the quad itself."""
    own = list(own)
    labelled = [relabel(quad, labels) for quad in own] if labels else own
    return sorted(zip(lines(labelled), own, strict=True))


def _message(
    content: Content,
    options: JsonObject,
    public_key: PublicKey,
    proof_key: PublicKey,
    mandatory: Sequence[str],
) -> bytes:
    """What the issuer's own key signs.

    Source: "serializeSignData".
    """
    if public_key.algorithm != "P-256":
        raise ProofError(f"{NAME} does not use {public_key.algorithm} keys")
    if "previousProof" in options:
        # The earlier proofs would be parts to choose from, and could be left out.
        raise ProofError(f"{NAME} does not sign earlier proofs")
    config = canonize(with_contexts_of(content.document, options), contexts=content.contexts)
    always = "".join(mandatory).encode("utf-8")
    return hashlib.sha256(config).digest() + proof_key.multikey_bytes + hashlib.sha256(always).digest()
