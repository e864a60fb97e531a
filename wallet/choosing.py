"""Choosing without a page: everything, less what is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wallet import drafts, held
from wallet.drafts import Draft
from wallet.errors import NotFoundError
from wallet.held import HeldCredential
from wallet.selection import Chosen, Part, Selection, everything
from wallet.vault import Vault


@dataclass(frozen=True, slots=True)
class Wish:
    """A choice in the words of the command line.

    `hidden` holds ids of organisations, or `<id>:<part>:<place>` for one entry.
    """

    title: str
    language: str
    show_name: bool
    headline: str
    own_text: str
    reviews: int
    hidden: tuple[str, ...]


def save(vault: Vault, wish: Wish) -> Draft:
    """Save the choice; a choice of the same title is replaced.

    Raises:
        NotFoundError: something is hidden that is not there.
    """
    selection = choose(held.current(held.all_held(vault)), wish)
    for draft in drafts.all_drafts(vault):
        if draft.selection.title == wish.title:
            updated = Draft(draft.id, selection)
            drafts.put(vault, updated)
            return updated
    return drafts.add(vault, selection)


def choose(current: Sequence[HeldCredential], wish: Wish) -> Selection:
    """Turn a wish into a selection.

    Raises:
        NotFoundError: something is hidden that is not there.
    """
    selection = everything(current, title=wish.title, language=wish.language, reviews=wish.reviews)
    for entry in wish.hidden:
        if not any(_names(entry, each) for each in selection.organisations):
            raise NotFoundError(f"nothing to hide under {entry}")
    return replace(
        selection,
        show_name=wish.show_name,
        headline=wish.headline.strip(),
        own_text=wish.own_text.strip(),
        organisations=tuple(_without(each, wish.hidden) for each in selection.organisations),
    )


def _names(entry: str, chosen: Chosen) -> bool:
    """Whether an entry of the wish is about this organisation and is one that can be read."""
    held_id, *rest = entry.split(":")
    is_entry = len(rest) == 2 and rest[0] in list(Part) and rest[1].isdecimal()
    return held_id == chosen.held_id and (not rest or is_entry)


def _without(chosen: Chosen, hidden: Sequence[str]) -> Chosen:
    if chosen.held_id in hidden:
        return Chosen(chosen.held_id)
    places = {
        part: frozenset(place for place in shown if f"{chosen.held_id}:{part}:{place}" not in hidden)
        for part, shown in chosen.places.items()
    }
    return Chosen(chosen.held_id, places)
