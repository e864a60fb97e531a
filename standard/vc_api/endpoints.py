"""The endpoints of the VC-API, from the bytes of a request to an answer.

Source: Verifiable Credentials API (W3C Credentials Community Group), "Issuing", "Verifying" and
"Presenting"; the statuses and shapes are those that the test suites of the W3C look for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from standard import proofs
from standard.errors import ProofError
from standard.keys import Signer
from standard.model import Did
from standard.proofs import read_proof, read_proofs
from standard.resolution import Resolver
from standard.vc_api.answers import Answer, RequestError, UnknownInstanceError, answered
from standard.vc_api.contexts import verifiable, with_addresses
from standard.vc_api.data_model import check_any_credential, is_version_1
from standard.vc_api.issuing import prepared, sign
from standard.vc_api.requests import document_of, options_of, read_request, text_option, texts_option
from standard.vc_api.verdict import Demands, Profile
from standard.vc_api.verifying import verify_any_credential, verify_any_presentation
from standard.verification import VerificationPolicy

SELECTIVE: Final = "ecdsa-sd-2023"
CREATED: Final = 201

AllocateStatus = Callable[[Signer, str], Mapping[str, Any]]
"""From the key that signs and the id of a credential to its `credentialStatus`, kept for an update."""


def issue(
    body: bytes,
    *,
    cryptosuite: str,
    signers: Mapping[Did, Signer],
    now: datetime,
    allocate_status: AllocateStatus,
    status_by_default: bool,
) -> Answer:
    """Issue a credential: 201 with the secured credential.

    Args:
        body: `credential` and `options` (`mandatoryPointers`, `credentialId`, `credentialStatus`).
        cryptosuite: the one of the address.
        signers: the instance's keys for this cryptosuite by their DIDs; the first one serves unless the
            credential names another one as its issuer.
        now: the moment of signing.
        allocate_status: gives a credential an entry in the instance's status list.
        status_by_default: whether a credential with an id gets an entry without asking for one.
    """

    def work() -> Answer:
        request = read_request(body)
        credential, options = document_of(request, "credential"), options_of(request)
        pointers = texts_option(options, "mandatoryPointers")
        signer = _signer(credential, signers)
        document = prepared(credential, signer)
        identifier = _status_id(document, options, by_default=status_by_default)
        if identifier is not None:
            document = {**document, "credentialStatus": dict(allocate_status(signer, identifier))}
        secured = sign(document, cryptosuite=cryptosuite, signer=signer, now=now, mandatory_pointers=pointers)
        return Answer(CREATED, secured)

    return answered(work)


def verify_credential(body: bytes, *, profile: str, policy: VerificationPolicy, resolver: Resolver) -> Answer:
    """Verify a credential: 200 when nothing is wrong, else problem details with every error."""

    def work() -> Answer:
        request = read_request(body)
        document = document_of(request, "verifiableCredential")
        demands = _demands(options_of(request), profile, policy)
        return verify_any_credential(document, demands=demands, resolver=resolver).answer()

    return answered(work)


def verify_presentation(
    body: bytes, *, profile: str, policy: VerificationPolicy, resolver: Resolver
) -> Answer:
    """Verify a presentation and what is in it: 200 when nothing is wrong, else problem details."""

    def work() -> Answer:
        request = read_request(body)
        document = document_of(request, "verifiablePresentation")
        demands = _demands(options_of(request), profile, policy)
        return verify_any_presentation(document, demands=demands, resolver=resolver).answer()

    return answered(work)


def derive(body: bytes, *, cryptosuite: str) -> Answer:
    """Derive a credential that shows what its issuer made mandatory and `selectivePointers`: 201."""

    def work() -> Answer:
        if cryptosuite != SELECTIVE:
            raise UnknownInstanceError("credentials of this cryptosuite show everything")
        request = read_request(body)
        document = document_of(request, "verifiableCredential")
        pointers = texts_option(options_of(request), "selectivePointers") or ()
        check_any_credential(document)
        return Answer(CREATED, _derived(document, pointers))

    return answered(work)


def _derived(document: Mapping[str, Any], pointers: tuple[str, ...]) -> Mapping[str, Any]:
    renamed, contexts = with_addresses(document, verifiable())
    base = [proof for proof in read_proofs(renamed) if read_proof(proof).cryptosuite == SELECTIVE]
    if len(base) != 1:
        raise ProofError(f"there is not one proof of {SELECTIVE}")
    derived = proofs.derive(renamed, base[0], pointers, contexts=contexts)
    return {**derived, "@context": document["@context"]}


def _signer(credential: Mapping[str, Any], signers: Mapping[Did, Signer]) -> Signer:
    issuer = credential.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    first = next(iter(signers.values()))
    return signers.get(Did(named), first) if isinstance(named, str) else first


def _status_id(document: Mapping[str, Any], options: Mapping[str, Any], *, by_default: bool) -> str | None:
    """The id under which the instance keeps a status entry; None when it makes none."""
    wanted = options.get("credentialStatus")
    if not (wanted is None or isinstance(wanted, dict)):
        raise RequestError("credentialStatus is not an object")
    named = text_option(options, "credentialId") or document.get("id")
    if wanted is None and (not by_default or named is None):
        return None
    if "credentialStatus" in document:
        return None
    if named is None:
        raise RequestError("a credential with a status needs an id, its own or credentialId")
    # The terms of an entry are those of version 2.0.
    return None if is_version_1(document) else str(named)


def _demands(options: Mapping[str, Any], profile: str, policy: VerificationPolicy) -> Demands:
    if profile not in list(Profile):
        raise UnknownInstanceError("there is no such profile")
    only = texts_option(options, "checks")
    return Demands(
        profile=Profile(profile),
        policy=policy,
        challenge=text_option(options, "challenge"),
        domain=text_option(options, "domain"),
        only=None if only is None else frozenset(only),
    )
