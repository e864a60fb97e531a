"""The form of the page on which a worker chooses, read into a selection."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from standard.model import RemarkKind
from wallet.held import HeldCredential
from wallet.selection import (
    HEADLINE_LIMIT,
    OWN_TEXT_LIMIT,
    REMARK_LIMIT,
    Chosen,
    Part,
    Remark,
    Selection,
    fitted,
)

_TITLE_LIMIT = 60
# A browser counts a line break as one sign and sends two.
_LINE_BREAKS = 2


class SelectionForm(BaseModel):
    """What the form sends. A tick is `<held id>:<place>`; the order of `order` is the worker's.

    `remark` holds the texts in the order of `remark_on`, which names their entries as
    `<held id>:<part>:<place>`.
    """

    title: str = Field("", max_length=_TITLE_LIMIT)
    language: str = Field("nl", pattern="^(nl|en)$")
    headline: str = Field("", max_length=HEADLINE_LIMIT)
    own_text: str = Field("", max_length=_LINE_BREAKS * OWN_TEXT_LIMIT)
    show_name: bool = False
    order: list[str] = Field(default_factory=list, max_length=200)
    engagement: list[str] = Field(default_factory=list, max_length=5000)
    achievement: list[str] = Field(default_factory=list, max_length=5000)
    rating: list[str] = Field(default_factory=list, max_length=5000)
    review: list[str] = Field(default_factory=list, max_length=5000)
    remark_on: list[str] = Field(default_factory=list, max_length=5000)
    remark: list[str] = Field(default_factory=list, max_length=5000)
    action: str = ""

    def selection(self, held: Sequence[HeldCredential], *, title: str) -> Selection:
        """Read the choice; ticks for what is not held are ignored. `title` stands in for an empty one."""
        organisations = tuple(
            Chosen(held_id, self._places(held_id), self._remarks(held_id))
            for held_id in dict.fromkeys(self.order)
        )
        chosen = Selection(
            title=self.title.strip() or title,
            language=self.language,
            show_name=self.show_name,
            headline=self.headline.strip(),
            own_text=self.own_text.replace("\r\n", "\n").strip(),
            organisations=organisations,
        )
        return fitted(chosen, held)

    def _places(self, held_id: str) -> dict[Part, frozenset[int]]:
        ticks = {
            Part.ENGAGEMENT: self.engagement,
            Part.ACHIEVEMENT: self.achievement,
            Part.RATING: self.rating,
            Part.REVIEW: self.review,
        }
        return {part: frozenset(_places(values, held_id)) for part, values in ticks.items()}

    def _remarks(self, held_id: str) -> dict[tuple[Part, int], Remark]:
        """Read the replies about one organisation's entries; empty ones are none."""
        remarks: dict[tuple[Part, int], Remark] = {}
        for entry, text in zip(self.remark_on, self.remark, strict=False):
            owner, _, at = entry.partition(":")
            part, _, place = at.partition(":")
            if owner != held_id or part not in (Part.RATING, Part.REVIEW):
                continue
            if text.strip() and place.isascii() and place.isdigit():
                said = " ".join(text.split())[:REMARK_LIMIT]
                remarks[Part(part), int(place)] = Remark(RemarkKind.REPLY, said)
        return remarks


def _places(ticks: Sequence[str], held_id: str) -> list[int]:
    pairs = [tick.rpartition(":") for tick in ticks]
    return [
        int(place) for owner, _, place in pairs if owner == held_id and place.isascii() and place.isdigit()
    ]
