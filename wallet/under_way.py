"""Claims that are not finished, sealed: copies that come later, and issuers that are to hear what was kept.

What was promised is asked for whenever the worker opens her wallet, never sooner than the issuer wants.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from standard.fetch import Fetcher
from standard.keys import PrivateKey
from standard.openid4vci import AccessToken
from wallet import claims, held, holder_key, receive
from wallet.claims import Claim, Promise
from wallet.errors import IssuerUnreachableError, NotFoundError, OfferError, ReceivedInvalidError
from wallet.held import HeldCredential
from wallet.services import Services
from wallet.tables import ClaimRow
from wallet.vault import Vault

MOST_AT_ONCE: Final = 3
"""How many issuers are asked while the worker waits for her page."""
BROKEN: Final = "promise-broken"
"""How a claim failed whose issuer does not give what it promised."""
AFTER_SILENCE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A claim that the worker waits for, or one that failed and that she has not cleared away yet."""

    id: str
    claim: Claim


def take_in(vault: Vault, claim: Claim, *, services: Services) -> UnderWay | HeldCredential:
    """Take in what a claim brought: lay it ready to look at, or wait for the rest.

    Raises:
        ReceivedInvalidError: what came does not verify; nothing of it is kept.
    """
    if claim.promises:
        waiting = UnderWay(vault.row_id(ClaimRow, claim.source), claim)
        vault.put(ClaimRow, waiting.id, _write(claim))
        return waiting
    holder = holder_key.signer(vault).public_key
    found = receive.look_into(claim, holder=holder, policy=services.policy, resolver=services.resolver)
    received = held.put_received(vault, found)
    if claim.notification_ids:
        vault.put(ClaimRow, received.id, _write(replace(claim, texts=())))
    return received


def all_under_way(vault: Vault) -> list[UnderWay]:
    """List what the worker waits for, the oldest first."""
    found = [UnderWay(row_id, claim) for row_id, claim in _all(vault) if _is_waited_for(claim)]
    return sorted(found, key=lambda each: (each.claim.begun_at, each.id))


def one(vault: Vault, claim_id: str) -> UnderWay:
    """Take one that the worker waits for.

    Raises:
        NotFoundError: she waits for nothing under this id.
    """
    claim = _read(vault.get(ClaimRow, claim_id))
    if not _is_waited_for(claim):
        raise NotFoundError("nothing is under way")
    return UnderWay(claim_id, claim)


def from_offer(vault: Vault, source: str) -> UnderWay | None:
    """Find what an offer made the worker wait for; a failed one may be tried anew."""
    found = (each for each in all_under_way(vault) if each.claim.source == source and not each.claim.failure)
    return next(found, None)


def stop_waiting(vault: Vault, claim_id: str) -> None:
    """Forget it; that it is gone already is no error."""
    vault.remove(ClaimRow, claim_id)


def ask_due(vault: Vault, *, services: Services) -> None:
    """Ask for what was promised, as far as its time has come; a few at once, and no longer than bearable."""
    now = services.clock()
    due = [each for each in all_under_way(vault) if _is_due(each.claim, now)]
    for waiting in due[:MOST_AT_ONCE]:
        ask(vault, waiting, fetcher=services.hasty_fetcher, services=services)


def ask(
    vault: Vault, waiting: UnderWay, *, fetcher: Fetcher, services: Services
) -> UnderWay | HeldCredential:
    """Ask for one: what came is laid ready, the rest waited for, a broken promise kept as failed."""
    now, claim = services.clock(), waiting.claim
    # That it is asked is settled before the network: an issuer keeps a promise once, and a second window
    # that asked too would hear that it is broken.
    _put(vault, waiting.id, _later(claim, now + AFTER_SILENCE))
    vault.session.commit()
    try:
        for promise in claim.promises:
            if promise.ask_after <= now:
                # An issuer keeps a promise once: what came is sealed before the next one is asked for.
                claim = claims.call_in(claim, promise, fetcher=fetcher, now=now)
                _put(vault, waiting.id, claim)
        taken = take_in(vault, claim, services=services)
    except IssuerUnreachableError:
        return _put(vault, waiting.id, _later(claim, now + AFTER_SILENCE))
    except ReceivedInvalidError as error:
        return _put(vault, waiting.id, replace(claim, failure=error.code))
    except OfferError:
        return _put(vault, waiting.id, replace(claim, failure=BROKEN))
    if not isinstance(taken, UnderWay):
        stop_waiting(vault, waiting.id)
    return taken


def take_notice(vault: Vault, received_id: str) -> Claim | None:
    """Take out the claim whose issuer is to hear that its copies were kept, if it wants to hear it."""
    try:
        claim = _read(vault.get(ClaimRow, received_id))
    except NotFoundError:
        return None
    vault.remove(ClaimRow, received_id)
    return claim


def _is_waited_for(claim: Claim) -> bool:
    # Of the others nothing is left to come; their issuers are still to hear that the copies were kept.
    return bool(claim.promises) or claim.failure is not None


def _is_due(claim: Claim, now: datetime) -> bool:
    return claim.failure is None and any(promise.ask_after <= now for promise in claim.promises)


def _later(claim: Claim, moment: datetime) -> Claim:
    return replace(
        claim,
        promises=tuple(replace(each, ask_after=max(each.ask_after, moment)) for each in claim.promises),
    )


def _put(vault: Vault, claim_id: str, claim: Claim) -> UnderWay:
    vault.put(ClaimRow, claim_id, _write(claim))
    return UnderWay(claim_id, claim)


def _all(vault: Vault) -> Iterator[tuple[str, Claim]]:
    return ((row_id, _read(value)) for row_id, value in vault.all(ClaimRow))


def _write(claim: Claim) -> bytes:
    value = {
        "source": claim.source,
        "credentialIssuer": claim.credential_issuer,
        "issuerName": claim.issuer_name,
        "begunAt": claim.begun_at.isoformat(),
        "token": [claim.token.value, claim.token.scheme],
        "key": claim.key.to_pem(None).decode() if claim.key else None,
        "deferredEndpoint": claim.deferred_endpoint,
        "notificationEndpoint": claim.notification_endpoint,
        "texts": list(claim.texts),
        "notificationIds": list(claim.notification_ids),
        "promises": [[each.transaction_id, each.ask_after.isoformat()] for each in claim.promises],
        "failure": claim.failure,
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _read(value: bytes) -> Claim:
    # Sealed bytes are our own: whoever could change them would have to hold the key.
    stored: dict[str, Any] = json.loads(value)
    return Claim(
        source=stored["source"],
        credential_issuer=stored["credentialIssuer"],
        issuer_name=stored["issuerName"],
        begun_at=datetime.fromisoformat(stored["begunAt"]),
        token=AccessToken(*stored["token"]),
        key=PrivateKey.from_pem(stored["key"].encode(), None) if stored["key"] else None,
        deferred_endpoint=stored["deferredEndpoint"],
        notification_endpoint=stored["notificationEndpoint"],
        texts=tuple(stored["texts"]),
        notification_ids=tuple(stored["notificationIds"]),
        promises=tuple(Promise(id_, datetime.fromisoformat(at)) for id_, at in stored["promises"]),
        failure=stored["failure"],
    )
