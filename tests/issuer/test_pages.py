"""The operator's pages and the claim page: by forms alone, in both languages, and only for whom they are."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.service import Service
from issuer.tables import Import, Offer, Organisation, Statement, Worker
from templates.locales import LOCALES
from tests.issuer.acting import Clock, add_organisation, run_jobs, tx_code

MANAGE = "/beheer/vakhulp"
LANGUAGES = {"nl": "Naar het begin", "en": "To the start"}


def link(service: Service, organisation: Organisation | None = None, role: Role = Role.OWNER) -> str:
    with service.database.writing() as session:
        code = operators.invite(
            session,
            name="Sam",
            role=role,
            organisation=organisation,
            actor=audit.COMMAND_LINE,
            now=service.clock(),
            lifetime=timedelta(hours=1),
        )
    return f"/inloggen/{code}"


def upload(client: TestClient, name: str, content: bytes, profile: str = "vakhulp") -> Any:
    return client.post(
        f"{MANAGE}/exports", files={"export": (name, content, "text/csv")}, data={"profile": profile}
    )


def test_a_login_link_works_once(client: TestClient, service: Service) -> None:
    address = link(service)
    assert client.get(address).status_code == 200
    assert client.post(address).headers["location"] == "/"
    assert "Kies voor welke organisatie" in client.get("/").text
    client.cookies.clear()
    again = client.post(address)
    assert again.status_code == 410
    assert "Deze inloglink werkt niet meer" in again.text


def test_a_login_link_grows_old(client: TestClient, service: Service, clock: Clock) -> None:
    address = link(service)
    clock.advance(hours=1)
    assert client.post(address).status_code == 410


def test_a_session_ends_by_itself_and_on_request(
    operator_client: TestClient, organisation: Organisation, service: Service, clock: Clock
) -> None:
    assert operator_client.get(MANAGE).status_code == 200
    clock.advance(hours=service.settings.session_hours)
    assert operator_client.get(MANAGE).status_code == 401
    operator_client.post(link(service))
    cookie = dict(operator_client.cookies)
    operator_client.post("/uitloggen")
    operator_client.cookies.update(cookie)
    assert operator_client.get(MANAGE).status_code == 401


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(
    client: TestClient, service: Service
) -> None:
    cookie = client.post(link(service)).headers["set-cookie"].lower()
    assert cookie.startswith("kluscv-issuer=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_an_operator_of_one_organisation_sees_no_other(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    other = add_organisation(service, "andere")
    client.post(link(service, other))
    assert client.get("/beheer/andere").status_code == 200
    assert client.get(MANAGE).status_code == client.get("/beheer/niemand").status_code == 404
    assert "andere" in client.get("/").text
    assert "vakhulp" not in client.get("/").text


def test_pages_for_operators_ask_strangers_to_log_in(client: TestClient, organisation: Organisation) -> None:
    for path in (MANAGE, f"{MANAGE}/mensen", f"{MANAGE}/exports/{'0' * 32}"):
        answer = client.get(path)
        assert (answer.status_code, "Log eerst in" in answer.text) == (401, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(
    operator_client: TestClient, service: Service, imported: Import, headers: dict[str, str]
) -> None:
    answer = operator_client.post(f"{MANAGE}/claimlinks", headers=headers)
    assert answer.status_code == 403
    with service.database.reading() as session:
        assert session.exec(select(Offer)).first() is None


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://127.0.0.1:8101"}, {}]
)
def test_a_form_of_ours_is_taken(
    operator_client: TestClient, imported: Import, headers: dict[str, str]
) -> None:
    assert operator_client.post(f"{MANAGE}/claimlinks", headers=headers).status_code == 303


def test_an_export_goes_from_upload_to_claim_links(
    operator_client: TestClient, organisation: Organisation, service: Service, export: Path
) -> None:
    preview = upload(operator_client, "vakhulp.csv", export.read_bytes()).headers["location"]
    shown = operator_client.get(preview).text
    assert "Klopt, leg vast" in shown
    assert "Er staat iets dat op een BSN lijkt" in shown
    assert operator_client.post(f"{preview}/vastleggen").headers["location"] == preview
    assert "nieuwe verklaringen vastgelegd" in operator_client.get(preview).text
    job = operator_client.post(f"{MANAGE}/claimlinks").headers["location"]
    assert "We gaan zo beginnen" in operator_client.get(job).text
    run_jobs(service)
    assert "nieuwe claimlinks" in operator_client.get(job).text
    listed = operator_client.get(f"{MANAGE}/mensen").text
    with service.database.reading() as session:
        workers = session.exec(select(Worker)).all()
    assert listed.count("Link klaar") == len(workers)
    assert operator_client.post(f"{preview}/vastleggen").status_code == 409


def test_an_export_can_be_thrown_away(
    operator_client: TestClient, organisation: Organisation, service: Service, export: Path
) -> None:
    preview = upload(operator_client, "vakhulp.csv", export.read_bytes()).headers["location"]
    operator_client.post(f"{preview}/weggooien")
    with service.database.reading() as session:
        assert session.exec(select(Statement)).first() is None
    assert "weggegooid" in operator_client.get(preview).text


@pytest.mark.parametrize(
    ("content", "profile", "words"),
    [
        (b"", "vakhulp", "Het bestand is leeg."),
        (b"name;date\nx;y\n", "vakhulp", "Er ontbreken kolommen"),
        (b"name;date\nx;y\n", "../../etc/passwd", "Dat ging niet"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    operator_client: TestClient, organisation: Organisation, content: bytes, profile: str, words: str
) -> None:
    answer = upload(operator_client, "x.csv", content, profile)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_request_that_holds_too_much_is_cut_off(
    operator_client: TestClient, organisation: Organisation
) -> None:
    answer = operator_client.post("/uitloggen", content=b"x" * (2 << 20))
    assert answer.status_code in (303, 413)
    answer = operator_client.post("/org/vakhulp/token", content=b"x" * (2 << 20))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"


def test_people_are_found_by_parts_of_their_name_or_number(
    operator_client: TestClient, fatima: Worker
) -> None:
    for words in ("amrani fat", fatima.worker_key.lower()):
        found = operator_client.get(f"{MANAGE}/mensen", params={"q": words}).text
        assert found.count("/mensen/") == found.count(str(fatima.id)) == 1
    assert "Niemand gevonden." in operator_client.get(f"{MANAGE}/mensen", params={"q": "%_\\"}).text


def test_a_worker_page_shows_link_and_code_and_withdraws_with_a_reason(
    operator_client: TestClient, service: Service, fatima: Worker, offer: Offer
) -> None:
    page = operator_client.get(f"{MANAGE}/mensen/{fatima.id}").text
    assert f"/claim/{offer.id}" in page
    assert tx_code(service, offer) in page
    revoke = re.findall(r'action="([^"]+/intrekken)"', page)[0]
    assert operator_client.post(revoke, data={"reason": " "}).status_code == 422
    assert operator_client.post(revoke, data={"reason": "Uren <b>fout</b>"}).status_code == 303
    after = operator_client.get(f"{MANAGE}/mensen/{fatima.id}").text
    assert "Ingetrokken" in after
    assert "Uren &lt;b&gt;fout" in after


def test_the_letter_is_ready_in_every_language_and_never_holds_the_code(
    operator_client: TestClient, service: Service, fatima: Worker, offer: Offer
) -> None:
    address = f"{MANAGE}/mensen/{fatima.id}"
    page = operator_client.get(address).text
    written = dict(re.findall(r'<pre id="letter-(\w+)"[^>]*>(.*?)</pre>', page, re.DOTALL))
    assert set(written) == set(LOCALES)
    assert "Hallo Fatima el Amrani," in written["nl"]
    assert "Hello Fatima el Amrani," in written["en"]
    for letter in (*written.values(), *map(unquote, re.findall(r'href="(mailto:[^"]+)"', page))):
        assert service.claim_address(offer.id) in letter
        assert tx_code(service, offer) not in letter
    # Sent again it is the same; only a new link is another.
    assert operator_client.get(address).text == page
    operator_client.post(f"{address}/claimlink")
    renewed = operator_client.get(address).text
    assert service.claim_address(offer.id) not in renewed
    assert tx_code(service, offer) not in renewed


def test_links_and_codes_of_everyone_are_two_downloads_that_only_who_issues_gets(
    client: TestClient,
    service: Service,
    organisation: Organisation,
    fatima: Worker,
    offer: Offer,
    clock: Clock,
) -> None:
    links, codes = (f"{MANAGE}/claimlinks/{name}.csv" for name in ("links", "codes"))
    client.post(link(service, organisation, Role.READER))
    assert client.post(links).status_code == 403
    client.post(link(service, organisation, Role.ISSUER))
    assert "/claimlinks/codes.csv" in client.get(f"{MANAGE}/mensen").text
    tables = {name: client.post(name) for name in (links, codes)}
    assert service.claim_address(offer.id) in tables[links].text
    assert tx_code(service, offer) not in tables[links].text
    assert tx_code(service, offer) in tables[codes].text
    assert service.claim_address(offer.id) not in tables[codes].text
    assert all(fatima.name in each.text for each in tables.values())
    assert tables[codes].headers["content-disposition"] == 'attachment; filename="codes.csv"'
    clock.now += service.settings.offer_lifetime
    client.post(link(service, organisation, Role.ISSUER))
    assert fatima.name not in client.post(links).text


def test_a_worker_of_another_organisation_is_not_found(
    client: TestClient, service: Service, fatima: Worker
) -> None:
    other = add_organisation(service, "andere")
    client.post(link(service, other))
    assert client.get(f"/beheer/andere/mensen/{fatima.id}").status_code == 404
    assert client.post(f"/beheer/andere/mensen/{fatima.id}/claimlink").status_code == 404


def test_the_claim_page_says_who_offers_what_and_nothing_personal(
    client: TestClient, service: Service, offer: Offer, fatima: Worker
) -> None:
    page = client.get(f"/claim/{offer.id}").text
    assert "Vakhulp U.A. heeft bewijs van je werk" in page
    assert (
        "http://127.0.0.1:8102/ontvangen?credential_offer_uri=http%3A%2F%2F127.0.0.1%3A8101%2Foffers%2F"
        in page
    )
    assert "openid-credential-offer://?credential_offer_uri=" in page
    assert "mailto:hulp@vakhulp.example" in page
    for personal in ("Amrani", fatima.worker_key, tx_code(service, offer)):
        assert personal not in page


def test_a_claim_page_whose_link_was_used_says_what_to_do(
    client: TestClient, offer: Offer, access_token: str
) -> None:
    page = client.get(f"/claim/{offer.id}").text
    assert "Het bewijs is al opgehaald" in page
    assert "/ontvangen" not in page
    assert client.get("/claim/niets").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_reader_s_language_and_carries_the_headers(
    operator_client: TestClient, imported: Import, fatima: Worker, offer: Offer, language: str
) -> None:
    paths = (
        "/", MANAGE, f"{MANAGE}/exports/{imported.id}", f"{MANAGE}/mensen",
        f"{MANAGE}/mensen/{fatima.id}", f"/claim/{offer.id}", "/inloggen/x", "/beheer/niemand",
    )  # fmt: skip
    for path in paths:
        answer = operator_client.get(path, headers={"Accept-Language": language})
        assert f'<html lang="{language}"' in answer.text, path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.text), path
    assert LANGUAGES[language] in answer.text


def test_a_chosen_language_is_remembered(client: TestClient) -> None:
    client.get("/?lang=en")
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "nl"}).text


def test_a_language_chosen_on_a_refused_form_leads_to_the_page_of_the_form(
    operator_client: TestClient, organisation: Organisation
) -> None:
    refused = f"{MANAGE}/instellingen/kleuren"
    assert operator_client.post(refused, data={"accent": "groen"}).status_code == 422
    asked = operator_client.get(refused, params={"lang": "en"})
    assert (asked.status_code, asked.headers["location"]) == (303, f"{MANAGE}/instellingen?lang=en")
    assert operator_client.get(refused).status_code == 405


def test_static_files_may_be_kept(client: TestClient) -> None:
    answer = client.get("/static/css/tokens.css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_service_says_that_it_lives(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "path",
    [
        "/contexts/v1",
        "/schemas/work-history.json",
        "/schemas/rating.json",
        "/vct/work-history",
        "/vct/rating",
    ],
)
def test_the_standard_s_own_documents_are_served_for_everyone(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/schemas/none.json", "/schemas/..%2Fmodel.py", "/vct/none"])
def test_what_the_standard_does_not_have_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/org/%00/did.json", "/offers/%00", "/claim/%00", "/beheer/%00", "/beheer/vakhulp/mensen/%00"]
)
def test_an_address_with_control_characters_is_not_found(operator_client: TestClient, path: str) -> None:
    assert operator_client.get(path).status_code == 404


def test_control_characters_in_forms_do_no_harm(
    operator_client: TestClient, fatima: Worker, export: Path
) -> None:
    assert operator_client.get(f"{MANAGE}/mensen?q=%00").status_code == 200
    page = operator_client.get(f"{MANAGE}/mensen/{fatima.id}").text
    revoke = re.findall(r'action="([^"]+/intrekken)"', page)[0]
    assert operator_client.post(revoke, data={"reason": "a\0b"}).status_code == 303
    assert upload(operator_client, "a\x01b.csv", export.read_bytes()).status_code == 303
