"""The KlusCV as HTML: a whole page for the PDF writer, a part of a page for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from templates.cv.model import CvPage
from templates.environment import environment

PAPER_STYLE: Final = Path(__file__).with_name("paper.css")
"""The style sheet for A4; the screen has `static/css/cv.css`."""


def html(page: CvPage, qr_svgs: Sequence[str]) -> str:
    """Write the page for paper; `qr_svgs` are drawings of our own QR writer."""
    return _render("cv/paper.html", page, qr_svgs, level=1)


def preview(page: CvPage, qr_svgs: Sequence[str] = ()) -> Markup:
    """Write the same page as a part of a screen page, to stand inside `<div class="cv-sheet">`."""
    return Markup(_render("cv/body.html", page, qr_svgs, level=2))  # noqa: S704 - a template of ours, escaped within


def _render(template: str, page: CvPage, qr_svgs: Sequence[str], *, level: int) -> str:
    """Render in the page's own language, whatever the language around it."""
    drawings = [Markup(svg) for svg in qr_svgs]  # noqa: S704 - made by wallet/qr.py
    found = environment(page.locale).get_template(template)
    return found.render(cv=page, qr_svgs=drawings, level=level)
