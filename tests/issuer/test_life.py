"""What becomes of a statement after it was claimed: suspended, restored, corrected, ended, renewed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import select

from issuer import publications
from issuer.audit import SYSTEM
from issuer.batch import correcting
from issuer.batch.entries import GigEntry
from issuer.claiming import offers
from issuer.errors import (
    NothingToOfferError,
    ReasonMissingError,
    StatementStateError,
    ValidityError,
)
from issuer.life import restating, status, validity
from issuer.service import Service
from issuer.store.offers import offered_statements
from issuer.store.workers import latest_statements, newest_statement_ids
from issuer.tables import Copy, Import, Organisation, Statement, StatusList, Worker
from standard import sd_jwt
from standard.credentials import check_credential
from standard.dids import method_key
from standard.keys import PublicKey
from standard.model import Did, DidUrl, Form, StatementType
from standard.status_list import Purpose, Status, read_bitstring_credential, read_token_status_list
from tests.issuer.acting import Clock, Wallet, import_export, new_signer, tx_code

HISTORY = "WorkHistoryCredential"
RATING = "RatingCredential"
EDDSA, SD_JWT = f"{HISTORY}.eddsa-rdfc-2022", f"{HISTORY}.dc+sd-jwt"
PAPER = "KlusCV.kluscv-compact"


def latest(service: Service, worker: Worker, kind: str = HISTORY) -> Statement:
    with service.database.reading() as session:
        return next(item for item in latest_statements(session, worker.id) if item.type == kind)


def suspend(service: Service, organisation: Organisation, statement: Statement) -> Statement:
    with service.database.writing() as session:
        return status.suspend(session, organisation, statement.id, reason="nagaan", now=service.clock())


def restore(service: Service, organisation: Organisation, statement: Statement) -> Statement:
    with service.database.writing() as session:
        return status.restore(session, organisation, statement.id)


def values(client: TestClient, organisation: Organisation, issuer: str, copy: Copy) -> tuple[int, bool, bool]:
    """What the token list, the list of withdrawals and the list of suspensions say of a copy."""
    document = client.get(f"{issuer}/did.json").json()

    def key(method: DidUrl) -> PublicKey:
        return method_key(document, method, "assertionMethod")

    uri, did = f"{issuer}/status/{copy.status_number}", Did(organisation.did)
    token = read_token_status_list(
        client.get(f"{uri}/token").content, uri=f"{uri}/token", issuer=did, resolve_key=key
    )
    withdrawn = read_bitstring_credential(client.get(uri).content, uri=uri, issuer=did, resolve_key=key)
    suspended = read_bitstring_credential(
        client.get(f"{uri}/suspension").content, uri=f"{uri}/suspension", issuer=did, resolve_key=key,
        purpose=Purpose.SUSPENSION,
    )  # fmt: skip
    index = copy.status_index
    return token.value(index), withdrawn.is_set(index), suspended.is_set(index)


def copies(service: Service) -> dict[str, Copy]:
    with service.database.reading() as session:
        return {copy.form: copy for copy in session.exec(select(Copy))}


def claim_again(service: Service, wallet: Wallet, issuer: str, worker: Worker) -> Any:
    """A new link, and its work history as it is signed now."""
    with service.database.writing() as session:
        lifetime = service.settings.offer_lifetime
        offer = offers.offer_worker(session, worker.id, now=service.clock(), lifetime=lifetime)
    token = wallet.token(wallet.offer(offer.id), tx_code(service, offer)).json()["access_token"]
    return {name: wallet.claim(issuer, token, name) for name in (EDDSA, SD_JWT)}


def test_a_suspension_shows_in_every_list_and_can_be_lifted(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker,
) -> None:  # fmt: skip
    for name in (EDDSA, SD_JWT, PAPER):
        wallet.claim(issuer, access_token, name)
    statement, mine = latest(service, fatima), copies(service)
    suspend(service, organisation, statement)
    for copy in mine.values():
        assert values(client, organisation, issuer, copy) == (Status.SUSPENDED, False, True)
    proof = wallet.proof(issuer, wallet.nonce(issuer))
    refused = wallet.request(issuer, access_token, f"{HISTORY}.ecdsa-rdfc-2019", [proof])
    assert refused.json()["error"] == "credential_request_denied"
    restore(service, organisation, statement)
    for copy in mine.values():
        assert values(client, organisation, issuer, copy) == (Status.VALID, False, False)
    wallet.claim(issuer, access_token, f"{HISTORY}.ecdsa-rdfc-2019")


def test_a_paper_copy_follows_the_worse_of_its_two_statements(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker,
) -> None:  # fmt: skip
    wallet.claim(issuer, access_token, PAPER)
    history, rating = latest(service, fatima), latest(service, fatima, RATING)
    paper = copies(service)[Form.COMPACT]
    suspend(service, organisation, history)
    suspend(service, organisation, rating)
    restore(service, organisation, history)
    assert values(client, organisation, issuer, paper)[0] == Status.SUSPENDED
    with service.database.writing() as session:
        status.revoke(session, organisation, rating.id, reason="x", now=service.clock())
    assert values(client, organisation, issuer, paper) == (Status.INVALID, True, False)


def test_a_withdrawal_is_for_good_and_a_suspension_needs_a_reason(
    service: Service, organisation: Organisation, fatima: Worker, clock: Clock
) -> None:
    statement = latest(service, fatima)
    first = suspend(service, organisation, statement).suspended_at
    clock.advance(days=1)
    assert suspend(service, organisation, statement).suspended_at == first
    with pytest.raises(ReasonMissingError), service.database.writing() as session:
        status.suspend(session, organisation, statement.id, reason=" \n", now=service.clock())
    with service.database.writing() as session:
        status.revoke(session, organisation, statement.id, reason="x", now=service.clock())
    with pytest.raises(StatementStateError):
        suspend(service, organisation, statement)
    with pytest.raises(StatementStateError):
        restore(service, organisation, statement)


def test_a_list_without_room_for_suspension_takes_no_new_copies(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker,
) -> None:  # fmt: skip
    with service.database.writing() as session:
        old = session.get_one(StatusList, (organisation.id, 1))
        old.entry_bits, old.bits = 1, bytes(len(old.bits) // 2)
    wallet.claim(issuer, access_token, EDDSA)
    (copy,) = copies(service).values()
    assert copy.status_number == 2
    assert client.get(f"{issuer}/status/1").status_code == 200
    assert client.get(f"{issuer}/status/1/suspension").status_code == 404
    with service.database.writing() as session:
        stored = session.get_one(Copy, copy.id)
        stored.status_number = 1
    with pytest.raises(StatementStateError):
        suspend(service, organisation, latest(service, fatima))


def test_a_correction_names_the_copies_it_replaces_for_the_same_holder_only(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker, imported: Import,
) -> None:  # fmt: skip
    wallet.claim(issuer, access_token, PAPER)
    earlier = wallet.claim(issuer, access_token, EDDSA)["id"]
    earlier_jwt = sd_jwt.parse(wallet.claim(issuer, access_token, SD_JWT)).payload["jti"]
    correct(service, organisation, fatima)
    # A second correction still names what the worker holds, also where the first was never claimed.
    correct(service, organisation, fatima)
    corrected = claim_again(service, wallet, issuer, fatima)
    named = sorted([earlier, earlier_jwt])
    assert corrected[EDDSA]["supersedes"] == named
    check_credential(corrected[EDDSA])
    assert sd_jwt.parse(corrected[SD_JWT]).payload["supersedes"] == named
    other = Wallet(client, wallet.clock, new_signer())
    assert "supersedes" not in claim_again(service, other, issuer, fatima)[EDDSA]


def correct(service: Service, organisation: Organisation, worker: Worker) -> None:
    """The last gig was shorter after all."""
    with service.database.reading() as session:
        gig = correcting.ledger_of(session, worker).gigs()[0]
    hours, minutes = divmod(gig.worked_minutes - 30, 60)
    wrong = latest(service, worker)
    with service.database.writing() as session:
        correcting.correct(
            session, organisation, worker.id, GigEntry(gig.key, worked=f"{hours}:{minutes:02d}"),
            correction="verkeerde uren", actor=SYSTEM, today=service.today(), now=service.clock(),
        )  # fmt: skip
    with service.database.reading() as session:
        assert session.get_one(Statement, wrong.id).revoked_at is not None


@pytest.fixture
def limited(service: Service, organisation: Organisation) -> None:
    with service.database.writing() as session:
        validity.limit(session, organisation, StatementType.WORK_HISTORY, 30)


def test_a_statement_of_a_limited_type_ends_and_says_so_in_its_copies(
    limited: None, service: Service, organisation: Organisation, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker, clock: Clock,
) -> None:  # fmt: skip
    statement = latest(service, fatima)
    until = datetime.combine(statement.as_of + timedelta(days=30), datetime.min.time(), tzinfo=UTC)
    assert (statement.valid_until, latest(service, fatima, RATING).valid_until) == (until, None)
    document = wallet.claim(issuer, access_token, EDDSA)
    check_credential(document)
    assert document["validUntil"] == until.isoformat().replace("+00:00", "Z")
    assert sd_jwt.parse(wallet.claim(issuer, access_token, SD_JWT)).payload["exp"] == until.timestamp()
    assert (
        wallet.request(issuer, access_token, PAPER, []).json()["error"] == "unknown_credential_configuration"
    )


def test_nothing_is_signed_after_its_end_until_it_is_renewed(
    limited: None, service: Service, organisation: Organisation, wallet: Wallet,
    issuer: str, fatima: Worker, clock: Clock, export: Any,
) -> None:  # fmt: skip
    before = latest(service, fatima)
    with service.database.writing() as session:
        offer = offers.offer_worker(session, fatima.id, now=service.clock(), lifetime=timedelta(days=90))
    clock.advance(days=60)
    token = wallet.token(wallet.offer(offer.id), tx_code(service, offer)).json()["access_token"]
    answer = wallet.request(issuer, token, EDDSA, [wallet.proof(issuer, wallet.nonce(issuer))])
    assert answer.json()["error"] == "credential_request_denied"

    def renew() -> int:
        with service.database.writing() as session:
            ahead = service.clock() + timedelta(days=7)
            return len(restating.renew(session, organisation, ending_before=ahead, now=service.clock()))

    renewed_count = renew()
    renewed = latest(service, fatima)
    assert renewed_count > 0
    assert (renewed.version, renewed.as_of) == (before.version + 1, service.clock().date())
    assert renewed.content_hash == before.content_hash
    assert "validUntil" in claim_again(service, wallet, issuer, fatima)[EDDSA]
    assert renew() == 0
    import_export(service, organisation, export)
    assert latest(service, fatima).id == renewed.id


def test_what_has_expired_is_offered_to_nobody(
    limited: None, service: Service, organisation: Organisation, client: TestClient, fatima: Worker,
    clock: Clock,
) -> None:  # fmt: skip
    clock.advance(days=60)
    lifetime = service.settings.offer_lifetime
    with service.database.writing() as session:
        offer = offers.offer_worker(session, fatima.id, now=clock(), lifetime=lifetime)
        offered = {statement.type for statement in offered_statements(session, offer.id)}
    assert offered == {RATING}
    assert HISTORY not in client.get(f"/offers/{offer.id}").text
    with service.database.writing() as session:
        row = session.merge(latest(service, fatima, RATING))
        row.valid_until = clock()
        session.flush()
        assert fatima.id not in newest_statement_ids(session, [fatima.id], now=clock())
        with pytest.raises(NothingToOfferError, match="expired"):
            offers.offer_worker(session, fatima.id, now=clock(), lifetime=lifetime)


def test_a_withdrawn_statement_is_not_renewed(
    limited: None, service: Service, organisation: Organisation, fatima: Worker, clock: Clock
) -> None:
    withdrawn = latest(service, fatima)
    with service.database.writing() as session:
        status.revoke(session, organisation, withdrawn.id, reason="x", now=service.clock())
    with service.database.writing() as session:
        restating.renew(session, organisation, ending_before=datetime.max.replace(tzinfo=UTC), now=clock())
    assert latest(service, fatima).id == withdrawn.id


@pytest.mark.parametrize("days", [0, -1, 3661])
def test_a_validity_is_a_sensible_number_of_days(
    service: Service, organisation: Organisation, days: int
) -> None:
    with pytest.raises(ValidityError), service.database.writing() as session:
        validity.limit(session, organisation, StatementType.RATING, days)


def test_the_hashes_of_copies_from_before_are_found_by_the_migration(
    service: Service, wallet: Wallet, issuer: str, access_token: str
) -> None:
    for name in (EDDSA, f"{HISTORY}.ecdsa-rdfc-2019", SD_JWT, PAPER):
        wallet.claim(issuer, access_token, name)
    migration = import_module("issuer.migrations.versions.0005_life_of_statements")
    with service.database.engine.begin() as connection:
        kept = connection.execute(text("SELECT id, copy_hash FROM copy ORDER BY id")).all()
        connection.execute(text("UPDATE copy SET copy_hash = ''"))
        migration._hash_copies(connection)
        assert connection.execute(text("SELECT id, copy_hash FROM copy ORDER BY id")).all() == kept
    assert len(kept) == 4


def test_changed_lists_are_signed_by_the_clock_too(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker,
) -> None:  # fmt: skip
    wallet.claim(issuer, access_token, EDDSA)
    assert publications.sign_outdated(service) == 1
    assert publications.sign_outdated(service) == 0
    suspend(service, organisation, latest(service, fatima))
    assert publications.sign_outdated(service) == 1
    with service.database.reading() as session:
        stored = session.get_one(StatusList, (organisation.id, 1))
        assert stored.credential is not None
        assert not stored.is_outdated
        assert json.loads(stored.credential)["id"] == f"{issuer}/status/1"


@pytest.mark.parametrize("header", ["{}", 'W/{}, "other"', '"other", {}', "*"])
def test_a_reader_who_has_the_list_is_told_so(client: TestClient, issuer: str, header: str,
                                              organisation: Organisation) -> None:  # fmt: skip
    first = client.get(f"{issuer}/status/1/token")
    asked = {"If-None-Match": header.format(first.headers["etag"])}
    again = client.get(f"{issuer}/status/1/token", headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{issuer}/status/1/token", headers={"If-None-Match": '"other"'})
    assert other.content == first.content
