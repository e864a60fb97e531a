"""One copy: one or two statements, one form, one holder key, signed. Pure; nothing is stored here."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never
from uuid import UUID

from issuer.organisations import Signers
from standard import compact, proofs, sd_jwt
from standard.credentials import credential_document, mandatory_pointers
from standard.dids import did_key
from standard.keys import PrivateKey, PublicKey, Signer
from standard.model import Form, RatingHistory, Statement, WorkHistory
from standard.status_list import StatusReference
from standard.timestamps import day_start
from standard.trust import HashingSigner

SALT_BYTES: Final = 16
HMAC_KEY_BYTES: Final = 32
ED25519_FORMS: Final = frozenset({Form.EDDSA_RDFC, Form.EDDSA_JCS})


@dataclass(frozen=True, slots=True)
class SecuredCredential:
    """A signed copy as text: JSON for Data Integrity, the form's own text otherwise.

    `copy_hash` is what the organisation's archive will know it by.
    """

    form: Form
    text: str
    copy_hash: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a copy is made with, beside its claims.

    `copy_id` becomes the copy's own id, `new_id` gives the ids of the nodes inside a Data Integrity copy.
    `supersedes` are the ids of copies that this one corrects; from `valid_until` on it does not count.
    """

    copy_id: UUID
    holder: PublicKey
    status: StatusReference
    signed_at: datetime
    new_id: Callable[[], str]
    supersedes: tuple[str, ...] = ()
    valid_until: datetime | None = None

    @property
    def issued(self) -> datetime:
        """The day, so that copies signed together are not linkable by the second."""
        return day_start(self.signed_at)


def secure(
    statements: Sequence[Statement], form: Form, *, envelope: Envelope, signers: Signers
) -> SecuredCredential:
    """Sign a copy.

    Args:
        statements: exactly one, or for the compact form the work history, the ratings, or both.
        form: the secured form.
        envelope: identity, holder and status of this copy, and the moment.
        signers: the organisation and its keys.
    """
    signer = HashingSigner(signers.ed25519 if form in ED25519_FORMS else signers.p256)
    match form:
        case Form.EDDSA_RDFC | Form.EDDSA_JCS | Form.ECDSA_RDFC | Form.ECDSA_JCS | Form.ECDSA_SD:
            text = _data_integrity(_only(statements), form, envelope, signers, signer)
        case Form.SD_JWT:
            text = _sd_jwt(_only(statements), envelope, signers, signer)
        case Form.COMPACT:
            text = _compact(statements, envelope, signer)
        case _:
            assert_never(form)
    (copy_hash,) = signer.hashes
    return SecuredCredential(form, text, copy_hash)


def _data_integrity(
    statement: Statement, form: Form, envelope: Envelope, signers: Signers, signer: Signer
) -> str:
    document = credential_document(
        statement,
        issuer=signers.did,
        organisation_name=signers.name,
        subject=did_key(envelope.holder),
        credential_id=envelope.copy_id.urn,
        issued=envelope.issued,
        status=envelope.status,
        new_id=envelope.new_id,
        supersedes=envelope.supersedes,
        valid_until=envelope.valid_until,
    )
    secured = proofs.add_proof(
        document,
        cryptosuite=_base_proofs(document) if form is Form.ECDSA_SD else form.value,
        signer=signer,
        created=envelope.issued,
        purpose="assertionMethod",
    )
    return json.dumps(secured, ensure_ascii=False, separators=(",", ":"))


def _base_proofs(document: Mapping[str, Any]) -> proofs.BaseProofs:
    return proofs.BaseProofs(
        mandatory_pointers=mandatory_pointers(document),
        hmac_key=secrets.token_bytes(HMAC_KEY_BYTES),
        proof_key=PrivateKey.generate("P-256"),
    )


def _sd_jwt(statement: Statement, envelope: Envelope, signers: Signers, signer: Signer) -> str:
    return sd_jwt.issue_statement(
        statement,
        issuer=signers.did,
        organisation_name=signers.name,
        holder=envelope.holder,
        jti=envelope.copy_id.urn,
        issued=envelope.issued,
        status=envelope.status,
        signer=signer,
        new_salt=sd_jwt.salts(secrets.token_bytes).__next__,
        supersedes=envelope.supersedes,
        expires=envelope.valid_until,
    )


def _compact(statements: Sequence[Statement], envelope: Envelope, signer: Signer) -> str:
    history = next((item for item in statements if isinstance(item, WorkHistory)), None)
    ratings = next((item for item in statements if isinstance(item, RatingHistory)), None)
    return compact.issue(
        compact.paper_statement(history, ratings),
        holder=envelope.holder,
        issued=envelope.issued,
        status=envelope.status,
        signer=signer,
        new_salt=lambda: secrets.token_bytes(SALT_BYTES),
    )


def _only(statements: Sequence[Statement]) -> Statement:
    (statement,) = statements
    return statement
