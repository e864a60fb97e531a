"""One page of a long list, the latest first: the place after which it goes on, not a number of pages.

So a list that grows while somebody reads it shows nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlmodel import and_, col, or_
from sqlmodel.sql.expression import SelectOfScalar

from issuer.errors import CursorError
from standard import base64url
from standard.errors import UnreadableError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Place:
    """The last row of a page."""

    moment: datetime
    id: UUID | str

    @property
    def cursor(self) -> str:
        """Write the place as callers carry it around."""
        return base64url.encode(f"{self.moment.isoformat()} {self.id}".encode())


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor with which it goes on; None when these are its last."""

    rows: Sequence[Row]
    next: str | None


def cut(found: Sequence[Row], limit: int, cursor_of: Callable[[Row], str]) -> Page[Row]:
    """Make a page of `limit` rows out of what was found, which is one row more when the list goes on."""
    if len(found) <= limit:
        return Page(found, None)
    return Page(found[:limit], cursor_of(found[limit - 1]))


def read_uuid_place(cursor: str | None) -> Place | None:
    """Read a place in a list whose ids are UUIDs; raises `CursorError`."""
    place = read_place(cursor)
    if place is None:
        return None
    try:
        return Place(place.moment, UUID(str(place.id)))
    except ValueError as error:
        raise CursorError("the cursor is of another list") from error


def read_place(cursor: str | None) -> Place | None:
    """Read a place in a list whose ids are texts; raises `CursorError`."""
    if cursor is None:
        return None
    try:
        moment, _, identity = base64url.decode(cursor).decode("ascii").partition(" ")
        at = datetime.fromisoformat(moment)
    except (UnreadableError, ValueError) as error:
        raise CursorError("the cursor is not one of ours") from error
    if at.tzinfo is None or not identity:
        raise CursorError("the cursor is not one of ours")
    return Place(at, identity)


def after(
    query: SelectOfScalar[Row], moment: Any, identity: Any, place: Place | None, *, limit: int
) -> SelectOfScalar[Row]:
    """Order a query from the latest to the oldest, and begin after a place.

    Args:
        query: what to list.
        moment: the column that orders it.
        identity: the column that decides between rows of one moment.
        place: the last row of the page before; None: begin at the latest.
        limit: how many rows make a page; one more is read, which tells `cut` whether the list goes on.
    """
    if place is not None:
        query = query.where(
            or_(col(moment) < place.moment, and_(col(moment) == place.moment, col(identity) < place.id))
        )
    return query.order_by(col(moment).desc(), col(identity).desc()).limit(limit + 1)
