"""Programs, their keys and tokens, remembered answers, and allowances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from issuer.store.absent import insert_if_absent
from issuer.tables import Allowance, ApiClient, ApiKey, ApiToken, ClientAssertion, RepeatableAnswer


def client_by_id(session: Session, client_id: str) -> ApiClient | None:
    """Find a program."""
    return session.get(ApiClient, client_id)


def lock_client(session: Session, client_id: str) -> None:
    """Let one transaction at a time change what a program has."""
    session.exec(select(ApiClient).where(ApiClient.id == client_id).with_for_update()).one()


def clients_of(session: Session, organisation_id: int) -> Sequence[ApiClient]:
    """List an organisation's programs, the latest first."""
    query = select(ApiClient).where(ApiClient.organisation_id == organisation_id)
    return session.exec(query.order_by(col(ApiClient.created_at).desc(), col(ApiClient.id))).all()


def key_by_id(session: Session, key_id: str) -> ApiKey | None:
    """Find an API key."""
    return session.get(ApiKey, key_id)


def live_keys(session: Session, client_id: str, now: datetime) -> Sequence[ApiKey]:
    """List the keys that open something, the oldest first."""
    query = select(ApiKey).where(
        ApiKey.client_id == client_id, col(ApiKey.revoked_at).is_(None), ApiKey.expires_at > now
    )
    return session.exec(query.order_by(col(ApiKey.created_at), col(ApiKey.id))).all()


def token_by_hash(session: Session, token_hash: str) -> ApiToken | None:
    """Find an access token."""
    return session.get(ApiToken, token_hash)


def remember_assertion(session: Session, assertion: ClientAssertion) -> bool:
    """Note that an assertion was used; false when it was used before."""
    return insert_if_absent(session, ClientAssertion, assertion.model_dump())


def lock_answer(session: Session, client_id: str, key: str) -> RepeatableAnswer | None:
    """Find what a request was answered, for whoever goes on with it."""
    place = (client_id, key)
    return session.get(RepeatableAnswer, place, with_for_update=True, populate_existing=True)


def lock_allowance(session: Session, caller: str, start: datetime) -> Allowance:
    """Read a caller's allowance for as long as the transaction lasts; made at the first use."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Allowance).values(caller=caller, paid_until=start)
    # Writing what is there already locks it, also when somebody was tidying it away at that moment.
    held = insert.on_conflict_do_update(index_elements=["caller"], set_={"caller": insert.excluded.caller})
    query = held.returning(Allowance).execution_options(populate_existing=True)
    allowance: Allowance = session.execute(query).scalar_one()
    return allowance
