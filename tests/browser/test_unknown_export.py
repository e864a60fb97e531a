"""An operator with an export that no profile knows, and a worker who opens the link that comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import issuing
from demo.servers import free_address, running
from issuer.app import create_app
from issuer.service import Service
from issuer.settings import IssuerSettings
from tests.browser.exports import UNKNOWN_NAME, unknown_export

pytestmark = pytest.mark.browser


@pytest.fixture
def operator_link(tmp_path: Path) -> Iterator[str]:
    """A running issuer that knows the organisations of the demonstration, and the operator's way in."""
    address = free_address(0)
    settings = IssuerSettings(
        data_dir=tmp_path / "issuer", base_url=address.url, port=address.port, link_log_in=True
    )
    service = Service.open(settings)
    issuing.open_organisations(service)
    with running(create_app(settings), address):
        yield issuing.operator_link(service)
    service.database.close()


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_unknown_export_becomes_a_link_for_everyone(
    browser: Browser, operator_link: str, has_scripts: bool
) -> None:
    context = browser.new_context(locale="nl-NL", java_script_enabled=has_scripts)
    page = context.new_page()
    try:
        page.goto(operator_link)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("link", name="Klusdag B.V.").click()
        page.get_by_role("link", name="Lever een export aan").click()
        _past_the_assistant(page)
        _see_the_job_finish(page, has_scripts=has_scripts)
        _open_a_claim_link(page)
    finally:
        context.close()


def _past_the_assistant(page: Page) -> None:
    """Nothing has to be corrected but the one kind of work that the guess does not know."""
    content = unknown_export().encode()
    page.locator("#export").set_input_files({"name": UNKNOWN_NAME, "mimeType": "text/csv", "buffer": content})
    page.get_by_label("Hoe moeten we hem lezen?").select_option("")
    page.get_by_role("button", name="Lees de export").click()
    expect(page.get_by_label("Personeelsnummer")).to_have_value("worker")
    page.get_by_role("button", name="Verder").click()
    page.get_by_label("Gastvrouw/gastheer").select_option(label="Medewerker bediening")
    expect(page.get_by_label("No-show")).to_have_value("cancelled")
    page.get_by_label("Bewaar deze keuzes als").fill("Onze planning")
    page.get_by_role("button", name="Bewaar en lees de export").click()
    expect(page.locator(".figures")).to_contain_text("goede regels\n28", use_inner_text=True)
    page.get_by_role("button", name="Klopt, leg vast").click()
    expect(page.locator("main")).to_contain_text("nieuwe verklaringen vastgelegd")


def _see_the_job_finish(page: Page, *, has_scripts: bool) -> None:
    """The page follows the job by itself; without scripts its link does the same."""
    page.get_by_role("button", name="Maak links voor iedereen").click()
    finished = page.get_by_text("nieuwe claimlinks")
    if has_scripts:
        expect(finished).to_be_visible(timeout=30_000)
    for _ in range(60):
        if finished.is_visible():
            break
        page.get_by_role("link", name="Ververs").click()
        page.wait_for_timeout(500)
    expect(finished).to_be_visible()
    # The next export of this kind is read by what was kept.
    page.get_by_role("link", name="Aanleveren", exact=True).click()
    expect(page.get_by_label("Hoe moeten we hem lezen?")).to_contain_text("Onze planning")
    page.get_by_role("link", name="Mensen", exact=True).click()


def _open_a_claim_link(page: Page) -> None:
    page.get_by_role("link", name="Noor van der Berg-Yılmaz A.").click()
    page.goto(page.locator("#link").inner_text())
    expect(page.locator("h1")).to_have_text("Klusdag B.V. heeft bewijs van je werk")
    expect(page.get_by_role("link", name="Ophalen met KlusCV")).to_be_visible()
