"""The wallet claims from a running issuer: with leave in the browser, later, and with word afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, delete, select

from issuer.organisations import by_slug
from issuer.tables import AccessToken, Copy, CopyStatement, DeferredIssuance
from tests.issuer.acting import Clock
from tests.wallet.conftest import NOW, wallet_settings
from tests.wallet.platforms import Platforms, running_platforms
from wallet.app import create_app
from wallet.database import migrate

WALLET = "https://wallet.example"
WAIT_SECONDS = 31
NO_REDIRECT = {"follow_redirects": False}


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platforms]:
    slugs = ("klusdag", "oppaspunt", "vakhulp")
    with running_platforms(tmp_path_factory.mktemp("platforms"), slugs, NOW) as platforms:
        yield platforms


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = NOW
    return clock


@pytest.fixture
def browser(platforms: Platforms, tmp_path: Path, clock: Clock) -> Iterator[TestClient]:
    """A browser in which Fatima is logged in to a wallet on https."""
    settings = wallet_settings(platforms, tmp_path, "").model_copy(update={"base_url": WALLET})
    migrate(settings.resolved_database_url)
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    with TestClient(create_app(settings, clock=clock), base_url=WALLET, headers=same_origin) as browser:
        log_in(browser, "fatima")
        yield browser


def log_in(browser: TestClient, account_name: str) -> None:
    browser.cookies.clear()
    form = {"account_name": account_name, "passphrase": "drie fietsen in de regen"}
    assert browser.post("/welkom/nieuw", data=form).status_code == 200


def ask_leave(browser: TestClient, offer: str) -> str:
    """Press the button of the offer's page; gives the address on the organisation's side."""
    shown = browser.get("/ontvangen", params={"link": offer})
    assert shown.status_code == 200, shown.text
    given = re.search(r'name="given" value="([^"]+)"', shown.text)
    assert given is not None
    sent = browser.post("/ontvangen/toestemming", data={"given": unescape(given[1])}, **NO_REDIRECT)
    assert sent.status_code == 303, sent.text
    to = urlsplit(sent.headers["location"])
    assert f"form-action 'self' {to.scheme}://{to.netloc};" in shown.headers["content-security-policy"]
    return sent.headers["location"]


def decide(address: str, code: str, *, decision: str = "allow") -> str:
    """Answer on the organisation's page; gives the address with which the browser is sent back."""
    form = {**dict(parse_qsl(urlsplit(address).query)), "code": code, "decision": decision}
    answer = httpx.post(address.split("?")[0], data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def with_parameter(address: str, name: str, value: str) -> str:
    given = dict(parse_qsl(urlsplit(address).query))
    return f"{address.split('?')[0]}?{urlencode({**given, name: value})}"


def parameter(address: str, name: str) -> str:
    return parse_qs(urlsplit(address).query)[name][0]


def events(platforms: Platforms, slug: str) -> list[str | None]:
    """What wallets said about the copies of Fatima's statements."""
    with platforms.service.database.reading() as session:
        organisation = by_slug(session, slug)
        query = (
            select(Copy.wallet_event)
            .join(CopyStatement, col(CopyStatement.copy_id) == col(Copy.id))
            .where(col(Copy.organisation_id) == organisation.id)
            .order_by(col(Copy.signed_at))
        )
        return list(session.exec(query))


def test_leave_in_the_browser_brings_what_was_offered(browser: TestClient, platforms: Platforms) -> None:
    offer, code = platforms.offer_for_leave("klusdag")
    address = ask_leave(browser, offer)
    assert set(parse_qs(urlsplit(address).query)) == {"client_id", "request_uri"}
    back = decide(address, code)
    assert back.startswith(f"{WALLET}/ontvangen/terug?")
    received = browser.get(back)
    assert "Klusdag B.V." in received.text
    assert received.url.path.startswith("/ontvangen/")
    assert received.url.query == b""
    again = browser.get("/ontvangen", params={"link": offer})
    assert again.url.path == received.url.path


def test_what_comes_back_counts_once(browser: TestClient, platforms: Platforms) -> None:
    offer, code = platforms.offer_for_leave("klusdag")
    back = decide(ask_leave(browser, offer), code)
    assert browser.get(back).status_code == 200
    again = browser.get(back)
    assert (again.status_code, "hoort niet bij jouw vraag" in again.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("iss", "https://attacker.example"), ("state", "x" * 43), ("iss", ""), ("state", "")],
)
def test_an_answer_of_another_issuer_or_to_another_question_opens_nothing(
    browser: TestClient, platforms: Platforms, name: str, value: str
) -> None:
    offer, code = platforms.offer_for_leave("klusdag")
    back = decide(ask_leave(browser, offer), code)
    refused = browser.get(with_parameter(back, name, value))
    assert (refused.status_code, "hoort niet bij jouw vraag" in refused.text) == (422, True)
    assert "/ontvangen/" not in browser.get("/").text
    # The first answer to a question settles it, so that nobody can try issuers one after the other.
    assert browser.get(back).status_code == (422 if name == "iss" else 200)


def test_the_answer_to_another_workers_question_opens_nothing(
    browser: TestClient, platforms: Platforms
) -> None:
    offer, code = platforms.offer_for_leave("klusdag")
    back = decide(ask_leave(browser, offer), code)
    log_in(browser, "mallory")
    assert "hoort niet bij jouw vraag" in browser.get(back).text


