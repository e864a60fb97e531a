"""Our own line icons: one file each in `icons/`, drawn on a grid of 24 with a round pen of 1.75."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

ICON_DIRECTORY: Final = Path(__file__).parent / "icons"

_TURNING = ("arrow-", "chevron-right", "log-out")
"""Icons that point along the line of reading, and turn round in a language read from the right."""


@cache
def icon(name: str) -> Markup:
    """Draw an icon inline; its colour is the text's and its size the style sheet's.

    An icon never speaks alone: words stand beside it, so it is hidden from assistive technology.
    """
    drawing = (ICON_DIRECTORY / f"{name}.svg").read_text(encoding="utf-8")
    shapes = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")].replace("\n  ", "").strip()
    classes = "i i--turning" if name.startswith(_TURNING) else "i"
    return Markup(  # noqa: S704 - drawings are files of ours, never input
        f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{shapes}</svg>'
    )
