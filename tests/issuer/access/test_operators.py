"""Who works for an organisation: roles stay where owners put them, and the last owner stays."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from sqlmodel import select

from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.audit import Action
from issuer.service import Service
from issuer.tables import AuditEntry, Operator, Organisation
from tests.issuer.access.entering import App, choose_password, invite, log_in
from tests.issuer.acting import Clock, add_organisation


def test_roles_do_not_grow_by_themselves(
    app: App, client: TestClient, service: Service, klusdag: Organisation, clock: Clock
) -> None:
    client.post(invite(service, klusdag, Role.ISSUER, "Noor"))
    choose_password(client, clock, "noor")
    with service.database.reading() as session:
        noor = session.exec(select(Operator).where(Operator.name == "Noor")).one().id
    assert client.get("/beheer/klusdag").status_code == 200
    assert client.get("/beheer/klusdag/medewerkers").status_code == 403
    for path, fields in (
        ("", {"name": "X", "role": "owner"}),
        (f"/{noor}/rol", {"role": "owner"}),
        ("/1/verwijderen", {}),
        ("/1/nieuwe-link", {}),
    ):
        assert client.post(f"/beheer/klusdag/medewerkers{path}", data=fields).status_code == 403


def test_an_owner_reaches_nobody_of_another_organisation(
    app: App, client: TestClient, service: Service
) -> None:
    other = add_organisation(service, "andere")
    invite(service, other, name="Vreemd")
    invite(service, None, name="Host")
    log_in(client, app.code())
    assert client.get("/beheer/andere/medewerkers").status_code == 404
    with service.database.reading() as session:
        foreign = session.exec(select(Operator).where(Operator.name != "Sam")).all()
    for operator in foreign:
        for path in ("rol", "nieuwe-link", "verwijderen"):
            for slug in ("andere", "klusdag"):
                address = f"/beheer/{slug}/medewerkers/{operator.id}/{path}"
                assert client.post(address, data={"role": "reader"}).status_code == 404


def test_an_owner_invites_promotes_and_removes_and_the_log_says_so(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    client.post("/beheer/klusdag/medewerkers", data={"name": "Noor <b>", "role": "reader"})
    page = client.get("/beheer/klusdag/medewerkers").text
    assert "Noor &lt;b&gt;" in page
    address = re.findall(r'action="([^"]+)/verwijderen"', page)[0]
    assert client.post(f"{address}/rol", data={"role": "issuer"}).status_code == 303
    assert client.post(f"{address}/rol", data={"role": "god"}).status_code == 422
    assert "/inloggen/" in client.post(f"{address}/nieuwe-link").text
    assert client.post(f"{address}/verwijderen").status_code == 303
    assert "Noor" not in client.get("/beheer/klusdag/medewerkers").text
    with service.database.reading() as session:
        chain = audit.chain_name(klusdag.id)
        done = session.exec(select(AuditEntry.action).where(AuditEntry.chain == chain)).all()
    for action in (
        Action.OPERATOR_INVITED, Action.OPERATOR_LOGGED_IN, Action.PASSWORD_SET,
        Action.OPERATOR_ROLE_CHANGED, Action.OPERATOR_RESET, Action.OPERATOR_REMOVED,
    ):  # fmt: skip
        assert action in done


def test_the_last_owner_stays_one(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    with service.database.reading() as session:
        me = session.exec(select(Operator)).one().id
    address = f"/beheer/klusdag/medewerkers/{me}"
    refused = client.post(f"{address}/rol", data={"role": "reader"})
    assert (refused.status_code, "altijd een eigenaar" in refused.text) == (422, True)
    assert client.post(f"{address}/verwijderen").status_code == 422
    invite(service, klusdag, name="Noor")
    assert client.post(f"{address}/rol", data={"role": "reader"}).status_code == 303
    assert client.get("/beheer/klusdag/medewerkers").status_code == 403


def test_who_is_removed_is_out_at_once(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    stale = invite(service, klusdag, name="Noor")
    with service.database.writing() as session:
        for operator in operators.colleagues(session, klusdag):
            if operator.name == "Sam":
                operators.remove(session, operator, actor=audit.COMMAND_LINE, now=service.clock())
    assert client.get("/account").status_code == 401
    assert log_in(client, app.code(seconds=30)).status_code == 403
    assert client.post(stale).status_code == 303
