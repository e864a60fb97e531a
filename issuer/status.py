"""Withdrawing statements, and publishing the lists that say so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuer.content import one_line
from issuer.errors import NotFoundError, ReasonMissingError
from issuer.organisations import Signers, identity
from issuer.store import copies as store
from issuer.store import offers as offers_store
from issuer.store.organisations import organisation_by_id
from issuer.store.workers import lock_statements, organisation_of_statement, statement_by_id
from issuer.tables import Organisation, Statement, StatusList
from standard.status_list import bitstring_credential, set_bit, token_status_list


@dataclass(frozen=True, slots=True)
class PublishedList:
    """The signed bytes of one status list, in both of its shapes."""

    credential: bytes
    token: bytes
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Publishing:
    """How lists are published: under which address, and for how long they serve."""

    status_base: str
    restamp_after: timedelta
    ttl_seconds: int


def revoke(
    session: Session, organisation: Organisation, statement_id: UUID, *, reason: str, now: datetime
) -> Statement:
    """Withdraw a statement: the bit of every copy that shows it is set. Repeating changes nothing.

    Raises:
        NotFoundError: the organisation has no such statement.
        ReasonMissingError: the reason is empty.
    """
    reason = one_line(reason)
    if not reason:
        raise ReasonMissingError("withdrawing needs a reason")
    if statement_by_id(session, identity(organisation), statement_id) is None:
        raise NotFoundError("no such statement")
    (statement,) = lock_statements(session, [statement_id])
    if statement.revoked_at is not None:
        return statement
    statement.revoked_at = now
    statement.revoked_reason = reason
    places = {
        (copy.status_number, copy.status_index) for copy in store.copies_of_statement(session, statement_id)
    }
    for number in sorted({number for number, _ in places}):
        _set_bits(
            session, organisation, number, [index for list_number, index in places if list_number == number]
        )
    session.flush()
    offers_store.cancel_empty_offers(session, statement.worker_id)
    return statement


def revoke_by_id(session: Session, identifier: str, *, reason: str, now: datetime) -> list[Statement]:
    """Withdraw what an id names: a statement, or all that a copy shows.

    Raises:
        NotFoundError: nothing of this host has the id.
        ReasonMissingError: the reason is empty.
    """
    try:
        named = UUID(identifier)
    except ValueError as error:
        raise NotFoundError("not an id") from error
    statement_ids = store.statements_of_copy(session, named) or [named]
    # All at once and before any list, as a claim does: two transactions never wait for each other.
    lock_statements(session, statement_ids)
    withdrawn = []
    for statement_id in sorted(statement_ids):
        organisation_id = organisation_of_statement(session, statement_id)
        if organisation_id is None:
            raise NotFoundError("no statement and no copy has this id")
        organisation = organisation_by_id(session, organisation_id)
        withdrawn.append(revoke(session, organisation, statement_id, reason=reason, now=now))
    return withdrawn


def published(
    session: Session, organisation: Organisation, number: int, *, now: datetime, how: Publishing
) -> PublishedList | None:
    """Read a list as it was last signed; None when it has to be signed anew.

    Raises:
        NotFoundError: the organisation has no such list.
    """
    found = store.status_list(session, identity(organisation), number)
    if found is None:
        raise NotFoundError("no such status list")
    return _as_published(found, now, how)


def publish(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    signers: Signers,
    now: datetime,
    how: Publishing,
) -> PublishedList:
    """Sign a list when it changed or grew old, and give what now stands.

    Raises:
        NotFoundError: the organisation has no such list.
    """
    found = store.lock_status_list(session, identity(organisation), number)
    if found is None:
        raise NotFoundError("no such status list")
    current = _as_published(found, now, how)
    if current is not None:
        return current
    uri = f"{how.status_base}{number}"
    document = bitstring_credential(
        found.bits, uri=uri, issuer=signers.did, signer=signers.ed25519, now=now, ttl_seconds=how.ttl_seconds
    )
    token = token_status_list(
        found.bits, uri=f"{uri}/token", signer=signers.p256, now=now, ttl_seconds=how.ttl_seconds
    )
    found.credential = json.dumps(document, separators=(",", ":")).encode("utf-8")
    found.token = token.encode("ascii")
    found.published_at = now
    session.flush()
    return PublishedList(found.credential, found.token, now)


def _as_published(found: StatusList, now: datetime, how: Publishing) -> PublishedList | None:
    if found.credential is None or found.token is None or found.published_at is None:
        return None
    if now - found.published_at >= how.restamp_after:
        return None
    return PublishedList(found.credential, found.token, found.published_at)


def _set_bits(session: Session, organisation: Organisation, number: int, indexes: list[int]) -> None:
    found = store.lock_status_list(session, identity(organisation), number)
    if found is None:
        raise NotFoundError("no such status list")
    for index in indexes:
        found.bits = set_bit(found.bits, index)
    # What was signed before no longer holds.
    found.published_at = found.credential = found.token = None
