"""Status lists: the entries of copies are set, and the lists are signed as bytes that anyone may keep.

Signing happens when something changed or when a list grew old, never because many ask for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from issuer.errors import NotFoundError, RetiredError, StatementStateError
from issuer.organisations import Signers, identity
from issuer.store import copies as store
from issuer.store.organisations import has_stopped
from issuer.tables import Organisation, StatusList
from standard.model import Did
from standard.status_list import (
    Purpose,
    Status,
    StatusReference,
    bitstring_credential,
    set_statuses,
    single_bits,
    status_value,
    token_status_list,
)


@dataclass(frozen=True, slots=True)
class PublishedList:
    """The signed bytes of one status list, in each of its shapes.

    `suspension` is None for a list from before copies could be suspended. `is_current` is false when
    the list has to be signed anew; until then these bytes are the last word.
    """

    credential: bytes
    suspension: bytes | None
    token: bytes
    published_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Publishing:
    """How lists are published: under which address, and for how long they serve."""

    status_base: str
    restamp_after: timedelta
    ttl_seconds: int


def show_statuses(session: Session, organisation_id: int, statement_ids: list[UUID]) -> None:
    """Make the entry of every copy say what became of the statements that the copy shows.

    The lists are locked, lowest number first, before the statements are asked, so that two decisions
    about the statements of one paper copy cannot overlook each other.

    Raises:
        RetiredError: the organisation has stopped, and its lists are final.
        StatementStateError: a copy would be suspended that is on a list without room to say so.
    """
    if has_stopped(session, organisation_id):
        raise RetiredError("the organisation has stopped, and its last lists are final")
    copies = store.places_of_statements(session, statement_ids)
    lists = {number: _locked(session, organisation_id, number) for number in sorted({c[1] for c in copies})}
    statuses = store.statuses_of_copies(session, [copy_id for copy_id, _, _ in copies])
    for number, status_list in lists.items():
        values = {index: statuses[copy_id] for copy_id, place, index in copies if place == number}
        _set(status_list, values)
    session.flush()


def withdraw_place(session: Session, organisation_id: int, number: int, index: int) -> None:
    """Withdraw a copy of which nothing is known any more but its place."""
    _set(_locked(session, organisation_id, number), {index: Status.INVALID})
    session.flush()


def published(
    session: Session, organisation: Organisation, number: int, *, now: datetime, how: Publishing
) -> PublishedList | None:
    """Read a list as it was last signed; None when it never was.

    Raises:
        NotFoundError: the organisation has no such list.
    """
    found = store.signed_list(session, identity(organisation), number)
    if found is None:
        raise NotFoundError("no such status list")
    return _as_published(found, organisation, now, how)


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
    found = _locked(session, identity(organisation), number)
    current = _as_published(found, organisation, now, how)
    if current is not None and current.is_current:
        return current
    made = sign(found, signers=signers, now=now, how=how)
    session.flush()
    return made


def close(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    signers: Signers,
    now: datetime,
    how: Publishing,
) -> PublishedList:
    """Withdraw every place that was never given out, and sign a list for the last time.

    Whoever steals a key afterwards finds no place on the list that is his.

    Raises:
        NotFoundError: the organisation has no such list.

    Source: SPECIFICATION, "The archive".
    """
    found = _locked(session, identity(organisation), number)
    entry_bits = found.entry_bits
    # Every entry 1: the byte 01010101 or 11111111.
    nothing = bytes([0xFF // ((1 << entry_bits) - 1)]) * len(found.bits)
    given_out = {
        index: status_value(found.bits, index, entry_bits=entry_bits)
        for index in store.indexes_of_list(session, identity(organisation), number)
    }
    found.bits = set_statuses(nothing, given_out, entry_bits=entry_bits)
    made = sign(found, signers=signers, now=now, how=how)
    session.flush()
    return made


def sign(found: StatusList, *, signers: Signers, now: datetime, how: Publishing) -> PublishedList:
    """Sign a list in each of its shapes."""
    bits, entry_bits = found.bits, found.entry_bits
    place = StatusReference(how.status_base, found.number, 0, is_suspendable=entry_bits > 1)

    def credential(uri: str, purpose: Purpose, single: bytes) -> bytes:
        document = bitstring_credential(
            single, uri=uri, issuer=Did(signers.did), signer=signers.ed25519, now=now,
            ttl_seconds=how.ttl_seconds, purpose=purpose,
        )  # fmt: skip
        return json.dumps(document, separators=(",", ":")).encode("utf-8")

    withdrawn = single_bits(bits, Status.INVALID) if place.is_suspendable else bits
    suspension = None
    if place.is_suspendable:
        suspended = single_bits(bits, Status.SUSPENDED)
        suspension = credential(place.suspension_uri, Purpose.SUSPENSION, suspended)
    token = token_status_list(
        bits, uri=place.token_uri, signer=signers.p256, now=now, ttl_seconds=how.ttl_seconds,
        entry_bits=entry_bits,
    )  # fmt: skip
    found.credential = credential(place.bitstring_uri, Purpose.REVOCATION, withdrawn)
    found.suspension, found.token = suspension, token.encode("ascii")
    found.published_at, found.is_outdated = now, False
    return PublishedList(found.credential, suspension, found.token, now, is_current=True)


def _as_published(
    found: StatusList, organisation: Organisation, now: datetime, how: Publishing
) -> PublishedList | None:
    if found.credential is None or found.token is None or found.published_at is None:
        return None
    is_fresh = not found.is_outdated and now - found.published_at < how.restamp_after
    is_current = is_fresh or organisation.retired_at is not None
    return PublishedList(found.credential, found.suspension, found.token, found.published_at, is_current)


def _locked(session: Session, organisation_id: int, number: int) -> StatusList:
    found = store.lock_status_list(session, organisation_id, number)
    if found is None:
        raise NotFoundError("no such status list")
    return found


def _set(status_list: StatusList, values: Mapping[int, Status]) -> None:
    if status_list.entry_bits == 1 and Status.SUSPENDED in values.values():
        raise StatementStateError("a copy is on a list that cannot say that it is suspended")
    bits = set_statuses(status_list.bits, values, entry_bits=status_list.entry_bits)
    if bits != status_list.bits:
        status_list.bits, status_list.is_outdated = bits, True
