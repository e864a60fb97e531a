"""A passkey in Chromium with a virtual authenticator: made, used to log in, and to confirm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.servers import free_address, running
from issuer import audit
from issuer.access import operators
from issuer.access.roles import Role
from issuer.app import create_app
from issuer.migrations import upgrade
from issuer.service import Service
from issuer.settings import IssuerSettings
from tests.issuer.acting import add_organisation

pytestmark = pytest.mark.browser


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """A running issuer, and an owner's invitation to it. Passkeys need a name: localhost, not an address."""
    address = free_address(0)
    origin = f"http://localhost:{address.port}"
    settings = IssuerSettings(data_dir=tmp_path / "issuer", base_url=origin, port=address.port)
    service = Service.open(settings)
    upgrade(service.database)
    klusdag = add_organisation(service, "klusdag")
    with service.database.writing() as session:
        code = operators.invite(
            session, name="Sam", role=Role.OWNER, organisation=klusdag, actor=audit.COMMAND_LINE,
            now=service.clock(), lifetime=timedelta(hours=1),
        )  # fmt: skip
    with running(create_app(settings), address):
        yield f"{origin}/inloggen/{code}"
    service.database.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose device holds keys, and says that its user was recognised."""
    context = browser.new_context(locale="nl-NL")
    opened = context.new_page()
    devtools = context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield opened
    context.close()


def test_a_passkey_is_made_and_lets_in(page: Page, link: str) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(link)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Naam van dit apparaat").fill("Laptop")
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.locator("h1")).to_have_text("Organisaties")
    page.get_by_role("button", name="Uitloggen").click()
    page.goto(link.rpartition("/")[0])
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page.locator("h1")).to_have_text("Organisaties")
    page.goto(link.partition("/inloggen")[0] + "/account/bevestigen")
    page.get_by_role("button", name="Laat je passkey zien").click()
    expect(page.locator("h1")).to_have_text("Mijn account")
    expect(page.locator("main")).to_contain_text("Laptop")
    # The same device is not asked to hold a second passkey for the same operator.
    page.get_by_role("button", name="Maak een passkey").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    assert complaints == []
