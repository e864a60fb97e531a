"""Places on status lists: drawn at random, so that copies cannot be linked by their neighbours."""

from __future__ import annotations

import secrets
from collections.abc import Container, Iterator

from sqlmodel import Session

from issuer.store import copies as store
from issuer.store.absent import insert_if_absent
from issuer.store.copies import Filling
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
    if not room:
        number, place_count = next_list(session, organisation_id, number)
    return number, secrets.randbelow(place_count)


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
    """Tell number and size of the newest list, and whether so many places more can be drawn from it.

    A list from before copies could be suspended is closed.
    """
    if newest is None:
        newest = store.newest_list_filling(session, organisation_id)
    place_count = newest.bits_bytes * 8 // newest.entry_bits
    used = newest.allocated_count + count - 1
    return newest.number, place_count, newest.entry_bits == ENTRY_BITS and used * SPARE_SHARE < place_count


def next_list(session: Session, organisation_id: int, number: int) -> tuple[int, int]:
    """Open the list after a full one, if nobody else did at the same moment; tell its number and size."""
    made = store.new_status_list(organisation_id, number + 1)
    insert_if_absent(session, StatusList, made.model_dump())
    return made.number, len(made.bits) * 8 // made.entry_bits
