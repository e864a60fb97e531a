"""From an operator's upload to an employer's verdict, in a browser, on a phone and on a desktop."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.conftest import PROJECT, Apps

SHOTS = PROJECT / "test-results" / "screenshots"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
PASSPHRASE = "vier losse woorden zijn genoeg"

pytestmark = pytest.mark.browser


class Visit:
    """One browser window that looks at every page it comes to."""

    def __init__(self, page: Page, axe: str, name: str) -> None:
        self.page = page
        self._axe = axe
        self._name = name
        self._count = 0
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        """Keep what the page's policy or scripts complain of; an answer of 4xx is no fault of theirs."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def look(self, what: str) -> None:
        """Take a picture, and let axe look for what bars people."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self._count += 1
        self.page.screenshot(path=SHOTS / f"{self._name}-{self._count:02}-{what}.png", full_page=True)
        # The page's own policy forbids foreign scripts; evaluating is the debugger's way around it.
        self.page.evaluate(self._axe)
        found = self.page.evaluate("async () => (await axe.run(document)).violations")
        summary = [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found]
        assert summary == [], f"{what}: {json.dumps(summary, indent=1)}"
        width = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert width <= 0, f"{what} scrolls sideways by {width} pixels"

    def press(self, name: str) -> None:
        """Press a button or follow a link by its words."""
        self.page.locator("button:visible, a:visible").filter(has_text=name).first.click()
        self.page.wait_for_load_state()


WINDOWS = {"phone": (PHONE, "light"), "desktop": (DESKTOP, "light"), "phone-dark": (PHONE, "dark")}


@pytest.fixture(params=WINDOWS)
def visit(request: pytest.FixtureRequest, browser: Browser, axe: str) -> Visit:
    name = request.param
    viewport, scheme = WINDOWS[name]
    context = browser.new_context(
        viewport=viewport, locale="nl-NL", color_scheme=scheme, accept_downloads=True
    )
    request.addfinalizer(context.close)
    return Visit(context.new_page(), axe, name)


def test_from_an_upload_to_a_verdict(visit: Visit, apps: Apps, tmp_path: Path) -> None:
    link, code = _platform(visit, apps)
    _claim(visit, apps, link, code)
    pdf = _compose(visit, tmp_path)
    _check(visit, apps, pdf)
    assert visit.errors == []


def _platform(visit: Visit, apps: Apps) -> tuple[str, str]:
    page = visit.page
    page.goto(apps.operator_link())
    visit.look("login")
    visit.press("Log in")
    visit.look("organisations")
    visit.press("Klusdag")
    visit.look("organisation")
    visit.press("Lever een export aan")
    visit.look("hand-in")
    page.locator("input[type=file]").set_input_files(apps.exports / "klusdag.csv")
    visit.press("Lees de export")
    expect(page.locator("main")).to_contain_text("Afwas & spoelkeuken")
    expect(page.locator("main")).to_contain_text("210")
    visit.look("preview")
    visit.press("Klopt, leg vast")
    visit.look("committed")
    visit.press("Maak links voor iedereen")
    # The links are made in the background; the page says so by itself when they are there.
    expect(page.locator("#job [role=status]")).to_be_visible(timeout=60_000)
    visit.press("Mensen")
    visit.look("people")
    visit.press("Fatima el Amrani")
    visit.look("worker")
    code = page.locator("#code").inner_text()
    assert re.fullmatch(r"\d{6}", code)
    return page.locator("#link").inner_text(), code


def _claim(visit: Visit, apps: Apps, link: str, code: str) -> None:
    page = visit.page
    page.goto(apps.wallet)
    visit.look("welcome")
    visit.press("Begin met KlusCV")
    visit.look("new-account")
    page.get_by_label("Accountnaam").fill("fatima")
    page.get_by_label("Wachtzin", exact=True).fill(PASSPHRASE)
    page.locator("main form button:visible").last.click()
    page.wait_for_load_state()
    visit.look("recovery-sheet")
    page.goto(link)
    visit.look("claim")
    visit.press("Ophalen met KlusCV")
    visit.look("offer")
    page.get_by_label("Code").fill(code)
    visit.press("Haal op en bekijk")
    expect(page.locator("main")).to_contain_text("Keukenhulp")
    visit.look("received")
    visit.press("Ja, bewaar")
    page.goto(apps.wallet)
    expect(page.locator("main")).to_contain_text("Klusdag B.V.")
    visit.look("proofs")
    page.get_by_role("link", name="Bekijk", exact=True).click()
    visit.look("proof")
    visit.press("Dit klopt niet")
    expect(page.locator("main")).to_contain_text("Klusdag")
    visit.look("dispute")


def _compose(visit: Visit, folder: Path) -> Path:
    page = visit.page
    visit.press("Delen")
    visit.look("kluscvs")
    page.get_by_label("Waar is hij voor?").fill("Restaurant")
    visit.press("Maak een KlusCV")
    visit.look("compose")
    page.locator("[name=own_text]").fill("Ik werk graag in een keuken.")
    visit.press("Klaar: deel")
    visit.look("share")
    with page.expect_download() as waiting:
        page.locator("a[download$='.pdf']").click()
    pdf = folder / "kluscv.pdf"
    waiting.value.save_as(pdf)
    assert pdf.read_bytes().startswith(b"%PDF-")
    return pdf


def _check(visit: Visit, apps: Apps, pdf: Path) -> None:
    page = visit.page
    page.goto(apps.verifier)
    visit.look("checker")
    page.locator("input[type=file]:visible").first.set_input_files(pdf)
    page.get_by_role("button", name="Controleer").click()
    expect(page.locator(".verdict--valid")).to_be_visible()
    expect(page.locator(".verdict--valid")).not_to_contain_text("..")
    expect(page.locator("main")).to_contain_text("Fatima el Amrani")
    expect(page.locator("main")).to_contain_text("Ik werk graag in een keuken.")
    visit.look("verdict")
    # The same page in English, and a file that is no KlusCV at all.
    page.goto(f"{apps.verifier}/?lang=en")
    visit.look("checker-english")
    page.locator("input[type=file]:visible").first.set_input_files(
        {"name": "leeg.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("button", name="Check").click()
    expect(page.locator("main")).to_contain_text("nothing has been checked yet")
    visit.look("unreadable-english")
