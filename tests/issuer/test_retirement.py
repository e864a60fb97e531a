"""A platform goes bankrupt: its copies live on, and a stolen key makes no new ones."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer import publications
from issuer.claiming import offers
from issuer.errors import RetiredError, UnclaimedError
from issuer.jobs import offers as offer_jobs
from issuer.keyring import key_life
from issuer.life import disputes, retirement, status
from issuer.life.retirement import Legacy, Unclaimed
from issuer.service import Service
from issuer.store.workers import latest_statements
from issuer.tables import Copy, Dispute, Import, Offer, Organisation, Statement, StatusList, Worker
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl, Form, StatementType
from standard.sd_jwt import issue_statement
from standard.status_list import StatusReference
from standard.trust import read_root
from standard.verification import CheckCode, Outcome, Reason, VerificationPolicy, verify
from standard.verification.result import VerificationResult
from tests.issuer.acting import PROFILE, Clock, Wallet, commit, new_offer, new_signer, read_export, tx_code
from tests.standard.statements import WORK_HISTORY
from tests.world import MemoryResolver
from verifier import stewardship
from verifier.stewardship import Entry

LIST = "https://trust.example/list"
ARCHIVES = "https://trust.example/archives/"
FORMS = (Form.EDDSA_RDFC, Form.ECDSA_RDFC, Form.SD_JWT, Form.COMPACT)


class Steward:
    """Keeps the list, and verifies with nothing but the list and the archives: the server is gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archives: dict[str, bytes] = {}
        stewardship.init(folder, name="Bestuur", address=LIST, demonstration=False)

    def add(self, client: TestClient, issuer: str, now: datetime) -> None:
        entry = Entry(
            "Vakhulp", "cooperative", "mailto:a@b.example", tuple(StatementType), f"{issuer}/status/"
        )
        stewardship.add(self.folder, client.get(f"{issuer}/did.json").content, entry, now=now)

    def take(self, archives: Mapping[str, bytes]) -> None:
        for name, content in archives.items():
            stewardship.add_archive(self.folder, content)
            self.archives[f"{ARCHIVES}{name}"] = content

    def verdict(
        self, copy: Any, now: datetime, documents: Mapping[str, bytes] | None = None
    ) -> VerificationResult:
        stewardship.sign(self.folder, now=now, valid_days=90)
        root = read_root((self.folder / stewardship.ROOT).read_bytes())
        known = {LIST: (self.folder / stewardship.LIST).read_bytes(), **self.archives, **(documents or {})}
        policy = VerificationPolicy(
            now=now, trust_roots=(root,), status_max_age=timedelta(days=7),
            expected_challenge=None, expected_domain=None,
        )  # fmt: skip
        data = copy if isinstance(copy, str) else json.dumps(copy)
        return verify(data, policy=policy, resolver=MemoryResolver(known))


def reason(result: VerificationResult, code: CheckCode) -> str:
    return next(str(check.reason) for check in result.checks if check.code is code)


@pytest.fixture
def steward(
    tmp_path: Path, client: TestClient, issuer: str, organisation: Organisation, clock: Clock
) -> Steward:
    made = Steward(tmp_path / "trust")
    made.add(client, issuer, clock())
    return made


def retire(service: Service, organisation: Organisation, unclaimed: Unclaimed = Unclaimed.DROP) -> Legacy:
    with service.database.writing() as session:
        return retirement.retire(session, service, organisation, base=ARCHIVES, unclaimed=unclaimed)


def claim_all(wallet: Wallet, issuer: str, token: str) -> dict[Form, Any]:
    names = {form: f"WorkHistoryCredential.{form.value}" for form in FORMS}
    names[Form.COMPACT] = "KlusCV.kluscv-compact"
    return {form: wallet.claim(issuer, token, name) for form, name in names.items()}


def forged(service: Service, organisation: Organisation, index: int, signed: datetime) -> str:
    """What a thief makes with the key file: everything is right but that nobody allowed it."""
    (pem,) = (service.keys.folder / organisation.slug).glob("p256-*.pem")
    key = PrivateKey.from_pem(pem.read_bytes(), None)
    return issue_statement(
        WORK_HISTORY, issuer=organisation.did, organisation_name=organisation.name,  # type: ignore[arg-type]
        holder=new_signer().public_key, jti="urn:uuid:00000000-0000-4000-8000-000000000001", issued=signed,
        status=StatusReference(service.status_base(organisation.slug), 1, index, is_suspendable=True),
        signer=KeySigner(key, DidUrl(f"{organisation.did}#{pem.stem}")),
        new_salt=lambda: secrets.token_urlsafe(16),
    )  # fmt: skip


