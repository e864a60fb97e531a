"""Adding from the command line: an offer, or files with copies that were handed over another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from wallet import held, holder_key, receive
from wallet.errors import OfferError
from wallet.held import HeldCredential
from wallet.inspection import inspect
from wallet.services import Services
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
) -> HeldCredential:
    """Fetch or read, verify and keep.

    Args:
        given: one offer, one file that holds an offer, or the files of one organisation's copies.
        code: the transaction code, when it is known.
        ask_code: asks the worker for it otherwise; is given the issuer's own description.

    Raises:
        OfferError: it cannot be fetched, or it does not verify; nothing was kept.
    """
    texts = [_text(each) for each in given]
    if len(texts) == 1 and _is_offer(texts[0]):
        known = held.from_offer(vault, receive.source_of(texts[0]))
        if known is not None:
            return held.keep(vault, known.id)
        received = _fetch(vault, texts[0], code=code, ask_code=ask_code, services=services)
    else:
        holder = holder_key.signer(vault).public_key
        received = inspect(texts, holder=holder, policy=services.policy, resolver=services.resolver)
    return held.keep(vault, held.put_received(vault, received).id)


def _fetch(
    vault: Vault, offer: str, *, code: str | None, ask_code: Callable[[str], str], services: Services
) -> HeldCredential:
    opened = receive.open_offer(offer, fetcher=services.fetcher)
    wanted = opened.transaction_code
    if wanted is not None and code is None:
        code = ask_code(wanted.description or "Code")
    return receive.accept(
        opened,
        code,
        fetcher=services.fetcher,
        signer=holder_key.signer(vault),
        policy=services.policy,
        resolver=services.resolver,
    )


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
