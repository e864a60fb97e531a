"""The wallet's pages, on both databases: every step of a worker's way, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from issuer.samples import FATIMA
from standard.verification import Outcome, verify
from wallet.app import create_app
from wallet.database import migrate
from wallet.routes.welcome import safe_path
from wallet.services import Services, open_services
from wallet.settings import WalletSettings

from .conftest import NOW, wallet_settings
from .platforms import Platforms

OURS = {"Sec-Fetch-Site": "same-origin"}
PASSPHRASE = "drie fietsen in de regen"
NEW_PASSPHRASE = "vier nieuwe losse woorden"


@pytest.fixture
def settings(platforms: Platforms, tmp_path: Path, database_url: str) -> WalletSettings:
    migrate(database_url)
    return wallet_settings(platforms, tmp_path / "data", database_url)


@pytest.fixture
def client(settings: WalletSettings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, clock=lambda: NOW), headers=OURS) as client:
        yield client


@pytest.fixture
def worker(client: TestClient) -> TestClient:
    """A client that is logged in to a new account."""
    answer = client.post("/welkom/nieuw", data={"account_name": "fatima", "passphrase": PASSPHRASE})
    assert answer.url.path == "/account/herstelblad"
    return client


def receive(worker: TestClient, platforms: Platforms, slug: str, name: str = FATIMA) -> str:
    """Claim and keep one organisation's statements; the path of the credential."""
    invitation = platforms.invite(slug, name)
    shown = worker.get("/ontvangen", params={"credential_offer_uri": invitation.offer_uri})
    assert shown.status_code == 200
    given = re.search(r'name="given" value="([^"]+)"', shown.text)
    assert given is not None
    received = worker.post("/ontvangen", data={"given": given[1], "code": invitation.code})
    assert received.status_code == 200, received.text
    kept = worker.post(f"{received.url.path}/bewaren")
    assert kept.url.path.startswith("/bewijs/")
    return kept.url.path


def new_draft(worker: TestClient) -> str:
    return worker.post("/kluscv", data={"title": "Voor de horeca"}).url.path


