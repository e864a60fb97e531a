"""In with a password and a code: guesses, repeats and weak choices are refused."""

from __future__ import annotations

import re

import pyotp
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer.service import Service
from issuer.store import access as access_store
from issuer.tables import OperatorPassword, Organisation, RecoveryCode
from tests.issuer.access.entering import COOKIE, PASSWORD, App, choose_password, invite, log_in
from tests.issuer.acting import Clock


def test_password_and_code_let_in(app: App, client: TestClient) -> None:
    assert log_in(client, app.code()).headers["location"] == "/"
    assert client.get("/beheer/klusdag").status_code == 200


def test_a_code_counts_once_and_no_earlier_one_after_it(app: App, client: TestClient) -> None:
    earlier, code = app.code(seconds=-30), app.code()
    assert log_in(client, code).status_code == 303
    client.cookies.clear()
    assert log_in(client, code).status_code == 403
    assert log_in(client, earlier).status_code == 403


def test_the_code_of_the_set_up_does_not_let_in(invited: TestClient, clock: Clock) -> None:
    _, secret = choose_password(invited, clock)
    invited.post("/uitloggen")
    assert log_in(invited, pyotp.TOTP(secret).at(clock())).status_code == 403


def test_codes_of_another_time_are_refused(app: App, client: TestClient) -> None:
    assert log_in(client, app.code(seconds=-90)).status_code == 403
    assert log_in(client, app.code(seconds=90)).status_code == 403
    assert log_in(client, app.code(seconds=29)).status_code == 303


def test_a_recovery_code_counts_once_however_it_is_typed(app: App, client: TestClient) -> None:
    typed = app.recovery_codes[3].upper().replace("-", " ")
    assert log_in(client, typed).status_code == 303
    client.cookies.clear()
    assert log_in(client, app.recovery_codes[3]).status_code == 403
    assert log_in(client, app.recovery_codes[4], password="verkeerd geraden").status_code == 403
    assert log_in(client, app.recovery_codes[4]).status_code == 303


def test_every_wrong_entry_gets_the_same_answer(app: App, client: TestClient) -> None:
    answers = [
        log_in(client, app.code(), name="niemand"),
        log_in(client, app.code(), password="iets heel anders"),
        log_in(client, "000000" if app.code() != "000000" else "000001"),
        log_in(client, ""),
        log_in(client, "١٢٣٤٥٦", name="x" * 200, password="\ud800".encode("utf-8", "replace").decode()),
    ]
    shown = {(answer.status_code, answer.text) for answer in answers if answer.status_code != 422}
    assert len(shown) == 1
    assert COOKIE not in client.cookies


def test_guessing_is_slowed_down_per_name_and_nobody_else_waits(
    app: App, client: TestClient, clock: Clock
) -> None:
    answers = [log_in(client, "123456", password=f"geraden nummer {n}").status_code for n in range(12)]
    assert answers == [403] * 10 + [429] * 2
    assert log_in(client, app.code()).status_code == 429
    assert "Even wachten" in log_in(client, app.code()).text
    assert log_in(client, "123456", name="iemand anders").status_code == 403
    clock.advance(minutes=1)
    assert log_in(client, app.code()).status_code == 303


def test_guessing_is_slowed_down_per_address(client: TestClient) -> None:
    answers = [client.post("/passkeys/login", content=b"{}").status_code for _ in range(3)]
    assert answers == [403] * 3
    asked = [client.post("/passkeys/login/options").status_code for _ in range(40)]
    assert asked[-1] == 429


def test_a_dump_of_the_database_lets_nobody_in(app: App, service: Service) -> None:
    with service.database.reading() as session:
        kept = session.exec(select(OperatorPassword)).one()
        codes = session.exec(select(RecoveryCode.code_hash)).all()
    assert kept.password_hash.startswith("$argon2id$")
    assert app.secret.encode() not in kept.sealed_secret
    assert not set(app.recovery_codes) & set(codes)


WEAK = (
    ("ab", PASSWORD, "Kies een inlognaam"),
    ("x" * 150, PASSWORD, "Kies een inlognaam"),
    ("sam", "te kort", "minstens 12 tekens"),
    ("samklusdag", "mijn SamKlusdag 1", "minstens 12 tekens"),
)


def test_a_weak_choice_is_refused_with_its_reason(invited: TestClient, clock: Clock) -> None:
    for name, password, words in WEAK:
        answer, _ = choose_password(invited, clock, name, password)
        assert (answer.status_code, words in answer.text) == (422, True), name


def test_a_login_name_is_one_operator_s(
    app: App, client: TestClient, service: Service, klusdag: Organisation, clock: Clock
) -> None:
    client.post(invite(service, klusdag, name="Noor"))
    answer, _ = choose_password(client, clock, "SAM@klusdag.example")
    assert "al van iemand anders" in answer.text


def test_a_secret_for_an_app_is_for_the_one_who_got_it(
    invited: TestClient, service: Service, klusdag: Organisation, clock: Clock
) -> None:
    page = invited.get("/account/wachtwoord").text
    secret = re.findall(r'id="app-secret">(\w+)<', page)[0]
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    invited.post(invite(service, klusdag, name="Noor"))
    fields = {"login_name": "noor", "password": PASSWORD, "code": pyotp.TOTP(secret).at(clock())}
    for foreign in (sealed, "AAAA", "%", sealed[:-4] + "AAAA"):
        answer = invited.post("/account/wachtwoord", data={**fields, "sealed": foreign})
        assert answer.status_code == 422


def test_a_log_in_keeps_the_password_at_today_s_cost(app: App, client: TestClient, service: Service) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with service.database.writing() as session:
        session.exec(select(OperatorPassword)).one().password_hash = cheap
    assert log_in(client, app.code(seconds=-30), password="iets heel anders").status_code == 403
    assert log_in(client, app.code()).status_code == 303
    with service.database.reading() as session:
        kept = session.exec(select(OperatorPassword)).one().password_hash
    assert "$m=65536,t=3,p=1$" in kept
    client.cookies.clear()
    assert log_in(client, app.recovery_codes[0]).status_code == 303


def test_a_password_that_was_changed_meanwhile_is_not_put_back(
    app: App, client: TestClient, service: Service
) -> None:
    with service.database.writing() as session:
        operator_id = session.exec(select(OperatorPassword)).one().operator_id
        access_store.replace_password_hash(session, operator_id, "the one of before", "an old one, anew")
    assert log_in(client, app.code()).status_code == 303
