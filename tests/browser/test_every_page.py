"""Every page of the three apps: in both languages, at both sizes, in light and dark, and by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from tests.browser.prepared import Prepared, prepared

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Scheme = Literal["light", "dark"]
SIZES: Final[Mapping[str, ViewportSize]] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
REFLOW: Final[ViewportSize] = {"width": 320, "height": 800}
TARGET_PX = 44
SMALL_TARGETS = """size => [...document.querySelectorAll('nav a, .btn, summary, .back, .brand')]
  .filter(each => each.checkVisibility() && !each.closest('.visually-hidden'))
  .map(each => [each.textContent.trim().slice(0, 40), each.getBoundingClientRect()])
  .filter(([, box]) => Math.round(box.height) < size || Math.round(box.width) < size)
  .map(([words, box]) => `${words}: ${Math.round(box.width)}x${Math.round(box.height)}`)"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Dark changes colours only. Across its two languages every page is seen in all four ways.
DARK_RULES = {"runOnly": ["color-contrast"]}
LOOKS: Final[Mapping[str, Sequence[tuple[str, Scheme]]]] = {
    "nl": (("phone", "light"), ("desktop", "dark")),
    "en": (("desktop", "light"), ("phone", "dark")),
}


@dataclass(frozen=True)
class Stop:
    """One page: who is logged in, where it is, and what is handed in there to see it.

    Names in braces, in the path and in the fields, stand for what `prepared` knows under them. The last
    button that fits `button` is pressed when something is handed in.
    """

    name: str
    app: str
    path: str
    who: str = ""
    file: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    button: str = ""


