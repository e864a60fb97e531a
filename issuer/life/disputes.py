"""A worker disagrees: heard, answered, decided; the organisation's mark travels with the record.

The worker's own words travel without anybody's leave, in the presentation. What is here is the other half:
the organisation takes note (the record is stated anew with a mark), replies, and decides.

Source: SPECIFICATION, "Statements and copies".
"""

from __future__ import annotations

import hmac
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from issuer.claiming import offers
from issuer.content import one_line, read_statement
from issuer.errors import DisputeError, NotFoundError
from issuer.life import status
from issuer.life.dispute_marks import RecordView, marked, marks_of, records_of
from issuer.life.restating import restate
from issuer.organisations import identity
from issuer.store import copies as copies_store
from issuer.store import disputes as store
from issuer.store import offers as offers_store
from issuer.store.workers import latest_statements
from issuer.tables import Dispute, Organisation, Statement
from standard import base64url
from standard.citizen_number import holds_citizen_number
from standard.disputes import LIMIT_CHARACTERS, DisputedRecord, DisputeMessage
from standard.errors import ProtocolError
from standard.keys import PublicKey

LIMIT_OF_WORKER: Final = 50


class Decision(StrEnum):
    """What an organisation makes of a dispute."""

    MAINTAIN = "maintained"
    CORRECT = "granted"
    WITHDRAW = "withdrawn"


def receive(
    session: Session, organisation: Organisation, message: DisputeMessage, key: PublicKey, *, now: datetime
) -> Dispute:
    """Hear a wallet out; the same message again gives the same dispute, as it stands now.

    Raises:
        ProtocolError: `invalid_request` when no copy with this id was signed for this key, or it has no
            such record, or the text cannot be taken.
    """
    copy = copies_store.copy_by_id(
        session, identity(organisation), UUID(message.about.removeprefix("urn:uuid:"))
    )
    if copy is None or copy.holder_thumbprint != base64url.encode(key.thumbprint()):
        raise ProtocolError("invalid_request", "no such copy for this key")
    statement_ids = copies_store.statements_of_copy(session, copy.id)
    statement = session.get_one(Statement, statement_ids[0])
    record = _named(statement, message.record) if message.record is not None else None
    try:
        return _add(session, statement, record, message.text, message.language, now)
    except DisputeError as error:
        raise ProtocolError("invalid_request", str(error)) from error


def receive_at_claim(
    session: Session,
    offer_id: str,
    *,
    transaction_code: str,
    text: str,
    language: str,
    secret: bytes,
    max_attempts: int,
    now: datetime,
) -> list[Dispute]:
    """Hear out whoever has a claim link and its code; give everything that was said and answered.

    Without a text nothing is added. Wrong codes are counted, as at the claim itself.

    Raises:
        NotFoundError: there is no such offer.
        ProtocolError: `invalid_grant`, for a wrong code or too many of them.
        DisputeError: the text cannot be taken.
    """
    offer = offers_store.lock_offer(session, offer_id)
    if offer is None:
        raise NotFoundError("no such offer")
    expected = offers.codes(offer_id, secret).transaction
    if offer.wrong_tx_codes >= max_attempts:
        raise ProtocolError("invalid_grant", "too many wrong codes")
    if not hmac.compare_digest(transaction_code.strip().encode(), expected.encode()):
        offer.wrong_tx_codes += 1
        if offer.state == "open" and offer.wrong_tx_codes >= max_attempts:
            offer.state = "locked"
        raise ProtocolError("invalid_grant", "the transaction code is wrong")
    covered = offers_store.offered_statements(session, offer_id)
    if text.strip() and covered:
        _add(session, covered[0], None, text, language, now)
    return list(store.disputes_of_worker(session, offer.worker_id))


def take_note(
    session: Session, organisation: Organisation, dispute_id: UUID, *, record: str, now: datetime
) -> Dispute:
    """Mark a record as disputed and state it anew.

    Args:
        session: a writing transaction.
        organisation: whose record it is.
        dispute_id: what the worker said.
        record: the key of one of `records`; the operator finds it when the worker did not name it.
        now: the moment of taking note.

    Raises:
        NotFoundError: no such dispute, or no such record in the newest statement.
        DisputeError: it was noted or decided before.
    """
    dispute = _dispute(session, organisation, dispute_id)
    if dispute.state != "received":
        raise DisputeError("the dispute was noted or decided before")
    found = next((each for each in records(session, dispute) if each.key == record), None)
    if found is None:
        raise NotFoundError("the newest statement has no such record")
    dispute.record_list, dispute.record_key = found.list, found.key
    dispute.state, dispute.disputed_on = "noted", now.date()
    session.flush()
    _state_marks(session, organisation, dispute, now)
    return dispute


