"""Adding and verifying Data Integrity proofs, whatever the cryptosuite.

Source: Verifiable Credential Data Integrity 1.0, "Algorithms".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from standard.errors import ProofError
from standard.jsonld import Contexts
from standard.jsonld.contexts import bundled
from standard.keys import PublicKey, Signer
from standard.proofs.proof import PROOF_TYPE, read_proof, read_proofs
from standard.proofs.registry import SUITES
from standard.strict_json import JsonValue
from standard.timestamps import write_moment


def add_proof(
    document: Mapping[str, Any],
    *,
    cryptosuite: str,
    signer: Signer,
    created: datetime,
    purpose: str,
    challenge: str | None = None,
    domain: str | None = None,
    contexts: Contexts | None = None,
) -> dict[str, Any]:
    """Sign a document; proofs that it has already stay beside the new one and are not covered by it.

    Args:
        document: a credential or a presentation.
        cryptosuite: the name of one of `SUITES`.
        signer: a key of a kind that the suite uses.
        created: the moment of signing, written to the second.
        purpose: `assertionMethod` for a credential, `authentication` for a presentation.
        challenge: the verifier's nonce, for a live presentation.
        domain: the verifier that the presentation is for.
        contexts: the contexts that the document may name; the bundled ones by default.

    Raises:
        ProofError: the suite is unknown or does not use this kind of key.
        VocabularyError: a part of the document would not be covered by the signature.
    """
    suite = SUITES.get(cryptosuite)
    if suite is None:
        raise ProofError("the cryptosuite is not known")
    options: dict[str, JsonValue] = {
        "type": PROOF_TYPE,
        "cryptosuite": cryptosuite,
        "created": write_moment(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
    }
    if challenge is not None:
        options["challenge"] = challenge
    if domain is not None:
        options["domain"] = domain
    value = suite.create(_without(document, "proof"), options, signer, contexts or bundled())
    proof = {**options, "proofValue": value}
    if "proof" not in document:
        return {**document, "proof": proof}
    return {**document, "proof": [*read_proofs(document), proof]}


def verify_proof(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_key: PublicKey,
    *,
    contexts: Contexts | None = None,
) -> None:
    """Verify one proof of a document with the key that its verification method names.

    Whether that key may speak for the document, whether the purpose, challenge and domain are the
    expected ones, and whether the proof has expired is for the caller: see `read_proof`.

    Args:
        document: the whole document, with all its proofs.
        proof: one of `read_proofs(document)`.
        public_key: the key, obtained and trusted elsewhere.
        contexts: the contexts that the document may name; the bundled ones by default.

    Raises:
        ProofError: the proof is malformed, of an unknown kind, or does not match.
        VocabularyError: a part of the document is not covered by the signature.
    """
    read = read_proof(proof)
    suite = SUITES.get(read.cryptosuite)
    if suite is None:
        raise ProofError("the cryptosuite is not known")
    signed = _without(document, "proof")
    if read.previous:
        signed["proof"] = _previous(document, read.previous)
    options = _without(proof, "proofValue")
    suite.verify(signed, options, read.value, public_key, contexts or bundled())


def _previous(document: Mapping[str, Any], identifiers: tuple[str, ...]) -> JsonValue:
    """The proofs that a chained proof signs together with the document."""
    proofs = read_proofs(document)
    matching: list[JsonValue] = []
    for identifier in identifiers:
        found = [proof for proof in proofs if proof.get("id") == identifier]
        if len(found) != 1:
            raise ProofError("a previous proof is missing or named twice")
        matching.append(dict(found[0]))
    return matching


def _without(document: Mapping[str, Any], name: str) -> dict[str, JsonValue]:
    return {key: value for key, value in document.items() if key != name}
