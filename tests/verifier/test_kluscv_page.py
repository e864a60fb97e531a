"""The worker's real page: as a PDF, forged, printed and scanned, and photographed."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageFilter, ImageOps

from standard import compact
from standard.compact import qr_payload, qr_text
from standard.errors import UnreadableError
from standard.model import DisclosedPresentation, Form, PersonName, RatingHistory, WorkHistory
from standard.verification import CheckState, Outcome, disclose
from tests.world import NOW, RATING_HISTORY, WORK_HISTORY, MemoryResolver, World, make_world
from verifier.intake import ChildPool, Kind
from verifier.judgement import Judgement, judge
from wallet import pdf
from wallet.pdf_signer import PdfSigner

Change = Callable[[DisclosedPresentation], DisclosedPresentation]


@dataclass(frozen=True)
class Sheet:
    """A worker's KlusCV in one world, and the means to draw it again, truly or falsely."""

    world: World
    presentation: str
    qr_texts: tuple[str, ...]
    signer: PdfSigner

    def draw(self, change: Change = lambda shown: shown, *, locale: str = "nl") -> bytes:
        """Draw the page; a forger changes what it says and certifies it with a key of his own."""
        return pdf.render(
            self.presentation.encode(),
            change(disclose(self.presentation)),
            qr_texts=self.qr_texts,
            locale=locale,
            made_on=NOW.date(),
            checker_host="controleer.kluscv.nl",
            signer=self.signer,
        )

    def judge(self, data: bytes) -> Judgement:
        resolver = MemoryResolver(self.world.documents())
        return judge(data, policy=self.world.policy(), resolver=resolver, pool=ChildPool(size=1))


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    world = make_world()
    copies = [
        organisation.issue(statement, Form.SD_JWT, world.holder)
        for organisation in world.organisations
        for statement in (WORK_HISTORY, RATING_HISTORY)
    ]
    paper = [_on_paper(world, number) for number in range(len(world.organisations))]
    texts = qr_text(qr_payload(paper), checker_url="https://controleer.kluscv.nl")
    signer = PdfSigner.generate("wallet of the tests", now=NOW)
    return Sheet(world, world.present(copies), tuple(texts), signer)


def _on_paper(world: World, number: int) -> str:
    organisation = world.organisations[number]
    return compact.issue(
        compact.paper_statement(WORK_HISTORY, RATING_HISTORY),
        holder=world.holder,
        issued=NOW,
        status=organisation.new_status(),
        signer=organisation.signer("P-256"),
        new_salt=lambda: secrets.token_bytes(16),
    )


@pytest.fixture(scope="module")
def page(sheet: Sheet) -> bytes:
    return sheet.draw()


