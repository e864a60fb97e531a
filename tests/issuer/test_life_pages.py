"""Pages for operators about what was stated, about keys and about disputes."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer import audit
from issuer.access.roles import Role
from issuer.keyring import key_life
from issuer.service import Service
from issuer.store.workers import latest_statements
from issuer.tables import Organisation, Statement, Worker
from tests.issuer.acting import Wallet
from tests.issuer.test_disputes import about, only, tell  # noqa: F401
from tests.issuer.test_pages import link

MANAGE = "/beheer/vakhulp"


def statements(service: Service, worker: Worker) -> list[Statement]:
    with service.database.reading() as session:
        return list(latest_statements(session, worker.id))


def test_credentials_are_found_by_reference_and_never_by_name(
    operator_client: TestClient, service: Service, fatima: Worker
) -> None:
    one = statements(service, fatima)[0]
    for reference in (fatima.worker_key, str(one.id), one.id.urn):
        found = operator_client.get(f"{MANAGE}/bewijzen", params={"q": reference}).text
        assert f"/mensen/{fatima.id}" in found
        assert fatima.name not in found
    assert "Niets gevonden" in operator_client.get(f"{MANAGE}/bewijzen", params={"q": "Fatima"}).text


def test_a_statement_is_suspended_restored_and_found_by_its_state(
    operator_client: TestClient, service: Service, fatima: Worker
) -> None:
    one = statements(service, fatima)[0]
    address = f"{MANAGE}/verklaringen/{one.id}"

    def listed(state: str) -> bool:
        page = operator_client.get(f"{MANAGE}/bewijzen", params={"q": str(one.id), "staat": state}).text
        return f"/mensen/{fatima.id}" in page

    assert operator_client.post(f"{address}/schorsen", data={"reason": ""}).status_code == 422
    operator_client.post(f"{address}/schorsen", data={"reason": "nagaan"})
    assert (listed("suspended"), listed("in-force")) == (True, False)
    assert "nagaan" in operator_client.get(f"{MANAGE}/mensen/{fatima.id}").text
    operator_client.post(f"{address}/herstellen")
    assert (listed("suspended"), listed("in-force")) == (False, True)


def test_what_is_ticked_or_listed_is_withdrawn(
    operator_client: TestClient, service: Service, fatima: Worker
) -> None:
    history, _ = statements(service, fatima)
    address = f"{MANAGE}/bewijzen/intrekken"
    ticked = operator_client.post(address, data={"verklaring": [str(history.id)], "reason": "dubbel"})
    assert "1 bewijs ingetrokken" in ticked.text
    lijst = {"lijst": ("lijst.csv", f"worker\n{fatima.worker_key}\nx9\n", "text/csv")}
    listed = operator_client.post(address, data={"reason": "dubbel"}, files=lijst)
    assert "1 bewijs ingetrokken" in listed.text
    assert "x9" in listed.text
    assert {each.revoked_reason for each in statements(service, fatima)} == {"dubbel"}
    junk = {"lijst": ("lijst.csv", b"\xff", "text/csv")}
    broken = operator_client.post(address, data={"reason": "x"}, files=junk)
    assert (broken.status_code, "We kunnen de lijst niet lezen" in broken.text) == (422, True)


def test_keys_are_shown_announced_and_rotated(
    operator_client: TestClient, service: Service, organisation: Organisation
) -> None:
    operator_client.post(f"{MANAGE}/sleutels/aankondigen")
    assert "Aangekondigd" in operator_client.get(f"{MANAGE}/sleutels").text
    again = operator_client.post(f"{MANAGE}/sleutels/aankondigen")
    assert (again.status_code, "Dat kan nu niet" in again.text) == (422, True)
    operator_client.post(f"{MANAGE}/sleutels/vernieuwen")
    with service.database.reading() as session:
        known = key_life.known_keys(session, organisation)
    stolen = next(key for key in known if key_life.state(key) == "in-use")
    operator_client.post(f"{MANAGE}/sleutels/gestolen", data={"sleutel": stolen.verification_method})
    page = operator_client.get(f"{MANAGE}/sleutels").text
    for words in ("Tekent nu", "Vervangen, blijft bekend", "Gestolen"):
        assert words in page


def test_a_dispute_is_noted_answered_and_decided(
    operator_client: TestClient, service: Service, wallet: Wallet, issuer: str, about: str, fatima: Worker,  # noqa: F811
    organisation: Organisation,
) -> None:  # fmt: skip
    tell(wallet, issuer, about, text="<b>Dit waren meer uren.</b>")
    dispute = only(service, fatima)
    assert "&lt;b&gt;Dit waren meer uren." in operator_client.get(f"{MANAGE}/bezwaren").text
    address = f"{MANAGE}/bezwaren/{dispute.id}"
    assert "Om welke regel gaat het?" in operator_client.get(address).text
    operator_client.post(f"{address}/noteren", data={"record": dispute.record_key})
    operator_client.post(f"{address}/antwoorden", data={"tekst": "We hebben de uren nagezien."})
    refused = operator_client.post(f"{address}/antwoorden", data={"tekst": "BSN 123456782"})
    assert (refused.status_code, "Dit kan niet zo" in refused.text) == (422, True)
    operator_client.post(f"{address}/beslissen", data={"besluit": "maintained"})
    assert "Organisatie blijft erbij" in operator_client.get(address).text
    with service.database.reading() as session:
        assert audit.verify(session, organisation.id).broken_at is None
        assert audit.verify(session, organisation.id).length >= 3


def test_a_worker_is_erased_by_an_owner(
    operator_client: TestClient, service: Service, fatima: Worker
) -> None:
    address = f"{MANAGE}/mensen/{fatima.id}"
    assert operator_client.post(f"{address}/wissen", data={"kopieen": "x"}).status_code == 422
    operator_client.post(f"{address}/wissen", data={"kopieen": "houden"})
    assert operator_client.get(address).status_code == 404
    with service.database.reading() as session:
        assert session.exec(select(Worker).where(Worker.id == fatima.id)).first() is None


@pytest.mark.parametrize("role", [Role.READER, Role.ISSUER])
def test_roles_stop_what_is_not_theirs(
    client: TestClient, service: Service, fatima: Worker, role: Role
) -> None:
    client.post(link(service, role=role))
    one = statements(service, fatima)[0]
    attempts = {
        f"{MANAGE}/sleutels/vernieuwen": {},
        f"{MANAGE}/mensen/{fatima.id}/wissen": {"kopieen": "houden"},
        f"{MANAGE}/verklaringen/{one.id}/schorsen": {"reason": "x"},
    }
    answers = [client.post(address, data=data).status_code for address, data in attempts.items()]
    assert answers == [403, 403, 403 if role is Role.READER else 303]
