"""The same choice for paper: which lines of a compact copy go into the QR code."""

from __future__ import annotations

from collections.abc import Iterator

from standard import compact
from standard.model import PaperLine, PersonName
from wallet.held import HeldCredential
from wallet.selection import Chosen, Part


def reduced_copy(text: str, held: HeldCredential, chosen: Chosen, *, show_name: bool) -> str | None:
    """Reduce a compact copy to the chosen lines; None when no line is left.

    On paper a line carries its overall rating, and the two cannot be shown apart. A line is left out
    when its work, or the rating on it, was not chosen: paper never says more than the file.
    """
    slots = frozenset(_shown_slots(held, chosen))

    def keep(slot: int, content: PaperLine | PersonName) -> bool:
        return show_name if isinstance(content, PersonName) else slot in slots

    copy = compact.parse(text)
    if not any(shown.slot in slots for shown in copy.lines):
        return None
    return compact.reduce(text, keep=keep)


def _shown_slots(held: HeldCredential, chosen: Chosen) -> Iterator[int]:
    for slot, source in enumerate(compact.line_sources(held.history, held.ratings)):
        joined = ((Part.ENGAGEMENT, source.engagement), (Part.RATING, source.rating))
        if all(place is None or chosen.shows(part, place) for part, place in joined):
            yield slot
