"""Transactions that want the same rows wait for one another in one order, so that none waits in a circle.

Each test brings the circle about that a database would have to break up. SQLite has one writer at a time
and no circles; the same must come out of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from issuer.batch import correcting
from issuer.batch.entries import NameEntry
from issuer.errors import NotFoundError, RetiredError
from issuer.life import bulk_status, erasure, retention, retirement, status
from issuer.life.retirement import Legacy, Unclaimed
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.signing import known_keys, places
from issuer.signing.copies import Asked, copies_of, copy_of
from issuer.signing.drafts import Signing
from issuer.store.workers import latest_statements, lock_statements
from issuer.tables import Copy, Import, Nonce, Organisation, Statement, StatusList, Worker
from issuer.tables.copies import ENTRY_BITS
from standard import base64url
from standard.keys import PublicKey
from standard.model import Form
from standard.status_list import Status, status_value
from tests.issuer.acting import Clock, Wallet, commit, new_signer, read_export

PLACES = 400
HOLDERS_AT_ONCE = 8
HOLDERS_LISTED = 4
ROUNDS = 5
HELD_SECONDS = 0.3


def together(*acts: Callable[[], object]) -> None:
    """Let all begin at the same moment; what one raises is raised here."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def keys(count: int) -> list[PublicKey]:
    return [new_signer().public_key for _ in range(count)]


def signing_of(service: Service, session: Session, organisation: Organisation) -> Signing:
    own = signers(session, service.keys, organisation)
    return Signing(own, service.status_base(organisation.slug), service.clock())


