"""A worker tells the organisation on the wallet's page; its operator answers; the next proof has the mark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from issuer import organisations
from issuer.life import disputes
from issuer.organisations import identity
from issuer.samples import FATIMA
from issuer.store import disputes as disputes_store
from issuer.store.workers import search_workers
from issuer.tables import Dispute
from templates.cv.labels import work_label
from templates.cv.words import Words
from tests.wallet.conftest import wallet_settings
from tests.wallet.platforms import Platforms, running_platforms
from tests.wallet.test_pages import OURS, PASSPHRASE, receive
from wallet.app import create_app
from wallet.database import migrate

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SLUG = "klusdag"
WORDS = "Dit waren meer uren: ook de avonden van <juni>."


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platforms]:
    with running_platforms(tmp_path_factory.mktemp("platforms"), (SLUG,), NOW) as platforms:
        yield platforms


@pytest.fixture
def worker(platforms: Platforms, tmp_path: Path, database_url: str) -> Iterator[TestClient]:
    """A worker who is logged in to her wallet."""
    migrate(database_url)
    settings = wallet_settings(platforms, tmp_path, database_url)
    with TestClient(create_app(settings, clock=lambda: NOW), headers=OURS) as client:
        client.post("/welkom/nieuw", data={"account_name": "fatima", "passphrase": PASSPHRASE})
        yield client


def heard(platforms: Platforms) -> Sequence[Dispute]:
    """What the operator finds."""
    with platforms.service.database.reading() as session:
        organisation = identity(organisations.by_slug(session, SLUG))
        fatima = search_workers(session, organisation, FATIMA, limit=1)[0]
        found = disputes_store.disputes_of_organisation(session, organisation)
        assert {worker.id for _, worker in found} <= {fatima.id}
        return [dispute for dispute, _ in found]


def answer(platforms: Platforms, dispute: Dispute, reply: str) -> None:
    assert dispute.record_key is not None
    with platforms.service.database.writing() as session:
        klusdag = organisations.by_slug(session, SLUG)
        disputes.take_note(session, klusdag, dispute.id, record=dispute.record_key, now=NOW)
        disputes.reply(session, klusdag, dispute.id, reply, now=NOW)


def test_the_operator_hears_what_the_worker_wrote_and_she_reads_the_answer(
    worker: TestClient, platforms: Platforms
) -> None:
    page = f"{receive(worker, platforms, SLUG)}/klopt-niet"
    before = {dispute.id: dispute.state for dispute in heard(platforms)}
    # A record that has no mark yet: the platforms are the same on both databases.
    record = f"engagement:{list(before.values()).count('noted')}"
    form = {"record": record, "text": f"{WORDS} Zie {page}."}
    sent = worker.post(page, data=form)
    assert "Verstuurd." in sent.text
    assert "Ontvangen" in sent.text
    assert "&lt;juni&gt;" in sent.text
    assert worker.post(page, data=form).status_code == 200
    (dispute,) = (each for each in heard(platforms) if each.id not in before)
    assert (dispute.text, dispute.record_list, dispute.language) == (form["text"], "engagement", "nl")
    option = re.search(rf'value="{record}">([^<]+)<', worker.get(page).text)
    assert option is not None
    category, occupation, *_ = json.loads(str(dispute.record_key))
    assert option[1] == work_label(category, occupation, Words("nl"))
    answer(platforms, dispute, "We kijken het na.")
    again = worker.post(f"{page}/0")
    assert "We kijken het na." in again.text
    assert "Ze kijken het na" in again.text
    renewed = worker.get(f"{receive(worker, platforms, SLUG)}/klopt-niet")
    assert renewed.url.path != page
    assert "We kijken het na." in renewed.text


def test_what_was_typed_stays_when_it_cannot_be_sent(worker: TestClient, platforms: Platforms) -> None:
    page = f"{receive(worker, platforms, SLUG)}/klopt-niet"
    before = len(heard(platforms))
    for text, said in (
        ("Mijn BSN is 123456782", "op een BSN lijkt"),
        ("x" * 2_001, "hoogstens 2.000 tekens"),
    ):
        refused = worker.post(page, data={"record": "review:0", "text": text})
        assert refused.status_code == 422
        assert said in refused.text
        assert f">{text}</textarea>" in refused.text
        assert 'value="review:0" selected' in refused.text
        assert 'aria-invalid="true"' in refused.text
    assert worker.post(page, data={"record": "review:9999", "text": WORDS}).status_code == 404
    assert worker.post(f"{page}/0").status_code == 404
    assert (
        worker.post(page, data={"text": WORDS}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert len(heard(platforms)) == before


def test_an_organisation_can_be_told_before_anything_is_kept(
    worker: TestClient, platforms: Platforms
) -> None:
    invitation = platforms.invite(SLUG)
    given = f"openid-credential-offer://?credential_offer_uri={invitation.offer_uri}"
    received = worker.post("/ontvangen", data={"given": given, "code": invitation.code}).url.path
    sent = worker.post(f"{received}/klopt-niet", data={"text": "Ik was dit niet."})
    assert sent.url.path == f"{received}/klopt-niet"
    assert "Verstuurd." in sent.text
    kept = worker.post(f"{received}/bewaren").url.path
    assert "Ik was dit niet." in worker.get(f"{kept}/klopt-niet").text


def test_an_organisation_that_is_away_is_said_to_be_away(tmp_path: Path, database_url: str) -> None:
    migrate(database_url)
    with running_platforms(tmp_path / "platforms", (SLUG,), NOW) as platforms:
        settings = wallet_settings(platforms, tmp_path / "wallet", database_url)
        with TestClient(create_app(settings, clock=lambda: NOW), headers=OURS) as client:
            client.post("/welkom/nieuw", data={"account_name": "fatima", "passphrase": PASSPHRASE})
            page = f"{receive(client, platforms, SLUG)}/klopt-niet"
            cookies = client.cookies
    with TestClient(create_app(settings, clock=lambda: NOW), headers=OURS, cookies=cookies) as client:
        away = client.post(page, data={"record": "rating:0", "text": WORDS})
    assert away.status_code == 422
    assert "niet bereiken" in away.text
    assert "ook de avonden van &lt;juni&gt;.</textarea>" in away.text
    assert "mailto:bewijs@klusdag.example" in away.text
