"""What wallets hold for a while: access tokens, requests and codes, nonces, proofs, promises."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy
from sqlalchemy import String, bindparam, insert, update
from sqlmodel import Session, col, delete, select

from issuer.store.absent import insert_if_absent
from issuer.tables import (
    AccessToken,
    AuthorizationRequest,
    DeferredIssuance,
    Nonce,
    Organisation,
    SeenProof,
)
from issuer.tables.base import UtcDateTime

# Every claim asks these. Built once, they cost a fraction of what they cost built anew each time.
_ADD_NONCE: Final = (
    insert(Nonce)
    .from_select(
        ["nonce_hash", "organisation_id", "expires_at"],
        sqlalchemy.select(
            bindparam("given", type_=String()), col(Organisation.id), bindparam("until", type_=UtcDateTime())
        ).where(col(Organisation.slug) == bindparam("slug")),
    )
    .returning(col(Nonce.nonce_hash))
)
_EXCHANGE_NONCE: Final = (
    update(Nonce)
    .where(
        col(Nonce.nonce_hash) == bindparam("spent"),
        col(Nonce.organisation_id) == bindparam("organisation"),
        col(Nonce.expires_at) > bindparam("now"),
    )
    .values(nonce_hash=bindparam("fresh"), expires_at=bindparam("until"))
)


def prolong(session: Session, token_hash: str, until: datetime) -> None:
    """Let an access token count longer."""
    session.exec(
        update(AccessToken).where(col(AccessToken.token_hash) == token_hash).values(expires_at=until)
    )


def drop_tokens_of_code(session: Session, code_hash: str) -> None:
    """Take back what an authorization code gave."""
    session.exec(delete(AccessToken).where(col(AccessToken.code_hash) == code_hash))


def request_by_hash(session: Session, request_hash: str) -> AuthorizationRequest | None:
    """Read a pushed request."""
    return session.get(AuthorizationRequest, request_hash, populate_existing=True)


def request_by_code(session: Session, code_hash: str) -> AuthorizationRequest | None:
    """Read the request that an authorization code belongs to, which this transaction is going to change."""
    query = select(AuthorizationRequest).where(AuthorizationRequest.code_hash == code_hash).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def add_nonce(session: Session, nonce_hash: str, slug: str, expires_at: datetime) -> bool:
    """Note a nonce that is given out; false when there is no such organisation."""
    given = {"given": nonce_hash, "slug": slug, "until": expires_at}
    return session.connection().execute(_ADD_NONCE, given).first() is not None


def exchange_nonce(
    session: Session, organisation_id: int, spent: str, fresh: str, *, now: datetime, until: datetime
) -> bool:
    """Use a nonce up and put another in its place; false when it is unknown, used or expired."""
    asked = {"spent": spent, "organisation": organisation_id, "now": now, "fresh": fresh, "until": until}
    return session.connection().execute(_EXCHANGE_NONCE, asked).rowcount == 1


def remember_proof(session: Session, proof_hash: str, expires_at: datetime) -> bool:
    """Note that a proof was used; false when it was used before."""
    return insert_if_absent(session, SeenProof, {"proof_hash": proof_hash, "expires_at": expires_at})


def deferred(session: Session, transaction_hash: str, now: datetime) -> DeferredIssuance | None:
    """Read a promise, which this transaction is going to keep."""
    query = select(DeferredIssuance).where(
        DeferredIssuance.transaction_hash == transaction_hash, DeferredIssuance.expires_at > now
    )
    return session.exec(query.with_for_update()).one_or_none()


def drop_expired(session: Session, now: datetime) -> None:
    """Forget everything that is past its time."""
    for table in (Nonce, SeenProof, DeferredIssuance, AuthorizationRequest, AccessToken):
        session.exec(delete(table).where(col(table.expires_at) <= now))