def test_credentials_live_on_after_the_platform_and_a_stolen_key_backdates_nothing(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet, steward: Steward,
    issuer: str, access_token: str, fatima: Worker, clock: Clock,
) -> None:  # fmt: skip
    copies = claim_all(wallet, issuer, access_token)
    withdrawn = wallet.claim(issuer, access_token, "RatingCredential.dc+sd-jwt")
    with service.database.writing() as session:
        (rating,) = (each for each in latest_statements(session, fatima.id) if each.type.startswith("R"))
        status.revoke(session, organisation, rating.id, reason="klopt niet", now=clock())
        used = {copy.status_index for copy in session.exec(select(Copy))}
    free = next(index for index in range(len(used) + 1) if index not in used)
    legacy = retire(service, organisation)
    steward.add(client, issuer, clock())
    steward.take(legacy.archives)
    stewardship.retire(steward.folder, organisation.did, clock().date())  # type: ignore[arg-type]
    later = clock() + timedelta(days=900)
    # The paper copy shows the rating too, which was withdrawn.
    for form, copy in copies.items():
        result = steward.verdict(copy, later)
        if form is Form.COMPACT:
            assert reason(result, CheckCode.STATUS) == Reason.REVOKED
            continue
        assert result.outcome is Outcome.VALID, (form, result.checks)
        assert reason(result, CheckCode.TRUST) == Reason.RETIRED
        assert reason(result, CheckCode.STATUS) == Reason.NOT_REVOKED_AT_THE_END
    assert reason(steward.verdict(withdrawn, later), CheckCode.STATUS) == Reason.REVOKED
    # A place that was never given out was withdrawn before the thief came.
    backdated = forged(service, organisation, free, clock())
    assert reason(steward.verdict(backdated, later), CheckCode.STATUS) == Reason.REVOKED
    after = forged(service, organisation, min(used), clock() + timedelta(days=30))
    assert steward.verdict(after, later).outcome is Outcome.INVALID
    # On a place of somebody else's: the steward calls the key stolen, and the archive tells them apart.
    squatting = forged(service, organisation, place_of(service, copies[Form.SD_JWT]), clock())
    assert steward.verdict(squatting, later).outcome is Outcome.VALID
    call_stolen(steward, clock())
    assert reason(steward.verdict(squatting, later), CheckCode.TRUST) == Reason.KEY_COMPROMISED
    kept = steward.verdict(copies[Form.SD_JWT], later)
    assert (kept.outcome, reason(kept, CheckCode.TRUST)) == (Outcome.VALID, Reason.ARCHIVED)


def place_of(service: Service, text: str) -> int:
    with service.database.reading() as session:
        return session.exec(select(Copy.status_index).where(Copy.secured == text)).one()


def call_stolen(steward: Steward, since: datetime) -> None:
    (path,) = (steward.folder / stewardship.ORGANISATIONS).glob("*.json")
    entry = json.loads(path.read_text())
    for key in entry["trustedKey"]:
        key["compromisedAt"] = since.isoformat().replace("+00:00", "Z")
    path.write_text(json.dumps(entry))


def test_after_a_theft_what_was_signed_before_is_kept_by_an_archive_of_hashes(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet, steward: Steward,
    issuer: str, access_token: str, clock: Clock,
) -> None:  # fmt: skip
    copies = claim_all(wallet, issuer, access_token)
    thief = forged(service, organisation, place_of(service, copies[Form.SD_JWT]), clock())
    clock.advance(minutes=5)
    with service.database.writing() as session:
        legacy = retirement.signed_until(session, organisation, base=ARCHIVES, until=clock(), now=clock())
        for key in key_life.known_keys(session, organisation):
            key_life.report_theft(
                session, service.keys, organisation, key.verification_method, since=clock(), now=clock()
            )
    assert legacy.copy_count == len(copies)
    steward.take(legacy.archives)
    steward.add(client, issuer, clock())
    lists = {
        f"{issuer}/status/1{path}": client.get(f"{issuer}/status/1{path}").content
        for path in ("", "/token", "/suspension")
    }
    for form, copy in copies.items():
        result = steward.verdict(copy, clock(), lists)
        assert (result.outcome, reason(result, CheckCode.TRUST)) == (Outcome.VALID, Reason.ARCHIVED), form
    assert reason(steward.verdict(thief, clock(), lists), CheckCode.TRUST) == Reason.KEY_COMPROMISED


