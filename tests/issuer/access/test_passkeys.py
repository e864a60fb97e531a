"""In with a passkey: what no authenticator made for here is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

from fastapi.testclient import TestClient

from issuer.service import Service
from issuer.tables import Organisation
from tests.issuer.access.authenticator import USER_PRESENT, Authenticator
from tests.issuer.access.entering import invite, show
from tests.issuer.acting import Clock


def test_a_passkey_lets_in_again_and_again(passkey: Authenticator, client: TestClient) -> None:
    for _ in range(2):
        assert show(client, passkey).status_code == 200
        assert client.get("/beheer/klusdag").status_code == 200
        client.post("/uitloggen")
        assert client.get("/beheer/klusdag").status_code == 401


def test_an_answer_of_a_passkey_counts_once(passkey: Authenticator, client: TestClient) -> None:
    options = client.post("/passkeys/login/options").json()
    answer = passkey.get(options)
    assert client.post("/passkeys/login", json=answer).status_code == 200
    assert client.post("/passkeys/login", json=answer).status_code == 403
    assert client.post("/passkeys/login", json=passkey.get(options)).status_code == 403


def test_a_failed_answer_spends_its_challenge_too(passkey: Authenticator, client: TestClient) -> None:
    options = client.post("/passkeys/login/options").json()
    elsewhere = replace(passkey, origin="https://evil.example")
    assert client.post("/passkeys/login", json=elsewhere.get(options)).status_code == 403
    assert client.post("/passkeys/login", json=passkey.get(options)).status_code == 403


def test_a_challenge_grows_old(passkey: Authenticator, client: TestClient, clock: Clock) -> None:
    options = client.post("/passkeys/login/options").json()
    clock.advance(minutes=5)
    assert client.post("/passkeys/login", json=passkey.get(options)).status_code == 403


FORGERIES: dict[str, Callable[[Authenticator], Authenticator]] = {
    "another origin": lambda own: replace(own, origin="https://localhost.evil.example"),
    "https instead": lambda own: replace(own, origin="https://localhost:8101"),
    "another port": lambda own: replace(own, origin="http://localhost:8102"),
    "another rp": lambda own: replace(own, rp_id="evil.example"),
    "nobody verified": lambda own: replace(own, flags=USER_PRESENT),
    "nobody present": lambda own: replace(own, flags=0),
    "another key": lambda own: replace(own, key=Authenticator("", "").key),
    "unknown passkey": lambda own: replace(own, credential_id=b"?" * 32),
    "a copy that is behind": lambda own: replace(own, sign_count=0),
    "another user": lambda own: replace(own, user_handle="AAAA"),
}


def test_a_passkey_that_is_not_all_right_is_refused(passkey: Authenticator, client: TestClient) -> None:
    for _ in range(2):
        assert show(client, passkey).status_code == 200
    client.post("/uitloggen")
    for name, forge in FORGERIES.items():
        assert show(client, forge(passkey)).status_code == 403, name
        assert client.get("/beheer/klusdag").status_code == 401, name


NO_ANSWERS = (
    b"", b"null", b"[]", b"{}", b'{"response": 1}', b'{"response": {"clientDataJSON": 5}}', b"\xff" * 9,
    b'{"response": {"clientDataJSON": "bnVsbA"}}', b"[" * 100_000,
    b'{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAiQUFBQSJ9"}}',
)  # fmt: skip


def test_what_no_authenticator_makes_is_refused(client: TestClient) -> None:
    for body in NO_ANSWERS:
        assert client.post("/passkeys/login", content=body).status_code == 403, body[:40]


def test_a_damaged_answer_is_refused(passkey: Authenticator, client: TestClient) -> None:
    parts = ("authenticatorData", "signature", "clientDataJSON")
    for damage, value in product(parts, ("", "AAAA", 7, None, "é")):
        answer = passkey.get(client.post("/passkeys/login/options").json())
        answer["response"][damage] = value
        assert client.post("/passkeys/login", json=answer).status_code == 403


def test_a_damaged_new_passkey_is_refused(invited: TestClient, authenticator: Authenticator) -> None:
    for value in ("", "AAAA", 7, None, "oA", "v2E"):
        answer = authenticator.create(invited.post("/passkeys/new/options").json())
        answer["response"]["attestationObject"] = value
        assert invited.post("/passkeys/new", json=answer).status_code == 422, value


def test_a_new_passkey_answers_what_its_own_operator_was_asked(
    invited: TestClient, service: Service, klusdag: Organisation, authenticator: Authenticator
) -> None:
    asked = invited.post("/passkeys/new/options").json()
    invited.post(invite(service, klusdag, name="Noor"))
    assert invited.post("/passkeys/new", json=authenticator.create(asked)).status_code == 403
    for_log_in = invited.post("/passkeys/login/options").json()
    answer = authenticator.create({**asked, "challenge": for_log_in["challenge"]})
    assert invited.post("/passkeys/new", json=answer).status_code == 403
