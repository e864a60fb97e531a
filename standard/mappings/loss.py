"""What a mapping could not carry: every mapping names its losses, and none guesses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Reason(StrEnum):
    """Why something did not arrive whole."""

    NO_PLACE = "no-place"
    """The other format has no field for it."""
    TEXT_ONLY = "text-only"
    """It arrives in words for people; no program reads it back."""
    PRECISION = "precision"
    """It arrives less exact than it was."""
    NOT_READ = "not-read"
    """On the way in: KlusCV has no place for it."""
    MALFORMED = "malformed"
    """On the way in: it is not what the other format says it should be."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that did not arrive whole.

    Attributes:
        place: where it stands in what was mapped, such as `statements[0].content.totals`; everything
            below the place is meant. On the way in it is a place in the foreign document.
        reason: why.
    """

    place: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Mapped(Generic[_Value]):
    """The outcome of a mapping, and what is not in it."""

    value: _Value
    losses: tuple[Loss, ...]


class LossReport:
    """Collects losses in the order in which they are met."""

    def __init__(self) -> None:
        self._losses: dict[Loss, None] = {}

    def add(self, place: str, reason: Reason) -> None:
        """Name one loss; naming it twice changes nothing."""
        self._losses[Loss(place, reason)] = None

    def add_members(self, value: object, place: str, reason: Reason, *names: str) -> None:
        """Name those members of a value of the model that say something."""
        for name in names:
            if getattr(value, name) not in (None, "", ()):
                self.add(f"{place}.{name}" if place else name, reason)

    def extend(self, losses: tuple[Loss, ...]) -> None:
        """Take over the losses of an earlier step."""
        for loss in losses:
            self.add(loss.place, loss.reason)

    def mapped(self, value: _Value) -> Mapped[_Value]:
        """Hand over the outcome with everything that was named."""
        return Mapped(value, tuple(self._losses))
