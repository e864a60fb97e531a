"""Checking every proof of a document, with keys that its verification methods lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from standard import proofs, strict_json
from standard.dids import did_of, method_key
from standard.errors import KeyFormatError, ProofError, ResolutionError
from standard.jsonld import Contexts
from standard.keys import PublicKey
from standard.model import Did, DidUrl
from standard.proofs import Proof, read_proof, read_proofs
from standard.resolution import Resolver
from standard.vc_api.contexts import with_addresses
from standard.vc_api.verdict import Demands, Profile

# These sign the text of the document itself, contexts and all; the others sign what it means.
_SIGN_THE_TEXT: Final = "-jcs-"
_DID_DOCUMENT_LIMIT_BYTES: Final = 1 << 20


def check_proofs(
    document: Mapping[str, Any], purpose: str, *, demands: Demands, resolver: Resolver, known: Contexts
) -> frozenset[Did]:
    """Verify every proof; returns whose keys made them.

    Raises:
        ProofError: a proof is missing, malformed, of an unknown kind, for something else, or does not
            match; or one that it builds on is missing.
        KeyFormatError: a verification method leads to no key for this purpose.
        ResolutionError: the document of a verification method could not be obtained.
    """
    signers = set()
    renamed, contexts = with_addresses(document, known)
    for proof in read_proofs(document):
        read = read_proof(proof)
        _check_options(read, purpose, demands)
        key = verification_key(read.verification_method, purpose, demands.profile, resolver)
        signed = document if _SIGN_THE_TEXT in read.cryptosuite else renamed
        proofs.verify_proof(signed, proof, key, contexts=contexts)
        signers.add(did_of(read.verification_method))
    return frozenset(signers)


def _check_options(read: Proof, purpose: str, demands: Demands) -> None:
    if read.purpose != purpose:
        raise ProofError(f"the proof's proofPurpose is not {purpose}")
    if read.expires is not None and read.expires <= demands.policy.now and demands.profile is Profile.STRICT:
        raise ProofError("the proof has expired")
    if demands.challenge is not None and read.challenge != demands.challenge:
        raise ProofError("the proof's challenge is not the expected one")
    if demands.domain is not None and demands.domain not in read.domains:
        raise ProofError("the proof's domain is not the expected one")


def verification_key(method: DidUrl, purpose: str, profile: Profile, resolver: Resolver) -> PublicKey:
    """Find the key of a verification method.

    Raises:
        KeyFormatError: it leads to no key for this purpose.
    """
    controller, mark, fragment = method.partition("#")
    if not controller.startswith("did:"):
        if profile is Profile.PROOF_ONLY and mark:
            # Vectors name methods that nobody can fetch; the key itself stands behind the mark.
            return PublicKey.from_multikey(fragment)
        raise KeyFormatError("the verification method is not one of a DID")
    if not mark:
        raise KeyFormatError("the verification method names no key")
    return method_key(_did_document(Did(controller), resolver), method, purpose)


def _did_document(did: Did, resolver: Resolver) -> Mapping[str, Any]:
    try:
        document = strict_json.loads(resolver.resolve(did), limit_bytes=_DID_DOCUMENT_LIMIT_BYTES)
    except ResolutionError as error:
        raise KeyFormatError("the document of the verification method could not be obtained") from error
    if not isinstance(document, dict):
        raise KeyFormatError("the document of the verification method is not one")
    return document
