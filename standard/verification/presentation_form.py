"""Reading a KlusCVPresentation: the worker's own proof, and the copies in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from standard.claims import read_remark
from standard.credentials import check_presentation
from standard.dids import did_key_method, did_key_public_key
from standard.errors import DataModelError, KeyFormatError, KlusCVError, ProofError, SignatureMismatchError
from standard.keys import PublicKey
from standard.model import Did, Form, OwnWords
from standard.proofs import Proof, SecuredDocument, read_proof, read_proofs
from standard.verification.copies import LIMIT_COPIES, ReadCopy
from standard.verification.data_integrity_form import read_credential, vocabulary_check
from standard.verification.holder import check_presentation_proof
from standard.verification.reading import Reading
from standard.verification.reasons import Reason
from standard.verification.result import PRESENTATION, Check, CheckCode, failed, passed
from standard.verification.sd_jwt_form import read_sd_jwt

PRESENTATION_TYPE: Final = "KlusCVPresentation"
ENVELOPED: Final = "EnvelopedVerifiableCredential"
ENVELOPE: Final = "data:application/dc+sd-jwt,"
PURPOSE: Final = "authentication"


def read_presentation(document: Mapping[str, Any]) -> Reading:
    """Read a presentation; its own signature is checked here, for its key is in it.

    Steps 1 to 5 are those of the standard; what cannot be reached because an earlier step failed is
    left out of the reading, copies included.
    """
    checks = [passed(CheckCode.PARSE, Reason.READ, PRESENTATION)]
    try:
        check_presentation(document)
        _check_kind(document)
        key = _holder_key(document)
    except (DataModelError, KeyFormatError) as error:
        checks.append(failed(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL, PRESENTATION, error=str(error)))
        return Reading(checks=tuple(checks))
    copies = tuple(_copy(entry) for entry in document["verifiableCredential"])
    checks.append(passed(CheckCode.SCHEMA, Reason.CONFORMS, PRESENTATION))
    secured = SecuredDocument(document)
    checks.append(vocabulary_check(secured, PRESENTATION))
    reading = Reading(
        checks=tuple(checks),
        copies=copies,
        holder=Did(document["holder"]),
        holder_thumbprint=key.thumbprint(),
        language=document["pageLanguage"],
        own_words=_own_words(document.get("ownWords")),
        own_remarks=tuple(read_remark(remark) for remark in document.get("ownRemark", ())),
    )
    return _with_proof(reading, document, secured, key)


def _check_kind(document: Mapping[str, Any]) -> None:
    if document["type"] != ["VerifiablePresentation", PRESENTATION_TYPE]:
        raise DataModelError("$.type: not a KlusCVPresentation")
    if len(document["verifiableCredential"]) > LIMIT_COPIES:
        raise DataModelError("$.verifiableCredential: too many copies at once")


def _holder_key(document: Mapping[str, Any]) -> PublicKey:
    key = did_key_public_key(Did(document["holder"]))
    if key.algorithm != "P-256":
        raise DataModelError("$.holder: not a P-256 key")
    return key


def _copy(entry: Mapping[str, Any]) -> ReadCopy:
    if entry["type"] != ENVELOPED:
        return read_credential(entry)
    # A presentation carries no key binding: the worker's proof over all of it says more.
    copy, _ = read_sd_jwt(str(entry["id"]).removeprefix(ENVELOPE))
    return copy


def _own_words(words: Mapping[str, Any] | None) -> OwnWords | None:
    if words is None:
        return None
    return OwnWords(words.get("headline", ""), words.get("ownText", ""), words["language"])


def _with_proof(
    reading: Reading, document: Mapping[str, Any], secured: SecuredDocument, key: PublicKey
) -> Reading:
    """Check the worker's one proof: the signature, the key and the purpose."""
    try:
        given, *others = read_proofs(document)
        proof = read_proof(given)
        if others or proof.cryptosuite != Form.ECDSA_RDFC:
            raise ProofError("not one proof of the worker's kind")
        secured.verify_proof(given, key)
    except KlusCVError as error:
        is_mismatch = isinstance(error, SignatureMismatchError)
        reason = Reason.MISMATCH if is_mismatch else Reason.UNUSABLE_PROOF
        return reading.adding(failed(CheckCode.PROOF, reason, PRESENTATION, error=str(error)))
    return reading.adding(
        passed(CheckCode.PROOF, Reason.MATCHES, PRESENTATION),
        _signer(proof, document),
        created=proof.created,
        not_after=proof.expires,
        check_live=lambda policy: check_presentation_proof(proof, policy),
    )


def _signer(proof: Proof, document: Mapping[str, Any]) -> Check:
    if proof.verification_method != did_key_method(Did(document["holder"])):
        return failed(CheckCode.ISSUER_KEY, Reason.OTHER_CONTROLLER, PRESENTATION)
    if proof.purpose != PURPOSE:
        return failed(CheckCode.ISSUER_KEY, Reason.WRONG_PURPOSE, PRESENTATION)
    return passed(CheckCode.ISSUER_KEY, Reason.HOLDER_KEY, PRESENTATION)
