"""The KlusCV as a PDF: a page for people, the signed presentation inside it for machines."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final

import pydyf
from pypdf import PdfReader
from weasyprint import CSS, HTML, Attachment
from weasyprint.urls import URLFetcher

from standard.model import DisclosedPresentation
from templates.cv.page import page
from templates.cv.render import PAPER_STYLE, html
from templates.cv.text_layer import compare
from wallet import qr
from wallet.errors import UndrawableError
from wallet.pdf_signer import PdfSigner

__all__ = ["ATTACHMENT_NAME", "PdfSigner", "render"]

ATTACHMENT_NAME: Final = "kluscv.presentation.json"
_VARIANT = "pdf/a-3a"


def render(
    presentation_json: bytes,
    disclosed: DisclosedPresentation,
    *,
    qr_texts: Sequence[str],
    locale: str,
    made_on: date,
    checker_host: str,
    signer: PdfSigner,
    demonstration: bool = False,
) -> bytes:
    """Draw the page, attach the presentation, and certify the file.

    Everything on the page comes from `disclosed`; `presentation_json` is what was signed for it. Up to
    the certification, which brings its own time and randomness, equal arguments give equal bytes.

    Raises:
        UndrawableError: the drawn page would not pass the comparison that every verifier makes.
    """
    moment = disclosed.created or datetime.combine(made_on, time(), UTC)
    shown = page(
        disclosed,
        locale=locale,
        made_on=made_on,
        checker_host=checker_host,
        demonstration=demonstration,
    )
    drawn = _draw(html(shown, [qr.svg(text) for text in qr_texts]), presentation_json, moment)
    if compare([sheet.extract_text() for sheet in PdfReader(io.BytesIO(drawn)).pages], shown):
        raise UndrawableError("a script on the page has no font on this machine")
    return signer.certify(drawn, now=moment)


def _draw(source: str, presentation_json: bytes, moment: datetime) -> bytes:
    """Lay the page out as PDF/A-3 with tags, every font embedded, nothing fetched."""
    # The default fetcher would read any file or address that a page names.
    fetcher = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
    style = CSS(string=PAPER_STYLE.read_text(encoding="utf-8"), url_fetcher=fetcher)
    options = {
        "pdf_variant": _VARIANT,
        "pdf_identifier": hashlib.sha256(presentation_json).digest()[:16],
    }
    document = HTML(string=source, url_fetcher=fetcher).render(stylesheets=[style], **options)
    document.metadata.created = document.metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.attachments = [_attachment(presentation_json, moment)]
    return bytes(document.write_pdf(finisher=_list_associated_file_once, **options))


def _list_associated_file_once(_document: object, pdf: Any) -> None:
    """Undo that the PDF writer lists an attachment twice among the associated files."""
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _attachment(presentation_json: bytes, moment: datetime) -> Attachment:
    """Attach the presentation as the data behind the page."""
    return Attachment(
        string=presentation_json,
        name=ATTACHMENT_NAME,
        description="KlusCVPresentation",
        created=moment,
        modified=moment,
        relationship="Data",
    )
