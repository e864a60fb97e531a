"""Whatever is changed in what the demonstration handed over, the verifier notices, and says by which check.

Every JSON leaf, every disclosure, every byte of the compact form and every fact on the page is changed
once. Where a statement has hundreds of reviews, every tenth of them stands for the rest.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from standard import base64url
from standard.compact import parse as parse_compact
from standard.errors import CompactError, UnreadableError
from standard.model import DisclosedPresentation
from standard.resolution import FolderResolver
from standard.trust import read_root
from standard.verification import SEVEN_DAYS, CheckState, Outcome, VerificationPolicy, disclose
from standard.verification import verify as verify_document
from templates.cv.page import page, page_day, page_locale
from templates.cv.render import html
from verifier.intake import ChildPool, presentation_from
from verifier.judgement import judge
from verifier.page_checks import page_checks
from wallet import pdf, qr
from wallet.pdf_signer import PdfSigner

EVERY: Final = 10
"""Of long lists and of the digits of a code, one in so many is changed."""

FORGED: Final = 6
"""Of the kinds of facts on the page, one in so many is drawn anew, for drawing takes a second."""

STRETCHES: Final = 6
"""At so many places a byte of the PDF is changed."""

CHECKER: Final = re.compile(r"localhost:\d+\.?$")
"""The address of a checker is nobody's claim, and a page may name any."""

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome | None
    """None when it could not be read."""
    failed: frozenset[tuple[str, str]]


Verify = Callable[[str | bytes], Verdict]


@pytest.fixture(scope="module")
def policy(demo_output: Path) -> VerificationPolicy:
    root = read_root((demo_output / "trust-root.json").read_bytes())
    return VerificationPolicy(
        now=datetime.now(UTC), trust_roots=(root,), status_max_age=SEVEN_DAYS, expected_challenge=None,
        expected_domain=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def verify(demo_output: Path, policy: VerificationPolicy) -> Verify:
    resolver, pool = FolderResolver(demo_output / "documents"), ChildPool(size=1)

    def run(data: str | bytes) -> Verdict:
        content = data.encode() if isinstance(data, str) else data
        try:
            result = judge(content, policy=policy, resolver=resolver, pool=pool).result
        except UnreadableError:
            return Verdict(None, frozenset())
        failed = (check for check in result.checks if check.state is CheckState.FAILED)
        return Verdict(result.outcome, frozenset((check.code.value, str(check.reason)) for check in failed))

    return run


def assert_invalid(verdict: Verdict, what: object) -> None:
    assert verdict.outcome is Outcome.INVALID, what
    assert verdict.failed, what


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*place, key))
    elif isinstance(value, list):
        # The first few are all different; of a long list the rest are alike.
        for index, item in enumerate(value):
            if index < 3 or index % EVERY == 0:
                yield from leaves(item, (*place, index))
    else:
        yield place, value


def altered(value: Any) -> Any:
    """The smallest change that still looks right: the last digit, else the last letter."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    digits = list(re.finditer(r"\d", value))
    if digits:
        place = digits[-1].start()
        return f"{value[:place]}{(int(value[place]) + 1) % 10}{value[place + 1 :]}"
    return value[:-1] + ("y" if value[-1:] != "y" else "z")


def mutations(document: Any) -> Iterator[tuple[Place, Any]]:
    for place, value in leaves(document):
        changed = copy.deepcopy(document)
        node = changed
        for key in place[:-1]:
            node = node[key]
        node[place[-1]] = altered(value)
        yield place, changed


def credentials(demo_output: Path, suffix: str) -> list[Path]:
    """One platform's files; the first in the alphabet that holds work, ratings and reviews."""
    found = sorted((demo_output / "credentials" / "vakhulp").glob(f"*{suffix}"))
    assert found
    return found


def test_every_claim_of_a_data_integrity_credential(verify: Verify, demo_output: Path) -> None:
    for path in credentials(demo_output, ".vc.json"):
        for place, changed in mutations(json.loads(path.read_bytes())):
            assert_invalid(verify(json.dumps(changed)), (path.name, place))


def test_every_claim_of_a_presentation(verify: Verify, demo_output: Path) -> None:
    for place, changed in mutations(json.loads((demo_output / "kluscv.presentation.json").read_bytes())):
        assert_invalid(verify(json.dumps(changed)), place)


def test_every_member_of_an_sd_jwt(verify: Verify, demo_output: Path) -> None:
    for path in credentials(demo_output, ".sd-jwt"):
        jwt, tilde, disclosures = path.read_text().strip().partition("~")
        parts = jwt.split(".")
        for number in (0, 1):
            for place, changed in mutations(json.loads(base64url.decode(parts[number]))):
                encoded = base64url.encode(json.dumps(changed, separators=(",", ":")).encode())
                text = ".".join([*parts[:number], encoded, *parts[number + 1 :]]) + tilde + disclosures
                assert_invalid(verify(text), (path.name, number, place))


def test_every_disclosure_of_an_sd_jwt(verify: Verify, demo_output: Path) -> None:
    for path in credentials(demo_output, ".sd-jwt"):
        jwt, *disclosures, end = path.read_text().strip().split("~")
        for number, disclosure in enumerate(disclosures):
            for place, changed in mutations(json.loads(base64url.decode(disclosure))):
                encoded = base64url.encode(json.dumps(changed, separators=(",", ":")).encode())
                text = "~".join([jwt, *disclosures[:number], encoded, *disclosures[number + 1 :], end])
                assert_invalid(verify(text), (path.name, number, place))


