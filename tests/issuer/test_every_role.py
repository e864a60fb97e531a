"""Every page for every role: what a page shows as a button or a link, whoever sees it may use."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from issuer.access.roles import Role
from issuer.api import clients
from issuer.api.scopes import Scope
from issuer.batch import correcting, uploads
from issuer.imports.guessing import take_sample
from issuer.keyring import key_life
from issuer.organisations import identity
from issuer.routes import dashboard
from issuer.service import Service
from issuer.store.workers import statements_of
from issuer.tables import Dispute, Import, Job, Operator, Organisation, Webhook, Worker
from tests.issuer.acting import SLUG, import_export, new_offer
from tests.issuer.test_pages import link

BASE: Final = f"/beheer/{SLUG}"
DISPUTE_STATES: Final = ("received", "noted", "maintained", "granted", "withdrawn")
IMPORT_STATES: Final = ("reading", "failed", "preview", "committing", "committed", "discarded")
JOB_STATES: Final = ("waiting", "running", "done", "failed")
FORM: Final = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')
LINK: Final = re.compile(r'<a [^>]*href="(/beheer/[^"#]*)')


@pytest.fixture
def filled(service: Service, organisation: Organisation, export: Path) -> dict[str, list[str]]:
    """Something of everything, in every state; gives what stands in addresses, by its name in routes."""
    imported = import_export(service, organisation, export)
    with service.database.reading() as session:
        worker, suspended, *_ = session.exec(select(Worker).order_by(Worker.worker_key)).all()
        gig = correcting.ledger_of(session, worker).gigs()[0]
    new_offer(service, worker.id)
    kept = uploads.keep(
        service.database, organisation, BytesIO(b"Nr;Naam;Uren\n1;Sam;4\n"), file_name="uren.csv",
        look=take_sample, now=service.clock(),
    )  # fmt: skip
    with service.database.writing() as session:
        _decide(session, suspended, service)
        made = [
            *(_dispute(session, worker, state, service) for state in DISPUTE_STATES),
            *(_import(imported, state) for state in IMPORT_STATES),
            *(_job(organisation, state, service) for state in JOB_STATES),
            Webhook(
                id="hook", organisation_id=identity(organisation), url="https://hook.example/", events="",
                created_at=service.clock(),
            ),
        ]  # fmt: skip
        session.add_all(made)
        client = clients.add_client(
            session, organisation, name="Planning", scopes=[Scope.READ], jwks=None, now=service.clock()
        )
        key_life.announce(session, service.keys, organisation, plan=None, now=service.clock())
        session.flush()
        return {
            "worker_id": [str(worker.id), str(suspended.id)],
            "dispute_id": [str(each.id) for each in made if isinstance(each, Dispute)],
            "import_id": [str(each.id) for each in made if isinstance(each, Import)] + [str(imported.id)],
            "job_id": [str(each.id) for each in made if isinstance(each, Job)],
            "upload_id": [str(kept.id)],
            "client_id": [client.id],
            "webhook_id": ["hook"],
            "name": ["eigen"],
            "nummer": [gig.key],
        }


def _decide(session: Session, worker: Worker, service: Service) -> None:
    held, *others = statements_of(session, worker.id)
    row = session.merge(held)
    row.suspended_at, row.suspended_reason = service.clock(), "Nakijken"
    for other in others:
        other.revoked_at, other.revoked_reason = service.clock(), "Fout"


def _dispute(session: Session, worker: Worker, state: str, service: Service) -> Dispute:
    return Dispute(
        worker_id=worker.id, statement_id=statements_of(session, worker.id)[0].id, text=f"Niet waar: {state}",
        language="nl", state=state, received_at=service.clock(),
    )  # fmt: skip


def _import(like: Import, state: str) -> Import:
    return Import(**like.model_dump(exclude={"id", "state", "changed_count"}), state=state, changed_count=1)


def _job(organisation: Organisation, state: str, service: Service) -> Job:
    return Job(
        organisation_id=identity(organisation), kind="offers", state=state, part_count=1, parts_left=0,
        total_count=1, created_at=service.clock(),
    )  # fmt: skip


def addresses(filled: dict[str, list[str]]) -> list[str]:
    """Every page of an organisation's dashboard, with every value that stands in its address."""
    found = []
    for route in [route for part in dashboard.PARTS for route in part.router.routes]:
        if isinstance(route, APIRoute) and "GET" in route.methods:
            pages = [BASE + route.path]
            for name in re.findall(r"\{(\w+)\}", pages[0]):
                pages = [page.replace(f"{{{name}}}", value) for page in pages for value in filled[name]]
            query = (
                f"?nummer={quote(filled['nummer'][0])}" if route.path.endswith(("/klus", "/behaald")) else ""
            )
            found += [page + query for page in pages]
    return found


@pytest.mark.parametrize("role", list(Role))
def test_nothing_that_a_role_sees_is_refused(
    client: TestClient,
    service: Service,
    organisation: Organisation,
    filled: dict[str, list[str]],
    role: Role,
) -> None:
    client.post(link(service, organisation, role))
    shown = {page: client.get(page) for page in addresses(filled)}
    opened = {page: answer.text for page, answer in shown.items() if answer.status_code == 200}
    assert {answer.status_code for answer in shown.values()} <= {200, 303, 403, 404}
    assert len(opened) > 20
    links = {unescape(each) for text in opened.values() for each in LINK.findall(text)}
    refused = [each for each in links if client.get(each).status_code in (403, 404)]
    assert refused == []
    # Only now, for they change what the pages show: without fields most are refused for that.
    forms = {unescape(each) for text in opened.values() for each in FORM.findall(text)}
    own = sorted(each for each in forms if each.startswith("/beheer/"))
    assert [each for each in own if client.post(each).status_code == 403] == []
    assert bool(own) == (role is not Role.READER)


def test_only_who_issues_sees_how_to_claim(
    client: TestClient, service: Service, organisation: Organisation, filled: dict[str, list[str]]
) -> None:
    page = f"{BASE}/mensen/{filled['worker_id'][0]}"
    client.post(link(service, organisation, Role.ISSUER))
    assert "/claim/" in client.get(page).text
    client.post(link(service, organisation, Role.READER))
    assert "/claim/" not in client.get(page).text
    with service.database.reading() as session:
        assert len(session.exec(select(Operator)).all()) == 2
