"""Places on status lists: drawn at random, so that copies cannot be linked by their neighbours."""

from __future__ import annotations

import secrets

from sqlmodel import Session

from issuer.store import copies as store
from issuer.store.absent import insert_if_absent
from issuer.store.copies import Filling
from issuer.tables import StatusList
from issuer.tables.copies import ENTRY_BITS

SPARE_SHARE = 2
"""A list is full when half of it is used: a random place is then still found within a few draws."""


def draw_places(
    session: Session, organisation_id: int, count: int, *, newest: Filling | None = None
) -> tuple[int, list[int]]:
    """Draw places that are free now, on the newest list or on a new one when that is full.

    Nothing is locked: many draw at once, and whoever stores a copy finds out whether its place is still free.

    Args:
        session: a writing transaction.
        organisation_id: whose list.
        count: how many places, all on one list.
        newest: the newest list, when this transaction has looked at it already.

    Returns:
        The number of the list, and the places.
    """
    if newest is None:
        newest = store.newest_list_filling(session, organisation_id)
    number, place_count = newest.number, newest.bits_bytes * 8 // newest.entry_bits
    if not _has_room(newest, place_count, count):
        number, place_count = _next_list(session, organisation_id, number)
    drawn: set[int] = set()
    while len(drawn) < count:
        fresh = {secrets.randbelow(place_count) for _ in range(count - len(drawn))} - drawn
        drawn |= fresh - store.taken_indexes(session, organisation_id, number, fresh)
    return number, list(drawn)


def _has_room(newest: Filling, place_count: int, count: int) -> bool:
    """Whether so many can be drawn; a list from before copies could be suspended is closed."""
    used = newest.allocated_count + count - 1
    return newest.entry_bits == ENTRY_BITS and used * SPARE_SHARE < place_count


def _next_list(session: Session, organisation_id: int, number: int) -> tuple[int, int]:
    """Open the list after a full one, if nobody else did at the same moment; tell its number and size."""
    made = store.new_status_list(organisation_id, number + 1)
    insert_if_absent(session, StatusList, made.model_dump())
    return made.number, len(made.bits) * 8 // made.entry_bits
