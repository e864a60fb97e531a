"""The claim links that wait for their workers, and two tables of them for whoever hands them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from issuer.claiming.offers import codes
from issuer.organisations import identity
from issuer.service import Service
from issuer.spreadsheet import csv_pieces
from issuer.store.offers import READ_AT_ONCE, waiting_offers
from issuer.tables import Organisation


class Table(StrEnum):
    """A link and its code reach the worker by two ways, so no table has both."""

    LINKS = "links"
    CODES = "codes"


COLUMNS: Final = {
    Table.LINKS: ("worker_key", "name", "contact", "link", "expires_at"),
    Table.CODES: ("worker_key", "name", "contact", "code", "expires_at"),
}


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """What one worker needs to claim."""

    worker_key: str
    name: str
    contact: str
    link: str
    code: str
    expires_at: str

    def as_json(self) -> dict[str, str]:
        """The same as an object."""
        return asdict(self)


def open_links(session: Session, service: Service, organisation: Organisation) -> Iterator[ClaimLink]:
    """Go through the claim links that still wait for their workers, by the organisation's own keys."""
    return _links(lambda: nullcontext(session), service, organisation)


def table_rows(links: Iterable[ClaimLink], table: Table) -> Iterator[list[str]]:
    """Lay links out as the rows of one table, the names of its columns first."""
    yield list(COLUMNS[table])
    for link in links:
        cells = link.as_json()
        yield [cells[column] for column in COLUMNS[table]]


def table_lines(service: Service, organisation: Organisation, table: Table) -> Iterator[str]:
    """Write one table as CSV, in pieces, while it is read.

    In short transactions: on SQLite a long one holds up every writer, and downloads may be slow.
    """
    return csv_pieces(table_rows(_links(service.database.reading, service, organisation), table))


def _links(
    transaction: Callable[[], AbstractContextManager[Session]], service: Service, organisation: Organisation
) -> Iterator[ClaimLink]:
    secret, after = service.keys.claim_code_key(), ("", "")
    while True:
        with transaction() as session:
            found = waiting_offers(session, identity(organisation), service.clock(), after=after)
        for worker, offer in found:
            yield ClaimLink(
                worker_key=worker.worker_key,
                name=worker.name,
                contact=worker.contact or "",
                link=service.claim_address(offer.id),
                code=codes(offer.id, secret).transaction,
                expires_at=offer.expires_at.isoformat(),
            )
        if len(found) < READ_AT_ONCE:
            return
        after = (found[-1][0].worker_key, found[-1][1].id)
