"""The KlusCV as a file: for people, for machines, for archives, and sealed."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from standard.model import DisclosedPresentation
from templates.cv.page import page
from templates.cv.text_layer import compare
from tests import cv_samples as samples
from wallet import pdf
from wallet.errors import UndrawableError
from wallet.pdf_signer import PdfSigner

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PRESENTATION = json.dumps({"type": ["VerifiablePresentation", "KlusCVPresentation"]}).encode()
DIGITS = random.Random(7)  # noqa: S311


def code(digit_count: int) -> str:
    return "https://controleer.kluscv.example/v#" + "".join(DIGITS.choices("0123456789", k=digit_count))


@pytest.fixture(scope="module")
def signer() -> PdfSigner:
    return PdfSigner.generate("KlusCV portemonnee", now=NOW)


def render(
    disclosed: DisclosedPresentation, signer: PdfSigner, *, qr_texts: tuple[str, ...] = (), locale: str = "nl"
) -> bytes:
    return pdf.render(
        PRESENTATION,
        disclosed,
        qr_texts=qr_texts,
        locale=locale,
        made_on=samples.MADE_ON,
        checker_host=samples.HOST,
        signer=signer,
    )


@pytest.fixture(scope="module")
def typical(signer: PdfSigner) -> bytes:
    return render(samples.typical(samples.NAMES["plain"]), signer, qr_texts=(code(1450),))


def test_the_typical_worker_fits_on_one_page(typical: bytes) -> None:
    assert len(PdfReader(io.BytesIO(typical)).pages) == 1


def test_the_presentation_lies_inside_unchanged(typical: bytes) -> None:
    assert dict(PdfReader(io.BytesIO(typical)).attachments) == {pdf.ATTACHMENT_NAME: [PRESENTATION]}


def test_the_attachment_is_declared_as_the_data_behind_the_page(typical: bytes) -> None:
    (associated,) = PdfReader(io.BytesIO(typical)).trailer["/Root"]["/AF"]
    assert associated.get_object()["/AFRelationship"] == "/Data"


def test_the_file_declares_itself_for_archives_with_title_and_language(typical: bytes) -> None:
    reader = PdfReader(io.BytesIO(typical))
    root = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "KlusCV van Fatima el Amrani"
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    xmp = root["/Metadata"].get_data().decode()
    assert 'part="3"' in xmp
    assert 'conformance="A"' in xmp


@pytest.mark.parametrize("name", samples.NAMES)
def test_every_font_is_embedded(name: str, signer: PdfSigner) -> None:
    data = render(samples.typical(samples.NAMES[name], own=samples.OWN_ARABIC), signer)
    for sheet in PdfReader(io.BytesIO(data)).pages:
        for font in sheet["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & described.keys()


def test_the_text_layer_of_the_certified_file_is_the_page(typical: bytes) -> None:
    disclosed = samples.typical(samples.NAMES["plain"])
    drawn = page(disclosed, locale="nl", made_on=samples.MADE_ON, checker_host="")
    assert compare([sheet.extract_text() for sheet in PdfReader(io.BytesIO(typical)).pages], drawn) == ()


def test_the_file_is_certified_against_any_change(typical: bytes) -> None:
    (signature,) = PdfFileReader(io.BytesIO(typical)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    assert status.intact
    assert status.valid
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert signature.docmdp_level is MDPPerm.NO_CHANGES


def test_a_changed_byte_breaks_the_certification(typical: bytes) -> None:
    at = typical.index(b"stream") + 100
    changed = typical[:at] + bytes([typical[at] ^ 1]) + typical[at + 1 :]
    (signature,) = PdfFileReader(io.BytesIO(changed)).embedded_signatures
    assert not validate_pdf_signature(
        signature, ValidationContext(trust_roots=[], allow_fetching=False)
    ).intact


def test_the_same_choice_is_drawn_the_same(signer: PdfSigner) -> None:
    one, other = (render(samples.single("Bo Li"), signer) for _ in range(2))
    drawn = one[: one.index(b"%%EOF")]
    assert len(drawn) > len(one) // 2
    assert other.startswith(drawn)


def test_the_signer_survives_being_kept_under_a_passphrase(signer: PdfSigner) -> None:
    kept = signer.to_pem(b"paard batterij nietje")
    assert PdfSigner.from_pem(kept, b"paard batterij nietje").certificate == signer.certificate
    with pytest.raises(ValueError, match=r"password|decrypt"):
        PdfSigner.from_pem(kept, b"verkeerd")


def test_a_name_cannot_smuggle_anything_onto_the_page(signer: PdfSigner) -> None:
    name = '<img src="file:///etc/passwd"><style>*{display:none}</style>'
    text = PdfReader(io.BytesIO(render(samples.single(name), signer))).pages[0].extract_text()
    assert 'src="file:///etc/passwd"' in "".join(text.split("\n"))
    assert "Glazenwasser" in text


def test_a_script_without_a_font_is_refused_rather_than_handed_out_as_boxes(signer: PdfSigner) -> None:
    unassigned = chr(0x1F7FF)
    with pytest.raises(UndrawableError):
        render(samples.single(f"Bo {unassigned} Li"), signer)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm of poppler-utils")
@pytest.mark.parametrize(
    "digit_counts", [(300,), (1480,), (1480, 1480, 900)], ids=["small", "version-21", "several"]
)
def test_every_code_is_read_from_the_page_at_200_dpi(
    digit_counts: tuple[int, ...], signer: PdfSigner, tmp_path: Path
) -> None:
    texts = tuple(code(count) for count in digit_counts)
    file = tmp_path / "kluscv.pdf"
    file.write_bytes(render(samples.typical(samples.NAMES["plain"]), signer, qr_texts=texts))
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", file, tmp_path / "page"], check=True)
    found = {
        read.text
        for sheet in sorted(tmp_path.glob("page*.png"))
        for read in zxingcpp.read_barcodes(Image.open(sheet))
    }
    assert found == set(texts)
