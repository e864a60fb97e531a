"""Places on status lists: drawn at random, so that copies cannot be linked by their neighbours."""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterator

from sqlmodel import Session

from issuer.store import copies as store
from issuer.store.copies import Filling
from issuer.store.organisations import lock_organisation
from issuer.tables import StatusList
from issuer.tables.copies import ENTRY_BITS

SPARE_SHARE = 2
"""A list is full when half of it is used: a random place is then still found within a few draws."""


def draw_place(session: Session, organisation_id: int, newest: Filling | None = None) -> tuple[int, int]:
    """Draw a place from the newest list, or from a new one when that is full; it may turn out to be taken.

    Nothing is locked: many draw at once, and whoever stores a copy finds out whether the place was free.

    Args:
        session: a writing transaction.
        organisation_id: whose list.
        newest: the newest list, when this transaction has looked at it already.
    """
    number, place_count, room = open_list(session, organisation_id, count=1, newest=newest)
    if room:
        return number, secrets.randbelow(place_count)
    made = list_with_room(session, organisation_id, count=1)
    return made.number, secrets.randbelow(size(made))


def draws(place_count: int, taken: Container[int]) -> Iterator[int]:
    """Draw places of a list without end, none twice and none that is taken."""
    drawn: set[int] = set()
    while True:
        index = secrets.randbelow(place_count)
        if index not in drawn and index not in taken:
            drawn.add(index)
            yield index


def open_list(
    session: Session, organisation_id: int, *, count: int, newest: Filling | None = None
) -> tuple[int, int, bool]:
    """Tell number and size of the newest list, and whether so many places more can be drawn from it."""
    if newest is None:
        newest = store.newest_list_filling(session, organisation_id)
    place_count = newest.bits_bytes * 8 // newest.entry_bits
    used = newest.allocated_count + count - 1
    return newest.number, place_count, newest.entry_bits == ENTRY_BITS and used * SPARE_SHARE < place_count


def list_with_room(session: Session, organisation_id: int, *, count: int) -> StatusList:
    """Lock the newest list, or a new one when that has no room for so many places more."""
    newest = store.newest_status_list(session, organisation_id)
    if not has_room(newest, count):
        # Two may find the list full at once; the second one then finds the first one's new list.
        lock_organisation(session, organisation_id)
        newest = store.newest_status_list(session, organisation_id)
    if not has_room(newest, count):
        newest = store.new_status_list(organisation_id, newest.number + 1)
        session.add(newest)
        session.flush()
    return newest


def has_room(status_list: StatusList, count: int) -> bool:
    """Whether so many places can be drawn from a list before it is full.

    A list from before copies could be suspended is closed.
    """
    used = status_list.allocated_count + count - 1
    return status_list.entry_bits == ENTRY_BITS and used * SPARE_SHARE < size(status_list)


def size(status_list: StatusList) -> int:
    """How many places a list has."""
    return len(status_list.bits) * 8 // status_list.entry_bits
