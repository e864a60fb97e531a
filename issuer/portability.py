"""Taking work along: an offer into a wallet of the worker's choice, a record out, an export in.

Source: Directive (EU) 2024/2831 on platform work, "Data portability"; SPECIFICATION, "Handing an offer to
a wallet".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from sqlmodel import Session

from issuer.claiming.offers import find_open, offerable
from issuer.content import read_statement
from issuer.errors import NotFoundError, PullError, PushError
from issuer.organisations import identity
from issuer.service import Service
from issuer.store.workers import worker_by_key
from issuer.tables import Organisation
from issuer.webhooks.subscriptions import check_address
from standard.errors import ResolutionError
from standard.fetch import Fetcher
from standard.mappings import write_platform_data

ACCEPTED = (200, 202, 204)


def push(service: Service, fetcher: Fetcher, offer_id: str, *, inbox: str, now: datetime) -> None:
    """Leave an open offer at an address that the worker gave.

    What travels is the address of the offer; the transaction code still comes to the worker by another way.
    No transaction is open while the wallet is called.

    Raises:
        NotFoundError: there is no such offer, or it is not open any more.
        WebhookError: the address is not https.
        PushError: the wallet cannot be reached or does not want it.
    """
    check_address(inbox, service.settings.loopback_hosts)
    with service.database.reading() as session:
        if find_open(session, offer_id, now=now) is None:
            raise NotFoundError("no such offer, or not any more")
    try:
        answer = fetcher.post_json(inbox, {"credential_offer_uri": service.offer_address(offer_id)})
    except ResolutionError as error:
        raise PushError(f"the wallet cannot be reached: {error.code}") from error
    if answer.status not in ACCEPTED:
        raise PushError(f"the wallet answered {answer.status}")


def record(session: Session, organisation: Organisation, worker_key: str, *, now: datetime) -> dict[str, Any]:
    """Write what an organisation states about a worker in the open format of Open Platforms.

    Raises:
        NotFoundError: there is no such worker, or nothing is stated about her.
    """
    worker = worker_by_key(session, identity(organisation), worker_key)
    rows = offerable(session, worker.id, now=now) if worker is not None else []
    if not rows:
        raise NotFoundError("nothing is stated about this worker")
    return write_platform_data([read_statement(row.type, row.content) for row in rows]).value


def pull(fetcher: Fetcher, url: str, into: BinaryIO, *, loopback_hosts: frozenset[str]) -> None:
    """Fetch an export, into a file, from a platform that has no program of its own to send it.

    Raises:
        WebhookError: the address is not https.
        PullError: it cannot be reached, is too large, or does not answer with the export.
    """
    check_address(url, loopback_hosts)
    try:
        answer = fetcher.download(url, into, accept="text/csv, application/json, application/x-ndjson")
    except ResolutionError as error:
        raise PullError(f"the export cannot be fetched: {error}") from error
    if answer.status != 200:
        raise PullError(f"the platform answered {answer.status}")
