"""Adding and verifying Data Integrity proofs, whatever the cryptosuite.

Source: Verifiable Credential Data Integrity 1.0, "Algorithms".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from standard.errors import ProofError
from standard.jsonld import Contexts, check_vocabulary
from standard.jsonld.contexts import bundled
from standard.jsonld.rdfc import CanonicalizationBudgetError
from standard.keys import PublicKey, Signer
from standard.proofs.cryptosuite import Content, SigningCryptosuite, without_repeated_contexts
from standard.proofs.proof import PROOF_TYPE, read_proof, read_proofs
from standard.proofs.registry import SUITES
from standard.strict_json import JsonValue
from standard.timestamps import write_moment

# The members that decide how the proofs of a document are read.
_AROUND_PROOFS: Final = ("@context", "type", "@type", "proof")


def add_proof(
    document: Mapping[str, Any],
    *,
    cryptosuite: str | SigningCryptosuite,
    signer: Signer,
    created: datetime,
    purpose: str,
    challenge: str | None = None,
    domain: str | None = None,
    proof_id: str | None = None,
    previous: Sequence[str] = (),
    contexts: Contexts | None = None,
) -> dict[str, Any]:
    """Sign a document; proofs that it has already stay beside the new one.

    Those earlier proofs form a set with it, each on its own. Only the ones named as `previous` are signed
    by the new proof: a chain, in which nobody can take out an earlier proof unnoticed.

    Args:
        document: a credential or a presentation.
        cryptosuite: the name of one of `SUITES`, or a suite that holds what its name alone cannot tell.
        signer: a key of a kind that the suite uses.
        created: the moment of signing, written to the second.
        purpose: `assertionMethod` for a credential, `authentication` for a presentation.
        challenge: the verifier's nonce, for a live presentation.
        domain: the verifier that the presentation is for.
        proof_id: an address for the new proof, by which a later one can name it.
        previous: the ids of the earlier proofs that the new one signs too.
        contexts: the contexts that the document may name; the bundled ones by default.

    Raises:
        ProofError: the suite is unknown, needs more than its name, or does not use this kind of key; or
            a previous proof is missing.
        VocabularyError: a part of the document would not be covered by the signature.
    """
    suite = _signing_suite(cryptosuite)
    members: dict[str, JsonValue] = {
        "id": proof_id,
        "type": PROOF_TYPE,
        "cryptosuite": suite.name,
        "created": write_moment(created),
        "verificationMethod": signer.verification_method,
        "proofPurpose": purpose,
        "challenge": challenge,
        "domain": domain,
        "previousProof": [*previous] if len(previous) > 1 else next(iter(previous), None),
    }
    options = {name: value for name, value in members.items() if value is not None}
    signed = _signed(document, tuple(previous))
    proof = dict(suite.create(Content(signed, contexts or bundled()), options, signer))
    if "proof" not in document:
        return {**document, "proof": proof}
    return {**document, "proof": [*read_proofs(document), proof]}


def _signing_suite(cryptosuite: str | SigningCryptosuite) -> SigningCryptosuite:
    suite = SUITES.get(cryptosuite) if isinstance(cryptosuite, str) else cryptosuite
    if suite is None:
        raise ProofError("the cryptosuite is not known")
    if not isinstance(suite, SigningCryptosuite):
        raise ProofError("the cryptosuite needs more than its name to sign")
    return suite


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
    SecuredDocument(document, contexts=contexts).verify_proof(proof, public_key)


class SecuredDocument:
    """A document with its proofs, to look at more than once: its canonical form is made once for all."""

    def __init__(self, document: Mapping[str, Any], *, contexts: Contexts | None = None) -> None:
        """Take a document that nobody changes any more; the bundled contexts by default."""
        self._document = document
        self._content = Content(_without(document, "proof"), contexts or bundled())

    def check_vocabulary(self) -> None:
        """Refuse a document of which any part would not be covered by signatures, its proofs included.

        Raises:
            VocabularyError: the message begins with the JSON path of what is wrong.
        """
        # A graph that is too hard to label has its terms defined; its proofs are what cannot be verified.
        with suppress(CanonicalizationBudgetError):
            self._content.canonical()
        proofs = {name: self._document[name] for name in _AROUND_PROOFS if name in self._document}
        check_vocabulary(without_repeated_contexts(proofs), contexts=self._content.contexts)

    def verify_proof(self, proof: Mapping[str, Any], public_key: PublicKey) -> None:
        """Verify one of the proofs, as the function of the same name does."""
        read = read_proof(proof)
        suite = SUITES.get(read.cryptosuite)
        if suite is None:
            raise ProofError("the cryptosuite is not known")
        content = self._content
        if read.previous:
            content = Content(_signed(self._document, read.previous), content.contexts)
        suite.verify(content, _without(proof, "proofValue"), read.value, public_key)


def _signed(document: Mapping[str, Any], previous: tuple[str, ...]) -> dict[str, JsonValue]:
    """What a proof signs: the document, and the earlier proofs that it names."""
    signed = _without(document, "proof")
    if previous:
        signed["proof"] = _previous(document, previous)
    return signed


def _previous(document: Mapping[str, Any], identifiers: tuple[str, ...]) -> JsonValue:
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
