"""What wallets hold for a while: access tokens, requests and codes, nonces, proofs, promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final

import sqlalchemy
from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col, delete, select

from issuer.store.absent import insert_if_absent
from issuer.tables import (
    AccessToken,
    AuthorizationRequest,
    DeferredIssuance,
    Nonce,
    SeenProof,
)

# Every claim asks these. Built once, they cost a fraction of what they cost built anew each time.
_ADD_NONCE: Final = insert(Nonce)
_EXCHANGE_NONCE: Final = (
    update(Nonce)
    .where(
        col(Nonce.nonce_hash) == bindparam("spent"),
        col(Nonce.organisation_id) == bindparam("organisation"),
        col(Nonce.expires_at) > bindparam("now"),
    )
    .values(nonce_hash=bindparam("fresh"), expires_at=bindparam("until"))
)
_KNOWN_NONCES: Final = sqlalchemy.select(col(Nonce.nonce_hash)).where(
    col(Nonce.nonce_hash).in_(bindparam("hashes", expanding=True))
)
_SPENT: Final = attrgetter("spent")


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


def add_nonces(session: Session, given: Mapping[str, int], expires_at: datetime) -> None:
    """Note nonces that are given out: the hash of each, and for which organisation."""
    rows = [
        {"nonce_hash": nonce_hash, "organisation_id": organisation_id, "expires_at": expires_at}
        for nonce_hash, organisation_id in given.items()
    ]
    session.connection().execute(_ADD_NONCE, rows)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A nonce of an organisation that is to be used up, and the one to put in its place, as hashes."""

    spent: str
    fresh: str
    organisation: int


def exchange_nonces(
    session: Session, exchanges: Sequence[Exchange], *, now: datetime, until: datetime
) -> frozenset[str]:
    """Use nonces up and put others in their places; gives the fresh ones that found a place.

    A nonce that is unknown, used or expired makes no place. One that comes twice makes it for the first.
    """
    # In the order of their hashes, so that two transactions cannot wait for each other.
    asked = [{**asdict(each), "now": now, "until": until} for each in sorted(exchanges, key=_SPENT)]
    connection = session.connection()
    fresh = frozenset(each.fresh for each in exchanges)
    if connection.execute(_EXCHANGE_NONCE, asked).rowcount == len(asked):
        return fresh
    return frozenset(connection.execute(_KNOWN_NONCES, {"hashes": list(fresh)}).scalars())


def remember_proof(session: Session, proof_hash: str, expires_at: datetime) -> bool:
    """Note that a proof was used; false when it was used before."""
    return insert_if_absent(session, SeenProof, {"proof_hash": proof_hash, "expires_at": expires_at})


def deferred(session: Session, transaction_hash: str, now: datetime) -> DeferredIssuance | None:
    """Read a promise, which this transaction is going to keep."""
    query = select(DeferredIssuance).where(
        DeferredIssuance.transaction_hash == transaction_hash, DeferredIssuance.expires_at > now
    )
    return session.exec(query.with_for_update()).one_or_none()
