"""In with a passkey, or a password and a code, and by no other way: what attackers try is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.audit import Action
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.tables import AuditEntry, Operator, OperatorPassword, OperatorSession, Organisation, RecoveryCode
from tests.issuer.acting import Clock, add_organisation
from tests.issuer.authenticator import USER_PRESENT, Authenticator

ORIGIN = "http://localhost:8101"
PASSWORD = "vier losse woorden samen"
COOKIE = "kluscv-issuer"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> IssuerSettings:
    """As in production: a link lets in only to choose how to log in; and a name that passkeys bind to."""
    return IssuerSettings(
        data_dir=tmp_path / "issuer", database_url=database_url, job_processes=0, base_url=ORIGIN
    )


@pytest.fixture
def klusdag(service: Service) -> Organisation:
    return add_organisation(service, "klusdag")


def invite(
    service: Service, organisation: Organisation | None, role: Role = Role.OWNER, name: str = "Sam"
) -> str:
    with service.database.writing() as session:
        code = operators.invite(
            session, name=name, role=role, organisation=organisation, actor=audit.COMMAND_LINE,
            now=service.clock(), lifetime=timedelta(hours=1),
        )  # fmt: skip
    return f"/inloggen/{code}"


@pytest.fixture
def authenticator() -> Authenticator:
    return Authenticator(ORIGIN, "localhost")


@pytest.fixture
def invited(client: TestClient, service: Service, klusdag: Organisation) -> TestClient:
    assert client.post(invite(service, klusdag)).status_code == 303
    return client


@pytest.fixture
def passkey(invited: TestClient, authenticator: Authenticator) -> Authenticator:
    """The operator chose a passkey, and logged out."""
    options = invited.post("/passkeys/new/options").json()
    assert invited.post("/passkeys/new?name=Laptop", json=authenticator.create(options)).status_code == 200
    assert invited.get("/beheer/klusdag").status_code == 200
    invited.post("/uitloggen")
    return authenticator


class App:
    """An authenticator app, and the recovery codes on paper."""

    def __init__(self, secret: str, recovery_codes: list[str], clock: Clock) -> None:
        self.secret = secret
        self.recovery_codes = recovery_codes
        self._clock = clock

    def code(self, **ahead: float) -> str:
        return pyotp.TOTP(self.secret).at(self._clock() + timedelta(**ahead))


def choose_password(
    client: TestClient, clock: Clock, name: str = "Sam@Klusdag.example", password: str = PASSWORD
) -> tuple[Response, str]:
    page = client.get("/account/wachtwoord").text
    secret = re.findall(r'id="app-secret">(\w+)<', page)[0]
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    fields = {
        "login_name": name,
        "password": password,
        "code": pyotp.TOTP(secret).at(clock()),
        "sealed": sealed,
    }
    return client.post("/account/wachtwoord", data=fields), secret


@pytest.fixture
def app(invited: TestClient, clock: Clock) -> App:
    """The operator chose a password, and logged out half a minute later."""
    answer, secret = choose_password(invited, clock)
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", answer.text)
    assert len(codes) == len(set(codes)) == 10
    invited.post("/uitloggen")
    clock.advance(seconds=60)
    return App(secret, codes, clock)


def log_in(
    client: TestClient, code: str, name: str = "sam@klusdag.example", password: str = PASSWORD
) -> Response:
    return client.post("/inloggen", data={"login_name": name, "password": password, "code": code})


def show(client: TestClient, authenticator: Authenticator) -> Response:
    options = client.post("/passkeys/login/options").json()
    return client.post("/passkeys/login", json=authenticator.get(options))


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
    clock.advance(minutes=11)
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


def test_roles_do_not_grow_by_themselves(
    app: App, client: TestClient, service: Service, klusdag: Organisation, clock: Clock
) -> None:
    client.post(invite(service, klusdag, Role.ISSUER, "Noor"))
    choose_password(client, clock, "noor")
    with service.database.reading() as session:
        noor = session.exec(select(Operator).where(Operator.name == "Noor")).one().id
    assert client.get("/beheer/klusdag").status_code == 200
    assert client.get("/beheer/klusdag/medewerkers").status_code == 403
    for path, fields in (
        ("", {"name": "X", "role": "owner"}),
        (f"/{noor}/rol", {"role": "owner"}),
        ("/1/verwijderen", {}),
        ("/1/nieuwe-link", {}),
    ):
        assert client.post(f"/beheer/klusdag/medewerkers{path}", data=fields).status_code == 403


def test_an_owner_reaches_nobody_of_another_organisation(
    app: App, client: TestClient, service: Service
) -> None:
    other = add_organisation(service, "andere")
    invite(service, other, name="Vreemd")
    invite(service, None, name="Host")
    log_in(client, app.code())
    assert client.get("/beheer/andere/medewerkers").status_code == 404
    with service.database.reading() as session:
        foreign = session.exec(select(Operator).where(Operator.name != "Sam")).all()
    for operator in foreign:
        for path in ("rol", "nieuwe-link", "verwijderen"):
            for slug in ("andere", "klusdag"):
                address = f"/beheer/{slug}/medewerkers/{operator.id}/{path}"
                assert client.post(address, data={"role": "reader"}).status_code == 404


def test_an_owner_invites_promotes_and_removes_and_the_log_says_so(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    client.post("/beheer/klusdag/medewerkers", data={"name": "Noor <b>", "role": "reader"})
    page = client.get("/beheer/klusdag/medewerkers").text
    assert "Noor &lt;b&gt;" in page
    address = re.findall(r'action="([^"]+)/verwijderen"', page)[0]
    assert client.post(f"{address}/rol", data={"role": "issuer"}).status_code == 303
    assert client.post(f"{address}/rol", data={"role": "god"}).status_code == 422
    assert "/inloggen/" in client.post(f"{address}/nieuwe-link").text
    assert client.post(f"{address}/verwijderen").status_code == 303
    assert "Noor" not in client.get("/beheer/klusdag/medewerkers").text
    with service.database.reading() as session:
        chain = audit.chain_name(klusdag.id)
        done = session.exec(select(AuditEntry.action).where(AuditEntry.chain == chain)).all()
    for action in (
        Action.OPERATOR_INVITED, Action.OPERATOR_LOGGED_IN, Action.PASSWORD_SET,
        Action.OPERATOR_ROLE_CHANGED, Action.OPERATOR_RESET, Action.OPERATOR_REMOVED,
    ):  # fmt: skip
        assert action in done


def test_the_last_owner_stays_one(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    with service.database.reading() as session:
        me = session.exec(select(Operator)).one().id
    address = f"/beheer/klusdag/medewerkers/{me}"
    refused = client.post(f"{address}/rol", data={"role": "reader"})
    assert (refused.status_code, "altijd een eigenaar" in refused.text) == (422, True)
    assert client.post(f"{address}/verwijderen").status_code == 422
    invite(service, klusdag, name="Noor")
    assert client.post(f"{address}/rol", data={"role": "reader"}).status_code == 303
    assert client.get("/beheer/klusdag/medewerkers").status_code == 403


def test_who_is_removed_is_out_at_once(
    app: App, client: TestClient, service: Service, klusdag: Organisation
) -> None:
    log_in(client, app.code())
    stale = invite(service, klusdag, name="Noor")
    with service.database.writing() as session:
        for operator in operators.colleagues(session, klusdag):
            if operator.name == "Sam":
                operators.remove(session, operator, actor=audit.COMMAND_LINE, now=service.clock())
    assert client.get("/account").status_code == 401
    assert log_in(client, app.code(seconds=30)).status_code == 403
    assert client.post(stale).status_code == 303
