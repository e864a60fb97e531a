"""The worker's inbox: an address at which a platform may leave an offer, when she asked it to.

Whoever knows the address can leave an offer and nothing else. An offer opens with a code that only the
worker gets, so a strange one is a nuisance and no danger; a new address ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Final
from urllib.parse import urlencode, urlsplit

from sqlmodel import Session

from standard import strict_json
from standard.errors import JsonError
from standard.openid4vci import offer_reference_link
from wallet import offers, store
from wallet.errors import InboxFullError, NotFoundError, OfferError
from wallet.tables import Inbox, InboxOffer

ADDRESS_BYTES: Final = 24
MOST_WAITING: Final = 20
MESSAGE_LIMIT_BYTES: Final = 4_096
OFFER_LIMIT: Final = 2_000
_ADDRESS: Final = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class LeftOffer:
    """An offer as the worker sees it: who left it, and the page that opens it."""

    id: str
    host: str
    path: str


def address_of(session: Session, worker_id: str) -> str:
    """Give a worker's address; made at the first question."""
    found = store.inbox_of(session, worker_id)
    return found.address if found is not None else new_address(session, worker_id)


def new_address(session: Session, worker_id: str) -> str:
    """Give a worker another address; the old one leads nowhere from now on."""
    address = token_urlsafe(ADDRESS_BYTES)
    store.replace_inbox(session, Inbox(worker_id=worker_id, address=address))
    return address


def leave(
    session: Session, address: str, message: bytes, *, loopback_hosts: frozenset[str], now: datetime
) -> None:
    """Leave an offer. The same offer again changes nothing.

    Args:
        session: a session that is committed when this returns.
        address: the last part of the worker's address.
        message: `{"credential_offer_uri": "https://…"}`.
        loopback_hosts: `host:port` pairs that may be named with plain http; empty in production.
        now: the moment.

    Raises:
        NotFoundError: nobody has this address.
        OfferError: the message is not one, or names an address that no platform has.
        InboxFullError: many offers wait already.

    Source: SPECIFICATION, "Handing an offer to a wallet".
    """
    found = store.inbox_at(session, address) if _ADDRESS.fullmatch(address) else None
    if found is None:
        raise NotFoundError("no such inbox")
    offer_uri = _offer_uri(message, loopback_hosts)
    waiting = store.inbox_offers(session, found.worker_id)
    if any(offer.offer_uri == offer_uri for offer in waiting):
        return
    if len(waiting) >= MOST_WAITING:
        raise InboxFullError("the inbox is full")
    store.add_inbox_offer(
        session, InboxOffer(worker_id=found.worker_id, offer_uri=offer_uri, received_at=now)
    )


def waiting(session: Session, worker_id: str) -> list[LeftOffer]:
    """List what was left, the oldest first."""
    return [
        LeftOffer(offer.id, urlsplit(offer.offer_uri).netloc, f"/ontvangen?{_query(offer.offer_uri)}")
        for offer in store.inbox_offers(session, worker_id)
    ]


def drop(session: Session, worker_id: str, offer_id: str) -> None:
    """Throw an offer away; nothing happens when it is gone already."""
    store.drop_inbox_offer(session, worker_id, offer_id)


def drop_claimed(session: Session, worker_id: str, source: str) -> None:
    """Throw away the offer that was claimed just now; `source` is that of `offers.OpenOffer`."""
    for offer in store.inbox_offers(session, worker_id):
        if offers.source_of(offer_reference_link(offer.offer_uri)) == source:
            store.drop_inbox_offer(session, worker_id, offer.id)


def _query(offer_uri: str) -> str:
    return urlencode({"credential_offer_uri": offer_uri})


def _offer_uri(message: bytes, loopback_hosts: frozenset[str]) -> str:
    try:
        document = strict_json.loads(message, limit_bytes=MESSAGE_LIMIT_BYTES)
    except JsonError as error:
        raise OfferError("the message is not strict JSON") from error
    uri = document.get("credential_offer_uri") if isinstance(document, dict) else None
    if not isinstance(uri, str) or not uri.isascii() or not uri.isprintable() or len(uri) > OFFER_LIMIT:
        raise OfferError("credential_offer_uri is missing or malformed")
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise OfferError("credential_offer_uri is no address") from error
    is_development = parts.scheme == "http" and parts.netloc in loopback_hosts
    if not parts.hostname or (parts.scheme != "https" and not is_development):
        raise OfferError("credential_offer_uri is not an https address")
    return uri
