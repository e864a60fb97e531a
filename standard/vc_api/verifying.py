"""Verifying credentials and presentations of any kind; those of this standard by its own procedure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from standard.errors import DataModelError, ProofError, StatusListError
from standard.resolution import Resolver
from standard.vc_api.answers import Problem
from standard.vc_api.contexts import verifiable
from standard.vc_api.data_model import credentials_in, is_kluscv
from standard.vc_api.findings import Findings
from standard.vc_api.related_resources import unchecked_resources
from standard.vc_api.secured import Enveloped, Secured, read_credential, read_presentation
from standard.vc_api.status_checks import check_status
from standard.vc_api.verdict import CheckName, Demands, Profile, Verdict
from standard.verification import CheckState, verify

_ASSERTION: Final = "assertionMethod"
_AUTHENTICATION: Final = "authentication"
_LIMIT_CREDENTIALS: Final = 64
_OWN_TYPE: Final = "https://w3id.org/kluscv/problems/verification"


def verify_any_credential(document: Mapping[str, Any], *, demands: Demands, resolver: Resolver) -> Verdict:
    """Verify one credential, with its proofs in it or in an envelope.

    1. It follows its data model, and every part of it is signed.
    2. Every proof matches.
    3. One of the proofs is the issuer's.
    4. It is valid now.
    5. It was not revoked or suspended.

    Only the first two in the profile `proof-only`.
    """
    found, is_strict = Findings(), demands.profile is Profile.STRICT
    if is_strict and is_kluscv(document):
        return _by_own_procedure(_written(document), demands, resolver)
    secured = found.make(CheckName.DATA_MODEL, lambda: read_credential(document))
    if secured is None:
        return found.verdict()
    if is_strict and isinstance(secured, Enveloped) and secured.own_text is not None:
        return _by_own_procedure(secured.own_text.encode("ascii"), demands, resolver)
    found.warn_of(unchecked_resources(secured.document))
    _check_signatures(secured, _ASSERTION, demands, resolver, found)
    if is_strict:
        found.make(CheckName.ISSUER, lambda: found.check_party(secured.party("issuer"), "issuer"))
    if demands.includes(CheckName.VALIDITY):
        found.make(CheckName.VALIDITY, lambda: _check_validity(secured, demands))
    if demands.includes(CheckName.STATUS) and secured.has_status:
        found.make(CheckName.STATUS, lambda: _check_status(secured, demands, resolver))
    return found.verdict()


def verify_any_presentation(document: Mapping[str, Any], *, demands: Demands, resolver: Resolver) -> Verdict:
    """Verify a presentation, with its proofs in it or in an envelope, and each credential in it.

    1. It follows its data model, and every part of it is signed.
    2. Every proof matches, with the challenge and the domain of the request.
    3. One of the proofs is the holder's, when a holder is named.
    4. Every credential verifies.
    """
    found, is_strict = Findings(), demands.profile is Profile.STRICT
    if is_strict and is_kluscv(document):
        return _by_own_procedure(_written(document), demands, resolver)
    secured = found.make(CheckName.DATA_MODEL, lambda: read_presentation(document))
    if secured is None:
        return found.verdict()
    _check_signatures(secured, _AUTHENTICATION, demands, resolver, found)
    if is_strict and "holder" in secured.document:
        found.make(CheckName.HOLDER, lambda: found.check_party(secured.party("holder"), "holder"))
    if "verifiableCredential" in secured.document:
        found.make(
            CheckName.CREDENTIALS, lambda: _check_credentials(secured.document, demands, resolver, found)
        )
    return found.verdict()


def _check_signatures(
    secured: Secured, purpose: str, demands: Demands, resolver: Resolver, found: Findings
) -> None:
    found.make(
        CheckName.PROOF,
        lambda: found.signed_by(secured.check_signatures(purpose, demands=demands, resolver=resolver)),
    )


def _check_validity(secured: Secured, demands: Demands) -> None:
    start, end = secured.validity()
    if start is not None and start > demands.policy.now:
        raise DataModelError("the credential is not valid yet")
    if end is not None and end <= demands.policy.now:
        raise DataModelError("the credential has expired")


def _check_status(secured: Secured, demands: Demands, resolver: Resolver) -> None:
    if "credentialStatus" not in secured.document:
        raise StatusListError("the status of an SD-JWT VC of another kind is not read here")
    check_status(secured.document, demands=demands, resolver=resolver, known=verifiable())


def _check_credentials(
    document: Mapping[str, Any], demands: Demands, resolver: Resolver, found: Findings
) -> None:
    for position, (_, credential) in enumerate(credentials_in(document)):
        if position >= _LIMIT_CREDENTIALS:
            raise DataModelError(f"$.verifiableCredential: more than {_LIMIT_CREDENTIALS}")
        inner = verify_any_credential(credential, demands=demands.for_credential(), resolver=resolver)
        found.warnings.extend(inner.warnings)
        found.errors.extend(inner.errors)


def _by_own_procedure(data: bytes, demands: Demands, resolver: Resolver) -> Verdict:
    """Verify what follows this standard by all of its checks: what is open is not verified."""
    found = Findings()
    found.make(CheckName.PROCEDURE, lambda: found.errors.extend(_own_errors(data, demands, resolver)))
    return found.verdict()


def _own_errors(data: bytes, demands: Demands, resolver: Resolver) -> Iterator[Problem]:
    if (demands.challenge is None) != (demands.domain is None):
        raise ProofError("a challenge and a domain belong together")
    policy = replace(demands.policy, expected_challenge=demands.challenge, expected_domain=demands.domain)
    for check in verify(data, policy=policy, resolver=resolver).checks:
        if check.state in (CheckState.FAILED, CheckState.INDETERMINATE):
            yield Problem(_OWN_TYPE, check.reason, f"{check.code} is {check.state}: {check.reason}")


def _written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8")