def test_a_code_that_another_question_brought_is_refused(browser: TestClient, platforms: Platforms) -> None:
    offer, code = platforms.offer_for_leave("klusdag")
    first, second = ask_leave(browser, offer), ask_leave(browser, offer)
    foreign = parameter(decide(first, code), "code")
    mixed = with_parameter(decide(second, code), "code", foreign)
    assert "het antwoord is al gebruikt" in browser.get(mixed).text


def test_a_worker_who_says_no_reads_that_nothing_was_fetched(
    browser: TestClient, platforms: Platforms
) -> None:
    offer, _ = platforms.offer_for_leave("klusdag")
    back = decide(ask_leave(browser, offer), "", decision="deny")
    refused = browser.get(back)
    assert (refused.status_code, "Je gaf geen toestemming" in refused.text) == (422, True)


def test_a_question_is_forgotten_after_its_time(
    browser: TestClient, platforms: Platforms, clock: Clock
) -> None:
    offer, code = platforms.offer_for_leave("klusdag")
    back = decide(ask_leave(browser, offer), code)
    clock.advance(minutes=61)
    log_in(browser, "later")
    assert "hoort niet bij jouw vraag" in browser.get(back).text


def test_metadata_of_another_credential_issuer_is_refused(browser: TestClient, platforms: Platforms) -> None:
    offer = json.loads(platforms.offer_for_leave("klusdag")[0])
    # The well-known address is the same for both spellings; what is found there is not about this one.
    offer["credential_issuer"] += "/"
    refused = browser.get("/ontvangen", params={"link": json.dumps(offer)})
    assert (refused.status_code, "antwoordt niet zoals afgesproken" in refused.text) == (422, True)


def test_a_server_that_the_issuer_does_not_name_is_not_asked(
    browser: TestClient, platforms: Platforms
) -> None:
    offer = json.loads(platforms.offer_for_leave("klusdag")[0])
    other = f"http://{platforms.host}/org/oppaspunt"
    offer["grants"]["authorization_code"]["authorization_server"] = other
    refused = browser.get("/ontvangen", params={"link": json.dumps(offer)})
    assert "antwoordt niet zoals afgesproken" in refused.text


def test_tokens_are_bound_to_a_key_that_is_another_for_every_claim(
    browser: TestClient, platforms: Platforms
) -> None:
    for slug in ("klusdag", "klusdag"):
        claim(browser, platforms, slug)
    with platforms.service.database.reading() as session:
        bound = [token.dpop_thumbprint for token in session.exec(select(AccessToken)).all()]
    assert None not in bound
    assert len(set(bound)) == len(bound) > 1


def test_the_issuer_hears_what_was_kept_and_not_what_was_refused(
    browser: TestClient, platforms: Platforms
) -> None:
    before = events(platforms, "klusdag").count("credential_accepted")
    waiting = claim(browser, platforms, "klusdag")
    browser.post(f"{waiting}/weigeren")
    assert events(platforms, "klusdag").count("credential_accepted") == before
    waiting = claim(browser, platforms, "klusdag")
    assert browser.post(f"{waiting}/bewaren").status_code == 200
    assert events(platforms, "klusdag").count("credential_accepted") > before


def claim(browser: TestClient, platforms: Platforms, slug: str) -> str:
    """Claim with the codes; gives the path where it ends."""
    invitation = platforms.invite(slug)
    form = {"given": invitation.claim_page, "code": invitation.code}
    taken = browser.post("/ontvangen", data=form)
    assert taken.status_code == 200, taken.text
    return taken.url.path


def test_what_comes_later_is_asked_for_when_the_wallet_is_opened(
    browser: TestClient, platforms: Platforms, clock: Clock
) -> None:
    with platforms.keys_away("vakhulp"):
        path = claim(browser, platforms, "vakhulp")
        assert path.startswith("/onderweg/")
        assert "Je bewijs is onderweg" in browser.get(path).text
        clock.advance(seconds=WAIT_SECONDS)
        assert "Er is een bewijs onderweg van Coöperatie Vakhulp U.A." in browser.get("/").text
    # It was asked just now, so it is not asked again at once.
    assert "onderweg van Coöperatie Vakhulp U.A." in browser.get("/").text
    assert "Het is er nog niet" in browser.post(path).text
    clock.advance(seconds=WAIT_SECONDS)
    home = browser.get("/", headers={"Accept-Language": "en"})
    assert "Coöperatie Vakhulp U.A." in home.text
    assert "on its way" not in home.text
    received = re.search(r'href="(/ontvangen/[0-9a-f]+)"', home.text)
    assert received is not None
    assert "Coöperatie Vakhulp" in browser.post(f"{received[1]}/bewaren").text


def test_a_broken_promise_is_said_and_can_be_cleared_away(
    browser: TestClient, platforms: Platforms, clock: Clock
) -> None:
    with platforms.keys_away("oppaspunt"):
        path = claim(browser, platforms, "oppaspunt")
    with platforms.service.database.writing() as session:
        session.exec(delete(DeferredIssuance))
    clock.advance(seconds=WAIT_SECONDS)
    assert "van Oppaspunt kwam niet aan" in browser.get("/ophalen").text
    assert "Vraag haar om een nieuwe link" in browser.get(path).text
    browser.post(f"{path}/stoppen")
    assert "kwam niet aan" not in browser.get("/ophalen").text
    assert browser.get(path).status_code == 404
