"""After the credential endpoint: promises that are kept, and what wallets say became of their copies."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from issuer.claiming import tokens
from issuer.claiming.answers import Answer, handed_out, promised
from issuer.claiming.handing_out import Claim, KeysOutOfReach, hand_out
from issuer.claiming.tokens import Opened, ShownToken
from issuer.secret_values import digest
from issuer.service import Service
from issuer.store import copies as copies_store
from issuer.store import tokens as tokens_store
from issuer.tables import Copy
from standard import openid4vci
from standard.errors import ProtocolError
from standard.keys import PublicKey


def deferred_credential(service: Service, slug: str, *, shown: ShownToken, body: bytes) -> Answer:
    """Keep a promise of the credential endpoint, or ask for more patience.

    Raises:
        ProtocolError: `invalid_transaction_id`, or as the credential endpoint.
    """
    now = service.clock()
    with service.database.writing() as session:
        opened = tokens.open_token(session, slug, shown, now=now)
        transaction_id = openid4vci.parse_deferred_request(body)
        promise = tokens_store.deferred(session, digest(transaction_id), now)
        if promise is None or promise.offer_id != opened.offer_id:
            raise ProtocolError("invalid_transaction_id", "no such promise, or it was kept already")
        holders = tuple(PublicKey.from_multikey(multikey) for multikey in promise.holders.split())
        (handed,) = hand_out(session, service, [Claim(opened, promise.configuration, holders)], now=now)
        if isinstance(handed, ProtocolError):
            raise handed
        if isinstance(handed, KeysOutOfReach):
            return promised(transaction_id)
        session.delete(promise)
    # No `notification_id`: here, and only here, the wallets built on @openid4vc/openid4vci refuse it.
    return handed_out(handed, {})


def notification(service: Service, slug: str, *, shown: ShownToken, body: bytes) -> None:
    """Remember what a wallet did with what it fetched.

    Raises:
        ProtocolError: `invalid_token`, `invalid_notification_request` or `invalid_notification_id`.
    """
    with service.database.writing() as session:
        opened = tokens.open_token(session, slug, shown, now=service.clock())
        identifier, event = openid4vci.parse_notification_request(body)
        copy = _copy_named(session, opened, identifier)
        if copy is None:
            raise ProtocolError("invalid_notification_id", "no such notification")
        copy.wallet_event = event


def _copy_named(session: Session, opened: Opened, identifier: str) -> Copy | None:
    try:
        copy = copies_store.copy_by_id(session, opened.issuer.id, UUID(identifier))
    except ValueError:
        return None
    offered = {str(statement.id) for statement in opened.statements}
    return copy if copy is not None and offered.issuperset(copy.source.split("+")) else None