def test_a_stranger_is_asked_to_log_in_and_led_back(client: TestClient) -> None:
    for path in ("/", "/ophalen", "/kluscv", "/account", "/bewijs/x", "/ontvangen?link=x"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/welkom")
    client.post("/welkom/nieuw", data={"account_name": "fatima", "passphrase": PASSPHRASE})
    client.post("/uitloggen")
    form = {"account_name": "fatima", "passphrase": PASSPHRASE, "naar": "/ophalen"}
    assert client.post("/welkom", data=form).url.path == "/ophalen"


def test_the_whole_way_from_claim_to_pdf(
    worker: TestClient, platforms: Platforms, settings: WalletSettings
) -> None:
    proof = receive(worker, platforms, "klusdag")
    receive(worker, platforms, "oppaspunt")
    listed = worker.get("/").text
    assert "Klusdag B.V." in listed
    assert "Oppaspunt" in listed
    assert "Fatima el Amrani" in worker.get(proof).text
    draft = new_draft(worker)
    assert worker.get(draft).status_code == 200
    pdf = worker.get(f"{draft}/kluscv.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-1.7")
    presentation = worker.get(f"{draft}/kluscv.presentation.json").content
    services = open_services(settings, clock=lambda: NOW)
    assert verify(presentation, policy=services.policy, resolver=services.resolver).outcome is Outcome.VALID
    assert worker.get(f"{draft}/kluscv-qr-1.png").content.startswith(b"\x89PNG")
    assert worker.get(f"{draft}/kluscv-qr-9.png").status_code == 404


@pytest.mark.parametrize(("lang", "word"), [("nl", "Mijn bewijzen"), ("en", "My proofs")])
def test_every_page_speaks_the_chosen_language(
    worker: TestClient, platforms: Platforms, lang: str, word: str
) -> None:
    proof, draft = receive(worker, platforms, "vakhulp"), new_draft(worker)
    assert word in worker.get("/", params={"lang": lang}).text
    paths = ("/", "/ophalen", proof, f"{proof}/klopt-niet", f"{proof}/verwijderen", "/kluscv", draft)
    account = ("/account", "/account/herstelblad", "/account/verwijderen", "/hulp", f"{draft}/delen")
    for path in (*paths, *account):
        page = worker.get(path)
        assert page.status_code == 200, path
        assert f'<html lang="{lang}"' in page.text
    assert f'<html lang="{lang}"' in worker.get("/bestaat-niet").text


def test_nothing_is_kept_before_the_worker_says_so(worker: TestClient, platforms: Platforms) -> None:
    invitation = platforms.invite("klusdag")
    given = f"openid-credential-offer://?credential_offer_uri={invitation.offer_uri}"
    received = worker.post("/ontvangen", data={"given": given, "code": invitation.code})
    assert "/bewijs/" not in worker.get("/").text
    assert received.url.path in worker.get("/").text
    contact = worker.get(f"{received.url.path}/klopt-niet").text
    assert "mailto:bewijs@klusdag.example?subject=" in contact
    assert worker.post(f"{received.url.path}/weigeren").url.path == "/"
    assert received.url.path not in worker.get("/").text


def test_the_same_tap_twice_leads_to_what_it_brought(worker: TestClient, platforms: Platforms) -> None:
    invitation = platforms.invite("klusdag")
    given = f"openid-credential-offer://?credential_offer_uri={invitation.offer_uri}"
    form = {"given": given, "code": invitation.code}
    first = worker.post("/ontvangen", data=form)
    assert worker.post("/ontvangen", data=form).url == first.url
    kept = worker.post(f"{first.url.path}/bewaren")
    again = worker.get("/ontvangen", params={"link": invitation.claim_page})
    assert again.url.path == kept.url.path
    assert worker.post(f"{first.url.path}/bewaren").status_code == 200


def test_a_wrong_code_is_said_beside_the_code(worker: TestClient, platforms: Platforms) -> None:
    invitation = platforms.invite("oppaspunt")
    given = f"openid-credential-offer://?credential_offer_uri={invitation.offer_uri}"
    answer = worker.post("/ontvangen", data={"given": given, "code": "12"})
    assert answer.status_code == 422
    assert "De code klopt niet" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_only_ticked_lines_are_saved_and_shown(worker: TestClient, platforms: Platforms) -> None:
    held_id = receive(worker, platforms, "klusdag").removeprefix("/bewijs/")
    draft = new_draft(worker)
    form = {
        "order": held_id, "engagement": [f"{held_id}:0", "somebody-else:1", f"{held_id}:x"],
        "headline": "Kok <b>", "title": "Eén regel", "language": "en", "action": "save",
    }  # fmt: skip
    page = worker.post(draft, data=form)
    assert page.status_code == 200
    assert page.text.count(" checked>") == 1
    assert "Kok &lt;b&gt;" in page.text
    presentation = worker.get(f"{draft}/kluscv.presentation.json").json()
    assert len(presentation["verifiableCredential"]) == 1
    assert presentation["pageLanguage"] == "en"


def test_a_reply_is_kept_beside_its_review_and_signed(worker: TestClient, platforms: Platforms) -> None:
    held_id = receive(worker, platforms, "klusdag").removeprefix("/bewijs/")
    draft = new_draft(worker)
    form = {
        "order": held_id, "review": [f"{held_id}:0", f"{held_id}:1"], "action": "save",
        "remark_on": [f"{held_id}:review:0", f"{held_id}:review:1", "x:review:0", f"{held_id}:x:0"],
        "remark": ["", " De bus\nwas <b>te laat. ", "niet van mij", "nergens"],
    }  # fmt: skip
    page = worker.post(draft, data=form)
    assert page.text.count('name="remark"') == 2
    assert 'value="De bus was &lt;b&gt;te laat."' in page.text
    (remark,) = worker.get(f"{draft}/kluscv.presentation.json").json()["ownRemark"]
    assert (remark["recordList"], remark["recordPlace"]) == ("review", 1)
    assert remark["remarkText"] == "De bus was <b>te laat."


def test_the_preview_changes_nothing_that_is_saved(worker: TestClient, platforms: Platforms) -> None:
    held_id = receive(worker, platforms, "klusdag").removeprefix("/bewijs/")
    draft = new_draft(worker)
    before = worker.get(draft).text
    form = {"order": held_id, "headline": "Alleen even kijken"}
    assert "Alleen even kijken" in worker.post(f"{draft}/voorbeeld", data=form).text
    assert worker.get(draft).text == before


def test_an_empty_choice_is_not_shared(worker: TestClient, platforms: Platforms) -> None:
    held_id = receive(worker, platforms, "klusdag").removeprefix("/bewijs/")
    draft = new_draft(worker)
    answer = worker.post(draft, data={"order": held_id, "action": "done"})
    assert answer.status_code == 422
    assert "Je hebt nog niets gekozen" in answer.text


def test_one_worker_sees_nothing_of_another(
    worker: TestClient, platforms: Platforms, settings: WalletSettings
) -> None:
    proof, draft = receive(worker, platforms, "klusdag"), new_draft(worker)
    with TestClient(create_app(settings, clock=lambda: NOW), headers=OURS) as other:
        other.post("/welkom/nieuw", data={"account_name": "samir", "passphrase": NEW_PASSPHRASE})
        for path in (proof, draft, f"{draft}/kluscv.pdf", f"{proof}/kopie/1"):
            assert other.get(path).status_code == 404
        assert other.post(f"{proof}/verwijderen").status_code == 200
    assert worker.get(proof).status_code == 200


def test_a_withdrawn_proof_says_so_after_a_check(worker: TestClient, platforms: Platforms) -> None:
    somebody = platforms.somebody("snelgebracht")
    proof = receive(worker, platforms, "snelgebracht", somebody)
    assert "Echt en geldig" in worker.get(proof).text
    platforms.withdraw("snelgebracht", somebody)
    assert "Ingetrokken" in worker.post(f"{proof}/controleer").text


def test_the_recovery_sheet_is_shown_until_it_is_kept_and_opens_the_account(worker: TestClient) -> None:
    page = worker.get("/account/herstelblad").text
    code = "".join(re.findall(r"<span>([0-9A-Z]{4})</span>", page))
    assert len(code) == 28
    assert worker.get("/account/herstelblad.pdf").content.startswith(b"%PDF")
    worker.post("/account/herstelblad/bewaard")
    assert code[:4] not in worker.get("/account/herstelblad").text
    assert worker.get("/account/herstelblad.pdf").status_code == 404
    worker.post("/uitloggen")
    form = {"account_name": "Fatima", "code": code.lower(), "passphrase": NEW_PASSPHRASE}
    assert worker.post("/welkom/herstel", data=form).url.path == "/"
    worker.post("/uitloggen")
    assert (
        worker.post("/welkom", data={"account_name": "fatima", "passphrase": PASSPHRASE}).status_code == 422
    )


def test_deleting_everything_asks_for_the_passphrase_and_leaves_nothing(worker: TestClient) -> None:
    assert worker.post("/account/verwijderen", data={"passphrase": "verkeerd"}).status_code == 422
    assert worker.get("/account").status_code == 200
    gone = worker.post("/account/verwijderen", data={"passphrase": PASSPHRASE})
    assert gone.url.path == "/welkom"
    assert (
        worker.post("/welkom", data={"account_name": "fatima", "passphrase": PASSPHRASE}).status_code == 422
    )


def test_a_changed_passphrase_ends_the_login(worker: TestClient) -> None:
    form = {"old": PASSPHRASE, "new": NEW_PASSPHRASE}
    assert worker.post("/account/wachtzin", data=form).url.path == "/welkom"
    assert worker.get("/account").url.path == "/welkom"


def test_a_form_from_another_site_is_refused(client: TestClient) -> None:
    form = {"account_name": "fatima", "passphrase": PASSPHRASE}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "none", "Origin": "http://testserver"},
    ):
        assert client.post("/welkom/nieuw", data=form, headers=headers).status_code == 403


