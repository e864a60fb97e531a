"""One gig corrected by hand: what was stated about it is withdrawn, and the new statement takes its place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from issuer.access.roles import Role
from issuer.batch import correcting
from issuer.batch.correcting import Entry
from issuer.content import read_statement
from issuer.errors import ImportStateError, ReasonMissingError
from issuer.imports import GigRecord
from issuer.service import Service
from issuer.tables import AuditEntry, Import, Organisation, Worker
from standard.model import RatingHistory, WorkHistory
from tests.issuer.acting import SLUG
from tests.issuer.test_corrections import gig, imported, stated
from tests.issuer.test_pages import link


@pytest.fixture
def worker(service: Service, organisation: Organisation) -> Worker:
    reviewed = gig(2, "10-03-2025").replace(";5;;;", ";5;Fijne hulp;nl;")
    imported(service, organisation, gig(1, "03-03-2025"), reviewed)
    with service.database.reading() as session:
        return session.exec(select(Worker)).one()


def history(service: Service) -> WorkHistory:
    newest = stated(service)[-1]
    content = read_statement(newest.type, newest.content)
    assert isinstance(content, WorkHistory)
    return content


def form(**changed: str) -> dict[str, str]:
    told = {"day": "2025-03-10", "worked": "8:00", "category": "Barwerk", "mark": "5", "review": "Fijne hulp"}
    return {**told, "reason": "Verkeerde uren", **changed}


def correct(client: TestClient, worker: Worker, **changed: str) -> Response:
    return client.post(f"/beheer/{SLUG}/mensen/{worker.id}/klus?nummer=K2", data=form(**changed))


def test_a_corrected_gig_withdraws_what_was_stated_and_states_anew(
    operator_client: TestClient, service: Service, organisation: Organisation, worker: Worker
) -> None:
    listed = operator_client.get(f"/beheer/{SLUG}/mensen/{worker.id}/klussen?q=fijne").text
    assert ("K2" in listed, "K1" in listed) == (True, False)
    shown = operator_client.get(f"/beheer/{SLUG}/mensen/{worker.id}/klus?nummer=K2").text
    assert 'value="8:00"' in shown
    assert correct(operator_client, worker, worked="6:30").status_code == 303
    wrong, corrected = stated(service)
    assert (wrong.revoked_reason, corrected.corrects) == ("Verkeerde uren", wrong.id)
    assert history(service).totals.worked_minutes == 8 * 60 + 390
    page = operator_client.get(f"/beheer/{SLUG}/mensen/{worker.id}").text
    assert ("Verbetert versie 1." in page, "Verbeterd in versie 2." in page) == (True, True)
    assert "Eén klus, met de hand verbeterd" in operator_client.get(f"/beheer/{SLUG}/exports").text
    with service.database.reading() as session:
        found = session.exec(select(AuditEntry).where(AuditEntry.action == "record.corrected")).one()
        assert (found.subject, found.actor) == (str(worker.id), "operator:1")


def test_a_mark_or_review_is_changed_or_taken_away(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    assert correct(operator_client, worker, mark="", review="Fijne, snelle hulp").status_code == 303
    newest = stated(service, "RatingCredential")[-1]
    content = read_statement(newest.type, newest.content)
    assert isinstance(content, RatingHistory)
    assert [line.count for line in content.ratings] == [1]
    assert [review.text for review in content.reviews] == ["Fijne, snelle hulp"]


def test_a_gig_that_never_was_counts_for_nothing(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    address = f"/beheer/{SLUG}/mensen/{worker.id}/klus/weg"
    for key in ("K2", "K1"):
        answer = operator_client.post(f"{address}?nummer={key}", data={"reason": "Was iemand anders"})
        assert answer.status_code == 303
    assert operator_client.post(f"{address}?nummer=K1", data={"reason": "nog eens"}).status_code == 404
    assert all(item.revoked_at for item in stated(service) + stated(service, "RatingCredential"))
    with service.database.reading() as session:
        assert correcting.gigs_of(session, worker) == []


def test_the_next_export_of_what_is_true_changes_nothing(
    operator_client: TestClient, service: Service, organisation: Organisation, worker: Worker
) -> None:
    correct(operator_client, worker, worked="6:00", review="")
    imported(service, organisation, gig(2, "10-03-2025", until="15:00"))
    assert len(stated(service)) == 2


REFUSED = {
    "worked": ("25:00", "Onmogelijk aantal uren"), "day": ("2126-01-01", "Datum kan niet kloppen"),
    "category": ("Zeevaart", "Onbekend soort werk"), "mark": ("11", "Cijfer past niet op de schaal"),
    "review": ("Zijn BSN is 111222333", "BSN"),
}  # fmt: skip


@pytest.mark.parametrize("field", REFUSED)
def test_what_cannot_be_is_refused_at_its_field_and_stays_typed(
    operator_client: TestClient, service: Service, worker: Worker, field: str
) -> None:
    typed, words = REFUSED[field]
    answer = correct(operator_client, worker, **{field: typed})
    assert (answer.status_code, len(stated(service))) == (422, 1)
    error = re.findall(r'class="field__error".*?</p>', answer.text, re.S)
    assert len(error) == 1
    assert words in error[0]
    assert field == "category" or typed in answer.text


def test_without_a_change_or_a_reason_nothing_happens(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    assert "Er is niets veranderd" in correct(operator_client, worker).text
    assert correct(operator_client, worker, worked="6:00", reason=" ").status_code == 422
    assert len(stated(service)) == 1


def test_work_after_today_is_refused(service: Service, worker: Worker) -> None:
    with service.database.reading() as session:
        told = correcting.gig_of(session, worker, "K1")
    entry = Entry("2025-03-04", "1:00", told.category, (), "")
    found = correcting.read_entry(told, entry, occupations={told.category: None}, today=date(2025, 3, 3))
    assert isinstance(found, list)
    assert [fault.column for fault in found] == ["day"]


def test_nothing_is_corrected_while_an_import_is_being_committed(
    service: Service, organisation: Organisation, worker: Worker
) -> None:
    told = begun(service, worker)
    with pytest.raises(ImportStateError):
        correcting.correct(
            service.database, organisation, worker.id, replace(told, worked_minutes=1),
            reason="Uren", actor="operator:1", now=service.clock(),
        )  # fmt: skip
    with pytest.raises(ReasonMissingError):
        correcting.correct(
            service.database, organisation, worker.id, told, reason=" ", actor="", now=service.clock()
        )
    with service.database.reading() as session:
        assert len(session.exec(select(Import)).all()) == 1


def begun(service: Service, worker: Worker) -> GigRecord:
    with service.database.writing() as session:
        session.exec(select(Import)).one().state = "committing"
        return correcting.gig_of(session, worker, "K1")


def test_corrections_are_for_who_may_withdraw_and_for_own_workers(
    client: TestClient, service: Service, organisation: Organisation, worker: Worker
) -> None:
    client.post(link(service, organisation, Role.ISSUER))
    assert client.get(f"/beheer/{SLUG}/mensen/{UUID(int=1)}/klussen").status_code == 404
    assert client.get(f"/beheer/{SLUG}/mensen/{worker.id}/klus?nummer=K9").status_code == 404
    client.post(link(service, organisation, Role.READER))
    assert client.get(f"/beheer/{SLUG}/mensen/{worker.id}/klussen").status_code == 403
    assert correct(client, worker).status_code == 403
    assert "/klussen" not in client.get(f"/beheer/{SLUG}/mensen/{worker.id}").text
