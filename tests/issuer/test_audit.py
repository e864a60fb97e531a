"""The audit log tells who did what, and shows when somebody changed it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from issuer import audit
from issuer.access import operators
from issuer.access.roles import PERMISSIONS, Permission, Role
from issuer.audit import Action
from issuer.service import Service
from issuer.tables import AuditChain, AuditEntry, Import, Organisation, Statement, Worker
from tests.issuer.acting import SLUG


def write_entries(service: Service, organisation: Organisation, count: int) -> None:
    for number in range(count):
        with service.database.writing() as session:
            audit.record(
                session, organisation.id, actor="operator:1", action=Action.OFFERS_MADE,
                subject=f"worker-{number}", now=service.clock(),
            )  # fmt: skip


def verified(service: Service, organisation: Organisation) -> audit.ChainState:
    with service.database.reading() as session:
        return audit.verify(session, organisation.id)


def test_an_untouched_log_holds(service: Service, organisation: Organisation) -> None:
    write_entries(service, organisation, 5)
    state = verified(service, organisation)
    assert (state.length, state.broken_at) == (5, None)


def test_a_log_without_entries_holds(service: Service, organisation: Organisation) -> None:
    assert verified(service, organisation) == audit.ChainState(0, "", None)


def change_subject(session: Session, entry: AuditEntry) -> None:
    entry.subject = "somebody else"


def change_moment(session: Session, entry: AuditEntry) -> None:
    entry.at += timedelta(seconds=1)


def cut_out(session: Session, entry: AuditEntry) -> None:
    session.delete(entry)


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize("change", [change_subject, change_moment, cut_out])
def test_a_changed_log_shows_where(
    service: Service,
    organisation: Organisation,
    change: Callable[[Session, AuditEntry], None],
    number: int,
) -> None:
    write_entries(service, organisation, 5)
    with service.database.writing() as session:
        change(session, session.get_one(AuditEntry, (audit.chain_name(organisation.id), number)))
    assert verified(service, organisation).broken_at == number


def test_an_end_that_was_noted_shows_what_was_cut_off_with_it(
    service: Service, organisation: Organisation
) -> None:
    write_entries(service, organisation, 5)
    noted = verified(service, organisation)
    name = audit.chain_name(organisation.id)
    with service.database.writing() as session:
        for number in (4, 5):
            session.delete(session.get_one(AuditEntry, (name, number)))
        end = session.get_one(AuditChain, name)
        end.length, end.head = 3, session.get_one(AuditEntry, (name, 3)).hash
    assert verified(service, organisation).broken_at is None
    with service.database.reading() as session:
        assert audit.verify(session, organisation.id, noted=noted).broken_at == 4
    write_entries(service, organisation, 4)
    with service.database.reading() as session:
        assert audit.verify(session, organisation.id, noted=noted).broken_at == 5
        now = audit.verify(session, organisation.id)
        assert audit.verify(session, organisation.id, noted=now).broken_at is None


def test_entries_written_at_once_form_one_chain(service: Service, organisation: Organisation) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write_entries(service, organisation, 3), range(4)))
    state = verified(service, organisation)
    assert (state.length, state.broken_at) == (12, None)


def test_what_an_operator_does_is_noted_without_names(
    operator_client: TestClient, service: Service, organisation: Organisation, fatima: Worker
) -> None:
    assert operator_client.post(f"/beheer/{SLUG}/mensen/{fatima.id}/claimlink").status_code == 303
    with service.database.reading() as session:
        found = session.exec(
            select(AuditEntry).where(AuditEntry.chain == audit.chain_name(organisation.id))
        ).all()
    assert [(entry.action, entry.subject) for entry in found[-1:]] == [(Action.OFFERS_MADE, str(fatima.id))]
    assert found[-1].actor.startswith("operator:")


def test_a_reader_may_look_and_do_nothing_else(
    client: TestClient, service: Service, organisation: Organisation, imported: Import, fatima: Worker
) -> None:
    with service.database.writing() as session:
        code = operators.invite(
            session, name="Noor", role=Role.READER, organisation=organisation, actor=audit.COMMAND_LINE,
            now=service.clock(), lifetime=timedelta(hours=1),
        )  # fmt: skip
    client.post(f"/inloggen/{code}")
    statement = _statement_of(service, fatima)
    assert client.get(f"/beheer/{SLUG}/mensen/{fatima.id}").status_code == 200
    refused = client.post(f"/beheer/{SLUG}/verklaringen/{statement.id}/intrekken", data={"reason": "x"})
    assert refused.status_code == 403
    assert "Dit mag jij hier niet" in refused.text
    assert client.post(f"/beheer/{SLUG}/claimlinks").status_code == 403
    assert _statement_of(service, fatima).revoked_at is None


def test_every_role_may_look_and_only_an_owner_does_everything() -> None:
    assert all(Permission.LOOK in PERMISSIONS[role] for role in Role)
    assert [role for role in Role if PERMISSIONS[role] == frozenset(Permission)] == [Role.OWNER]


def _statement_of(service: Service, worker: Worker) -> Statement:
    with service.database.reading() as session:
        return session.exec(select(Statement).where(Statement.worker_id == worker.id)).first()  # type: ignore[return-value]
