"""Adding from the command line: an offer, or files with copies that were handed over another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from standard.keys import PrivateKey
from wallet import claims, held, holder_key, offers, under_way
from wallet.claims import KEY_KIND
from wallet.errors import OfferError
from wallet.held import HeldCredential
from wallet.inspection import inspect
from wallet.services import Services
from wallet.under_way import UnderWay
from wallet.vault import Vault

_FILE_LIMIT_BYTES = 1 << 20
_OFFER_STARTS = ("openid-credential-offer:", "https://", "http://")


def add(
    vault: Vault,
    given: Sequence[str],
    *,
    code: str | None,
    ask_code: Callable[[str], str],
    services: Services,
) -> HeldCredential | UnderWay:
    """Fetch or read, verify and keep; what the organisation has only later stays under way.

    Args:
        given: one offer, one file that holds an offer, or the files of one organisation's copies.
        code: the transaction code, when it is known.
        ask_code: asks the worker for it otherwise; is given the issuer's own description.

    Raises:
        NeedsBrowserError: the organisation asks for leave on a page of its own.
        OfferError: it cannot be fetched, or it does not verify; nothing was kept.
    """
    texts = [_text(each) for each in given]
    if len(texts) == 1 and _is_offer(texts[0]):
        source = offers.source_of(texts[0])
        known = held.from_offer(vault, source)
        if known is not None:
            return _keep(vault, known.id, services)
        waiting = under_way.from_offer(vault, source)
        if waiting is not None:
            return look(vault, waiting, services=services)
        taken = _fetch(vault, texts[0], code, ask_code, services)
        return taken if isinstance(taken, UnderWay) else _keep(vault, taken.id, services)
    holder = holder_key.signer(vault).public_key
    received = inspect(texts, holder=holder, policy=services.policy, resolver=services.resolver)
    return held.keep(vault, held.put_received(vault, received).id)


def look(vault: Vault, waiting: UnderWay, *, services: Services) -> HeldCredential | UnderWay:
    """Look whether what is under way is there, and keep it when it is."""
    taken = under_way.ask(vault, waiting, fetcher=services.fetcher, services=services)
    return taken if isinstance(taken, UnderWay) else _keep(vault, taken.id, services)


def _fetch(
    vault: Vault, offer: str, code: str | None, ask_code: Callable[[str], str], services: Services
) -> HeldCredential | UnderWay:
    opened = offers.open_offer(offer, fetcher=services.fetcher)
    wanted = opened.transaction_code
    if wanted is not None and code is None:
        code = ask_code(wanted.description or "Code")
    signer, key = holder_key.signer(vault), PrivateKey.generate(KEY_KIND)
    claim = claims.begin(opened, code, fetcher=services.fetcher, signer=signer, key=key, now=services.clock())
    return under_way.take_in(vault, claim, services=services)


def _keep(vault: Vault, received_id: str, services: Services) -> HeldCredential:
    kept, claim = held.keep(vault, received_id), under_way.take_notice(vault, received_id)
    if claim is not None:
        claims.notify(claim, fetcher=services.hasty_fetcher, now=services.clock())
    return kept


def _text(given: str) -> str:
    if given.startswith(_OFFER_STARTS) or given.lstrip().startswith("{"):
        return given
    path = Path(given)
    if path.stat().st_size > _FILE_LIMIT_BYTES:
        raise OfferError("the file is too large")
    try:
        return path.read_text().strip()
    except UnicodeDecodeError as error:
        raise OfferError("the file is not text") from error


def _is_offer(text: str) -> bool:
    return text.startswith(_OFFER_STARTS) or (text.startswith("{") and '"credential_issuer"' in text)