def test_claims_for_many_keys_and_bulk_parts_meet_at_few_places(
    service: Service, organisation: Organisation, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of the places are taken in the end, many by whoever is not done yet."""
    chance = random.Random()  # noqa: S311 - nothing secret
    monkeypatch.setattr(places.secrets, "randbelow", lambda count: chance.randrange(min(count, PLACES)))
    with service.database.reading() as session:
        *claiming, listed = session.exec(select(Worker).order_by(Worker.worker_key)).all()
        claimed_ids = [each.id for worker in claiming for each in latest_statements(session, worker.id)]
        signing = signing_of(service, session, organisation)

    def claims(statement_id: UUID) -> None:
        for _ in range(ROUNDS):
            with service.database.writing() as session:
                statements = lock_statements(session, [statement_id])
                asked = [Asked(statements, Form.SD_JWT, holder) for holder in keys(HOLDERS_AT_ONCE)]
                copies_of(session, identity(organisation), asked, signing=signing)

    def bulk() -> None:
        for _ in range(ROUNDS):
            with service.database.reading() as session:
                holders = [(listed.id, key) for key in keys(HOLDERS_LISTED)]
                wanted = known_keys.wanted_copies(session, holders, now=service.clock())
            with service.database.writing() as session:
                drawn = places.draw_places(session, identity(organisation), len(wanted))
            drafts = signing.drafts(wanted, *drawn)
            with service.database.writing() as session:
                known_keys.put(session, organisation, drafts, signing=signing)

    together(*(partial(claims, each) for each in claimed_ids), bulk)
    with service.database.reading() as session:
        copies = session.exec(select(Copy)).all()
        taken = {(copy.status_number, copy.status_index) for copy in copies}
        counted = sum(session.exec(select(StatusList.allocated_count)))
        assert len(taken) == len(copies) == counted
        assert PLACES / 2 < len(copies) < PLACES


@pytest.fixture
def server(service: Service) -> Service:
    """The service on a database in which two can write at once."""
    if service.database.is_embedded:
        pytest.skip("SQLite has one writer at a time")
    return service


def claim(service: Service, session: Session, organisation: Organisation, statement_id: UUID) -> None:
    signing = signing_of(service, session, organisation)
    (holder,) = keys(1)
    copy_of(session, identity(organisation), [statement_id], Form.SD_JWT, holder, signing=signing)


def slow_claim(service: Service, organisation: Organisation, statement_id: UUID, held: Barrier) -> None:
    """Lock a statement, and need the list only when somebody else had time to begin."""
    with service.database.writing() as session:
        lock_statements(session, [statement_id])
        held.wait()
        time.sleep(HELD_SECONDS)
        claim(service, session, organisation, statement_id)


def claimed(service: Service, organisation: Organisation) -> list[UUID]:
    """Sign a copy of every statement, so that a withdrawal needs the list; gives them in their order."""
    with service.database.writing() as session:
        ids = sorted(session.exec(select(Statement.id)))
        for statement_id in ids:
            claim(service, session, organisation, statement_id)
    return ids


def test_a_long_withdrawal_and_a_claim_take_statements_before_lists(
    server: Service, organisation: Organisation, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_status, "AT_ONCE", 1)
    ids, held = claimed(server, organisation), Barrier(2)
    rows = [bulk_status.Named(row, "id", str(each)) for row, each in enumerate(ids)]

    def withdraw() -> None:
        held.wait()
        with server.database.writing() as session:
            bulk_status.revoke_list(session, organisation, rows, reason="fout", now=server.clock())

    together(lambda: slow_claim(server, organisation, ids[-1], held), withdraw)
    with server.database.reading() as session:
        assert all(each.revoked_at for each in session.exec(select(Statement)))


def test_a_correction_of_several_workers_and_their_claims_take_statements_before_lists(
    server: Service, organisation: Organisation, imported: Import, export: Path
) -> None:
    """The workers are in different buckets, and what is wrong about them is withdrawn in one transaction."""
    ids = claimed(server, organisation)
    changed = BytesIO(export.read_bytes().replace(b":30;", b":45;").replace(b":00;", b":15;"))
    read = read_export(server, organisation, changed)
    assert (read.changed_count or 0) > 2
    held = Barrier(len(ids) + 1)

    def correct() -> None:
        held.wait()
        commit(server, organisation, read.id, correction="fout")

    claims = [partial(slow_claim, server, organisation, each, held) for each in ids]
    together(*claims, correct)
    with server.database.reading() as session:
        assert session.get_one(Import, read.id).state == "committed"
        assert sum(each.revoked_at is not None for each in session.exec(select(Statement))) > 2


def stop_stating(session: Session, service: Service, organisation: Organisation) -> Legacy:
    return retirement.retire(
        session, service, organisation, base="https://trust.example/", unclaimed=Unclaimed.DROP
    )


def test_the_end_of_an_organisation_waits_for_the_claims_that_have_begun(
    server: Service, organisation: Organisation, imported: Import
) -> None:
    with server.database.reading() as session:
        claimed_id = max(session.exec(select(Statement.id)))
    held, archives = Barrier(2), list[bytes]()

    def stop() -> None:
        held.wait()
        with server.database.writing() as session:
            legacy = stop_stating(session, server, organisation)
            archives.extend(legacy.archives.values())

    together(lambda: slow_claim(server, organisation, claimed_id, held), stop)
    with server.database.reading() as session:
        copy = session.exec(select(Copy)).one()
        assert [each.id for each in session.exec(select(Statement))] == [claimed_id]
    assert base64url.encode(copy.copy_hash) in archives[0].decode()


def test_an_erasure_waits_for_the_claims_that_have_begun(
    server: Service, organisation: Organisation, imported: Import
) -> None:
    with server.database.reading() as session:
        statement = session.exec(select(Statement)).first()
        assert statement is not None
    held = Barrier(2)

    def erase() -> None:
        held.wait()
        with server.database.writing() as session:
            erasure.erase(session, organisation, statement.worker_id, withdraw=False, now=server.clock())

    together(lambda: slow_claim(server, organisation, statement.id, held), erase)
    with server.database.reading() as session:
        copy = session.exec(select(Copy)).one()
        assert (copy.secured, session.get(Worker, statement.worker_id)) == ("", None)


def test_who_tidies_waits_for_nobody(server: Service, wallet: Wallet, issuer: str, clock: Clock) -> None:
    """A round of claims may hold a nonce that has expired since."""
    wallet.nonce(issuer)
    clock.advance(hours=1)

    def tidy() -> int:
        with server.database.writing() as session:
            return retention.tidy(session, server.settings, now=clock()).expired

    with ThreadPoolExecutor(1) as pool, server.database.writing() as session:
        session.exec(select(Nonce).with_for_update()).one()
        assert pool.submit(tidy).result(timeout=10) == 0
    assert tidy() == 1


def wait_for(service: Service, count: int) -> None:
    """Go on once so many wait for a lock."""
    while waiting(service) < count:
        time.sleep(0.01)


def waiting(service: Service) -> int:
    """How many wait for a lock."""
    query = text("""
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """)
    with service.database.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


@pytest.mark.parametrize("claimed_before", [False, True])
def test_a_claim_that_comes_while_an_organisation_stops_is_refused_and_signs_nothing(
    server: Service, organisation: Organisation, wallet: Wallet, issuer: str, access_token: str,
    claimed_before: bool,
) -> None:  # fmt: skip
    """It has read that the organisation goes on before it waits, and must not go on like that."""
    name = "WorkHistoryCredential.dc+sd-jwt"
    if claimed_before:
        wallet.claim(issuer, access_token, name)
    other = wallet.proof(issuer, wallet.nonce(issuer), new_signer())
    with ThreadPoolExecutor(1) as pool:
        with server.database.writing() as session:
            legacy = stop_stating(session, server, organisation)
            answer = pool.submit(wallet.request, issuer, access_token, name, [other])
            wait_for(server, 1)
        refused = answer.result()
    if claimed_before:
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_nonce")
        again = wallet.request(issuer, access_token, name, [wallet.proof(issuer, wallet.nonce(issuer))])
        assert (again.status_code, again.json()["error"]) == (400, "credential_request_denied")
    else:
        # What nobody claimed was dropped, and the token opens nothing any more.
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
    with server.database.reading() as session:
        assert len(session.exec(select(Copy)).all()) == legacy.copy_count == int(claimed_before)


def test_bulk_signing_that_comes_while_an_organisation_stops_stores_nothing(
    server: Service, organisation: Organisation, imported: Import
) -> None:
    with server.database.reading() as session:
        listed = session.exec(select(Worker)).first()
        assert listed is not None
        signing = signing_of(server, session, organisation)
        wanted = known_keys.wanted_copies(session, [(listed.id, keys(1)[0])], now=server.clock())
    drafts = [signing.draft(each, 1, place) for place, each in enumerate(wanted)]

    def put() -> None:
        with server.database.writing() as session, pytest.raises(RetiredError):
            known_keys.put(session, organisation, drafts, signing=signing)

    def withdraw() -> None:
        with server.database.writing() as session, pytest.raises(RetiredError):
            status.revoke(session, organisation, kept, reason="fout", now=server.clock())

    (kept,) = claimed(server, organisation)[:1]
    with ThreadPoolExecutor(2) as pool:
        with server.database.writing() as session:
            stop_stating(session, server, organisation)
            late = [pool.submit(put), pool.submit(withdraw)]
            wait_for(server, len(late))
        for each in late:
            each.result()


def rename(service: Service, organisation: Organisation, worker_id: UUID, held: Barrier) -> None:
    held.wait()
    with service.database.writing() as session:
        correcting.correct(
            session, organisation, worker_id, NameEntry("Anders"), correction="fout", actor="operator:1",
            today=service.today(), now=service.clock(),
        )  # fmt: skip


def test_a_correction_by_hand_and_a_claim_take_statements_before_lists(
    server: Service, organisation: Organisation, imported: Import
) -> None:
    """The claim holds the statement that the correction withdraws, and then needs its list."""
    claimed(server, organisation)
    with server.database.reading() as session:
        worker = session.exec(select(Worker).order_by(Worker.worker_key)).first()
        assert worker is not None
        ids = sorted(each.id for each in latest_statements(session, worker.id))
    held = Barrier(len(ids) + 1)
    claims = [partial(slow_claim, server, organisation, each, held) for each in ids]
    together(*claims, lambda: rename(server, organisation, worker.id, held))
    with server.database.reading() as session:
        copies = session.exec(select(Copy).where(col(Copy.source).in_(map(str, ids)))).all()
        assert all(session.get_one(Statement, each).revoked_at for each in ids)
        assert len(copies) == 2 * len(ids), "one from before, and one from the claim that came first"
        lists = {each.number: each for each in session.exec(select(StatusList))}
        shown = {
            status_value(lists[copy.status_number].bits, copy.status_index, entry_bits=ENTRY_BITS)
            for copy in copies
        }
        assert shown == {Status.INVALID}


def test_a_correction_by_hand_and_an_erasure_wait_for_one_another(
    server: Service, organisation: Organisation, imported: Import
) -> None:
    """Both wait for a claim; whoever comes first, nothing is left and nothing breaks."""
    with server.database.reading() as session:
        statement = session.exec(select(Statement)).first()
        assert statement is not None
    held = Barrier(3)

    def erase() -> None:
        held.wait()
        with server.database.writing() as session:
            erasure.erase(session, organisation, statement.worker_id, withdraw=True, now=server.clock())

    def correct() -> None:
        with suppress(NotFoundError):
            rename(server, organisation, statement.worker_id, held)

    together(lambda: slow_claim(server, organisation, statement.id, held), erase, correct)
    with server.database.reading() as session:
        assert session.get(Worker, statement.worker_id) is None
        assert [copy.secured for copy in session.exec(select(Copy))] == [""]
