"""A worker is erased, and what others hold stays what it was; what is over is forgotten."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import select
from typer.testing import CliRunner

from issuer.claiming import offers
from issuer.cli import app as commands
from issuer.errors import NotFoundError, ReasonMissingError, RevocationListError
from issuer.jobs import offers as offers_job
from issuer.life import bulk_status, erasure, retention, retirement, status
from issuer.life.retirement import Unclaimed
from issuer.organisations import identity
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store.retention import KEPT, expiring_tables
from issuer.store.webhooks import DELIVERED
from issuer.store.workers import latest_statements
from issuer.tables import (
    METADATA,
    Allowance,
    ApiToken,
    Copy,
    Import,
    Job,
    Offer,
    Organisation,
    RepeatableAnswer,
    StagedBlock,
    Statement,
    WebhookDelivery,
    Worker,
)
from issuer.webhooks.events import Event, emit
from standard.status_list import Status
from tests.issuer.acting import Clock, Wallet, add_organisation, import_export, read_export, run_jobs
from tests.issuer.test_life import values
from tests.issuer.test_platform_api import bearer, new_client, new_key

SD_JWT = "WorkHistoryCredential.dc+sd-jwt"


def erase(service: Service, organisation: Organisation, worker: Worker, *, withdraw: bool) -> None:
    with service.database.writing() as session:
        erasure.erase(session, organisation, worker.id, withdraw=withdraw, now=service.clock())


def everything(service: Service) -> str:
    """Every cell of every table, as text, packed ones unpacked."""
    with service.database.engine.connect() as connection:
        return "\n".join(
            " ".join(map(legible, row))
            for table in METADATA.sorted_tables
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608
        )


def legible(cell: object) -> str:
    """A cell as text, unpacked where it was packed."""
    if isinstance(cell, bytes):
        with suppress(zlib.error):
            return zlib.decompress(cell).decode()
    return str(cell)


def stored(service: Service) -> Copy:
    with service.database.reading() as session:
        return session.exec(select(Copy)).one()


@pytest.mark.parametrize("withdraw", [False, True])
def test_nothing_about_an_erased_worker_is_left_but_places_and_hashes(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet, fatima: Worker,
    issuer: str, access_token: str, withdraw: bool, export: Path,
) -> None:  # fmt: skip
    wallet.claim(issuer, access_token, SD_JWT)
    before = stored(service)
    with export.open("rb") as stream:
        read_export(service, organisation, stream)
    assert fatima.worker_key in everything(service)
    erase(service, organisation, fatima, withdraw=withdraw)
    left = everything(service)
    traces = ("Fatima", "Amrani", fatima.worker_key, before.holder_thumbprint, before.secured[:40])
    assert [trace for trace in traces if trace in left] == []
    after = stored(service)
    kept = ("id", "copy_hash", "status_number", "status_index", "form", "signed_at")
    assert all(getattr(after, name) == getattr(before, name) for name in kept)
    expected = Status.INVALID if withdraw else Status.VALID
    assert values(client, organisation, issuer, after)[0] == expected
    with service.database.reading() as session:
        assert len(session.exec(select(Worker)).all()) == 2


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_the_files_of_an_embedded_database_do_not_hold_an_erased_worker_either(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    path = Path(make_url(service.database.url).database or "")

    def files() -> bytes:
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))

    traces = (fatima.name.encode(), fatima.worker_key.encode())
    assert all(trace in files() for trace in traces)
    erase(service, organisation, fatima, withdraw=False)
    assert [trace for trace in traces if trace in files()] == []


def test_a_copy_of_an_erased_worker_can_still_be_withdrawn_and_archived(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet, fatima: Worker,
    issuer: str, access_token: str,
) -> None:  # fmt: skip
    wallet.claim(issuer, access_token, SD_JWT)
    copy = stored(service)
    erase(service, organisation, fatima, withdraw=False)
    with service.database.writing() as session:
        with pytest.raises(ReasonMissingError):
            status.revoke_by_id(session, copy.id.urn, reason="", now=service.clock())
        status.revoke_by_id(session, copy.id.urn, reason="op verzoek", now=service.clock())
    assert values(client, organisation, issuer, copy)[0] == Status.INVALID
    with service.database.writing() as session:
        legacy = retirement.retire(
            session, service, organisation, base="https://trust.example/", unclaimed=Unclaimed.DROP
        )
    assert legacy.copy_count == 1


def test_an_erased_worker_is_unknown_and_may_come_back_anew(
    service: Service, organisation: Organisation, fatima: Worker, export: Path
) -> None:
    other = add_organisation(service, "andere")
    with pytest.raises(NotFoundError):
        erase(service, other, fatima, withdraw=False)
    erase(service, organisation, fatima, withdraw=True)
    with pytest.raises(NotFoundError):
        erase(service, organisation, fatima, withdraw=True)
    import_export(service, organisation, export)
    with service.database.reading() as session:
        again = session.exec(select(Worker).where(Worker.name == fatima.name)).one()
        assert again.id != fatima.id
        assert all(each.version == 1 for each in latest_statements(session, again.id))


def test_what_is_over_is_forgotten_and_nothing_else(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet, fatima: Worker,
    issuer: str, access_token: str, export: Path, clock: Clock,
) -> None:  # fmt: skip
    wallet.nonce(issuer)
    with export.open("rb") as stream:
        waiting = read_export(service, organisation, stream).id
    lifetime = service.settings.offer_lifetime
    clock.advance(days=1)
    with service.database.writing() as session:
        second = offers.offer_worker(session, fatima.id, now=clock(), lifetime=lifetime).id

    def tidy() -> retention.Tidied:
        with service.database.writing() as session:
            return retention.tidy(session, service.settings, now=clock())

    nothing = retention.Tidied(
        expired=0, answers=0, deliveries=0, unread=0, previews=0, refused_rows=0, offers=0, jobs=0
    )
    assert tidy() == replace(nothing, expired=2)
    clock.advance(days=service.settings.keep_preview_days)
    assert tidy().previews == 1
    clock.advance(days=service.settings.keep_offer_days)
    done = tidy()
    assert (done.offers, done.previews) == (1, 0)
    assert done.refused_rows > 0
    assert tidy() == nothing
    with service.database.reading() as session:
        assert session.exec(select(Offer.id)).all() == [second]
        assert session.get_one(Import, waiting).state == "discarded"
        assert session.exec(select(StagedBlock)).all() == []
        assert session.exec(select(Statement)).all()


def test_what_programs_and_webhooks_left_behind_is_forgotten_in_its_time(
    service: Service, organisation: Organisation, client: TestClient, clock: Clock
) -> None:
    """An answer, a delivered message and an allowance go; what waits to be delivered stays."""
    program = new_client(service, organisation)
    key = {**bearer(new_key(service, program)), "Idempotency-Key": "webhook-1"}
    wanted = {"url": "https://platform.example/hook", "events": ["batch.finished"]}
    assert client.post("/v1/webhooks", headers=key, json=wanted).status_code == 201
    with service.database.writing() as session:
        for number in range(2):
            told = {"batch": str(number)}
            emit(session, identity(organisation), Event.BATCH_FINISHED, told, now=clock())
        sent, waiting = session.exec(select(WebhookDelivery)).all()
        sent.state, waiting_id = DELIVERED, waiting.id
        session.add(ApiToken(token_hash="x", client_id=program.id, scopes="read", expires_at=clock()))

    def tidy_later(days: int) -> tuple[int, int, int]:
        clock.advance(days=days)
        with service.database.writing() as session:
            done = retention.tidy(session, service.settings, now=clock())
        return done.expired, done.answers, done.deliveries

    settings = service.settings
    assert tidy_later(0) == (1, 0, 0)
    assert tidy_later(settings.keep_answer_days - 1) == (1, 0, 0)
    assert tidy_later(2) == (0, 1, 0)
    assert tidy_later(settings.keep_delivery_days) == (0, 0, 1)
    with service.database.reading() as session:
        assert session.exec(select(RepeatableAnswer)).all() == session.exec(select(Allowance)).all() == []
        assert session.exec(select(WebhookDelivery.id)).all() == [waiting_id]


def test_bulk_work_is_forgotten_long_after_its_end_and_never_before(
    service: Service, organisation: Organisation, imported: Import, clock: Clock
) -> None:
    with service.database.writing() as session:
        done = offers_job.start(session, organisation, now=clock()).id
    run_jobs(service)
    with service.database.writing() as session:
        active = offers_job.start(session, organisation, now=clock()).id

    def left() -> set[UUID]:
        with service.database.writing() as session:
            retention.tidy(session, service.settings, now=clock())
            return set(session.exec(select(Job.id)))

    clock.advance(days=service.settings.keep_job_days)
    assert left() == {done, active}
    clock.advance(days=1)
    assert left() == {active}


def test_every_table_that_says_when_it_ends_is_tidied_or_kept_on_purpose() -> None:
    """A new table is tidied by itself; whoever adds one that must not be, says so here."""
    tidied = {table.name for table in expiring_tables()}
    assert {"nonce", "access_token", "login_link", "operator_session"} <= tidied
    assert tidied.isdisjoint(KEPT)
    assert set(METADATA.tables) >= KEPT


def withdraw_list(
    service: Service, organisation: Organisation, content: bytes, reason: str = "fout in de bron"
) -> Any:
    with service.database.writing() as session:
        named = bulk_status.read_list(BytesIO(content))
        return bulk_status.revoke_list(
            session, organisation, named, reason=reason, now=service.clock()
        ).as_json()


def test_a_list_withdraws_what_it_names_and_a_repeat_changes_nothing(
    service: Service,
    organisation: Organisation,
    wallet: Wallet,
    fatima: Worker,
    issuer: str,
    access_token: str,
) -> None:
    wallet.claim(issuer, access_token, SD_JWT)
    with service.database.reading() as session:
        history, rating = latest_statements(session, fatima.id)
    content = f"naam,ID\nA,{stored(service).id.urn}\n\nB,{rating.id}\nC,onbekend\nD,{rating.id}\n".encode()
    first = withdraw_list(service, organisation, content)
    assert first == {"withdrawn": 2, "withdrawn_before": 0, "unknown": [{"row": 5, "id": "onbekend"}]}
    again = withdraw_list(service, organisation, b"\xef\xbb\xbf" + content)
    assert (again["withdrawn"], again["withdrawn_before"]) == (0, 2)
    assert (history.type, rating.type) == ("WorkHistoryCredential", "RatingCredential")


def test_a_list_may_name_workers_and_never_those_of_another(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    content = f"worker\n{fatima.worker_key}\nniemand\n".encode()
    other = add_organisation(service, "andere")
    assert withdraw_list(service, other, content)["withdrawn"] == 0
    done = withdraw_list(service, organisation, content)
    assert (done["withdrawn"], done["unknown"]) == (2, [{"row": 3, "worker": "niemand"}])


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "row 1"),
        (b"naam\nx\n", "row 1"),
        (b"id,x\n\xff,y\n", "UTF-8"),
        (b"x,id\ny\n", "row 2"),
        (b"id\n" + b"a" * 2_000 + b"\n", "row 2"),
        (b'id\n"' + b"\n" * 200_000, "not CSV"),
        (b"id\n" + b"\n" * 250_001, "row 250002"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(
    service: Service, organisation: Organisation, content: bytes, place: str
) -> None:
    with pytest.raises(RevocationListError, match=re.escape(place)):
        withdraw_list(service, organisation, content)


def test_the_commands_suspend_withdraw_and_erase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: Path
) -> None:
    monkeypatch.setenv("ISSUER_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str | Path, code: int = 0) -> Any:
        result = CliRunner().invoke(commands, [*map(str, words), "--json"])
        assert result.exit_code == code, result.output
        return result.stdout

    run("org", "add", "vakhulp", "--name", "Vakhulp", "--contact", "a@b.example")
    run("validity", "RatingCredential", "--org", "vakhulp", "--days", "365")
    run("import", export, "--org", "vakhulp", "--profile", "vakhulp")
    with Service.open(IssuerSettings()).database.reading() as session:
        worker = session.exec(select(Worker)).first()
        statement = session.exec(select(Statement)).first()
    assert worker is not None
    assert statement is not None
    run("suspend", str(statement.id), "--reason", "nagaan")
    run("unsuspend", str(statement.id))
    run("renew", "--org", "vakhulp", "--days", "400")
    names = tmp_path / "lijst.csv"
    names.write_text(f"worker\n{worker.worker_key}\n")
    run("revoke", "--file", names, "--org", "vakhulp", "--reason", "dubbel")
    run("revoke", "--reason", "x", code=2)
    run("erase", "--org", "vakhulp", "--worker", worker.worker_key, "--keep")
    run("erase", "--org", "vakhulp", "--worker", worker.worker_key, "--keep", code=1)
    run("tidy")
    assert "organisation:1" in run("audit", "verify")
    with Service.open(IssuerSettings()).database.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET subject = 'x' WHERE number = 2"))
    run("audit", "verify", code=1)