def test_who_has_something_unclaimed_is_not_forgotten_by_accident(
    service: Service, organisation: Organisation, fatima: Worker, clock: Clock
) -> None:
    with pytest.raises(UnclaimedError):
        retire(service, organisation, Unclaimed.REFUSE)
    with service.database.writing() as session:
        count = retirement.announce(session, service, organisation, clock().date() + timedelta(days=30))
        offer = offers.store.latest_offer(session, fatima.id)
    assert count > 1
    assert offer is not None
    assert offer.expires_at == datetime.combine(
        clock().date() + timedelta(days=31), datetime.min.time(), tzinfo=UTC
    )
    legacy = retire(service, organisation, Unclaimed.HAND_OVER)
    assert {entry["name"] for entry in legacy.unclaimed} >= {fatima.name}
    assert legacy.copy_count == 0
    with service.database.reading() as session:
        assert session.exec(select(Statement)).all() == []


def test_a_statement_that_its_worker_disputed_unclaimed_can_be_dropped(
    service: Service, organisation: Organisation, offer: Offer
) -> None:
    with service.database.writing() as session:
        disputes.receive_at_claim(
            session, offer.id, transaction_code=tx_code(service, offer), text="Dit klopt niet.",
            language="nl", secret=service.keys.claim_code_key(), max_attempts=3, now=service.clock(),
        )  # fmt: skip
    assert retire(service, organisation).copy_count == 0
    with service.database.reading() as session:
        assert session.exec(select(Dispute)).all() == []


def test_nothing_is_signed_or_decided_after_the_end(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker, clock: Clock,
) -> None:  # fmt: skip
    claim_all(wallet, issuer, access_token)
    retire(service, organisation)
    with service.database.reading() as session:
        gone = session.get_one(Organisation, organisation.id)
        session.expunge(gone)
    last = client.get(f"{issuer}/status/1").content
    clock.advance(days=30)
    assert client.get(f"{issuer}/status/1").content == last
    assert publications.sign_outdated(service) == 0
    with service.database.writing() as session:
        statement = latest_statements(session, fatima.id)[0]
        with pytest.raises(RetiredError):
            status.suspend(session, gone, statement.id, reason="x", now=clock())
        session.rollback()
    for again in (
        lambda: retire(service, gone),
        lambda: announce(service, gone, clock().date()),
    ):
        with pytest.raises(RetiredError):
            again()
    offer = new_offer(service, fatima.id)
    token = wallet.token(wallet.offer(offer.id), tx_code(service, offer)).json()["access_token"]
    answer = wallet.request(
        issuer, token, "WorkHistoryCredential.eddsa-jcs-2022", [wallet.proof(issuer, wallet.nonce(issuer))]
    )
    assert answer.status_code >= 400


def announce(service: Service, organisation: Organisation, day: date) -> int:
    with service.database.writing() as session:
        return retirement.announce(session, service, organisation, day)


def test_nothing_more_is_stated_after_the_end(
    service: Service, organisation: Organisation, imported: Import, export: Path,
    operator_client: TestClient,
) -> None:  # fmt: skip
    with export.open("rb") as stream:
        waiting = read_export(service, organisation, stream)
    retire(service, organisation)
    with pytest.raises(RetiredError):
        commit(service, organisation, waiting.id)
    with pytest.raises(RetiredError), export.open("rb") as stream:
        read_export(service, organisation, stream)
    with pytest.raises(RetiredError), service.database.writing() as session:
        offer_jobs.start(session, organisation, now=service.clock())
    sent = {"files": {"export": (export.name, export.read_bytes())}, "data": {"profile": PROFILE}}
    answer = operator_client.post(f"/beheer/{organisation.slug}/exports", **sent)
    assert answer.status_code == 422
    assert "Deze organisatie is gestopt" in answer.text
    assert imported.state == "committed"


def test_the_last_list_knows_every_copy_and_nothing_else(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, access_token: str
) -> None:
    claim_all(wallet, issuer, access_token)
    retire(service, organisation)
    with service.database.reading() as session:
        stored = session.get_one(StatusList, (organisation.id, 1))
        used = {copy.status_index for copy in session.exec(select(Copy))}
    entries = [stored.bits[place // 4] >> (6 - place % 4 * 2) & 3 for place in range(131_072)]
    assert {place for place, value in enumerate(entries) if value == 0} == used
    assert set(entries) == {0, 1}


def test_many_copies_spread_over_several_archives(service: Service, organisation: Organisation) -> None:
    hashes = [number.to_bytes(32, "big") for number in range(130_000)]
    made = retirement._archives(organisation, ARCHIVES, service.clock(), hashes, {})
    assert len(made) == 3
    assert all(len(content) < 4 << 20 for content in made.values())
