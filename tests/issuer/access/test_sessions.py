"""What a log-in opens and for how long: links, sessions, and showing once more who one is."""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlmodel import select

from issuer import audit
from issuer.access import operators
from issuer.service import Service
from issuer.tables import Operator, OperatorSession, Organisation
from tests.issuer.access.authenticator import Authenticator
from tests.issuer.access.entering import COOKIE, ORIGIN, PASSWORD, App, choose_password, invite, log_in, show
from tests.issuer.acting import Clock


def test_a_link_alone_opens_nothing_but_the_choice_how_to_log_in(
    invited: TestClient, klusdag: Organisation
) -> None:
    for path in ("/", "/beheer/klusdag", "/beheer/klusdag/mensen"):
        answer = invited.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Hoe log je voortaan in?" in invited.get("/account").text
    assert invited.post("/beheer/klusdag/claimlinks").headers["location"] == "/account"


def test_the_choice_has_to_be_made_soon(invited: TestClient, clock: Clock) -> None:
    clock.advance(minutes=30)
    assert invited.get("/account").status_code == 401


def test_a_link_does_not_let_in_someone_who_has_another_way(
    passkey: Authenticator, client: TestClient, service: Service
) -> None:
    with service.database.writing() as session:
        operator = session.exec(select(Operator)).one()
        code = operators.reset(
            session, operator, actor=audit.COMMAND_LINE, now=service.clock(), lifetime=timedelta(hours=1)
        )
    assert show(client, passkey).status_code == 403
    assert client.post(f"/inloggen/{code}").status_code == 303
    options = client.post("/passkeys/new/options").json()
    client.post("/passkeys/new", json=Authenticator(ORIGIN, "localhost").create(options))
    with service.database.writing() as session:
        operator = session.exec(select(Operator)).one()
        stray = operators._new_link(session, operator, now=service.clock(), lifetime=timedelta(hours=1))
    assert client.post(f"/inloggen/{stray}").status_code == 410


def test_logging_in_gives_a_new_token_and_takes_none_from_outside(app: App, client: TestClient) -> None:
    client.cookies.set(COOKIE, "chosen-by-somebody-else", domain="localhost.local", path="/")
    answer = log_in(client, app.code())
    given = answer.cookies[COOKIE]
    assert given != "chosen-by-somebody-else"
    client.cookies.clear()
    assert client.get("/account", cookies={COOKIE: "chosen-by-somebody-else"}).status_code == 401
    assert client.get("/account", cookies={COOKIE: given}).status_code == 200


def test_the_token_of_the_set_up_ends_with_it(invited: TestClient, clock: Clock) -> None:
    before = invited.cookies[COOKIE]
    choose_password(invited, clock)
    assert invited.cookies[COOKIE] != before
    invited.cookies.clear()
    assert invited.get("/account", cookies={COOKIE: before}).status_code == 401


def test_a_session_ends_unused_and_at_last(app: App, client: TestClient, clock: Clock) -> None:
    log_in(client, app.code())
    clock.advance(minutes=60)
    assert client.get("/beheer/klusdag").status_code == 401
    log_in(client, app.code())
    for _ in range(14):
        clock.advance(minutes=50)
        assert client.get("/beheer/klusdag").status_code == 200
    clock.advance(minutes=50)
    assert client.get("/beheer/klusdag").status_code == 401


def test_one_can_log_out_elsewhere_and_everywhere(
    app: App, client: TestClient, clock: Clock, service: Service
) -> None:
    log_in(client, app.code())
    other = client.cookies[COOKIE]
    clock.advance(seconds=60)
    log_in(client, app.code())
    page = client.get("/account").text
    assert page.count("Log hier uit") == 1
    client.post(re.findall(r'action="(/account/sessies/\w+/beeindigen)"', page)[0])
    assert client.get("/account").status_code == 200
    mine = client.cookies[COOKIE]
    client.post("/account/sessies/beeindigen")
    for token in (other, mine):
        client.cookies.clear()
        assert client.get("/account", cookies={COOKIE: token}).status_code == 401
    with service.database.reading() as session:
        assert session.exec(select(OperatorSession)).all() == []