WRONG_LOG_IN = (("#login_name", "niemand"), ("#password", "niet goed"), ("#code", "123456"))
ISSUER = (
    Stop("home", "issuer", "/"),
    Stop("login", "issuer", "/inloggen"),
    Stop(
        "login-refused",
        "issuer",
        "/inloggen",
        fields=(("#login_name", "niemand"), ("#password", "niet goed"), ("#code", "123456")),
    ),
    Stop("invitation", "issuer", "/inloggen/onbekend"),
    Stop("account", "issuer", "/account", "operator"),
    Stop("password", "issuer", "/account/wachtwoord", "operator"),
    Stop("confirm", "issuer", "/account/bevestigen", "operator"),
    Stop("set-up", "issuer", "/account", "new operator"),
    Stop("set-up-password", "issuer", "/account/wachtwoord", "new operator"),
    Stop(
        "recovery-codes",
        "issuer",
        "/account",
        "operator with password",
        button="form[action='/account/herstelcodes']",
    ),
    Stop(
        "invited",
        "issuer",
        "/beheer/klusdag/medewerkers",
        "operator",
        fields=(("#name", "Noor"),),
        button="form[action$='/medewerkers']",
    ),
    Stop(
        "webhook-secret",
        "issuer",
        "/beheer/klusdag/koppelingen",
        "operator",
        button="form[action$='/geheim']",
    ),
    Stop("records", "issuer", "/beheer/klusdag/mensen/{awarded-worker}/verbeteren", "operator"),
    Stop("gig", "issuer", "/beheer/klusdag/mensen/{worker}/verbeteren/klus?nummer={gig}", "operator"),
    Stop(
        "gig-refused",
        "issuer",
        "/beheer/klusdag/mensen/{worker}/verbeteren/klus?nummer={gig}",
        "operator",
        fields=(("#worked", "99:00"),),
        button="form:has(#worked)",
    ),
    Stop(
        "achievement",
        "issuer",
        "/beheer/klusdag/mensen/{awarded-worker}/verbeteren/behaald?nummer={achievement}",
        "operator",
    ),
    Stop(
        "achievement-refused",
        "issuer",
        "/beheer/klusdag/mensen/{awarded-worker}/verbeteren/behaald?nummer={achievement}",
        "operator",
        fields=(("#language", "Nederlands"), ("#name", " ")),
        button="form:has(#name)",
    ),
    Stop("name", "issuer", "/beheer/klusdag/mensen/{long-worker}/verbeteren/naam", "operator"),
    Stop(
        "name-unchanged",
        "issuer",
        "/beheer/klusdag/mensen/{long-worker}/verbeteren/naam",
        "operator",
        fields=(("#reason", "Verkeerd gespeld"),),
    ),
    Stop("connections", "issuer", "/beheer/klusdag/koppelingen", "operator"),
    Stop("audit-log", "issuer", "/beheer/klusdag/logboek?controle=true", "operator"),
    Stop("operators", "issuer", "/beheer/klusdag/medewerkers", "operator"),
    Stop("settings", "issuer", "/beheer/klusdag/instellingen", "operator"),
    Stop(
        "settings-refused",
        "issuer",
        "/beheer/vakhulp/instellingen",
        "operator",
        fields=(("#accent", "#ffcc00"), ("#text", "#000000")),
    ),
    Stop("claim", "issuer", "/claim/{long-worker-offer}"),
    Stop("claimed", "issuer", "/claim/{worker-offer}"),
    Stop(
        "claim-sent",
        "issuer",
        "/claim/{long-worker-offer}",
        fields=(("#inbox", "{inbox}"),),
        button="#sturen",
    ),
    Stop(
        "claim-not-sent",
        "issuer",
        "/claim/{long-worker-offer}",
        fields=(("#inbox", "https://nergens.invalid/brievenbus"),),
        button="#sturen",
    ),
    Stop("claim-dispute", "issuer", "/claim/{long-worker-offer}", fields=(("#code", "{long-worker-code}"),)),
    Stop("consent", "issuer", "/org/klusdag/authorize?{consent}"),
    Stop(
        "consent-wrong-code",
        "issuer",
        "/org/klusdag/authorize?{consent}",
        fields=(("#code", "12"),),
        button="form:has(#code)",
    ),
    Stop("consent-over", "issuer", "/org/klusdag/authorize?client_id=x&request_uri=y"),
    Stop("not-logged-in", "issuer", "/beheer/klusdag"),
    Stop("organisations", "issuer", "/", "operator"),
    Stop("organisation", "issuer", "/beheer/klusdag", "operator"),
    Stop("organisation-empty", "issuer", "/beheer/snelgebracht", "operator"),
    Stop("exports", "issuer", "/beheer/klusdag/exports", "operator"),
    Stop("import-preview", "issuer", "/beheer/klusdag/exports/{preview}", "operator"),
    Stop("import-committed", "issuer", "/beheer/klusdag/exports/{committed}", "operator"),
    Stop("import-changed", "issuer", "/beheer/klusdag/exports/{changed}", "operator"),
    Stop("import-reading", "issuer", "/beheer/klusdag/exports/{reading}", "operator"),
    Stop("import-unreadable", "issuer", "/beheer/klusdag/exports/{unreadable}", "operator"),
    Stop("columns", "issuer", "/beheer/klusdag/uploads/{upload}/kolommen", "operator"),
    Stop(
        "columns-missing",
        "issuer",
        "/beheer/klusdag/uploads/{unnamed-upload}/kolommen",
        "operator",
        button="form",
    ),
    Stop("words", "issuer", "/beheer/klusdag/uploads/{named-upload}/woorden", "operator"),
    Stop("words-counting", "issuer", "/beheer/klusdag/uploads/{large-upload}/woorden", "operator"),
    Stop("words-too-many", "issuer", "/beheer/klusdag/uploads/{wrong-upload}/woorden", "operator"),
    Stop("job-waiting", "issuer", "/beheer/klusdag/taken/{waiting-job}", "operator"),
    Stop("job-running", "issuer", "/beheer/klusdag/taken/{running-job}", "operator"),
    Stop("job-done", "issuer", "/beheer/klusdag/taken/{done-job}", "operator"),
    Stop("job-nothing-new", "issuer", "/beheer/klusdag/taken/{done-import-job}", "operator"),
    Stop("job-failed", "issuer", "/beheer/klusdag/taken/{failed-job}", "operator"),
    Stop("people", "issuer", "/beheer/klusdag/mensen", "operator"),
    Stop("nobody-found", "issuer", "/beheer/klusdag/mensen?q=zzz", "operator"),
    Stop("nobody-yet", "issuer", "/beheer/snelgebracht/mensen", "operator"),
    Stop("worker-offered", "issuer", "/beheer/klusdag/mensen/{long-worker}", "operator"),
    Stop("worker-claimed", "issuer", "/beheer/klusdag/mensen/{worker}", "operator"),
    Stop("worker-withdrawn", "issuer", "/beheer/klusdag/mensen/{withdrawn-worker}", "operator"),
    Stop("credentials", "issuer", "/beheer/klusdag/bewijzen", "operator"),
    Stop("keys", "issuer", "/beheer/klusdag/sleutels", "operator"),
    Stop("disputes", "issuer", "/beheer/klusdag/bezwaren", "operator"),
    Stop("dispute", "issuer", "/beheer/klusdag/bezwaren/{dispute}", "operator"),
    Stop("missing", "issuer", "/beheer/geen", "operator"),
)
WALLET = (
    Stop("welcome", "wallet", "/welkom"),
    Stop("refused", "wallet", "/welkom", fields=(("#account_name", "niemand"), ("#passphrase", "niet goed"))),
    Stop("new-account", "wallet", "/welkom/nieuw"),
    Stop("recover", "wallet", "/welkom/herstel"),
    Stop("help-outside", "wallet", "/hulp"),
    Stop("empty", "wallet", "/", "nieuw"),
    Stop("sheet", "wallet", "/account/herstelblad", "nieuw"),
    Stop("nothing-to-share", "wallet", "/kluscv", "nieuw"),
    Stop("offer", "wallet", "/ontvangen?credential_offer_uri={issuer}/offers/{long-worker-offer}", "nieuw"),
    Stop("offer-leave", "wallet", "/ontvangen?link={leave-offer}", "nieuw"),
    Stop("offer-broken", "wallet", "/ontvangen?credential_offer_uri=niets", "nieuw"),
    Stop("proofs", "wallet", "/", "fatima"),
    Stop("proof", "wallet", "/bewijs/{proof}", "fatima"),
    Stop("dispute", "wallet", "/bewijs/{proof}/klopt-niet", "fatima"),
    Stop(
        "dispute-refused",
        "wallet",
        "/bewijs/{proof}/klopt-niet",
        "fatima",
        fields=(("#text", "Mijn BSN is 123456782"),),
    ),
    Stop("dispute-told", "wallet", "/bewijs/{told-proof}/klopt-niet", "fatima"),
    Stop("forget", "wallet", "/bewijs/{proof}/verwijderen", "fatima"),
    Stop("fetch", "wallet", "/ophalen", "fatima"),
    Stop("received", "wallet", "/ontvangen/{received}", "fatima"),
    Stop("received-dispute", "wallet", "/ontvangen/{received}/klopt-niet", "fatima"),
    Stop("kluscvs", "wallet", "/kluscv", "fatima"),
    Stop("compose", "wallet", "/kluscv/{draft}", "fatima"),
    Stop("share", "wallet", "/kluscv/{draft}/delen", "fatima"),
    Stop("account", "wallet", "/account", "fatima"),
    Stop("erase", "wallet", "/account/verwijderen", "fatima"),
    Stop("help", "wallet", "/hulp", "fatima"),
    Stop("missing", "wallet", "/nergens", "fatima"),
    Stop("long-names", "wallet", "/", "maximiliaan"),
    Stop("under-way", "wallet", "/onderweg/{under-way}", "maximiliaan"),
    Stop("promise-broken", "wallet", "/onderweg/{promise-broken}", "maximiliaan"),
    Stop("forty-lines", "wallet", "/bewijs/{long-proof}", "maximiliaan"),
    Stop("revoked", "wallet", "/bewijs/{revoked-proof}", "maximiliaan"),
    Stop("share-forty", "wallet", "/kluscv/{long-draft}/delen", "maximiliaan"),
)
VERIFIER = (
    Stop("home", "verifier", "/"),
    Stop("link", "verifier", "/v#" + "1234567890" * 12),
    Stop("link-without-code", "verifier", "/v"),
    Stop("missing", "verifier", "/nergens"),
    Stop("valid", "verifier", "/", file="valid.pdf"),
    Stop("withdrawn", "verifier", "/", file="revoked/1.sd-jwt"),
    Stop("changed", "verifier", "/", file="changed.json"),
    Stop("unlisted", "verifier", "/", file="unlisted.json"),
    Stop("unreadable", "verifier", "/", file="other.pdf"),
)
VISITS = [(stop, language) for stop in (*ISSUER, *WALLET, *VERIFIER) for language in ("nl", "en")]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    with prepared(tmp_path_factory.mktemp("pages")) as ready:
        yield ready


