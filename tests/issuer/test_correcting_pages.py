"""The pages on which an operator corrects one thing by hand."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from issuer.access.roles import Role
from issuer.service import Service
from issuer.tables import AuditEntry, Organisation, Worker
from tests.issuer.acting import SLUG
from tests.issuer.correcting import imported, only_worker, ratings, stated, work
from tests.issuer.test_pages import link

GIG, ACHIEVEMENT, NAME = "klus?nummer=K2", "behaald?nummer=A1", "naam"


@pytest.fixture
def worker(service: Service, organisation: Organisation) -> Worker:
    imported(service, organisation)
    with service.database.reading() as session:
        return only_worker(session)


def base(worker: Worker | UUID) -> str:
    return f"/beheer/{SLUG}/mensen/{worker.id if isinstance(worker, Worker) else worker}/verbeteren"


def filled(page: str, **changed: str | list[str]) -> dict[str, str | list[str]]:
    """What a browser sends of the first form of a page."""
    form = page.partition('method="post"')[2].partition("</form>")[0]
    told: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "value"))
        if name and value and ('type="radio"' not in tag or "checked" in tag):
            before = told.get(name[1])
            told[name[1]] = (
                value[1] if before is None else [*([before] if isinstance(before, str) else before), value[1]]
            )
    for name, chosen in re.findall(r'<select[^>]*name="(\w+)".*?<option selected>(.*?)</option>', form, re.S):
        told[name] = chosen
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S):
        told[name] = text
    return {**told, "reason": "Klopte niet", **changed}


def correct(client: TestClient, worker: Worker, place: str, **changed: str | list[str]) -> Response:
    address = f"{base(worker)}/{place}"
    return client.post(address, data=filled(client.get(address).text, **changed))


def test_a_gig_is_found_corrected_and_its_old_proof_withdrawn(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    listed = operator_client.get(f"{base(worker)}?q=fijne").text
    assert ("K2" in listed, "K1" in listed, "Topkracth" in listed) == (True, False, True)
    assert correct(operator_client, worker, GIG, worked="6:30", mark=["4", ""]).status_code == 303
    wrong, corrected = stated(service)
    assert (wrong.revoked_reason, corrected.corrects) == ("Klopte niet", wrong.id)
    assert work(service).totals.worked_minutes == 8 * 60 + 390
    assert ratings(service).totals.rating_count == 3
    page = operator_client.get(f"/beheer/{SLUG}/mensen/{worker.id}").text
    assert ("Verbetert versie 1." in page, "Verbeterd in versie 2." in page) == (True, True)
    assert "Met de hand verbeterd" in operator_client.get(f"/beheer/{SLUG}/exports").text
    with service.database.reading() as session:
        found = session.exec(select(AuditEntry).where(AuditEntry.action == "record.corrected")).one()
        assert (found.subject, found.actor) == (str(worker.id), "operator:1")


def test_a_name_and_an_achievement_are_corrected_and_the_old_proofs_stay_when_asked(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    assert (
        correct(operator_client, worker, NAME, name="Fatima de Jong", supersedes="false").status_code == 303
    )
    assert (
        correct(operator_client, worker, ACHIEVEMENT, name="Topkracht", supersedes="false").status_code == 303
    )
    assert [item.revoked_at for item in stated(service)] == [None] * 3
    assert getattr(work(service).name, "full_name", None) == "Fatima de Jong"
    assert "Topkracht" in {each.name for each in work(service).achievements}


def test_what_never_was_counts_for_nothing(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    never = {"never": "true", "supersedes": "true", "reason": "Van iemand anders"}
    for place in (GIG, ACHIEVEMENT):
        assert operator_client.post(f"{base(worker)}/{place}", data=never).status_code == 303
        assert operator_client.post(f"{base(worker)}/{place}", data=never).status_code == 404
    assert (work(service).totals.gig_count, work(service).totals.achievement_count) == (1, 1)


REFUSED = [
    (GIG, "worked", "25:00", "Onmogelijk aantal uren"), (GIG, "day", "2099-01-01", "Ligt na vandaag"),
    (GIG, "category", "Zeevaart", "Onbekend soort werk"), (GIG, "mark", "11", "Cijfer past niet"),
    (GIG, "review", "Zijn BSN is 111222333", "BSN"),
    (ACHIEVEMENT, "language", "Nederlands", "Onbekende taal"), (NAME, "name", "BSN 111222333", "BSN"),
]  # fmt: skip


def test_what_cannot_be_is_refused_at_its_field_and_stays_typed(
    operator_client: TestClient, service: Service, worker: Worker
) -> None:
    for place, field, typed, words in REFUSED:
        answer = correct(operator_client, worker, place, **{field: typed})
        assert answer.status_code == 422, field
        error = re.findall(r'class="field__error".*?</p>', answer.text, re.S)
        assert len(error) == 1, field
        assert words in error[0]
        assert field == "category" or typed in answer.text
    unsaid = correct(operator_client, worker, GIG, worked="6:30", reason=" ")
    assert re.findall(r'id="([a-z-]+)-error"', unsaid.text) == ["reason"]
    never = {"never": "true", "supersedes": "true", "reason": ""}
    answer = operator_client.post(f"{base(worker)}/{GIG}", data=never)
    assert re.search(r'id="reason-never-error"', answer.text)
    assert "Er is niets veranderd" in correct(operator_client, worker, NAME).text
    assert len(stated(service)) == 1


def test_corrections_are_for_who_may_withdraw_and_for_own_workers(
    client: TestClient, service: Service, organisation: Organisation, worker: Worker
) -> None:
    client.post(link(service, organisation, Role.ISSUER))
    assert client.get(base(UUID(int=1))).status_code == 404
    for place in ("klus?nummer=K9", "behaald?nummer=K2"):
        assert client.get(f"{base(worker)}/{place}").status_code == 404
    client.post(link(service, organisation, Role.READER))
    for place in ("", f"/{GIG}", f"/{ACHIEVEMENT}", f"/{NAME}"):
        assert client.get(base(worker) + place).status_code == 403
    assert client.post(f"{base(worker)}/{NAME}", data={"supersedes": "true"}).status_code == 403
    assert "/verbeteren" not in client.get(f"/beheer/{SLUG}/mensen/{worker.id}").text