def test_nobody_ends_the_session_of_somebody_else(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    mine = client.cookies[COOKIE]
    with service.database.reading() as session:
        session_id = session.exec(select(OperatorSession.token_hash)).one()
    client.post(invite(service, klusdag, name="Noor"))
    client.post(f"/account/sessies/{session_id}/beeindigen")
    client.cookies.clear()
    assert client.get("/account", cookies={COOKIE: mine}).status_code == 200


def test_forms_about_logging_in_are_taken_from_here_only(app: App, client: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    fields = {"login_name": "sam@klusdag.example", "password": PASSWORD, "code": app.code()}
    assert client.post("/inloggen", data=fields, headers=headers).status_code == 403
    assert client.post("/passkeys/login/options", headers=headers).status_code == 403
    log_in(client, app.code())
    for path in ("/account/sessies/beeindigen", "/account/herstelcodes", "/beheer/klusdag/medewerkers"):
        assert client.post(path, headers=headers).status_code == 403
    assert client.get("/account").status_code == 200


def test_the_last_way_in_stays(passkey: Authenticator, client: TestClient, clock: Clock) -> None:
    show(client, passkey)
    page = client.get("/account").text
    assert "/verwijderen" not in page
    identifier = passkey.get({"challenge": ""})["id"]
    refused = client.post(f"/account/passkeys/{identifier}/verwijderen")
    assert (refused.status_code, "enige manier" in refused.text) == (422, True)
    choose_password(client, clock)
    assert client.post(f"/account/passkeys/{identifier}/verwijderen").status_code == 303
    assert client.post("/account/wachtwoord/verwijderen").status_code == 422


def test_work_on_operators_needs_a_log_in_of_a_moment_ago(
    app: App, client: TestClient, clock: Clock, service: Service
) -> None:
    log_in(client, app.code())
    pages = [f"/beheer/klusdag/{name}" for name in ("medewerkers", "koppelingen", "sleutels")]
    assert not any("Laat zien wie je bent" in client.get(page).text for page in pages)
    clock.advance(minutes=11)
    # Said beforehand, because the way past it loses what was typed.
    assert all(f"/account/bevestigen?terug={page}" in client.get(page).text for page in pages)
    fields = {"name": "Noor", "role": "reader"}
    asked = client.post("/beheer/klusdag/medewerkers", data=fields)
    confirmation = "/account/bevestigen?terug=/beheer/klusdag/medewerkers"
    assert (asked.status_code, asked.headers["location"]) == (303, confirmation)
    assert client.post(confirmation, data={"password": "fout", "code": app.code()}).status_code == 403
    before = client.cookies[COOKIE]
    done = client.post(confirmation, data={"password": PASSWORD, "code": app.code()})
    assert done.headers["location"] == "/beheer/klusdag/medewerkers"
    assert client.cookies[COOKIE] != before
    assert "/inloggen/" in client.post("/beheer/klusdag/medewerkers", data=fields).text


def test_a_passkey_confirms_too_and_only_one_s_own(
    passkey: Authenticator, client: TestClient, clock: Clock, service: Service, klusdag: Organisation
) -> None:
    client.post(invite(service, klusdag, name="Noor"))
    own = Authenticator(ORIGIN, "localhost")
    client.post("/passkeys/new", json=own.create(client.post("/passkeys/new/options").json()))
    clock.advance(minutes=11)
    assert client.post("/passkeys/new/options").json()["code"] == "confirmation-needed"
    asked = client.post("/passkeys/confirm/options").json()
    assert client.post("/passkeys/confirm", json=passkey.get(asked)).status_code == 403
    asked = client.post("/passkeys/confirm/options").json()
    assert client.post("/passkeys/confirm", json=own.get(asked)).status_code == 200
    assert "challenge" in client.post("/passkeys/new/options").json()


FOREIGN = (
    "https://evil.example", "//evil.example", "/\\evil.example", "/beheer/../x", "javascript:alert(1)",
)  # fmt: skip


def test_a_confirmation_leads_only_to_our_own_pages(app: App, client: TestClient, clock: Clock) -> None:
    log_in(client, app.code())
    for back in FOREIGN:
        clock.advance(seconds=60)
        fields = {"password": PASSWORD, "code": app.code()}
        answer = client.post("/account/bevestigen", params={"terug": back}, data=fields)
        assert answer.headers["location"] == "/account", back