def test_an_old_browser_is_known_by_its_origin(settings: WalletSettings) -> None:
    with TestClient(create_app(settings, clock=lambda: NOW)) as client:
        form = {"account_name": "x", "passphrase": "y"}
        assert client.post("/welkom", data=form).status_code == 403
        assert client.post("/welkom", data=form, headers={"Origin": "null"}).status_code == 403
        assert client.post("/welkom", data=form, headers={"Origin": "http://testserver"}).status_code == 422


def test_a_large_or_endless_form_is_refused(client: TestClient) -> None:
    assert client.post("/welkom", content=b"x" * (1 << 20) + b"xx").status_code == 413
    assert client.post("/welkom", content=iter([b"x"])).status_code == 413


def test_every_answer_carries_the_security_headers(worker: TestClient) -> None:
    for path in ("/", "/bestaat-niet", "/hulp", "/static/css/tokens.css", "/account/herstelblad.pdf"):
        headers = worker.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        kept = "immutable" in headers["cache-control"]
        assert kept == path.startswith("/static/")
        assert kept or headers["cache-control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(worker: TestClient, platforms: Platforms) -> None:
    proof, draft = receive(worker, platforms, "vakhulp"), new_draft(worker)
    for path in ("/", proof, draft, f"{draft}/delen", "/account/herstelblad", "/hulp"):
        page = worker.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), path


def test_on_https_the_cookie_belongs_to_this_host_alone(settings: WalletSettings) -> None:
    secure = settings.model_copy(update={"base_url": "https://testserver"})
    with TestClient(
        create_app(secure, clock=lambda: NOW), base_url="https://testserver", headers=OURS
    ) as client:
        form = {"account_name": "fatima", "passphrase": PASSPHRASE}
        answer = client.post("/welkom/nieuw", data=form, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-kluscv-wallet=")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "x", "/a\n"]
)
def test_the_way_back_never_leads_to_another_site(path: str) -> None:
    assert safe_path(path) == "/"


def test_a_login_ends_after_its_time(settings: WalletSettings) -> None:
    moments = [NOW]
    with TestClient(create_app(settings, clock=lambda: moments[-1]), headers=OURS) as client:
        client.post("/welkom/nieuw", data={"account_name": "fatima", "passphrase": PASSPHRASE})
        moments.append(NOW + timedelta(minutes=29))
        assert client.get("/account").url.path == "/account"
        moments.append(NOW + timedelta(minutes=60))
        assert client.get("/account").url.path == "/welkom"


def test_the_service_says_that_it_lives_and_is_ready(client: TestClient, services: Services) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
