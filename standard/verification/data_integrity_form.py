"""Reading the Data Integrity form: the checks that need no key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from standard.credentials import check_credential, credential_type
from standard.dids import did_key_public_key, did_of
from standard.errors import DataModelError, KeyFormatError, ProofError, VocabularyError
from standard.model import DATA_INTEGRITY, Did, DisclosedStatement, Form, Statement
from standard.proofs import Proof, SecuredDocument, is_base_value, read_proof, read_proofs
from standard.status_list import read_entries
from standard.timestamps import read_moment
from standard.verification.copies import Copy, ReadCopy, Signature
from standard.verification.holder import holder_thumbprint
from standard.verification.reasons import Reason
from standard.verification.result import Check, CheckCode, failed, passed


def read_credential(document: Mapping[str, Any]) -> ReadCopy:
    """Read one credential.

    1. The caller parsed it.
    2. It follows the data model, and it is about a worker.
    3. Nothing in it is outside the vocabulary, which no signature would cover.
    """
    subject, secured = _subject(document), SecuredDocument(document)
    checks = [passed(CheckCode.PARSE, Reason.READ, subject)]
    try:
        statement = check_credential(document, in_part=_is_derived(document.get("proof")))
        copy = _copy(document, secured, statement)
    except (DataModelError, KeyFormatError) as error:
        checks.append(failed(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL, subject, error=str(error)))
        return ReadCopy(subject, tuple(checks), None)
    except ProofError as error:
        checks.append(passed(CheckCode.SCHEMA, Reason.CONFORMS, subject))
        checks.append(failed(CheckCode.PROOF, Reason.UNUSABLE_PROOF, subject, error=str(error)))
        return ReadCopy(subject, tuple(checks), None)
    checks.append(passed(CheckCode.SCHEMA, Reason.CONFORMS, subject))
    checks.append(vocabulary_check(secured, subject))
    return ReadCopy(subject, tuple(checks), copy)


def vocabulary_check(document: SecuredDocument, subject: str) -> Check:
    """The check that every term and type of a document is defined."""
    try:
        document.check_vocabulary()
    except VocabularyError as error:
        return failed(CheckCode.VOCABULARY, Reason.UNDEFINED_TERM, subject, error=str(error))
    return passed(CheckCode.VOCABULARY, Reason.DEFINED_TERMS, subject)


def _is_derived(proof: object) -> bool:
    """Whether a holder may have left parts out: no other proof stands beside, which would cover the whole."""
    proofs = proof if isinstance(proof, list) else [proof]
    return all(isinstance(each, Mapping) and each.get("cryptosuite") == Form.ECDSA_SD for each in proofs)


def _subject(document: Mapping[str, Any]) -> str:
    identifier = document.get("id")
    if isinstance(identifier, str) and identifier:
        return identifier
    return sha256(repr(document).encode("utf-8", "replace")).hexdigest()[:16]


def _copy(document: Mapping[str, Any], secured: SecuredDocument, statement: Statement | None) -> Copy:
    kind = credential_type(document)
    if kind is None or statement is None:
        raise DataModelError("$.type: not one statement about a worker")
    proofs = tuple(read_proof(proof) for proof in read_proofs(document))
    signatures = tuple(_signature(secured, proof) for proof in read_proofs(document))
    issued = read_moment(document["validFrom"])
    status = document.get("credentialStatus")
    return Copy(
        shown=_shown(document, statement, proofs),
        types=frozenset({kind}),
        signatures=signatures,
        issued=issued,
        not_before=issued,
        not_after=_not_after(document, proofs),
        statuses=() if status is None else read_entries(status),
        holder=holder_thumbprint(did_key_public_key(Did(document["credentialSubject"]["id"]))),
    )


def _shown(
    document: Mapping[str, Any], statement: Statement, proofs: tuple[Proof, ...]
) -> DisclosedStatement:
    issuer = document["issuer"]
    return DisclosedStatement(
        copy_id=document["id"],
        form=_form(Did(issuer["id"]), proofs),
        issuer=Did(issuer["id"]),
        issuer_name=issuer["organisationName"],
        issued_on=read_moment(document["validFrom"]).date(),
        content=statement,
        supersedes=tuple(document.get("supersedes", ())),
    )


def _form(issuer: Did, proofs: tuple[Proof, ...]) -> Form:
    """The form is called as the issuer's first cryptosuite; others may have signed beside it."""
    if any(proof.cryptosuite not in DATA_INTEGRITY for proof in proofs):
        raise ProofError("the cryptosuite is not one of this standard")
    if any(proof.cryptosuite == Form.ECDSA_SD and is_base_value(proof.value) for proof in proofs):
        raise ProofError("a base proof is for its holder alone, who derives from it what is shown")
    own = [proof for proof in proofs if did_of(proof.verification_method) == issuer]
    return Form((own or proofs)[0].cryptosuite)


def _not_after(document: Mapping[str, Any], proofs: tuple[Proof, ...]) -> datetime | None:
    """The earliest end that the credential or one of its proofs gives itself."""
    ends = [proof.expires for proof in proofs]
    if "validUntil" in document:
        ends.append(read_moment(document["validUntil"]))
    return min((end for end in ends if end is not None), default=None)


def _signature(secured: SecuredDocument, proof: Mapping[str, Any]) -> Signature:
    read = read_proof(proof)
    return Signature(
        method=read.verification_method,
        thumbprint=None,
        purpose=read.purpose,
        verify=partial(secured.verify_proof, proof),
    )
