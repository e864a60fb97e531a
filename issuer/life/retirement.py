"""When an organisation stops: what it leaves behind, so that its copies outlive it and its keys.

The archive goes to the steward of the trust list, who refers to it by its digest. From then on nothing of
this service is needed to verify what was signed here.

Source: SPECIFICATION, "The archive".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session

from issuer.claiming import offers
from issuer.errors import UnclaimedError
from issuer.life.status_lists import close
from issuer.organisations import identity, lock_for_change, signers
from issuer.service import Service
from issuer.store import copies as copies_store
from issuer.store import retirement as store
from issuer.store.organisations import keys_in_use
from issuer.tables import Organisation, Statement, Worker
from standard.model import Did
from standard.status_list import StatusReference
from standard.trust import archive_json, make_archive

HASHES_IN_ONE: Final = 60_000
LISTS_IN_ONE: Final = 8
"""Together they stay below the size that an archive may have."""


class Unclaimed(StrEnum):
    """What becomes of statements that nobody claimed."""

    REFUSE = "refuse"
    HAND_OVER = "hand-over"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Legacy:
    """What an organisation leaves behind: its archives by name, and the statements to hand over."""

    archives: Mapping[str, bytes]
    copy_count: int
    list_count: int
    unclaimed: Sequence[Mapping[str, Any]]


def announce(session: Session, service: Service, organisation: Organisation, last_day: date) -> int:
    """Give everyone with something unclaimed a link that works until the last day; count them.

    Raises:
        RetiredError: the organisation has stopped already.
    """
    lock_for_change(session, organisation)
    now = service.clock()
    until = datetime.combine(last_day + timedelta(days=1), now.min.time(), tzinfo=now.tzinfo)
    left = store.unclaimed(session, identity(organisation))
    workers = {worker.id for worker, statement in left if statement.counts(now)}
    for worker_id in sorted(workers):
        offers.offer_worker(session, worker_id, now=now, lifetime=until - now)
    return len(workers)


def retire(
    session: Session, service: Service, organisation: Organisation, *, base: str, unclaimed: Unclaimed
) -> Legacy:
    """Stop: decide about what is unclaimed, close the lists, and make the archive.

    1. Whoever claims, offers or withdraws is waited for, and who comes later waits for the end.
    2. The nonces and promises that a claim needs are taken back: what waits then asks again, and is refused.
    3. What nobody claimed is decided about, and the lists are signed for the last time.
    4. The keys' time ends, and the hashes of all copies are archived.

    Args:
        session: a writing transaction.
        service: whose keys sign the last lists.
        organisation: which organisation stops.
        base: the address under which the steward will publish the archives; ends in a slash.
        unclaimed: what becomes of statements that nobody claimed.

    Raises:
        RetiredError: the organisation has stopped already.
        UnclaimedError: there are such statements, and they are to be refused.
    """
    lock_for_change(session, organisation)
    store.hold_everything(session, identity(organisation))
    store.take_back_beginnings(session, identity(organisation))
    now, how = service.clock(), service.publishing(organisation.slug)
    left = store.unclaimed(session, identity(organisation))
    if left and unclaimed is Unclaimed.REFUSE:
        count = len({worker.id for worker, _ in left})
        raise UnclaimedError(
            f"{count} workers have something to claim: wait, or decide to drop it or hand it over"
        )
    handed_over = list(_for_hand_over(left)) if unclaimed is Unclaimed.HAND_OVER else []
    store.close_offers(session, identity(organisation))
    store.drop_statements(session, [statement.id for _, statement in left])
    keys = signers(session, service.keys, organisation)
    lists: dict[str, bytes] = {}
    numbers = [each.number for each in copies_store.status_lists(session, identity(organisation))]
    for number in numbers:
        last = close(session, organisation, number, signers=keys, now=now, how=how)
        place = StatusReference(how.status_base, number, 0)
        lists |= {place.bitstring_uri: last.credential, place.token_uri: last.token}
        if last.suspension is not None:
            lists[place.suspension_uri] = last.suspension
    for key in keys_in_use(session, identity(organisation)):
        key.retired_at = now
    stored = session.get_one(Organisation, identity(organisation))
    stored.retired_at = now
    session.flush()
    hashes = sorted(copies_store.copy_hashes(session, identity(organisation), now))
    archives = _archives(organisation, base, now, hashes, lists)
    return Legacy(archives, len(hashes), len(numbers), handed_over)


def signed_until(
    session: Session, organisation: Organisation, *, base: str, until: datetime, now: datetime
) -> Legacy:
    """Archive the hashes of everything that was signed until a moment; the organisation goes on.

    With it the steward can call a stolen key stolen, and what it signed before stays valid.
    """
    hashes = sorted(copies_store.copy_hashes(session, identity(organisation), until))
    return Legacy(_archives(organisation, base, now, hashes, {}), len(hashes), 0, [])


def _archives(
    organisation: Organisation, base: str, now: datetime, hashes: Sequence[bytes], lists: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Spread hashes and lists over as many archives as they need; at least one."""
    count = max(-(-len(hashes) // HASHES_IN_ONE), -(-len(lists) // LISTS_IN_ONE), 1)
    made: dict[str, bytes] = {}
    for number in range(count):
        name = f"{organisation.slug}-{now:%Y%m%d}-{number + 1}.json"
        archive = make_archive(
            f"{base}{name}",
            organisation=Did(organisation.did),
            closed_at=now,
            copy_hashes=hashes[number * HASHES_IN_ONE : (number + 1) * HASHES_IN_ONE],
            status_lists=dict(list(lists.items())[number * LISTS_IN_ONE : (number + 1) * LISTS_IN_ONE]),
        )
        made[name] = archive_json(archive)
    return made


def _for_hand_over(left: Iterable[tuple[Worker, Statement]]) -> Iterator[Mapping[str, Any]]:
    """Write down what nobody signed and nobody will, for whoever takes over."""
    for worker, statement in left:
        yield {
            "workerKey": worker.worker_key,
            "name": worker.name,
            "contact": worker.contact,
            "type": statement.type,
            "asOf": statement.as_of.isoformat(),
            "statement": statement.content,
        }
