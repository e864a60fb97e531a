"""A QR code as an inline drawing."""

from __future__ import annotations

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4


def svg(text: str, *, title: str) -> Markup:
    """Draw a text as a QR code of level M; the title says what it opens."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows) + 2 * QUIET_ZONE
    dark = "".join(
        f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, is_dark in enumerate(modules)
        if is_dark
    )
    return Markup(
        '<svg viewBox="0 0 {size} {size}" role="img" aria-label="{title}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{dark}"/></svg>'
    ).format(size=size, title=title, dark=Markup(dark))  # noqa: S704 - digits and letters of ours
