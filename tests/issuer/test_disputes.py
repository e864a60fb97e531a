"""A worker says that a record is wrong; the organisation hears, answers and decides."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from issuer.content import read_statement
from issuer.errors import DisputeError, NotFoundError, ReasonMissingError
from issuer.life import dispute_marks, disputes
from issuer.life.disputes import Decision
from issuer.service import Service
from issuer.store import disputes as store
from issuer.store.workers import latest_statements
from issuer.tables import Dispute, Offer, Organisation, Statement, Worker
from standard import jws
from standard.credentials import check_credential
from standard.disputes import DisputedRecord, DisputeMessage, read_dispute, write_dispute
from standard.errors import ProtocolError
from standard.model import DisputeStatus, RecordList, WorkHistory
from tests.issuer.acting import Clock, Wallet, add_organisation, import_export, new_signer, tx_code
from tests.issuer.test_life import EDDSA, claim_again, latest

RECORD = DisputedRecord(RecordList.ENGAGEMENT, 0)
BSN = "Mijn nummer is 123456782"


def tell(wallet: Wallet, issuer: str, about: str, record: Any = RECORD, text: str = "Dit waren meer uren.",
         signer: Any = None, aud: str | None = None, now: Any = None) -> Response:  # fmt: skip
    message = DisputeMessage(about, record, text, "nl")
    token = write_dispute(
        message, signer=signer or wallet.signer, credential_issuer=aud or issuer,
        now=now or wallet.clock(),
    )  # fmt: skip
    return wallet.client.post(f"{issuer}/dispute", content=token)


def only(service: Service, worker: Worker) -> Dispute:
    with service.database.reading() as session:
        (found,) = store.disputes_of_worker(session, worker.id)
        return found


@pytest.fixture
def about(wallet: Wallet, issuer: str, access_token: str) -> str:
    return str(wallet.claim(issuer, access_token, EDDSA)["id"])


def note(service: Service, organisation: Organisation, dispute: Dispute, record: str | None = None) -> None:
    with service.database.writing() as session:
        key = record or dispute.record_key or disputes.records(session, dispute)[0].key
        disputes.take_note(session, organisation, dispute.id, record=key, now=service.clock())


def decide(
    service: Service, organisation: Organisation, dispute: Dispute, decision: Decision, reason: str = ""
) -> None:
    with service.database.writing() as session:
        disputes.decide(session, organisation, dispute.id, decision, reason=reason, now=service.clock())


def mark(service: Service, worker: Worker) -> Any:
    statement = latest(service, worker)
    said = read_statement(statement.type, statement.content)
    assert isinstance(said, WorkHistory)
    return said.engagements[0].dispute


def test_the_mark_travels_with_renewed_copies_and_survives_the_next_export(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, about: str, fatima: Worker,
    export: Path, clock: Clock,
) -> None:  # fmt: skip
    assert tell(wallet, issuer, about).json()["state"] == "received"
    dispute = only(service, fatima)
    note(service, organisation, dispute)
    open_mark = mark(service, fatima)
    assert (open_mark.status, open_mark.disputed_on) == (DisputeStatus.OPEN, clock().date())
    renewed = claim_again(service, wallet, issuer, fatima)[EDDSA]
    check_credential(renewed)
    assert renewed["credentialSubject"]["engagement"][0]["dispute"]["disputeStatus"] == "open"
    before = latest(service, fatima).id
    import_export(service, organisation, export)
    assert latest(service, fatima).id == before
    clock.advance(days=3)
    decide(service, organisation, dispute, Decision.MAINTAIN)
    kept = mark(service, fatima)
    assert (kept.status, kept.disputed_on) == (DisputeStatus.MAINTAINED, open_mark.disputed_on)


def test_a_granted_dispute_leaves_no_mark_on_what_is_stated_next(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, about: str, fatima: Worker,
    export: Path,
) -> None:  # fmt: skip
    tell(wallet, issuer, about)
    dispute = only(service, fatima)
    note(service, organisation, dispute)
    decide(service, organisation, dispute, Decision.CORRECT)
    import_export(service, organisation, export)
    assert mark(service, fatima) is None
    with pytest.raises(DisputeError):
        decide(service, organisation, dispute, Decision.MAINTAIN)


def test_a_withdrawal_takes_what_was_disputed_and_what_was_stated_since(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, about: str, fatima: Worker
) -> None:
    tell(wallet, issuer, about)
    dispute = only(service, fatima)
    note(service, organisation, dispute)
    with pytest.raises(ReasonMissingError):
        decide(service, organisation, dispute, Decision.WITHDRAW)
    decide(service, organisation, dispute, Decision.WITHDRAW, "verkeerde persoon")
    with service.database.reading() as session:
        assert session.get_one(Statement, dispute.statement_id).revoked_at
    assert latest(service, fatima).revoked_at


def test_the_worker_asks_again_and_reads_the_answer(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, about: str, fatima: Worker,
    clock: Clock,
) -> None:  # fmt: skip
    tell(wallet, issuer, about)
    with service.database.writing() as session:
        disputes.reply(session, organisation, only(service, fatima).id, "We kijken het na.", now=clock())
    clock.advance(minutes=10)
    answer = tell(wallet, issuer, about)
    assert (answer.status_code, answer.json()["reply"]) == (200, "We kijken het na.")
    assert answer.headers["cache-control"] == "no-store"
    assert only(service, fatima).state == "received"


def test_only_the_holder_is_heard_and_only_about_what_is_there(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, about: str, clock: Clock,
    client: TestClient,
) -> None:  # fmt: skip
    other = "urn:uuid:00000000-0000-4000-8000-000000000000"
    refused = [
        tell(wallet, issuer, about, signer=new_signer()),
        tell(wallet, issuer, other),
        tell(wallet, issuer, about, DisputedRecord(RecordList.ENGAGEMENT, 99)),
        tell(wallet, issuer, about, DisputedRecord(RecordList.REVIEW, 0)),
        tell(wallet, issuer, about, text=BSN),
        tell(wallet, issuer, about, text=" "),
        tell(wallet, issuer, about, text="x" * 2_001),
        tell(wallet, issuer, about, aud="https://elders.example"),
        tell(wallet, issuer, about, now=clock() - timedelta(minutes=6)),
        tell(wallet, issuer, about, now=clock() + timedelta(minutes=6)),
        client.post(f"{issuer}/dispute", content=b"\xff\xfe"),
        client.post(f"{issuer}/dispute", content="a.b.c"),
        client.post(f"{issuer}/dispute", content="x" * 20_000),
    ]
    assert [answer.status_code for answer in refused] == [400] * len(refused)
    assert {answer.json()["error"] for answer in refused} == {"invalid_request"}
    elsewhere = add_organisation(service, "andere")
    address = service.credential_issuer(elsewhere.slug)
    assert tell(wallet, address, about).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"about": "x"}, {"remarkText": 1}, {"language": "NL!"}, {"recordList": "review"},
        {"recordPlace": 0}, {"recordList": "naam", "recordPlace": 0},
        {"recordList": "review", "recordPlace": True}, {"recordList": "review", "recordPlace": -1},
    ],
)  # fmt: skip
def test_a_message_that_is_not_as_it_should_be_is_refused(change: dict[str, Any], clock: Clock) -> None:
    signer = new_signer()
    payload = {
        "aud": "https://a.example", "iat": int(clock().timestamp()), "remarkText": "x", "language": "nl",
        "about": "urn:uuid:00000000-0000-4000-8000-000000000000",
    }  # fmt: skip
    header = {"typ": "kluscv-dispute+jwt", "kid": signer.verification_method}
    good = jws.sign(header, payload, signer)
    read_dispute(good, credential_issuer="https://a.example", now=clock(), max_age=timedelta(minutes=5))
    for token in (
        jws.sign(header, {**payload, **change}, signer),
        jws.sign({**header, "typ": "jwt"}, payload, signer),
        jws.sign({**header, "kid": "did:key:zDna"}, payload, signer),
    ):
        with pytest.raises(ProtocolError):
            read_dispute(
                token, credential_issuer="https://a.example", now=clock(), max_age=timedelta(minutes=5)
            )


def test_who_has_link_and_code_can_speak_before_claiming(
    service: Service, organisation: Organisation, client: TestClient, offer: Offer, fatima: Worker
) -> None:
    form = {"code": tx_code(service, offer), "tekst": "Ik werkte daar niet."}
    page = client.post(f"/claim/{offer.id}/bezwaar", data=form)
    assert page.status_code == 200
    assert "Ik werkte daar niet." in page.text
    dispute = only(service, fatima)
    with service.database.writing() as session:
        disputes.reply(session, organisation, dispute.id, "Dat klopt, excuus.", now=service.clock())
    again = client.post(f"/claim/{offer.id}/bezwaar", data={"code": form["code"], "tekst": ""})
    assert "Dat klopt, excuus." in again.text
    assert only(service, fatima).id == dispute.id


def test_wrong_codes_are_counted_here_too(
    service: Service, client: TestClient, offer: Offer, fatima: Worker, wallet: Wallet
) -> None:
    for _ in range(service.settings.tx_code_attempts):
        wrong = client.post(f"/claim/{offer.id}/bezwaar", data={"code": "x", "tekst": "Mag ik erin?"})
        assert wrong.status_code == 400
        assert "De code klopt niet" in wrong.text
    right = client.post(f"/claim/{offer.id}/bezwaar", data={"code": tx_code(service, offer), "tekst": "x"})
    assert right.status_code == 400
    with service.database.reading() as session:
        assert store.disputes_of_worker(session, fatima.id) == []
        assert session.get_one(Offer, offer.id).state == "locked"


def test_the_operator_finds_the_record_and_stays_within_the_organisation(
    service: Service, organisation: Organisation, client: TestClient, offer: Offer, fatima: Worker
) -> None:
    client.post(f"/claim/{offer.id}/bezwaar", data={"code": tx_code(service, offer), "tekst": "Klopt niet."})
    dispute = only(service, fatima)
    with pytest.raises(DisputeError):
        decide(service, organisation, dispute, Decision.MAINTAIN)
    with pytest.raises(NotFoundError):
        note(service, organisation, dispute, "geen record")
    with pytest.raises(NotFoundError):
        note(service, add_organisation(service, "andere"), dispute)
    note(service, organisation, dispute)
    assert mark(service, fatima).status is DisputeStatus.OPEN
    with pytest.raises(DisputeError):
        note(service, organisation, dispute)


def test_marks_of_one_record_leave_the_others_alone(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    with service.database.reading() as session:
        for statement in latest_statements(session, fatima.id):
            said = read_statement(statement.type, statement.content)
            assert dispute_marks.marked(said, {}) == said
