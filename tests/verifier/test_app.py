"""The pages and the API, over HTTP."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from standard.dids import did_key
from standard.model import Form
from tests.world import WORK_HISTORY
from verifier.app import create_app
from verifier.intake import ChildPool
from verifier.settings import VerifierSettings

_AS_CURL_SAYS = "application/x-www-form-urlencoded"


@pytest.fixture
def presentation(evidence) -> str:
    return evidence.world.present(evidence.copies())


def upload(client: TestClient, content: bytes | str, name: str = "kluscv.json", lang: str = "en"):
    return client.post(f"/?lang={lang}", files={"file": (name, content)})


def test_a_presentation_is_real_and_both_organisations_are_named(client, presentation):
    answer = upload(client, presentation)
    assert answer.status_code == 200
    assert '<h1 id="verdict">Real</h1>' in answer.text
    assert "Klusdag B.V." in answer.text
    assert "Oppaspunt" in answer.text


def test_the_same_page_speaks_dutch(client, presentation):
    assert "Echt</h1>" in upload(client, presentation, lang="nl").text


def test_pasted_text_is_verified_like_a_file(client, evidence):
    text = evidence.copies()[0]
    assert "Real</h1>" in client.post("/?lang=en", data={"text": f"  {text}\n"}).text


def test_the_first_file_with_content_counts(client, presentation):
    files = [("file", ("", b"")), ("file", ("photo.json", presentation))]
    assert "Real</h1>" in client.post("/?lang=en", files=files).text


def test_a_withdrawn_statement_reads_real_but_withdrawn(client, evidence):
    organisation = evidence.world.organisation
    status = organisation.new_status()
    copy = organisation.issue(WORK_HISTORY, Form.SD_JWT, evidence.world.holder, status=status)
    organisation.revoke(status)
    evidence.write()
    page = upload(client, evidence.world.present([copy])).text
    assert "Real, but withdrawn</h1>" in page
    assert "Withdrawn by Klusdag B.V." in page


def test_a_changed_presentation_does_not_hold(client, presentation):
    page = upload(client, presentation.replace("Keukenhulp", "Chef-kok")).text
    assert "Does not hold</h1>" in page
    assert "The signature does not match the text" in page


def test_without_a_pinned_root_nothing_is_real_and_the_page_says_why(settings, evidence, presentation):
    app = create_app(settings.model_copy(update={"trust_roots": ()}))
    app.state.service = replace(app.state.service, now=lambda: evidence.world.now)
    with TestClient(app) as client:
        assert "no trust list yet" in client.get("/?lang=en").text
        page = upload(client, presentation).text
    assert "Not certain</h1>" in page
    assert "No trust list is pinned" in page


def test_nothing_of_what_was_handed_in_is_kept_or_logged(client, settings, evidence, presentation, capfd):
    assert upload(client, presentation).status_code == 200
    assert client.post("/v1/verify", json={"text": presentation}).status_code == 200
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files)
    told = capfd.readouterr()
    copies = [entry["id"] for entry in json.loads(presentation)["verifiableCredential"]]
    for secret in ("Fatima", "Keukenhulp", did_key(evidence.world.holder), *(copy[-40:] for copy in copies)):
        assert secret in presentation or secret in client.post("/v1/verify", json={"text": presentation}).text
        assert secret.encode() not in kept
        assert secret not in told.out + told.err
    assert files != []


@pytest.mark.parametrize("path", ["/", "/v"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_pages_load_nothing_from_elsewhere_and_hold_no_inline_code(client, path, lang):
    answer = client.get(path, params={"lang": lang})
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(
        r"(src|href)=\"(https?:)?//|<script(?![^>]*src=)|<style| style=| on\w+=", answer.text
    )
    for address in re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", answer.text):
        assert client.get(address).status_code == 200


def test_the_chosen_language_is_remembered(client):
    client.get("/?lang=en")
    assert '<html lang="en"' in client.get("/").text


def test_nothing_personal_may_be_cached_and_versioned_files_may(client, presentation):
    assert upload(client, presentation).headers["cache-control"] == "no-store"
    address = re.search(r"/static/css/tokens.css\?v=\w+", client.get("/").text)
    assert address is not None
    assert "immutable" in client.get(address.group()).headers["cache-control"]


def test_what_cannot_be_read_says_so_and_offers_the_form_again(client):
    answer = upload(client, b"%PDF-1.7 and nothing else", "broken.pdf")
    assert answer.status_code == 422
    assert "This PDF is incomplete" in answer.text
    assert 'type="file"' in answer.text


@pytest.mark.parametrize("body", [{}, {"text": "  "}])
def test_an_empty_form_says_so(client, body):
    assert "There was nothing in it" in client.post("/?lang=en", data=body).text


def test_an_unknown_page_is_a_page_too(client):
    answer = client.get("/nowhere?lang=en")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text


# The API


def test_the_api_takes_a_file_bare_bytes_and_text_alike(client, evidence, presentation):
    bare = {"content-type": "application/json"}
    answers = [
        client.post("/v1/verify", files={"file": ("kluscv.json", presentation)}),
        client.post("/v1/verify", content=presentation, headers=bare),
        client.post("/v1/verify", data={"text": presentation}),
        client.post("/v1/verify", content=presentation, headers={"content-type": _AS_CURL_SAYS}),
        client.post("/v1/verify", json={"text": evidence.copies()[0]}),
    ]
    assert [answer.json()["outcome"] for answer in answers] == ["valid"] * 5
    assert [answer.json()["kind"] for answer in answers] == ["json", "json", "json", "json", "text"]


def test_the_api_lists_every_check_in_order_and_every_statement(client, presentation):
    report = client.post("/v1/verify", content=presentation).json()
    numbers = [check["number"] for check in report["checks"]]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, 14))
    assert len(report["statements"]) == 4
    assert report["demonstration"] is False


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [(b"", 422, "empty"), (b"hello there", 422, None), (b"\x00\x01\x02", 422, "unknown-kind")],
)
def test_the_api_answers_problems_with_a_code(client, content, status, reason):
    answer = client.post("/v1/verify", content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"intake", "unreadable"}
    assert answer.json().get("reason") == reason


def test_a_body_that_says_it_is_too_long_is_refused_unread(settings):
    with TestClient(create_app(settings.model_copy(update={"upload_limit_bytes": 1_000}))) as client:
        answer = client.post("/v1/verify", content=b"x" * 200_000)
        assert (answer.status_code, answer.json()["reason"]) == (413, "too-large")


def test_a_body_that_only_streams_is_refused_at_the_limit(settings):
    sent = 0

    def stream():
        nonlocal sent
        for _ in range(50):
            sent += 10_000
            yield b"x" * 10_000

    with TestClient(create_app(settings.model_copy(update={"upload_limit_bytes": 1_000}))) as client:
        answer = client.post("/v1/verify", content=stream())
        assert answer.status_code == 413


def test_who_comes_when_all_places_are_taken_is_asked_to_come_back(client, make_pdf):
    service = client.app.state.service
    pool = ChildPool(size=1, wait_seconds=0.01)
    client.app.state.service = replace(service, pool=pool)
    with pool.place():
        answer = client.post("/v1/verify", content=make_pdf())
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "5"


def test_a_method_that_a_path_does_not_know_is_a_problem(client):
    answer = client.get("/v1/verify")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_a_fault_of_ours_is_no_verdict_and_tells_nothing_of_itself(client, presentation):
    service = client.app.state.service
    client.app.state.service = replace(service, now=lambda: 1 / 0)
    page, problem = upload(client, presentation), client.post("/v1/verify", content=presentation)
    assert (page.status_code, problem.status_code) == (500, 500)
    assert "Something went wrong on our side" in page.text
    assert "ZeroDivision" not in page.text + problem.text
    assert "content-security-policy" in page.headers


def test_the_api_describes_itself(client):
    assert "/v1/verify" in client.get("/openapi.json").json()["paths"]


def test_probes_answer(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_service_without_tables_is_not_ready(tmp_path: Path):
    settings = VerifierSettings(data_dir=tmp_path / "new")
    with TestClient(create_app(settings)) as client:
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
