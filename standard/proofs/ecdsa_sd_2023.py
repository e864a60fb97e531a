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
from functools import partial
from typing import Any, Final

from standard import base64url
from standard.errors import DataModelError, ProofError
from standard.jsonld import Contexts, canonize, nquads
from standard.jsonld.contexts import bundled
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
_LABEL_PREFIX: Final = "_:u"
_BLANK: Final = b"_:"


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
        lines = _shown_lines(content.canonical(), derived)
        mandatory = [shown for index, shown in enumerate(lines) if index in derived.mandatory_indexes]
        chosen = [shown for index, shown in enumerate(lines) if index not in derived.mandatory_indexes]
        if len(mandatory) != len(derived.mandatory_indexes):
            raise ProofError("the derived proof names quads that the document does not have")
        if len(chosen) != len(derived.statement_signatures):
            raise ProofError("there is not one signature for each quad that is shown by choice")
        message = _message(content, options, public_key, derived.proof_key, mandatory)
        public_key.verify(derived.signature, message)
        for shown, signature in zip(chosen, derived.statement_signatures, strict=True):
            derived.proof_key.verify(signature, shown)


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
        parts = selection(content.document, content.contexts, partial(_keyed_label, self.hmac_key))
        always = parts.select(self.mandatory_pointers)
        mandatory = [line for line in parts.lines if line in always]
        proof_key = self.proof_key.public_key
        message = _message(content, options, signer.public_key, proof_key, mandatory)
        value = BaseValue(
            signature=signer.sign(message),
            proof_key=proof_key,
            hmac_key=self.hmac_key,
            statement_signatures=tuple(
                self.proof_key.sign(line) for line in parts.lines if line not in always
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
    parts = selection(whole, contexts or bundled(), partial(_keyed_label, base.hmac_key))
    try:
        always = parts.select(base.mandatory_pointers)
    except DataModelError as error:
        raise ProofError("the base proof is not of this document") from error
    chosen = always | parts.select(pointers)
    if not chosen:
        raise DataModelError("nothing of the document is shown")
    optional = [line for line in parts.lines if line not in always]
    if len(optional) != len(base.statement_signatures):
        raise ProofError("the base proof is not of this document")
    shown = [line for line in parts.lines if line in chosen]
    signed = zip(optional, base.statement_signatures, strict=True)
    value = DerivedValue(
        signature=base.signature,
        proof_key=base.proof_key,
        statement_signatures=tuple(signature for line, signature in signed if line in chosen),
        labels={
            _number(canonical): base64url.decode(label.removeprefix(_LABEL_PREFIX))
            for label, canonical in blank_labels(_quads_with_blanks(shown)).items()
        },
        mandatory_indexes=frozenset(index for index, line in enumerate(shown) if line in always),
    )
    revealed = select_document(whole, [*base.mandatory_pointers, *pointers])
    return {**revealed, "proof": {**proof, "proofValue": write_derived(value)}}


def _keyed_label(hmac_key: bytes, canonical: str) -> str:
    """Make a label that only the holder of the key can tie to the canonical one.

    Source: "createHmacIdLabelMapFunction".
    """
    return _label(hmac.digest(hmac_key, canonical.removeprefix("_:").encode("ascii"), "sha256"))


def _shown_lines(canonical: bytes, derived: DerivedValue) -> list[bytes]:
    """Write the lines of a shown document as the issuer signed them.

    Source: "createLabelMapFunction".
    """
    lines = canonical.splitlines(keepends=True)
    with_blanks = _quads_with_blanks(lines)
    nodes = {term for quad in with_blanks for term in quad if term.startswith(_CANONICAL_PREFIX)}
    if derived.labels.keys() != set(map(_number, nodes)):
        raise ProofError("there is not one label for each blank node")
    labels = {node: _label(derived.labels[_number(node)]) for node in nodes}
    labelled = [nquads.line(relabel(quad, labels)).encode("utf-8") for quad in with_blanks]
    return sorted([*labelled, *(line for line in lines if _BLANK not in line)])


def _quads_with_blanks(lines: Iterable[bytes]) -> frozenset[nquads.Quad]:
    """Read the lines that may mention blank nodes; most mention none, and a text may read like one."""
    return nquads.parse(b"".join(line for line in lines if _BLANK in line).decode("utf-8"))


def _label(digest: bytes) -> str:
    return f"{_LABEL_PREFIX}{base64url.encode(digest)}"


def _number(canonical: str) -> int:
    return int(canonical.removeprefix(_CANONICAL_PREFIX))


def _message(
    content: Content,
    options: JsonObject,
    public_key: PublicKey,
    proof_key: PublicKey,
    mandatory: Sequence[bytes],
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
    always = hashlib.sha256(b"".join(mandatory)).digest()
    return hashlib.sha256(config).digest() + proof_key.multikey_bytes + always
