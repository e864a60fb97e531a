"""Failed log-ins stand in the audit log: as whom they were tried, and never so many that they fill it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from issuer.audit import Action
from issuer.life import retention
from issuer.service import Service
from issuer.store import audit as store
from issuer.tables import AuditEntry, Operator, StrangerHour
from tests.issuer.access.authenticator import Authenticator
from tests.issuer.access.entering import App, choose_password, invite, log_in, show
from tests.issuer.acting import Clock


@pytest.fixture
def operator(service: Service, app: App) -> Operator:
    with service.database.reading() as session:
        return session.exec(select(Operator)).one()


def noted(service: Service) -> list[tuple[str, str, str]]:
    """Where, by whom and as whom log-ins were refused."""
    with service.database.reading() as session:
        query = select(AuditEntry).where(AuditEntry.action == Action.LOG_IN_REFUSED)
        entries = session.exec(query.order_by(col(AuditEntry.at), col(AuditEntry.number))).all()
        return [(entry.chain, entry.actor, entry.subject) for entry in entries]


def test_a_wrong_password_is_noted_with_the_organisation_and_an_unknown_name_with_the_host(
    app: App, client: TestClient, service: Service, operator: Operator
) -> None:
    own = f"organisation:{operator.organisation_id}"
    log_in(client, app.code(), password="iets heel anders")
    log_in(client, app.code(), name="niemand@elders.example")
    client.post("/inloggen/bestaat-niet")
    assert sorted(noted(service)) == [
        ("host", "visitor", "unknown"), ("host", "visitor", "unknown"), (own, "visitor", operator.actor),
    ]  # fmt: skip


def test_a_code_that_was_used_before_is_noted(
    app: App, client: TestClient, service: Service, operator: Operator
) -> None:
    code = app.code()
    assert log_in(client, code).status_code == 303
    assert noted(service) == []
    log_in(client, code)
    assert [subject for _, _, subject in noted(service)] == [operator.actor]


def test_a_passkey_s_bad_answer_is_noted_with_its_operator(
    passkey: Authenticator, client: TestClient, service: Service
) -> None:
    show(client, replace(passkey, origin="https://localhost.evil.example"))
    show(client, replace(passkey, credential_id=b"?" * 32))
    assert [subject for _, _, subject in noted(service)] in (
        ["operator:1", "unknown"],
        ["unknown", "operator:1"],
    )


def test_a_flood_does_not_fill_the_log(client: TestClient, service: Service, clock: Clock) -> None:
    for number in range(30):
        log_in(client, "123456", name=f"geraden naam {number}")
    assert len(noted(service)) == 10
    for _ in range(24):
        clock.advance(hours=1)
        for number in range(3):
            log_in(client, "123456", name=f"geraden naam {number}")
    assert len(noted(service)) == 10 + 24


def test_the_log_holds_no_name_that_was_typed(client: TestClient, service: Service) -> None:
    log_in(client, "123456", name="fatima@klusdag.example")
    with service.database.reading() as session:
        for entry in store.entries(session, "host"):
            assert "fatima" not in f"{entry.actor} {entry.subject}"


def test_owners_of_the_host_see_by_the_hour_how_often_nobody_knocked(
    client: TestClient, service: Service, clock: Clock
) -> None:
    """A row an hour, whatever is tried, and none of it names a name."""
    client.post(invite(service, None))
    choose_password(client, clock)
    assert "onbekende namen" not in client.get("/").text
    for number in range(30):
        log_in(client, "123456", name=f"geraden naam {number}")
    clock.advance(minutes=30)
    client.post("/inloggen/bestaat-niet")
    metrics = client.get("/metrics").text
    assert "\nkluscv_issuer_unknown_log_ins 31\n" in metrics
    shown = client.get("/").text
    assert "probeerde iemand 31 keer in te loggen" in shown
    assert shown.count('<td class="number">') == 2
    assert "geraden" not in shown + metrics
    with service.database.reading() as session:
        assert [each.attempt_count for each in session.exec(select(StrangerHour))] == [30, 1]
    clock.advance(days=31)
    with service.database.writing() as session:
        retention.tidy(session, service.settings, now=clock())
        assert session.exec(select(StrangerHour)).all() == []


def test_operators_of_one_organisation_see_nothing_of_who_knocks_at_the_host(
    app: App, client: TestClient, operator: Operator
) -> None:
    assert operator.organisation_id is not None
    log_in(client, app.code(), name="niemand@elders.example")
    assert log_in(client, app.code()).status_code == 303
    assert "onbekende namen" not in client.get("/").text