def test_every_byte_of_a_compact_copy(verify: Verify, demo_output: Path) -> None:
    """Another key's thumbprint names nobody (open), and another first byte begins no COSE (unreadable)."""
    (path,) = credentials(demo_output, ".compact")
    raw = base64url.decode(path.read_text().strip())
    key = parse_compact(path.read_text().strip()).issuer_key_thumbprint
    for place in range(len(raw)):
        text = base64url.encode(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        verdict = verify(text)
        if place < 2:
            assert verdict.outcome is None
        elif names_another_key(text, key):
            assert verdict.outcome is Outcome.INDETERMINATE, place
        else:
            assert_invalid(verdict, place)


def names_another_key(text: str, key: bytes) -> bool:
    try:
        return parse_compact(text).issuer_key_thumbprint != key
    except CompactError:
        return False


def test_the_digits_of_a_qr_code(verify: Verify, demo_output: Path) -> None:
    texts = (demo_output / "kluscv-qr.txt").read_text(encoding="ascii").split()
    for number, text in enumerate(texts):
        head, _, digits = text.partition("#")
        for place in range(1, len(digits), EVERY):
            changed = f"{head}#{digits[:place]}{(int(digits[place]) + 1) % 10}{digits[place + 1 :]}"
            verdict = verify("\n".join([*texts[:number], changed, *texts[number + 1 :]]))
            # A digit that carries as far as an issuer's thumbprint names an issuer that nobody knows.
            assert verdict.outcome is not Outcome.VALID
            assert verdict.failed or verdict.outcome is Outcome.INDETERMINATE, place


# The page


@dataclass(frozen=True)
class Page:
    """The worker's page as HTML, around the presentation that it shows."""

    presentation: bytes
    shown: DisclosedPresentation
    source: str

    def facts(self) -> list[re.Match[str]]:
        """Every stretch of visible text; the address of the checker is nobody's claim."""
        body = self.source[self.source.index("<body") :]
        offset = len(self.source) - len(body)
        found = re.compile(r">([^<]*[^<\s][^<]*)<").finditer(self.source, offset)
        return [match for match in found if not self.source[: match.start()].endswith("data-open")]

    def kind(self, fact: re.Match[str]) -> str:
        """The element and its class, which is what a fact means on the page."""
        return self.source[self.source.rindex("<", 0, fact.start()) : fact.start()]

    def forged(self, fact: re.Match[str]) -> bytes:
        """Draw the page with one fact changed, around the true attachment, and certify it anew."""
        source = self.source[: fact.start(1)] + changed_words(fact[1]) + self.source[fact.end(1) :]
        moment = self.shown.created
        assert moment is not None
        stranger = PdfSigner.generate("a stranger's wallet", now=moment)
        return stranger.certify(pdf._draw(source, self.presentation, moment), now=moment)


def changed_words(words: str) -> str:
    """Change the first digit, else a letter in the middle, and no entity of HTML."""
    digit = re.search(r"\d", words)
    if digit:
        return f"{words[: digit.start()]}{(int(digit[0]) + 1) % 10}{words[digit.end() :]}"
    letters = list(re.finditer(r"[a-zà-ü](?![a-z]*;)", words)) or list(re.finditer(r"\S", words))
    middle = letters[len(letters) // 2]
    return words[: middle.start()] + ("x" if middle[0] != "x" else "q") + words[middle.end() :]


@pytest.fixture(scope="module")
def worker_page(demo_output: Path) -> Page:
    presentation = (demo_output / "kluscv.presentation.json").read_bytes()
    shown = disclose(presentation)
    day = page_day(shown)
    assert day is not None
    drawn = page(
        shown, locale=page_locale(shown), made_on=day, checker_host="checker.example", demonstration=True
    )
    codes = [qr.svg(text) for text in (demo_output / "kluscv-qr.txt").read_text(encoding="ascii").split()]
    return Page(presentation, shown, html(drawn, codes))


def test_every_word_of_the_text_layer(
    demo_output: Path, policy: VerificationPolicy, worker_page: Page
) -> None:
    """The true file's text, with one word after another changed in it."""
    intake = presentation_from((demo_output / "kluscv.pdf").read_bytes(), pool=ChildPool(size=1))
    assert intake.pages is not None
    result = verify_document(intake.document, policy=policy, resolver=FolderResolver(demo_output))
    text = "\f".join(intake.pages)

    def page_text(changed: str) -> CheckState:
        return page_checks(replace(intake, pages=tuple(changed.split("\f"))), result)[1].state

    assert page_text(text) is CheckState.PASSED
    words = [word for word in re.finditer(r"\S+", text) if not CHECKER.search(word[0])]
    assert len(words) > 2 * len(worker_page.facts())
    for word in words:
        changed = text[: word.start()] + changed_words(word[0]) + text[word.end() :]
        assert page_text(changed) is CheckState.FAILED, word


@pytest.mark.slow
def test_a_page_drawn_and_certified_by_a_stranger(verify: Verify, worker_page: Page) -> None:
    """One changed fact of each kind: a name, a heading, a sum, hours, a rating, a review, a voucher."""
    of_each_kind = {worker_page.kind(fact): fact for fact in worker_page.facts()}
    assert len(of_each_kind) > 12
    for fact in list(of_each_kind.values())[::FORGED]:
        verdict = verify(worker_page.forged(fact))
        assert verdict.outcome is Outcome.INVALID, fact
        assert ("page-text", "differs") in verdict.failed, fact


def test_every_stretch_of_the_certified_file(verify: Verify, demo_output: Path) -> None:
    """A changed byte anywhere is invalid, or leaves no PDF to read; it is never valid."""
    whole = (demo_output / "kluscv.pdf").read_bytes()
    for place in range(9, len(whole), len(whole) // STRETCHES):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        verdict = verify(changed)
        assert verdict.outcome in (Outcome.INVALID, None), place
        assert verdict.failed or verdict.outcome is None
