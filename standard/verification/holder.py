"""Check 9: does every copy belong to the one who shows it, and is that person here now?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from standard import jws, sd_jwt
from standard.errors import DataModelError, ProofError
from standard.keys import PublicKey
from standard.model import DisclosedStatement
from standard.proofs import Proof
from standard.sd_jwt import SdJwt
from standard.verification.copies import Copy
from standard.verification.policy import VerificationPolicy
from standard.verification.reasons import Reason
from standard.verification.result import PRESENTATION, Check, CheckCode, failed, passed

LIVE_FOR: Final = timedelta(minutes=5)
"""How long an answer to a live request may have been on its way."""

_FOREVER: Final = timedelta(days=365_000)


def holder_thumbprint(key: PublicKey) -> bytes:
    """The thumbprint of the key that a copy is bound to.

    Raises:
        DataModelError: no worker has such a key.
    """
    if key.algorithm != "P-256":
        raise DataModelError("the copy is bound to a key that is not of P-256")
    return key.thumbprint()


def check_holder(copy: Copy, holder: bytes) -> Check:
    """Whether a copy is bound to the key that everything else is bound to."""
    if copy.holder == holder:
        return passed(CheckCode.HOLDER_BINDING, Reason.BOUND, copy.id)
    return failed(CheckCode.HOLDER_BINDING, Reason.OTHER_HOLDER, copy.id)


def check_without_proof(policy: VerificationPolicy) -> Check:
    """A file or a code says nothing about who hands it over."""
    if policy.expected_challenge is not None:
        return failed(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISSING, PRESENTATION)
    return passed(CheckCode.HOLDER_BINDING, Reason.NOT_LIVE, PRESENTATION)


def check_presentation_proof(proof: Proof, policy: VerificationPolicy) -> Check:
    """Whether the holder's proof answers the request that the policy knows of."""
    if policy.expected_challenge is None or policy.expected_domain is None:
        return check_without_proof(policy)
    if proof.challenge is None:
        return failed(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISSING, PRESENTATION)
    if proof.challenge != policy.expected_challenge or proof.domains != (policy.expected_domain,):
        return failed(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISMATCH, PRESENTATION)
    return passed(CheckCode.HOLDER_BINDING, Reason.LIVE, PRESENTATION)


def check_key_binding(parsed: SdJwt, policy: VerificationPolicy) -> Check:
    """Whether the key binding of an SD-JWT answers the request that the policy knows of.

    Without a request a key binding need not be there; but one that is there must hold.
    """
    if parsed.key_binding is None:
        return check_without_proof(policy)
    code, challenge, domain = CheckCode.HOLDER_BINDING, policy.expected_challenge, policy.expected_domain
    try:
        if challenge is None or domain is None:
            said = jws.parse(parsed.key_binding).payload
            audience, nonce = str(said.get("aud")), str(said.get("nonce"))
            sd_jwt.verify_key_binding(
                parsed, audience=audience, nonce=nonce, now=policy.now, max_age=_FOREVER
            )
            return passed(code, Reason.NOT_LIVE, PRESENTATION)
        sd_jwt.verify_key_binding(parsed, audience=domain, nonce=challenge, now=policy.now, max_age=LIVE_FOR)
    except ProofError as error:
        return failed(code, Reason.LIVE_PROOF_MISMATCH, PRESENTATION, error=str(error))
    return passed(code, Reason.LIVE, PRESENTATION)


def check_names(statements: Iterable[DisclosedStatement]) -> list[Check]:
    """Say so when organisations know the worker by different names: no failure, people decide."""
    names = {
        unicodedata.normalize("NFKC", " ".join(name.full_name.split())).casefold()
        for statement in statements
        if (name := statement.content.name) is not None
    }
    if len(names) < 2:
        return []
    count = str(len(names))
    return [passed(CheckCode.HOLDER_BINDING, Reason.NAMES_DIFFER, PRESENTATION, names=count)]
