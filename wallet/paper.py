"""The same choice for paper: which lines of a compact copy go into the QR code."""

from __future__ import annotations

from collections.abc import Iterator

from standard import compact
from standard.compact.paper import OVERALL
from standard.model import PaperLine, PersonName, Rating
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
    """Follow the order of `compact.paper_statement`: work first, then ratings without work of their kind."""
    overall = {
        (rating.category, rating.occupation): (place, rating)
        for place, rating in enumerate(held.ratings.ratings if held.ratings else ())
        if rating.dimension == OVERALL
    }
    engagements = held.history.engagements if held.history else ()
    for slot, engagement in enumerate(engagements):
        rating = overall.pop((engagement.category, engagement.occupation), None)
        if chosen.shows(Part.ENGAGEMENT, slot) and _is_chosen(rating, chosen):
            yield slot
    for slot, rating in enumerate(overall.values(), start=len(engagements)):
        if _is_chosen(rating, chosen):
            yield slot


def _is_chosen(rating: tuple[int, Rating] | None, chosen: Chosen) -> bool:
    return rating is None or chosen.shows(Part.RATING, rating[0])