@pytest.fixture(scope="module")
def contexts(browser: Browser, state: Prepared) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """A browser for everyone who is logged in, and one for who is not, in each language."""
    opened = {}
    for who in ("", *state.cookies):
        for language in ("nl", "en"):
            context = browser.new_context(viewport=SIZES["phone"], locale=language, reduced_motion="reduce")
            cookies = [("lang", language), *([state.cookies[who]] if who else [])]
            context.add_cookies([{"name": n, "value": v, "url": state.issuer} for n, v in cookies])
            opened[who, language] = context
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize(("stop", "language"), VISITS, ids=[f"{s.app}-{s.name}-{lang}" for s, lang in VISITS])
def test_a_page_serves_everyone(
    stop: Stop, language: str, state: Prepared, contexts: dict[tuple[str, str], BrowserContext], axe: str
) -> None:
    page = contexts[stop.who, language].new_page()
    try:
        complaints = _listen(page)
        _go(page, stop, state)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert len(page.title()) > len(" – KlusCV")
        _at_every_size(page, axe, LOOKS[language])
        _by_keyboard(page)
        _on_paper(page)
        assert complaints == []
    finally:
        page.close()


def _listen(page: Page) -> list[str]:
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # An answer of 4xx is what some of these pages are for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def _go(page: Page, stop: Stop, state: Prepared) -> None:
    page.goto(getattr(state, stop.app) + _filled_in(stop.path, state))
    _unfold(page)
    for field, value in stop.fields:
        page.locator(field).fill(_filled_in(value, state))
    if stop.file:
        page.locator("#file").set_input_files(Path(state.files) / stop.file)
    if stop.file or stop.fields or stop.button:
        with page.expect_navigation():
            page.locator(f"main {stop.button or 'form'} button:not([type=button])").last.click()
        _unfold(page)


