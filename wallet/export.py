"""Taking a KlusCV along: as a page, a PDF, QR codes or the bare presentation; nothing is kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date
from pathlib import Path

from markupsafe import Markup

from standard.model import DisclosedPresentation
from templates.cv import page as cv_page
from templates.cv import render as cv_render
from wallet import compose, holder_key, pdf, qr
from wallet.compose import KlusCV
from wallet.errors import NotFoundError
from wallet.held import HeldCredential
from wallet.pdf_key import pdf_signer
from wallet.selection import Selection
from wallet.services import Services
from wallet.vault import Vault

QR_MODULE_PX = 8


def make(vault: Vault, held: Sequence[HeldCredential], selection: Selection, *, services: Services) -> KlusCV:
    """Make the KlusCV of a selection, signed with the worker's key, now.

    Raises:
        EmptySelectionError: nothing is chosen.
    """
    return compose.compose(
        held,
        selection,
        signer=holder_key.signer(vault),
        now=services.clock(),
        new_id=lambda: uuid.uuid4().urn,
        checker_url=services.settings.checker_url,
    )


def pdf_bytes(made: KlusCV, *, services: Services) -> bytes:
    """Write the PDF: the page, the presentation attached, certified with the wallet's key."""
    return pdf.render(
        made.presentation_json,
        made.disclosed,
        qr_texts=made.qr_texts,
        locale=cv_page.page_locale(made.disclosed),
        made_on=_day(made.disclosed, services),
        checker_host=services.settings.checker_host,
        signer=pdf_signer(services.settings.data_dir, now=services.clock()),
        demonstration=services.demonstration,
    )


def qr_png(held: Sequence[HeldCredential], selection: Selection, number: int, *, services: Services) -> bytes:
    """Draw one QR code of a selection; codes are counted from 1.

    Raises:
        NotFoundError: there is no such code.
    """
    texts = compose.qr_texts(held, selection, checker_url=services.settings.checker_url)
    if not 1 <= number <= len(texts):
        raise NotFoundError("no such code")
    return qr.png(texts[number - 1], QR_MODULE_PX)


def qr_files(made: KlusCV, path: Path) -> dict[Path, bytes]:
    """Draw every code of a KlusCV, with all texts in one file beside the pictures, one a line."""
    several = len(made.qr_texts) > 1
    files = {
        path.with_stem(f"{path.stem}-{number}") if several else path: qr.png(text, QR_MODULE_PX)
        for number, text in enumerate(made.qr_texts, start=1)
    }
    return {**files, path.with_suffix(".txt"): "".join(f"{text}\n" for text in made.qr_texts).encode()}


def preview(held: Sequence[HeldCredential], selection: Selection, *, services: Services) -> Markup:
    """Show the page of a choice while it is being made; nothing is signed."""
    texts = compose.qr_texts(held, selection, checker_url=services.settings.checker_url)
    return _page(compose.preview(held, selection), texts, services)


def sheet(made: KlusCV, *, services: Services) -> Markup:
    """Show the page of a finished KlusCV, the same as in its PDF."""
    return _page(made.disclosed, made.qr_texts, services)


def _page(shown: DisclosedPresentation, qr_texts: Sequence[str], services: Services) -> Markup:
    made = cv_page.page(
        shown,
        locale=cv_page.page_locale(shown),
        made_on=_day(shown, services),
        checker_host=services.settings.checker_host,
        demonstration=services.demonstration,
    )
    return cv_render.preview(made, [qr.svg(text) for text in qr_texts])


def _day(shown: DisclosedPresentation, services: Services) -> date:
    return cv_page.page_day(shown) or services.clock().astimezone(UTC).date()
