"""Verifying credentials and presentations of any kind; those of this standard by its own procedure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from standard.errors import DataModelError, KlusCVError, ProofError
from standard.jsonld import Contexts
from standard.model import Did
from standard.resolution import Resolver
from standard.vc_api.answers import Problem
from standard.vc_api.contexts import verifiable
from standard.vc_api.data_model import (
    check_any_credential,
    check_any_presentation,
    check_vocabulary,
    credentials_in,
    is_kluscv,
    party,
    validity,
)
from standard.vc_api.proof_checks import check_proofs
from standard.vc_api.related_resources import unchecked_resources
from standard.vc_api.status_checks import check_status
from standard.vc_api.verdict import CheckName, Demands, Profile, Verdict
from standard.verification import CheckState, verify

_ASSERTION: Final = "assertionMethod"
_AUTHENTICATION: Final = "authentication"
_LIMIT_CREDENTIALS: Final = 64
_OWN_TYPE: Final = "https://w3id.org/kluscv/problems/verification"
_UNCHECKED_TYPE: Final = "https://w3id.org/kluscv/problems/related-resource"


def verify_any_credential(document: Mapping[str, Any], *, demands: Demands, resolver: Resolver) -> Verdict:
    """Verify one credential.

    1. It follows its data model, and every part of it is signed.
    2. Every proof matches.
    3. One of the proofs is the issuer's.
    4. It is valid now.
    5. It was not revoked or suspended.

    Only the first two in the profile `proof-only`.
    """
    if is_kluscv(document) and demands.profile is Profile.STRICT:
        return _by_own_procedure(document, demands, resolver)
    found, known = _Findings(), verifiable()
    found.make(CheckName.DATA_MODEL, lambda: _check_model(check_any_credential, document, known))
    if found.errors:
        return found.verdict()
    found.warn_of(unchecked_resources(document))
    found.make(
        CheckName.PROOF,
        lambda: found.signed_by(
            check_proofs(document, _ASSERTION, demands=demands, resolver=resolver, known=known)
        ),
    )
    if demands.profile is Profile.STRICT:
        found.make(CheckName.ISSUER, lambda: found.check_party(document, "issuer"))
    if demands.includes(CheckName.VALIDITY):
        found.make(CheckName.VALIDITY, lambda: _check_validity(document, demands))
    if demands.includes(CheckName.STATUS) and "credentialStatus" in document:
        found.make(
            CheckName.STATUS,
            lambda: check_status(document, demands=demands, resolver=resolver, known=known),
        )
    return found.verdict()


def verify_any_presentation(document: Mapping[str, Any], *, demands: Demands, resolver: Resolver) -> Verdict:
    """Verify a presentation and each credential in it.

    1. It follows its data model, and every part of it is signed.
    2. Every proof matches, with the challenge and the domain of the request.
    3. One of the proofs is the holder's, when a holder is named.
    4. Every credential verifies.
    """
    if is_kluscv(document) and demands.profile is Profile.STRICT:
        return _by_own_procedure(document, demands, resolver)
    found, known = _Findings(), verifiable()
    found.make(CheckName.DATA_MODEL, lambda: _check_model(check_any_presentation, document, known))
    if found.errors:
        return found.verdict()
    found.make(
        CheckName.PROOF,
        lambda: found.signed_by(
            check_proofs(document, _AUTHENTICATION, demands=demands, resolver=resolver, known=known)
        ),
    )
    if demands.profile is Profile.STRICT and "holder" in document:
        found.make(CheckName.HOLDER, lambda: found.check_party(document, "holder"))
    if "verifiableCredential" in document:
        found.make(CheckName.CREDENTIALS, lambda: _check_credentials(document, demands, resolver, found))
    return found.verdict()


@dataclass(slots=True)
class _Findings:
    """What was found so far."""

    checks: list[CheckName] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    signers: frozenset[Did] = frozenset()

    def make(self, name: CheckName, check: Callable[[], None]) -> None:
        """Make one check; what it raises is what is wrong."""
        self.checks.append(name)
        try:
            check()
        except KlusCVError as error:
            self.errors.append(Problem.of(error))

    def signed_by(self, signers: frozenset[Did]) -> None:
        """Keep whose keys made the proofs."""
        self.signers = signers

    def check_party(self, document: Mapping[str, Any], name: str) -> None:
        """Check that the issuer or the holder made one of the proofs."""
        if party(document, name) not in self.signers:
            raise ProofError(f"none of the proofs is by the {name}")

    def warn_of(self, resources: tuple[str, ...]) -> None:
        """Say which related resources may be other ones than those that the issuer saw."""
        self.warnings.extend(
            Problem(_UNCHECKED_TYPE, "related-resource-unchecked", f"{address} was not fetched")
            for address in resources
        )

    def verdict(self) -> Verdict:
        """Close the findings."""
        return Verdict(tuple(self.checks), tuple(self.warnings), tuple(self.errors))


def _check_model(
    check: Callable[[Mapping[str, Any]], None], document: Mapping[str, Any], known: Contexts
) -> None:
    check(document)
    check_vocabulary(document, known)


def _check_validity(document: Mapping[str, Any], demands: Demands) -> None:
    start, end = validity(document)
    if start is not None and start > demands.policy.now:
        raise DataModelError("the credential is not valid yet")
    if end is not None and end <= demands.policy.now:
        raise DataModelError("the credential has expired")


def _check_credentials(
    document: Mapping[str, Any], demands: Demands, resolver: Resolver, found: _Findings
) -> None:
    for position, (_, credential) in enumerate(credentials_in(document)):
        if position >= _LIMIT_CREDENTIALS:
            raise DataModelError(f"$.verifiableCredential: more than {_LIMIT_CREDENTIALS}")
        if _is_enveloped(credential):
            raise ProofError("an enveloped credential of this kind cannot be verified here")
        inner = verify_any_credential(credential, demands=demands.for_credential(), resolver=resolver)
        found.warnings.extend(inner.warnings)
        found.errors.extend(inner.errors)


def _is_enveloped(credential: Mapping[str, Any]) -> bool:
    types = credential.get("type")
    return "EnvelopedVerifiableCredential" in (types if isinstance(types, list) else [types])


def _by_own_procedure(document: Mapping[str, Any], demands: Demands, resolver: Resolver) -> Verdict:
    """Verify what names this standard's context by all of its checks: what is open is not verified."""
    found = _Findings()
    found.make(CheckName.PROCEDURE, lambda: found.errors.extend(_own_errors(document, demands, resolver)))
    return found.verdict()


def _own_errors(document: Mapping[str, Any], demands: Demands, resolver: Resolver) -> Iterator[Problem]:
    if (demands.challenge is None) != (demands.domain is None):
        raise ProofError("a challenge and a domain belong together")
    policy = replace(demands.policy, expected_challenge=demands.challenge, expected_domain=demands.domain)
    data = json.dumps(document, ensure_ascii=False).encode("utf-8")
    for check in verify(data, policy=policy, resolver=resolver).checks:
        if check.state in (CheckState.FAILED, CheckState.INDETERMINATE):
            yield Problem(_OWN_TYPE, check.reason, f"{check.code} is {check.state}: {check.reason}")
