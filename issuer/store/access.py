"""Operators, their sessions, and what they log in with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, func, select, update

from issuer.tables import (
    LoginLink,
    Operator,
    OperatorPassword,
    OperatorSession,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    StrangerHour,
)


def operator_by_id(session: Session, operator_id: int) -> Operator | None:
    """Find an operator, also one that was removed."""
    return session.get(Operator, operator_id)


def operator_by_login_name(session: Session, login_name: str) -> Operator | None:
    """Find who logs in under a name."""
    return session.exec(select(Operator).where(Operator.login_name == login_name)).one_or_none()


def operators_of(session: Session, organisation_id: int) -> Sequence[Operator]:
    """List those who work for an organisation, the oldest first."""
    query = select(Operator).where(
        Operator.organisation_id == organisation_id, col(Operator.removed_at).is_(None)
    )
    return session.exec(query.order_by(col(Operator.id))).all()


def spend_login_link(session: Session, code_hash: str, now: datetime) -> Operator | None:
    """Use a login link up; None when it is unknown, used or expired, or its operator was removed."""
    spent = session.exec(
        update(LoginLink)
        .where(
            col(LoginLink.code_hash) == code_hash,
            col(LoginLink.used_at).is_(None),
            col(LoginLink.expires_at) > now,
        )
        .values(used_at=now)
    )
    if spent.rowcount != 1:
        return None
    operator = session.get_one(Operator, session.get_one(LoginLink, code_hash).operator_id)
    return operator if operator.removed_at is None else None


def session_by_hash(session: Session, token_hash: str) -> OperatorSession | None:
    """Find a session."""
    return session.get(OperatorSession, token_hash)


def sessions_of(session: Session, operator_id: int, now: datetime) -> Sequence[OperatorSession]:
    """List where an operator is logged in, the latest use first."""
    query = select(OperatorSession).where(
        OperatorSession.operator_id == operator_id, OperatorSession.expires_at > now
    )
    return session.exec(query.order_by(col(OperatorSession.seen_at).desc())).all()


def touch_session(session: Session, token_hash: str, now: datetime) -> None:
    """Note that a session was used."""
    session.exec(
        update(OperatorSession).where(col(OperatorSession.token_hash) == token_hash).values(seen_at=now)
    )


def end_sessions(
    session: Session, operator_id: int, *, only: str | None = None, but: str | None = None
) -> None:
    """Log an operator out: everywhere, in one session, or everywhere but in one."""
    query = delete(OperatorSession).where(col(OperatorSession.operator_id) == operator_id)
    if only is not None:
        query = query.where(col(OperatorSession.token_hash) == only)
    if but is not None:
        query = query.where(col(OperatorSession.token_hash) != but)
    session.exec(query)


def passkey_by_id(session: Session, passkey_id: str) -> Passkey | None:
    """Find a passkey."""
    return session.get(Passkey, passkey_id)


def passkeys_of(session: Session, operator_id: int) -> Sequence[Passkey]:
    """List an operator's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.operator_id == operator_id)
    return session.exec(query.order_by(col(Passkey.created_at), col(Passkey.id))).all()


def count_use(session: Session, passkey: Passkey, sign_count: int, now: datetime) -> bool:
    """Note the use of a passkey; false when another use came in between."""
    noted = session.exec(
        update(Passkey)
        .where(col(Passkey.id) == passkey.id, col(Passkey.sign_count) == passkey.sign_count)
        .values(sign_count=sign_count, used_at=now)
    )
    return noted.rowcount == 1


def take_challenge(session: Session, challenge_hash: str) -> PasskeyChallenge | None:
    """Use a challenge up; None when nobody was asked that."""
    found = session.get(PasskeyChallenge, challenge_hash, with_for_update=True)
    if found is not None:
        session.delete(found)
        session.flush()
    return found


def password_of(session: Session, operator_id: int) -> OperatorPassword | None:
    """Read an operator's password and secret."""
    return session.get(OperatorPassword, operator_id)


def replace_password_hash(session: Session, operator_id: int, kept: str, new: str) -> None:
    """Keep a password as another hash, unless it was changed meanwhile."""
    session.exec(
        update(OperatorPassword)
        .where(col(OperatorPassword.operator_id) == operator_id, col(OperatorPassword.password_hash) == kept)
        .values(password_hash=new)
    )


def spend_counter(session: Session, operator_id: int, counter: int) -> bool:
    """Use a time step up; false when it, or a later one, was used before."""
    spent = session.exec(
        update(OperatorPassword)
        .where(col(OperatorPassword.operator_id) == operator_id, col(OperatorPassword.used_counter) < counter)
        .values(used_counter=counter)
    )
    return spent.rowcount == 1


def has_recovery_code(session: Session, operator_id: int, code_hash: str) -> bool:
    """Whether a recovery code is an operator's and unused."""
    found = session.get(RecoveryCode, code_hash)
    return found is not None and found.operator_id == operator_id


def spend_recovery_code(session: Session, operator_id: int, code_hash: str) -> bool:
    """Use a recovery code up; false when it was used before."""
    spent = session.exec(
        delete(RecoveryCode).where(
            col(RecoveryCode.code_hash) == code_hash, col(RecoveryCode.operator_id) == operator_id
        )
    )
    return spent.rowcount == 1


def count_recovery_codes(session: Session, operator_id: int) -> int:
    """Count the recovery codes that still work."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.operator_id == operator_id)
    return session.exec(query).one()


def drop_recovery_codes(session: Session, operator_id: int) -> None:
    """Make every recovery code of an operator useless."""
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.operator_id) == operator_id))


def drop_password(session: Session, operator_id: int) -> None:
    """Forget an operator's password, secret and recovery codes."""
    session.exec(delete(OperatorPassword).where(col(OperatorPassword.operator_id) == operator_id))
    drop_recovery_codes(session, operator_id)


def drop_credentials(session: Session, operator_id: int) -> None:
    """Forget everything that an operator could come in with, and log them out everywhere."""
    drop_password(session, operator_id)
    for table in (Passkey, PasskeyChallenge, OperatorSession, LoginLink):
        session.exec(delete(table).where(col(table.operator_id) == operator_id))


def count_stranger(session: Session, hour: datetime, expires_at: datetime) -> None:
    """Count one attempt of somebody whom nobody knows."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(StrangerHour).values(hour=hour, attempt_count=1, expires_at=expires_at)
    more = {"attempt_count": col(StrangerHour.attempt_count) + 1}
    session.execute(first.on_conflict_do_update(index_elements=["hour"], set_=more))


def stranger_hours(session: Session, since: datetime) -> Sequence[StrangerHour]:
    """List the hours from a moment on in which there were such attempts, the latest first."""
    query = select(StrangerHour).where(StrangerHour.hour >= since)
    return session.exec(query.order_by(col(StrangerHour.hour).desc())).all()
