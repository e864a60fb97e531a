"""One claim link per worker; making links for all is safe to repeat; the database opens nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from issuer.claiming import offering, offers
from issuer.errors import NothingToOfferError
from issuer.life import status
from issuer.service import Service
from issuer.store.offers import offered_statements
from issuer.store.workers import latest_statements
from issuer.tables import METADATA, Import, Offer, Organisation, Worker
from tests.issuer.acting import Clock, Wallet, import_export, new_offer, tx_code


def offer_all(service: Service, organisation: Organisation) -> int:
    with service.database.writing() as session:
        return offering.offer_all(
            session, organisation, now=service.clock(), lifetime=service.settings.offer_lifetime
        )


def test_everyone_gets_one_link_and_a_repeat_makes_none(
    service: Service, organisation: Organisation, imported: Import
) -> None:
    assert offer_all(service, organisation) == imported.worker_count
    assert offer_all(service, organisation) == 0
    with service.database.reading() as session:
        per_worker = [offer.worker_id for offer in session.exec(select(Offer))]
    assert len(per_worker) == len(set(per_worker))


def test_an_open_link_is_kept_and_covers_the_newest_statements(
    service: Service, organisation: Organisation, export: Path, tmp_path: Path
) -> None:
    lines = export.read_bytes().splitlines(keepends=True)
    early = tmp_path / "early.csv"
    early.write_bytes(b"".join(lines[: len(lines) // 2]))
    import_export(service, organisation, early)
    offer_all(service, organisation)
    with service.database.reading() as session:
        before = {offer.worker_id: offer.id for offer in session.exec(select(Offer))}
    import_export(service, organisation, export)
    offer_all(service, organisation)
    with service.database.reading() as session:
        for worker_id, offer_id in before.items():
            covered = {item.id for item in offered_statements(session, offer_id)}
            assert covered == {item.id for item in latest_statements(session, worker_id)}


def test_a_claimed_offer_is_not_made_again_until_something_is_new(
    service: Service, organisation: Organisation, fatima: Worker, access_token: str
) -> None:
    offer_all(service, organisation)
    with service.database.reading() as session:
        assert len(session.exec(select(Offer).where(Offer.worker_id == fatima.id)).all()) == 1


def test_a_new_link_closes_the_old_one(
    service: Service, wallet: Wallet, offer: Offer, fatima: Worker
) -> None:
    opened = wallet.offer(offer.id)
    new_offer(service, fatima.id)
    assert wallet.token(opened, tx_code(service, offer)).json()["error"] == "invalid_grant"


def test_an_expired_link_is_replaced(
    service: Service, organisation: Organisation, imported: Import, clock: Clock
) -> None:
    offer_all(service, organisation)
    clock.advance(days=service.settings.offer_days)
    assert offer_all(service, organisation) == imported.worker_count


def test_a_worker_whose_statements_were_withdrawn_gets_no_link(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    with service.database.writing() as session:
        for statement in latest_statements(session, fatima.id):
            status.revoke(session, organisation, statement.id, reason="dubbel", now=service.clock())
    with pytest.raises(NothingToOfferError):
        new_offer(service, fatima.id)


def test_nothing_in_the_database_opens_an_offer(
    service: Service, offer: Offer, access_token: str, wallet: Wallet, issuer: str
) -> None:
    nonce = wallet.nonce(issuer)
    codes = offers.codes(offer.id, service.keys.claim_code_key())
    with service.database.engine.connect() as connection:
        tables = [connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in METADATA.tables]  # noqa: S608
    dump = repr(tables)
    for secret in (codes.pre_authorized, codes.transaction, access_token, nonce):
        assert secret not in dump


def test_codes_differ_between_offers_and_between_installations() -> None:
    seen = {offers.codes(name, key) for name in ("a", "b") for key in (b"1" * 32, b"2" * 32)}
    assert len({codes.pre_authorized for codes in seen}) == 4
    assert all(len(codes.transaction) == 6 and codes.transaction.isdigit() for codes in seen)