def reply(
    session: Session, organisation: Organisation, dispute_id: UUID, text: str, *, now: datetime
) -> Dispute:
    """Answer the worker; the last answer counts.

    Raises:
        NotFoundError: no such dispute.
        DisputeError: the text is empty, too long, or holds a citizen number.
    """
    dispute = _dispute(session, organisation, dispute_id)
    dispute.reply, dispute.replied_at = _clean(text), now
    session.flush()
    return dispute


def decide(
    session: Session,
    organisation: Organisation,
    dispute_id: UUID,
    decision: Decision,
    *,
    reason: str,
    now: datetime,
) -> Dispute:
    """Stand by a record, promise its correction, or withdraw the statement.

    A correction comes with the next export, or by hand with `batch.correcting`, and then carries no mark;
    the operator corrects it where it was wrong too, for else the next export would bring the mistake back.

    Raises:
        NotFoundError: no such dispute.
        DisputeError: it was decided before, or a record is maintained that was never marked.
        ReasonMissingError: a withdrawal needs a reason.
    """
    dispute = _dispute(session, organisation, dispute_id)
    if dispute.state not in store.WAITING:
        raise DisputeError("the dispute was decided before")
    if decision is Decision.MAINTAIN and dispute.record_key is None:
        raise DisputeError("take note first, so that the mark has a record to stand by")
    dispute.state, dispute.decided_at = decision.value, now
    session.flush()
    if decision is Decision.MAINTAIN:
        _state_marks(session, organisation, dispute, now)
    if decision is Decision.WITHDRAW:
        wrong = {dispute.statement_id, _newest(session, dispute).id}
        status.revoke_many(session, identity(organisation), sorted(wrong), reason=reason, now=now)
    return dispute


def records(session: Session, dispute: Dispute) -> list[RecordView]:
    """List the records of the newest statement of the type that a dispute is about."""
    newest = _newest(session, dispute)
    return list(records_of(read_statement(newest.type, newest.content)))


def _named(statement: Statement, record: DisputedRecord) -> RecordView:
    found = [
        each
        for each in records_of(read_statement(statement.type, statement.content))
        if each.list == record.list
    ]
    if record.place >= len(found):
        raise ProtocolError("invalid_request", "the copy has no such record")
    return found[record.place]


def _add(
    session: Session, statement: Statement, record: RecordView | None, text: str, language: str, now: datetime
) -> Dispute:
    known = store.disputes_of_worker(session, statement.worker_id)
    text, key = _clean(text), record.key if record else None
    for each in known:
        if (each.text, each.statement_id) == (text, statement.id) and key in (None, each.record_key):
            return each
    if len(known) >= LIMIT_OF_WORKER:
        raise DisputeError("there are too many disputes already; use the contact address")
    dispute = Dispute(
        worker_id=statement.worker_id, statement_id=statement.id, record_list=record.list if record else None,
        record_key=key, text=text, language=language, state="received", received_at=now,
    )  # fmt: skip
    session.add(dispute)
    session.flush()
    return dispute


def _clean(text: str) -> str:
    """Lines of printable characters.

    Raises:
        DisputeError: it is empty or too long, or somebody's citizen service number stands in it.
    """
    lines = (one_line(line) for line in text.splitlines())
    cleaned = "\n".join(line for line in lines if line)
    if not cleaned or len(cleaned) > LIMIT_CHARACTERS:
        raise DisputeError(f"write something, at most {LIMIT_CHARACTERS} characters")
    if holds_citizen_number(cleaned):
        raise DisputeError("there is a number in it that looks like a BSN; leave it out")
    return cleaned


def _state_marks(session: Session, organisation: Organisation, dispute: Dispute, now: datetime) -> None:
    newest = _newest(session, dispute)
    said = read_statement(newest.type, newest.content)
    marks = marks_of(session, [dispute.worker_id]).get(dispute.worker_id, {})
    with_marks = marked(said, marks)
    if with_marks != said and newest.is_in_force:
        restate(session, organisation, newest, with_marks, now=now)


def _newest(session: Session, dispute: Dispute) -> Statement:
    kind = session.get_one(Statement, dispute.statement_id).type
    return next(each for each in latest_statements(session, dispute.worker_id) if each.type == kind)


def _dispute(session: Session, organisation: Organisation, dispute_id: UUID) -> Dispute:
    found = store.dispute_by_id(session, identity(organisation), dispute_id)
    if found is None:
        raise NotFoundError("no such dispute")
    return found
