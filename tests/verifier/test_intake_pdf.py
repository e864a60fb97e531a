"""PDFs as they come in: certified, altered, printed again, broken, and built to exhaust us."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from verifier.intake import ChildPool, IntakeError, IntakeReason, Integrity, Kind, presentation_from

PRESENTATION = b'{"type": ["VerifiablePresentation", "KlusCVPresentation"]}'

Make = Callable[..., bytes]


def refusal(data: bytes, pool: ChildPool) -> IntakeReason:
    with pytest.raises(IntakeError) as caught:
        presentation_from(data, pool=pool)
    return caught.value.reason


@pytest.fixture(scope="module")
def certified(make_pdf: Make, certify: Make) -> bytes:
    return certify(make_pdf())


def test_a_certified_pdf_gives_its_attachment_its_text_and_its_integrity(certified, pool):
    intake = presentation_from(certified, pool=pool)
    assert intake.kind is Kind.PDF
    assert intake.document == PRESENTATION
    assert intake.pages is not None
    assert "148 klussen" in intake.pages[0]
    assert intake.integrity is Integrity.INTACT


def test_a_pdf_without_certification_is_read_and_says_so(make_pdf, pool):
    assert presentation_from(make_pdf(), pool=pool).integrity is Integrity.UNCERTIFIED


@pytest.mark.parametrize(
    "junk", [b"junk", b"%junk\n", b"\n%%EOF\n", b" " * 2000 + b"x", b"PK\x03\x04" * 4000]
)
def test_junk_after_a_certified_pdf_is_an_alteration(certified, pool, junk):
    try:
        integrity = presentation_from(certified + junk, pool=pool).integrity
    except IntakeError as error:
        assert error.reason in {IntakeReason.PDF_BROKEN, IntakeReason.PDF_TRUNCATED}
    else:
        assert integrity is Integrity.ALTERED


def test_junk_before_a_certified_pdf_never_passes(certified, pool):
    try:
        integrity = presentation_from(b"junk\n" + certified, pool=pool).integrity
    except IntakeError:
        return
    assert integrity is Integrity.ALTERED


def test_an_update_after_certification_is_an_alteration(certified, pool):
    writer = PdfWriter(BytesIO(certified), incremental=True)
    writer.add_metadata({"/Title": "someone else"})
    buffer = BytesIO()
    writer.write(buffer)
    assert presentation_from(buffer.getvalue(), pool=pool).integrity is Integrity.ALTERED


def test_a_certified_pdf_that_was_written_again_is_altered(certified, pool):
    writer = PdfWriter(clone_from=PdfReader(BytesIO(certified)))
    buffer = BytesIO()
    writer.write(buffer)
    assert presentation_from(buffer.getvalue(), pool=pool).integrity is Integrity.ALTERED


def test_a_hole_wider_than_the_signature_is_an_alteration(certified, pool):
    signed = re.search(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)", certified)
    assert signed is not None
    earlier = b"%0*d" % (len(signed.group(1)), int(signed.group(1)) - 9)
    changed = certified[: signed.start(1)] + earlier + certified[signed.end(1) :]
    assert presentation_from(changed, pool=pool).integrity is Integrity.ALTERED


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0.01, 0.99), bit=st.integers(0, 7))
def test_no_changed_bit_leaves_a_certified_pdf_intact(certified, place, bit):
    changed = bytearray(certified)
    at = int(place * len(changed))
    changed[at] ^= 1 << bit
    # The signature cannot cover itself: the case of its hexadecimal digits, for one, says nothing.
    assume(not certified.index(b"/Contents <") <= at <= certified.index(b">\n/ByteRange"))
    try:
        intake = presentation_from(bytes(changed), pool=ChildPool(size=1))
    except IntakeError:
        return
    assert intake.integrity is not Integrity.INTACT


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.98])
def test_a_truncated_pdf_is_unreadable(certified, pool, kept):
    cut = certified[: int(len(certified) * kept)]
    assert refusal(cut, pool) in {IntakeReason.PDF_TRUNCATED, IntakeReason.PDF_BROKEN}


@pytest.mark.parametrize("lost_bytes", [3, 7, 12, 40, 200])
def test_a_pdf_that_lost_its_last_bytes_never_passes(certified, pool, lost_bytes):
    try:
        integrity = presentation_from(certified[:-lost_bytes], pool=pool).integrity
    except IntakeError as error:
        assert error.reason in {IntakeReason.PDF_TRUNCATED, IntakeReason.PDF_BROKEN}
    else:
        assert integrity is Integrity.ALTERED


@pytest.mark.parametrize("password", ["", "geheim"])
def test_an_encrypted_pdf_is_refused(make_pdf, pool, password):
    writer = PdfWriter(clone_from=PdfReader(BytesIO(make_pdf())))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    buffer = BytesIO()
    writer.write(buffer)
    assert refusal(buffer.getvalue(), pool) is IntakeReason.PDF_ENCRYPTED


def test_a_pdf_without_the_presentation_is_refused(make_pdf, pool):
    assert refusal(make_pdf(attachments={}), pool) is IntakeReason.PDF_NO_ATTACHMENT


@pytest.mark.parametrize(
    "names", [["kluscv.presentation.json", "other.json"], ["other.json"], ["kluscv.presentation.json.exe"]]
)
def test_only_the_one_known_attachment_is_accepted(make_pdf, pool, names):
    pdf = make_pdf(attachments=dict.fromkeys(names, PRESENTATION))
    assert refusal(pdf, pool) is IntakeReason.PDF_SEVERAL_ATTACHMENTS


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF\n", b"%PDF-" + b"\x00" * 500 + b"%%EOF"])
def test_what_only_begins_like_a_pdf_is_unreadable(pool, data):
    assert refusal(data, pool) in {IntakeReason.PDF_BROKEN, IntakeReason.PDF_TRUNCATED}


@pytest.mark.parametrize("size_bytes", [3_000_000, 80_000_000])
def test_an_attachment_that_inflates_beyond_the_limit_is_too_demanding(make_pdf, pool, size_bytes):
    buffer = BytesIO()
    with pikepdf.open(BytesIO(make_pdf(attachments={"kluscv.presentation.json": bytes(size_bytes)}))) as pdf:
        pdf.save(buffer, compress_streams=True)
    assert len(buffer.getvalue()) < 100_000
    assert refusal(buffer.getvalue(), pool) is IntakeReason.TOO_DEMANDING


def test_a_page_that_draws_without_end_is_too_demanding(make_pdf, pool):
    pdf = make_pdf(stream=b"BT /F1 12 Tf (x) Tj ET\n" * 1_000_000)
    assert refusal(pdf, pool) is IntakeReason.TOO_DEMANDING


def test_deeply_nested_arrays_end_the_child_not_us(make_pdf, pool):
    pdf = make_pdf().replace(b"/Type /Page\n", b"/Type /Page /X " + b"[" * 200_000 + b"]" * 200_000 + b"\n")
    assert refusal(pdf, pool) in {IntakeReason.TOO_DEMANDING, IntakeReason.PDF_BROKEN}


def test_a_bomb_in_the_cross_references_of_a_certified_pdf_ends_the_child_not_us(certified, pool):
    bomb = zlib.compress(bytes(300_000_000), 9)
    head = b"9999 0 obj <</Type /XRef /Size 10 /W [1 2 1] /Filter /FlateDecode /Length %d>> stream\n"
    tail = b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n"
    data = certified + head % len(bomb) + bomb + tail % len(certified)
    assert refusal(data, pool) in {IntakeReason.TOO_DEMANDING, IntakeReason.PDF_BROKEN}
