"""Checks 4 and 5: does every signature match, and is its key the issuer's?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from standard.dids import did_of
from standard.errors import KlusCVError, SignatureMismatchError
from standard.model import Did
from standard.trust import HashingKey
from standard.verification.copies import ASSERTION, Copy, Signature
from standard.verification.evidence import Evidence, FoundKey, MissingKeyError
from standard.verification.reasons import Reason
from standard.verification.result import Check, CheckCode, failed, indeterminate, passed


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """A copy after its signatures were looked at.

    Attributes:
        copy: with the issuer and the organisation's name, as far as they are known now.
        keys: the keys of the issuer that its signatures match; empty unless all signatures do, those of
            others who signed beside the issuer too.
        hashes: of each of those keys, the hash by which an archive knows the copy.
        checks: `proof` and `issuer-key`.
    """

    copy: Copy
    keys: tuple[FoundKey, ...]
    hashes: tuple[bytes, ...]
    checks: tuple[Check, ...]


def check_signatures(copy: Copy, evidence: Evidence) -> SignedCopy:
    """Find the keys, check every signature with them, and check whose they are."""
    keys: list[FoundKey] = []
    hashes: list[bytes] = []
    missing: list[MissingKeyError] = []
    broken: list[KlusCVError] = []
    for signature in copy.signatures:
        try:
            key = evidence.key(signature)
        except MissingKeyError as error:
            missing.append(error)
            continue
        keys.append(key)
        try:
            listening = HashingKey.of(key.public_key)
            signature.verify(listening)
            hashes.append(listening.copy_hash)
        except KlusCVError as error:
            broken.append(error)
    copy = _with_issuer(copy, keys, evidence)
    checks = (_proof(copy.id, missing, broken), _issuer_key(copy, keys, missing, broken))
    if missing or broken:
        return SignedCopy(copy, (), (), checks)
    own = [(key, found) for key, found in zip(keys, hashes, strict=True) if key.did == copy.issuer]
    return SignedCopy(copy, tuple(key for key, _ in own), tuple(found for _, found in own), checks)


def _with_issuer(copy: Copy, keys: list[FoundKey], evidence: Evidence) -> Copy:
    """A compact copy learns its issuer from its key; a listed organisation is called as the list does."""
    issuer = copy.issuer or (keys[0].did if keys else None)
    organisation = evidence.organisation(issuer)
    name = organisation.name if organisation else copy.shown.issuer_name
    if (issuer, name) == (copy.issuer, copy.shown.issuer_name):
        return copy
    return replace(copy, shown=replace(copy.shown, issuer=issuer, issuer_name=name))


def _proof(subject: str, missing: list[MissingKeyError], broken: list[KlusCVError]) -> Check:
    if broken:
        is_mismatch = isinstance(broken[0], SignatureMismatchError)
        reason = Reason.MISMATCH if is_mismatch else Reason.UNUSABLE_PROOF
        return failed(CheckCode.PROOF, reason, subject, error=str(broken[0]))
    if missing:
        return indeterminate(CheckCode.PROOF, Reason.NO_KEY, subject)
    return passed(CheckCode.PROOF, Reason.MATCHES, subject)


def _issuer_key(
    copy: Copy, keys: list[FoundKey], missing: list[MissingKeyError], broken: list[KlusCVError]
) -> Check:
    code, subject = CheckCode.ISSUER_KEY, copy.id
    if not any(_is_by(copy.issuer, signature) for signature in copy.signatures):
        return failed(code, Reason.OTHER_CONTROLLER, subject)
    if any(signature.purpose != ASSERTION for signature in copy.signatures):
        return failed(code, Reason.WRONG_PURPOSE, subject)
    for error in missing:
        state = failed if error.failed else indeterminate
        return state(code, error.reason, subject)
    if broken:
        return indeterminate(code, Reason.NOT_REACHED, subject)
    keys = [key for key in keys if key.did == copy.issuer]
    methods = ", ".join(key.listed.id if key.listed else key.did for key in keys)
    if all(key.listed for key in keys):
        return passed(code, Reason.TRUST_LIST_KEY, subject, key=methods)
    if all(key.is_certified for key in keys):
        return passed(code, Reason.CERTIFICATE_KEY, subject, key=methods)
    return passed(code, Reason.DID_DOCUMENT_KEY, subject, key=methods)


def _is_by(issuer: Did | None, signature: Signature) -> bool:
    """Whether the issuer signed; a compact copy names nobody, and its key tells the issuer."""
    return signature.method is None or did_of(signature.method) == issuer
