"""Copies for holder keys that are known beforehand: once each, whoever else signs at the same time."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from issuer.cli import app
from issuer.errors import KeysFileError
from issuer.jobs import copies
from issuer.jobs.copies import CopiesWork
from issuer.jobs.parts import run_part
from issuer.life import status
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.signing import known_keys, places
from issuer.store.workers import latest_statements
from issuer.tables import Copy, CopyStatement, HolderKey, Import, Job, Organisation, StatusList, Worker
from standard import sd_jwt
from standard.dids import did_key
from standard.keys import PrivateKey
from tests.issuer.acting import new_signer, run_jobs

ED25519 = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
FORMS_EACH = 7
"""Three forms of two statements, and paper with both."""


def new_did() -> str:
    return did_key(new_signer().public_key)


def key_file(rows: Iterable[tuple[str, str]]) -> io.StringIO:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("worker_key", "did"))
    writer.writerows(rows)
    file.seek(0)
    return file


def start(service: Service, organisation: Organisation, rows: Iterable[tuple[str, str]]) -> Job:
    with service.database.writing() as session:
        keys = copies.read_keys(key_file(rows))
        return copies.start(session, organisation, keys, now=service.clock())


def everyone(service: Service) -> list[tuple[str, str]]:
    with service.database.reading() as session:
        return [(worker.worker_key, new_did()) for worker in session.exec(select(Worker))]


def all_copies(service: Service) -> list[Copy]:
    with service.database.reading() as session:
        return list(session.exec(select(Copy)))


def indexes(document: dict[str, Any]) -> set[str]:
    return {entry["statusListIndex"] for entry in document["credentialStatus"]}


def test_everyone_gets_each_form_once_however_often_it_is_asked(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    rows = everyone(service)
    for _ in range(2):
        start(service, organisation, rows)
        run_jobs(service)
    found = all_copies(service)
    assert len({(copy.source, copy.form, copy.holder_thumbprint) for copy in found}) == len(found)
    assert len({(copy.status_number, copy.status_index) for copy in found}) == len(found)
    assert len({copy.holder_thumbprint for copy in found}) == imported.worker_count
    with service.database.reading() as session:
        assert session.get_one(StatusList, (organisation.id, 1)).allocated_count == len(found)
        assert session.exec(select(HolderKey)).all() == []
        shown = session.exec(select(CopyStatement)).all()
    assert {row.copy_id for row in shown} == {copy.id for copy in found}


def test_a_copy_is_bound_to_the_key_and_the_place_that_are_stored_with_it(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    key = PrivateKey.generate("P-256").public_key
    start(service, organisation, [(fatima.worker_key, did_key(key))])
    run_jobs(service)
    found = all_copies(service)
    assert len(found) == FORMS_EACH
    for copy in found:
        if copy.form == "dc+sd-jwt":
            claims = sd_jwt.parse(copy.secured).payload
            assert claims["cnf"]["jwk"]["x"] == key.jwk()["x"]
            assert claims["status"]["status_list"]["idx"] == copy.status_index
        elif copy.form != "kluscv-compact":
            document = json.loads(copy.secured)
            assert document["credentialSubject"]["id"] == did_key(key)
            assert indexes(document) == {str(copy.status_index)}


def test_what_was_withdrawn_while_it_was_signed_is_not_stored(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    job = start(service, organisation, [(fatima.worker_key, new_did())])
    prepared = CopiesWork().prepare(service, organisation, job, 0)
    with service.database.writing() as session:
        withdrawn = latest_statements(session, fatima.id)[0].id
        status.revoke(session, organisation, withdrawn, reason="x", now=service.clock())
    with service.database.writing() as session:
        known_keys.put(session, organisation, prepared.drafts, signing=prepared.signing)
    assert {copy.source for copy in all_copies(service)}.isdisjoint({str(withdrawn)})
    assert all(str(withdrawn) not in copy.source for copy in all_copies(service))


def test_a_place_that_somebody_else_took_meanwhile_is_given_up(
    service: Service, organisation: Organisation, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [start(service, organisation, everyone(service)) for _ in range(2)]
    monkeypatch.setattr(places.secrets, "randbelow", lambda _size, count=iter(range(100)): next(count))
    first = CopiesWork().prepare(service, organisation, jobs[0], 0)
    monkeypatch.setattr(places.secrets, "randbelow", lambda _size, count=iter(range(100)): next(count))
    second = CopiesWork().prepare(service, organisation, jobs[1], 0)
    assert {draft.index for draft in first.drafts} == {draft.index for draft in second.drafts}
    monkeypatch.undo()
    for prepared in (first, second):
        with service.database.writing() as session:
            known_keys.put(session, organisation, prepared.drafts, signing=prepared.signing)
    found = all_copies(service)
    assert len(found) == len(first.drafts) + len(second.drafts)
    for copy in found:
        if copy.form not in ("dc+sd-jwt", "kluscv-compact"):
            assert indexes(json.loads(copy.secured)) == {str(copy.status_index)}


def test_a_full_list_makes_way_for_a_new_one(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    job = start(service, organisation, [(fatima.worker_key, new_did())])
    with service.database.writing() as session:
        full = session.get_one(StatusList, (organisation.id, 1))
        full.allocated_count = len(full.bits) * 8 // full.entry_bits // 2 - 3
    run_part(service, job.id, 0)
    assert {copy.status_number for copy in all_copies(service)} == {2}


def test_the_same_list_of_keys_signed_by_many_at_once_gives_each_copy_once(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    rows = everyone(service)
    jobs = [start(service, organisation, rows) for _ in range(4)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(lambda job: run_part(service, job.id, 0), jobs))
    found = all_copies(service)
    assert len({(copy.source, copy.form, copy.holder_thumbprint) for copy in found}) == len(found)
    with service.database.reading() as session:
        assert {job.state for job in session.exec(select(Job))} == {"done"}
        assert sum(job.made_count for job in session.exec(select(Job))) == len(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the first row"),
        ("did,worker_key\n", "the first row"),
        ("worker_key,did\nW1\n", "row 2: 1 columns"),
        ("worker_key,did\nW1,did:web:a.example\n", "row 2: not a did:key"),
        (f"worker_key,did\nW1,{ED25519}\n", "row 2: a holder key is"),
        (f"worker_key,did\n{'x' * 2_000},y\n", "longer than"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(KeysFileError, match=words):
        list(copies.read_keys(io.StringIO(text)))


def test_an_unknown_worker_is_named_by_row_and_nothing_is_started(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    with pytest.raises(KeysFileError, match="row 3"):
        start(service, organisation, [(fatima.worker_key, new_did()), (secrets.token_hex(4), new_did())])
    with service.database.reading() as session:
        assert session.exec(select(Job)).all() == session.exec(select(HolderKey)).all() == []


def test_the_command_signs_for_a_file_and_writes_what_the_holders_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: Path
) -> None:
    monkeypatch.setenv("ISSUER_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def run(*words: str) -> str:
        result = runner.invoke(app, words)
        assert result.exit_code == 0, result.output
        return result.stdout

    run("org", "add", "vakhulp", "--name", "Vakhulp", "--contact", "a@b.example")
    run("import", str(export), "--org", "vakhulp", "--profile", "vakhulp")
    rows = everyone(Service.open(IssuerSettings()))
    keys = tmp_path / "keys.csv"
    keys.write_text(key_file(rows).getvalue())
    words = ("issue", "--org", "vakhulp", "--keys", str(keys), "--out", str(tmp_path / "out"), "--json")
    first, again = json.loads(run(*words)), json.loads(run(*words))
    assert first["holders"] == again["holders"] == len(rows)
    assert again["new_copies"] == 0
    written = tmp_path / "out" / "copies.jsonl"
    entries = [json.loads(line) for line in written.read_text().splitlines()]
    assert len(entries) == first["new_copies"]
    assert {(entry["worker_key"], entry["did"]) for entry in entries} == set(rows)
    assert written.stat().st_mode & 0o777 == 0o600
