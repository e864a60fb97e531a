"""Saved selections: sealed, named by the worker, to come back to."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from standard.model import RemarkKind
from wallet.selection import Chosen, Part, Remark, Selection
from wallet.tables import SelectionRow
from wallet.vault import Vault


@dataclass(frozen=True, slots=True)
class Draft:
    """A selection under its id."""

    id: str
    selection: Selection


def add(vault: Vault, selection: Selection) -> Draft:
    """Save a new selection."""
    draft = Draft(str(uuid.uuid4()), selection)
    put(vault, draft)
    return draft


def put(vault: Vault, draft: Draft) -> None:
    """Save a selection in the place of what had its id."""
    vault.put(SelectionRow, draft.id, _write(draft.selection))


def one(vault: Vault, draft_id: str) -> Draft:
    """Take a selection out.

    Raises:
        NotFoundError: the worker saved no such selection.
    """
    return Draft(draft_id, _read(vault.get(SelectionRow, draft_id)))


def all_drafts(vault: Vault) -> list[Draft]:
    """List the saved selections by title."""
    drafts = [Draft(row, _read(value)) for row, value in vault.all(SelectionRow)]
    return sorted(drafts, key=lambda draft: (draft.selection.title.casefold(), draft.id))


def remove(vault: Vault, draft_id: str) -> None:
    """Delete a selection; what was handed out before stays valid."""
    vault.remove(SelectionRow, draft_id)


def _write(selection: Selection) -> bytes:
    value = {
        "title": selection.title,
        "language": selection.language,
        "showName": selection.show_name,
        "headline": selection.headline,
        "ownText": selection.own_text,
        "organisations": [
            {
                "held": each.held_id,
                **{part: sorted(places) for part, places in each.places.items()},
                "remarks": [[*at, said.kind, said.text] for at, said in sorted(each.remarks.items())],
            }
            for each in selection.organisations
        ],
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _read(value: bytes) -> Selection:
    stored: dict[str, Any] = json.loads(value)
    return Selection(
        title=stored["title"],
        language=stored["language"],
        show_name=stored["showName"],
        headline=stored["headline"],
        own_text=stored["ownText"],
        organisations=tuple(
            Chosen(
                each["held"],
                {part: frozenset(each.get(part, ())) for part in Part},
                {
                    (Part(part), place): Remark(RemarkKind(kind), text)
                    for part, place, kind, text in each.get("remarks", ())
                },
            )
            for each in stored["organisations"]
        ),
    )
