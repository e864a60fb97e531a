"""One Data Integrity proof as a frozen value, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standard.errors import DataModelError, ProofError
from standard.model import DidUrl
from standard.strict_json import JsonValue
from standard.timestamps import read_moment

PROOF_TYPE = "DataIntegrityProof"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof says about itself; nothing of it is verified yet.

    `previous` holds the ids of the proofs that this one signs too. `expires` is for the caller to
    compare with its clock.
    """

    cryptosuite: str
    verification_method: DidUrl
    purpose: str
    value: str
    created: datetime | None
    expires: datetime | None
    challenge: str | None
    domains: tuple[str, ...]
    previous: tuple[str, ...]


def read_proof(proof: JsonValue | Mapping[str, JsonValue]) -> Proof:
    """Read one member of a document's `proof`.

    Raises:
        ProofError: it is not a Data Integrity proof with all that it needs.

    Source: Verifiable Credential Data Integrity 1.0, "Proofs".
    """
    if not isinstance(proof, Mapping) or not proof:
        raise ProofError("the proof is not an object")
    if proof.get("type") != PROOF_TYPE:
        raise ProofError("the proof is not a DataIntegrityProof")
    return Proof(
        cryptosuite=_text(proof, "cryptosuite"),
        verification_method=DidUrl(_text(proof, "verificationMethod")),
        purpose=_text(proof, "proofPurpose"),
        value=_text(proof, "proofValue"),
        created=_moment(proof, "created"),
        expires=_moment(proof, "expires"),
        challenge=_text(proof, "challenge") if "challenge" in proof else None,
        domains=_texts(proof, "domain"),
        previous=_texts(proof, "previousProof"),
    )


def read_proofs(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The proofs of a document, one or several; none is an error.

    Raises:
        ProofError: `proof` is missing, empty, or holds something other than objects.
    """
    value = document.get("proof")
    proofs = value if isinstance(value, list) else [value]
    if not proofs or not all(isinstance(proof, dict) and proof for proof in proofs):
        raise ProofError("the document has no proof")
    return tuple(proof for proof in proofs if isinstance(proof, dict))


def _text(proof: Mapping[str, JsonValue], name: str) -> str:
    value = proof.get(name)
    if not isinstance(value, str) or not value:
        raise ProofError(f"the proof's {name} is missing or not a text")
    return value


def _texts(proof: Mapping[str, JsonValue], name: str) -> tuple[str, ...]:
    if name not in proof:
        return ()
    value = proof[name]
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise ProofError(f"the proof's {name} is not a text or a list of them")
    return tuple(str(text) for text in texts)


def _moment(proof: Mapping[str, JsonValue], name: str) -> datetime | None:
    if name not in proof:
        return None
    try:
        return read_moment(_text(proof, name))
    except DataModelError as error:
        raise ProofError(f"the proof's {name} is {error}") from error
