"""A wallet that lives in a browser may speak the protocol from its own origin, and nothing else."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from issuer.tables import Offer
from tests.issuer.acting import SLUG

ORIGIN = "https://wallet.example"
ALLOWED = "access-control-allow-origin"
ENDPOINTS = ["par", "token", "nonce", "credential", "deferred_credential", "notification"]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_browser_may_send_what_the_protocol_wants(client: TestClient, issuer: str, endpoint: str) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,dpop",
    }
    answer = client.options(f"/org/{SLUG}/{endpoint}", headers=asked)
    assert (answer.status_code, answer.headers[ALLOWED]) == (200, "*")
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("name", ["openid-credential-issuer", "oauth-authorization-server"])
def test_a_browser_may_ask_for_the_metadata_with_headers_of_its_own(
    client: TestClient, issuer: str, name: str
) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type",
    }
    path = f"/.well-known/{name}/org/{SLUG}"
    assert client.options(path, headers=asked).headers[ALLOWED] == "*"
    assert client.get(path, headers={"Origin": ORIGIN}).headers.get_list(ALLOWED) == ["*"]


def test_a_refusal_can_be_read_with_its_reason(client: TestClient, issuer: str) -> None:
    answer = client.post(f"/org/{SLUG}/credential", json={}, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.headers[ALLOWED]) == (401, "*")
    assert answer.headers["access-control-expose-headers"] == "WWW-Authenticate"


def test_an_offer_can_be_read(client: TestClient, offer: Offer) -> None:
    assert client.get(f"/offers/{offer.id}", headers={"Origin": ORIGIN}).headers[ALLOWED] == "*"


@pytest.mark.parametrize("path", [f"/org/{SLUG}/authorize", "/beheer", "/inloggen", "/v1/organisation"])
def test_pages_and_the_platform_api_stay_closed(client: TestClient, issuer: str, path: str) -> None:
    assert ALLOWED not in client.get(path, headers={"Origin": ORIGIN}).headers
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    assert ALLOWED not in client.options(path, headers=asked).headers
