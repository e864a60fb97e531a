"""A backup is rehearsed: the database goes, or the keys go, and everything works as before."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select
from typer.testing import CliRunner

from issuer import audit
from issuer.app import create_app
from issuer.backups import backup
from issuer.backups.backup import Part
from issuer.backups.sealed_file import CHUNK_BYTES, Cost, SealedReader, SealedWriter
from issuer.cli import app as commands
from issuer.errors import BackupError
from issuer.secret_values import digest
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import AccessToken, Copy, Offer, Organisation, OrganisationKey, Worker
from tests.databases import PostgresServer
from tests.issuer.acting import Clock, Wallet, add_organisation, tx_code

PASSPHRASE = "twaalf letters of meer"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
SD_JWT = "WorkHistoryCredential.dc+sd-jwt"


def backed_up(service: Service, folder: Path) -> Path:
    path = folder / "issuer.backup"
    with path.open("wb") as file:
        backup.write(service, file, PASSPHRASE, cost=CHEAP, now=service.clock())
    return path


def published(client: TestClient, issuer: str) -> list[bytes]:
    paths = ("did.json", "status/1", "status/1/token", "status/1/suspension")
    return [client.get(f"{issuer}/{path}").content for path in paths]


@pytest.fixture
def empty(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_url: str, clock: Clock
) -> Iterator[TestClient]:
    """Another machine with nothing on it: another folder, and another database of the same kind."""
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    if migrated_url.startswith("postgresql"):
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.url(server.new_database())
    opened = create_app(IssuerSettings(data_dir=tmp_path / "other", database_url=url), clock)
    with TestClient(opened, base_url="http://127.0.0.1:8101", follow_redirects=False) as client:
        yield client


def running(client: TestClient) -> Service:
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    return service


def test_everything_lost_comes_back_as_it_was(
    service: Service, client: TestClient, empty: TestClient, wallet: Wallet, organisation: Organisation,
    issuer: str, access_token: str, offer: Offer, tmp_path: Path,
) -> None:  # fmt: skip
    copy = wallet.claim(issuer, access_token, SD_JWT)
    before = published(client, issuer)
    path = backed_up(service, tmp_path)
    contents = backup.restore(running(empty), path, PASSPHRASE, frozenset(Part))
    assert contents.rows["copy"] == 1
    assert contents.key_count == 3
    assert published(empty, issuer) == before
    other = Wallet(empty, wallet.clock, wallet.signer)
    with running(empty).database.reading() as session:
        assert session.exec(select(AccessToken)).all() == []
        stored = session.exec(select(Copy)).one()
        assert stored.secured == copy
    with running(empty).database.writing() as session:
        # The same worker, the same key: the same copy, not a second one.
        expires_at = wallet.clock() + timedelta(hours=1)
        token_hash = digest(access_token)
        session.add(AccessToken(token_hash=token_hash, offer_id=offer.id, expires_at=expires_at))
    assert other.claim(issuer, access_token, SD_JWT) == copy
    assert other.claim(issuer, access_token, "RatingCredential.dc+sd-jwt")
    assert add_organisation(running(empty), "tweede").id == 2


@pytest.mark.postgres
def test_a_service_moves_from_one_kind_of_database_to_the_other(
    service: Service, organisation: Organisation, fatima: Worker, postgres_server: PostgresServer,
    tmp_path: Path, clock: Clock,
) -> None:  # fmt: skip
    path = backed_up(service, tmp_path)
    is_embedded = service.database.is_embedded
    url = postgres_server.url(postgres_server.new_database()) if is_embedded else ""
    moved = Service.open(IssuerSettings(data_dir=tmp_path / "moved", database_url=url), clock)
    backup.restore(moved, path, PASSPHRASE, frozenset(Part))
    with service.database.reading() as before, moved.database.reading() as after:
        assert before.get_one(Worker, fatima.id) == after.get_one(Worker, fatima.id)
    moved.database.close()


@pytest.mark.parametrize("lost", list(Part))
def test_losing_one_half_does_not_lose_the_other(
    service: Service, client: TestClient, empty: TestClient, wallet: Wallet, organisation: Organisation,
    issuer: str, offer: Offer, tmp_path: Path, lost: Part,
) -> None:  # fmt: skip
    before = published(client, issuer)
    path = backed_up(service, tmp_path)
    if lost is Part.DATABASE:
        shutil.copytree(service.keys.folder, running(empty).keys.folder)
        survivor = empty
    else:
        shutil.rmtree(service.keys.folder)
        survivor = client
    backup.restore(running(survivor), path, PASSPHRASE, frozenset({lost}))
    assert published(survivor, issuer) == before
    other = Wallet(survivor, wallet.clock, wallet.signer)
    token = other.token(other.offer(offer.id), tx_code(running(survivor), offer)).json()["access_token"]
    assert other.claim(issuer, token, SD_JWT)


def test_nothing_is_overwritten_and_nothing_is_left_half_done(
    service: Service, client: TestClient, empty: TestClient, organisation: Organisation, tmp_path: Path
) -> None:
    path = backed_up(service, tmp_path)
    for parts in ({Part.DATABASE}, {Part.KEYS}, set(Part)):
        with pytest.raises(BackupError):
            backup.restore(service, path, PASSPHRASE, frozenset(parts))
    damaged = tmp_path / "damaged"
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    damaged.write_bytes(content)
    for file, passphrase in ((damaged, PASSPHRASE), (path, PASSPHRASE + "!")):
        with pytest.raises(BackupError):
            backup.restore(running(empty), file, passphrase, frozenset(Part))
    assert not any(running(empty).keys.files())
    backup.restore(running(empty), path, PASSPHRASE, frozenset(Part))


def test_a_backup_is_of_one_moment_while_others_write(
    service: Service, organisation: Organisation, tmp_path: Path, fatima: Worker, empty: TestClient
) -> None:
    stop = Event()

    def add() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            add_organisation(service, f"org-{number}")

    writer = Thread(target=add)
    writer.start()
    try:
        path = backed_up(service, tmp_path)
    finally:
        stop.set()
        writer.join()
    backup.restore(running(empty), path, PASSPHRASE, frozenset(Part))
    with running(empty).database.reading() as session:
        kept = session.exec(select(Organisation.id)).all()
        keys = session.exec(select(OrganisationKey.organisation_id)).all()
    assert sorted(keys) == sorted([*kept, *kept])


def test_the_log_of_who_did_what_still_holds_together(
    service: Service, organisation: Organisation, empty: TestClient, tmp_path: Path, fatima: Worker
) -> None:
    with service.database.writing() as session:
        for subject in ("a", "b"):
            audit.record(
                session, organisation.id, actor="system", action=audit.Action.OFFERS_MADE, subject=subject,
                now=service.clock(),
            )  # fmt: skip
    with service.database.reading() as session:
        before = audit.verify(session, organisation.id)
    backup.restore(running(empty), backed_up(service, tmp_path), PASSPHRASE, frozenset(Part))
    with running(empty).database.reading() as session:
        assert audit.verify(session, organisation.id) == before
    assert before.length > 1
    assert before.broken_at is None


def sealed(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    file = io.BytesIO()
    with SealedWriter(file, passphrase, CHEAP) as writer:
        writer.write(content)
    return file.getvalue()


@settings(max_examples=30)
@given(st.binary(max_size=64), st.integers(0, 2), st.data())
def test_a_sealed_file_gives_back_what_went_in_or_nothing(
    tail: bytes, chunks: int, data: st.DataObject
) -> None:
    content = bytes(CHUNK_BYTES) * chunks + tail
    whole = sealed(content)
    assert io.BufferedReader(SealedReader(io.BytesIO(whole), PASSPHRASE)).read() == content
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    cut = whole[:place]
    for wrong in (changed, cut, whole + b"x"):
        with pytest.raises(BackupError):
            io.BufferedReader(SealedReader(io.BytesIO(wrong), PASSPHRASE)).read()


def test_chunks_cannot_change_places() -> None:
    whole = sealed(bytes(CHUNK_BYTES) + bytes(CHUNK_BYTES) + b"end")
    header = whole.index(b"\n") + 1
    size = CHUNK_BYTES + 16 + 4
    swapped = whole[:header] + whole[header + size : header + 2 * size] + whole[header : header + size]
    with pytest.raises(BackupError):
        io.BufferedReader(SealedReader(io.BytesIO(swapped + whole[header + 2 * size :]), PASSPHRASE)).read()


@pytest.mark.parametrize(
    "parameters",
    ["m=9999999 t=1 p=1", "m=64 t=99 p=1", "m=64 t=1 p=99", "m=64 t=1 p=0", "m=64 t=0 p=1", "m=0 t=1 p=1"],
)
def test_a_file_cannot_ask_for_all_the_memory_or_for_none(parameters: str) -> None:
    header = f"KLUSCV-SEALED 1 argon2id {parameters} {'0' * 32}\n".encode()
    with pytest.raises(BackupError):
        SealedReader(io.BytesIO(header), PASSPHRASE)


def test_a_short_passphrase_seals_nothing() -> None:
    with pytest.raises(BackupError):
        SealedWriter(io.BytesIO(), "kort", CHEAP)


def test_the_commands_do_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISSUER_BACKUP_PASSPHRASE", PASSPHRASE)
    file = str(tmp_path / "backups.kluscv")

    def run(folder: str, *words: str) -> Any:
        monkeypatch.setenv("ISSUER_DATA_DIR", str(tmp_path / folder))
        return CliRunner().invoke(commands, [*words, "--json"])

    assert run("a", "org", "add", "x", "--name", "X", "--contact", "a@b.example").exit_code == 0
    assert run("a", "backup", file).exit_code == 0
    assert run("a", "backup", file).exit_code == 1
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert run("a", "restore", file).exit_code == 1
    restored = run("b", "restore", file)
    assert restored.exit_code == 0, restored.output
    assert json.loads(restored.stdout)["key_count"] == 2
    lists = [json.loads(run(each, "org", "list").stdout)["organisations"] for each in ("a", "b")]
    assert lists[0] == lists[1]
