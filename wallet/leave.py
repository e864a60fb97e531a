"""Leave in the browser: the question that is pushed to an issuer, and the answer that comes back.

An answer counts once, for the worker who asked, from the issuer who was asked: the question is sealed in her
vault under its `state`, and `iss` must be that issuer. So a code of somebody else's question, of another
issuer, or one that was used before, opens nothing.

Source: OpenID4VCI 1.0, "Authorization Endpoint"; RFC 9126, RFC 7636, RFC 9207, RFC 9449.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from standard import openid4vci
from standard.errors import ProtocolError, ResolutionError
from standard.fetch import Fetcher
from standard.keys import PrivateKey, Signer
from standard.openid4vci import CredentialOffer
from wallet import claims, offers
from wallet.claims import KEY_KIND, Claim
from wallet.errors import (
    IssuerProtocolError,
    IssuerUnreachableError,
    LeaveLateError,
    LeaveMixedUpError,
    LeaveRefusedError,
    NotFoundError,
    OfferSpentError,
)
from wallet.offers import OpenOffer
from wallet.tables import LeaveRow
from wallet.vault import Vault

RETURN_PATH: Final = "/ontvangen/terug"
LIFETIME: Final = timedelta(hours=1)
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, as it must be remembered until its answer comes."""

    offer: CredentialOffer
    source: str
    server: str
    verifier: str
    key: PrivateKey
    at: datetime


def ask(vault: Vault, opened: OpenOffer, *, base_url: str, fetcher: Fetcher, now: datetime) -> str:
    """Push the question for leave, and give the address to which the worker's browser goes.

    Args:
        vault: where the question is remembered.
        opened: an offer with a `leave_origin`.
        base_url: the wallet's own address, which is its `client_id` too.
        fetcher: reaches the issuer.
        now: the moment.

    Raises:
        OfferSpentError: the issuer no longer knows the offer.
        IssuerUnreachableError, IssuerProtocolError: it cannot be reached, or breaks the protocol.
    """
    state, verifier = token_urlsafe(_SECRET_BYTES), token_urlsafe(_SECRET_BYTES)
    server, key = opened.server, PrivateKey.generate(KEY_KIND)
    push_to, send_to = server.pushed_authorization_request_endpoint, server.authorization_endpoint
    if push_to is None or send_to is None:
        raise IssuerProtocolError("no leave can be asked for there")
    form = openid4vci.pushed_request(
        client_id=base_url,
        redirect_uri=base_url + RETURN_PATH,
        challenge=openid4vci.code_challenge(verifier),
        issuer_state=opened.offer.issuer_state,
        state=state,
        credential_issuer=opened.offer.credential_issuer,
        scopes=_scopes(opened),
    )
    counter = claims.counter_of(server, fetcher=fetcher, key=key, now=now)
    try:
        answer = counter.post_form(push_to, form)
        request_uri = openid4vci.parse_pushed_response(answer)
    except ResolutionError as error:
        raise IssuerUnreachableError(f"the issuer cannot be reached: {error}") from error
    except ProtocolError as error:
        kind = OfferSpentError if error.error == "invalid_request" else IssuerProtocolError
        raise kind(f"the issuer answered {error.error}") from error
    _forget_old(vault, now)
    asked = _Asked(opened.offer, opened.source, server.issuer, verifier, key, now)
    vault.put(LeaveRow, vault.row_id(LeaveRow, state), _write(asked))
    query = urlencode({"client_id": base_url, "request_uri": request_uri})
    return f"{send_to}{'&' if urlsplit(send_to).query else '?'}{query}"


def redeem(
    vault: Vault, address: str, *, base_url: str, fetcher: Fetcher, signer: Signer, now: datetime
) -> Claim:
    """Take the answer with which the browser came back, and claim what was offered. It counts once.

    Raises:
        LeaveMixedUpError: the answer is to no question of this worker, or from another issuer.
        LeaveRefusedError: the worker said no.
        LeaveLateError: the answer comes too late, or its code was used.
        OfferError: as `claims.begin`.
    """
    state = parse_qs(urlsplit(address).query).get("state", [""])[0]
    asked = _take(vault, state)
    if asked.at + LIFETIME <= now:
        raise LeaveLateError("the question is too old")
    try:
        code = openid4vci.parse_authorization_response(address, issuer=asked.server, state=state)
    except ProtocolError as error:
        if error.error == "access_denied":
            raise LeaveRefusedError("the worker said no") from error
        if error.error == "invalid_authorization_response":
            raise LeaveMixedUpError("the answer is from another issuer, or is none") from error
        raise IssuerProtocolError(f"the issuer answered {error.error}") from error
    opened = offers.introduce(asked.offer, asked.source, fetcher=fetcher)
    if opened.server.issuer != asked.server:
        raise LeaveMixedUpError("the issuer has another authorization server now")
    counter = claims.counter_of(opened.server, fetcher=fetcher, key=asked.key, now=now)
    form = openid4vci.code_token_request(
        code=code, code_verifier=asked.verifier, redirect_uri=base_url + RETURN_PATH, client_id=base_url
    )
    token = claims.fetch_token(opened.server, form, counter, refused=LeaveLateError("the code is refused"))
    return claims.fetch_copies(opened, token, counter, signer=signer)


def _scopes(opened: OpenOffer) -> list[str]:
    """The scopes of what is offered; a configuration without one could not be asked for this way."""
    found = [opened.metadata.configurations[each].get("scope") for each in opened.offer.configuration_ids]
    scopes = [scope for scope in found if isinstance(scope, str) and scope]
    if len(scopes) != len(found):
        raise IssuerProtocolError("what is offered has no scope to ask leave for")
    return scopes


def _take(vault: Vault, state: str) -> _Asked:
    row_id = vault.row_id(LeaveRow, state)
    try:
        asked = _read(vault.get(LeaveRow, row_id))
    except NotFoundError as error:
        raise LeaveMixedUpError("nobody asked this") from error
    vault.remove(LeaveRow, row_id)
    return asked


def _forget_old(vault: Vault, now: datetime) -> None:
    for row_id, value in list(vault.all(LeaveRow)):
        if _read(value).at + LIFETIME <= now:
            vault.remove(LeaveRow, row_id)


def _write(asked: _Asked) -> bytes:
    offer = openid4vci.offer(
        credential_issuer=asked.offer.credential_issuer,
        configuration_ids=asked.offer.configuration_ids,
        pre_authorized_code=None,
        transaction_code=None,
        issuer_state=asked.offer.issuer_state,
    )
    value = {
        "offer": offer,
        "source": asked.source,
        "server": asked.server,
        "verifier": asked.verifier,
        "key": asked.key.to_pem(None).decode(),
        "at": asked.at.isoformat(),
    }
    return json.dumps(value).encode()


def _read(value: bytes) -> _Asked:
    # Sealed bytes are our own: whoever could change them would have to hold the key.
    stored: dict[str, Any] = json.loads(value)
    return _Asked(
        offer=openid4vci.parse_offer_json(json.dumps(stored["offer"])),
        source=stored["source"],
        server=stored["server"],
        verifier=stored["verifier"],
        key=PrivateKey.from_pem(stored["key"].encode(), None),
        at=datetime.fromisoformat(stored["at"]),
    )