def _filled_in(text: str, state: Prepared) -> str:
    for name, value in {**state.ids, "issuer": state.issuer}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _unfold(page: Page) -> None:
    """Open what is folded away, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")


def _at_every_size(page: Page, axe: str, looks: Sequence[tuple[str, Scheme]]) -> None:
    page.evaluate(axe)
    for size, scheme in looks:
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(
            "async rules => (await axe.run(document, rules)).violations",
            DARK_RULES if scheme == "dark" else {},
        )
        summary = [(each["id"], [node["html"][:120] for node in each["nodes"]][:3]) for each in found]
        assert summary == [], f"{size}, {scheme}: {json.dumps(summary, indent=1)}"
        assert page.evaluate(SMALL_TARGETS, TARGET_PX) == [], size
        assert page.evaluate(OVERFLOW) <= 0, size
    page.set_viewport_size(REFLOW)
    assert page.evaluate(OVERFLOW) <= 0, "320 pixels"


def _by_keyboard(page: Page) -> None:
    """The first Tab reaches the way past the menu, unless the address leads past it already."""
    if page.locator(":target").count():
        return
    page.evaluate("document.activeElement?.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def _on_paper(page: Page) -> None:
    """Without its menu the page takes the whole width, not the menu's."""
    page.set_viewport_size(SIZES["desktop"])
    page.emulate_media(media="print")
    assert page.evaluate("document.querySelector('main').clientWidth") > SIZES["desktop"]["width"] / 2
    page.emulate_media(media="screen")