@pytest.fixture(scope="module")
def scan(page: bytes, tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """The first page at 200 dpi, as an office scanner gives it."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    folder = tmp_path_factory.mktemp("scan")
    (folder / "page.pdf").write_bytes(page)
    command = ["pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", "-singlefile", "page.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    return Image.open(folder / "page.png").convert("RGB")


def states(judgement: Judgement) -> dict[str, tuple[CheckState, str]]:
    wanted = ("document-integrity", "page-text")
    return {
        check.code.value: (check.state, str(check.reason))
        for check in judgement.result.checks
        if check.code.value in wanted
    }


def test_the_page_is_valid_intact_and_says_what_was_signed(sheet, page):
    judgement = sheet.judge(page)
    assert states(judgement) == {
        "document-integrity": (CheckState.PASSED, "certified"),
        "page-text": (CheckState.PASSED, "same"),
    }
    assert judgement.result.outcome is Outcome.VALID


def test_a_page_without_its_seal_is_judged_by_its_credentials(sheet, page):
    buffer = BytesIO()
    with pikepdf.open(BytesIO(page)) as document:
        del document.Root.AcroForm
        del document.Root.Perms
        for sheet_page in document.pages:
            if "/Annots" in sheet_page:
                del sheet_page.Annots
        document.save(buffer)
    judgement = sheet.judge(buffer.getvalue())
    assert states(judgement)["document-integrity"] == (CheckState.NOT_APPLICABLE, "uncertified")
    assert judgement.result.outcome is Outcome.VALID


def in_work(**changes: object) -> Change:
    """Change the first engagement of the first statement."""

    def change(shown: DisclosedPresentation) -> DisclosedPresentation:
        first, *others = shown.statements
        work = first.content
        assert isinstance(work, WorkHistory)
        engagements = (replace(work.engagements[0], **changes), *work.engagements[1:])  # type: ignore[arg-type]
        content = replace(work, engagements=engagements)
        return replace(shown, statements=(replace(first, content=content), *others))

    return change


def in_ratings(part: str, **changes: object) -> Change:
    """Change the first rating or review of the second statement."""

    def change(shown: DisclosedPresentation) -> DisclosedPresentation:
        first, second, *others = shown.statements
        ratings = second.content
        assert isinstance(ratings, RatingHistory)
        entries = getattr(ratings, part)
        content = replace(ratings, **{part: (replace(entries[0], **changes), *entries[1:])})
        return replace(shown, statements=(first, replace(second, content=content), *others))

    return change


def everywhere(**changes: object) -> Change:
    return lambda shown: replace(
        shown,
        statements=tuple(
            replace(statement, content=replace(statement.content, **changes))  # type: ignore[arg-type]
            for statement in shown.statements
        ),
    )


def own_words(**changes: str) -> Change:
    def change(shown: DisclosedPresentation) -> DisclosedPresentation:
        assert shown.own_words is not None
        return replace(shown, own_words=replace(shown.own_words, **changes))

    return change


def without_last_statement(shown: DisclosedPresentation) -> DisclosedPresentation:
    return replace(shown, statements=shown.statements[:-1])


def as_another_organisation(shown: DisclosedPresentation) -> DisclosedPresentation:
    first, *others = shown.statements
    return replace(shown, statements=(replace(first, issuer_name="Klusdag Groot B.V."), *others))


FORGERIES: dict[str, Change] = {
    "gigs": in_work(gig_count=1148),
    "hours": in_work(worked_minutes=162_160),
    "clients": in_work(client_count=131),
    "category": in_work(category="Chef-kok", occupation=None),
    "mark": in_ratings("ratings", value="4.99"),
    "marks": in_ratings("ratings", count=9141),
    "review": in_ratings("reviews", text="De allerbeste."),
    "review-month": in_ratings("reviews", month="2026-09"),
    "name": everywhere(name=PersonName("Sanne de Vries", WORK_HISTORY.name.check)),  # type: ignore[union-attr]
    "headline": own_words(headline="Chef-kok"),
    "own-text": own_words(text="Ik heb tien diploma's."),
    "statement-left-out": without_last_statement,
    "organisation": as_another_organisation,
}


@pytest.mark.parametrize("fact", FORGERIES)
def test_a_page_that_says_something_else_than_was_signed_is_invalid(sheet, fact):
    judgement = sheet.judge(sheet.draw(FORGERIES[fact]))
    assert states(judgement)["document-integrity"][0] is CheckState.PASSED
    assert states(judgement)["page-text"] == (CheckState.FAILED, "differs")
    assert judgement.result.outcome is Outcome.INVALID


def test_the_page_at_200_dpi_is_valid_and_its_text_is_left_to_the_reader(sheet, scan):
    buffer = BytesIO()
    scan.save(buffer, "PNG")
    judgement = sheet.judge(buffer.getvalue())
    assert judgement.kind is Kind.IMAGE
    assert judgement.result.outcome is Outcome.VALID
    assert states(judgement)["page-text"] == (CheckState.NOT_APPLICABLE, "compare-yourself")


def test_a_scan_that_the_office_scanner_wrapped_in_a_pdf_is_valid(sheet, scan):
    buffer = BytesIO()
    scan.save(buffer, "PDF", resolution=200)
    judgement = sheet.judge(buffer.getvalue())
    assert (judgement.kind, judgement.result.outcome) == (Kind.SCANNED_PDF, Outcome.VALID)


@pytest.mark.parametrize(("degrees", "blur"), [(3.0, 0.8), (-5.0, 1.0), (92.0, 0.8)])
def test_a_phone_photo_of_the_page_is_valid(sheet, scan, degrees, blur):
    table = ImageOps.expand(scan, border=180, fill=(96, 84, 72))
    turned = table.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=(96, 84, 72))
    width, height = turned.size
    seen = turned.transform(
        turned.size, Image.Transform.QUAD, (25, 0, 0, height, width, height - 30, width - 20, 25),
        Image.Resampling.BICUBIC,
    )  # fmt: skip
    buffer = BytesIO()
    seen.filter(ImageFilter.GaussianBlur(blur)).save(buffer, "JPEG", quality=75)
    judgement = sheet.judge(buffer.getvalue())
    assert (judgement.kind, judgement.result.outcome) == (Kind.IMAGE, Outcome.VALID)


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_truncated_page_never_passes(sheet, page, kept):
    with pytest.raises(UnreadableError):
        sheet.judge(page[: int(len(page) * kept)])
