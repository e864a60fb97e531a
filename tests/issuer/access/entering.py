"""How operators come in, as the tests do it: invited, with a passkey, with a password and an app."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
from fastapi.testclient import TestClient
from httpx import Response

from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.service import Service
from issuer.tables import Organisation
from tests.issuer.access.authenticator import Authenticator
from tests.issuer.acting import Clock

ORIGIN = "http://localhost:8101"
PASSWORD = "vier losse woorden samen"
COOKIE = "kluscv-issuer"


def invite(
    service: Service, organisation: Organisation | None, role: Role = Role.OWNER, name: str = "Sam"
) -> str:
    with service.database.writing() as session:
        code = operators.invite(
            session, name=name, role=role, organisation=organisation, actor=audit.COMMAND_LINE,
            now=service.clock(), lifetime=timedelta(hours=1),
        )  # fmt: skip
    return f"/inloggen/{code}"


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


def log_in(
    client: TestClient, code: str, name: str = "sam@klusdag.example", password: str = PASSWORD
) -> Response:
    return client.post("/inloggen", data={"login_name": name, "password": password, "code": code})


def show(client: TestClient, authenticator: Authenticator) -> Response:
    options = client.post("/passkeys/login/options").json()
    return client.post("/passkeys/login", json=authenticator.get(options))
