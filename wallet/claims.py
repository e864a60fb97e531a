"""Claiming: codes for a token, the token for copies, copies that come later, and word of what was kept.

The access token is bound to a key that is made for one claim (RFC 9449): who finds the token cannot use it,
and two issuers see two keys.

Source: OpenID4VCI 1.0, "Token Endpoint", "Credential Endpoint", "Deferred Credential Endpoint",
"Notification Endpoint", from the wallet's side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from standard import openid4vci
from standard.errors import ProtocolError, ResolutionError
from standard.fetch import Fetcher
from standard.keys import PrivateKey, Signer
from standard.openid4vci import (
    AccessToken,
    AuthorizationServer,
    CredentialResponse,
    DeferredIssuance,
    IssuerMetadata,
)
from wallet.counter import Counter
from wallet.errors import (
    IssuerProtocolError,
    IssuerUnreachableError,
    NeedsBrowserError,
    OfferError,
    OfferSpentError,
    TransactionCodeError,
)
from wallet.offers import OpenOffer

KEY_KIND: Final = "P-256"
KEY_ALGORITHM: Final = "ES256"
LONGEST_WAIT: Final = timedelta(days=1)
MOST_COPIES: Final = 64


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that the issuer will have later, and from when on it may be asked for."""

    transaction_id: str
    ask_after: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What a claim brought so far, and what it needs to go on.

    `source` is that of `OpenOffer`. `key` is None when the token is bound to none.
    """

    source: str
    credential_issuer: str
    issuer_name: str
    begun_at: datetime
    token: AccessToken
    key: PrivateKey | None
    deferred_endpoint: str | None
    notification_endpoint: str | None
    texts: tuple[str, ...] = ()
    notification_ids: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    failure: str | None = None


def begin(
    opened: OpenOffer,
    transaction_code: str | None,
    *,
    fetcher: Fetcher,
    signer: Signer,
    key: PrivateKey,
    now: datetime,
) -> Claim:
    """Claim every form of every statement with the codes of an offer; nobody has looked inside yet.

    Raises:
        NeedsBrowserError: the offer names no code; `leave` asks for one.
        TransactionCodeError, OfferSpentError: the issuer refuses the codes.
        IssuerUnreachableError, IssuerProtocolError: it cannot be reached, or breaks the protocol.
    """
    offer = opened.offer
    if offer.pre_authorized_code is None:
        raise NeedsBrowserError("the issuer asks for leave on a page of its own")
    asked_for = offer.transaction_code is not None
    form = openid4vci.token_request(
        pre_authorized_code=offer.pre_authorized_code,
        transaction_code=_typed(transaction_code) if asked_for else None,
    )
    # The protocol has one word for a wrong transaction code and for a code that is used up.
    refused = TransactionCodeError("the issuer refused the code")
    spent = OfferSpentError("the issuer refused the code")
    counter = counter_of(opened.server, fetcher=fetcher, key=key, now=now)
    token = fetch_token(opened.server, form, counter, refused=refused if asked_for else spent)
    return fetch_copies(opened, token, counter, signer=signer)


def counter_of(server: AuthorizationServer, *, fetcher: Fetcher, key: PrivateKey, now: datetime) -> Counter:
    """Speak to a server, with a key when it binds tokens to one of our kind."""
    return Counter(fetcher, key if KEY_ALGORITHM in server.dpop_algorithms else None, now)


def fetch_token(
    server: AuthorizationServer, form: Mapping[str, str], counter: Counter, *, refused: OfferError
) -> AccessToken:
    """Ask for an access token.

    Args:
        server: whose token endpoint is asked.
        form: the token request.
        counter: speaks to the server.
        refused: what to raise when the codes in the form are refused.

    Raises:
        OfferError: `refused`, or as `begin`.
    """
    with _told_plainly():
        try:
            token = openid4vci.parse_token_response(counter.post_form(server.token_endpoint, form))
        except ProtocolError as error:
            if error.error in ("invalid_grant", "invalid_request"):
                raise refused from error
            raise
        if (token.scheme == "DPoP") != (counter.key is not None):
            raise ProtocolError("invalid_token_response", "the token is not bound to the key that was shown")
        return token


def fetch_copies(opened: OpenOffer, token: AccessToken, counter: Counter, *, signer: Signer) -> Claim:
    """Claim every form of every statement with an access token; errors as of `begin`."""
    metadata = opened.metadata
    claim = Claim(
        source=opened.source,
        credential_issuer=metadata.credential_issuer,
        issuer_name=opened.issuer_name,
        begun_at=counter.now,
        token=token,
        key=counter.key,
        deferred_endpoint=metadata.deferred_credential_endpoint,
        notification_endpoint=metadata.notification_endpoint,
    )
    nonce: str | None = None
    with _told_plainly():
        for configuration in opened.offer.configuration_ids:
            response = _ask(metadata, configuration, token, counter, signer, nonce)
            claim = _with(claim, response, counter.now)
            nonce = response.nonce if isinstance(response, CredentialResponse) else None
    return claim


def call_in(claim: Claim, promise: Promise, *, fetcher: Fetcher, now: datetime) -> Claim:
    """Ask for what was promised; what is not there yet stays promised.

    Raises:
        IssuerUnreachableError: the issuer cannot be reached; the promise stands.
        IssuerProtocolError: the promise is broken.
    """
    counter = Counter(fetcher, claim.key, now)
    others = tuple(each for each in claim.promises if each != promise)
    with _told_plainly():
        if claim.deferred_endpoint is None:
            raise ProtocolError("invalid_issuer_metadata", "a promise without an endpoint to ask at")
        answer = counter.post_json(
            claim.deferred_endpoint, openid4vci.deferred_request(promise.transaction_id), claim.token
        )
        return _with(replace(claim, promises=others), openid4vci.parse_credential_response(answer), now)


def notify(claim: Claim, *, fetcher: Fetcher, now: datetime) -> bool:
    """Tell the issuer that its copies were kept; false when it did not hear, which changes nothing here."""
    counter = Counter(fetcher, claim.key, now)
    if claim.notification_endpoint is None:
        return False
    for notification_id in claim.notification_ids:
        message = openid4vci.notification_request(
            notification_id=notification_id, event="credential_accepted"
        )
        try:
            if counter.post_json(claim.notification_endpoint, message, claim.token):
                return False
        except ResolutionError:
            return False
    return True


def _with(claim: Claim, response: CredentialResponse | DeferredIssuance, now: datetime) -> Claim:
    if isinstance(response, DeferredIssuance):
        wait = min(timedelta(seconds=response.interval_seconds), LONGEST_WAIT)
        return replace(claim, promises=(*claim.promises, Promise(response.transaction_id, now + wait)))
    texts = (
        each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
        for each in response.credentials
    )
    every = (*claim.texts, *texts)
    if len(every) > MOST_COPIES:
        raise ProtocolError("invalid_credential_response", "more copies than anybody asked for")
    notified = (response.notification_id,) if response.notification_id else ()
    return replace(claim, texts=every, notification_ids=(*claim.notification_ids, *notified))


def _ask(
    metadata: IssuerMetadata,
    configuration: str,
    token: AccessToken,
    counter: Counter,
    signer: Signer,
    nonce: str | None,
) -> CredentialResponse | DeferredIssuance:
    """Ask for one configuration, a second time when the nonce grew old or the answer was lost."""
    try:
        return _ask_once(metadata, configuration, token, counter, signer, nonce)
    except ResolutionError:
        # The answer may have been lost on its way. Asking again gives the same copy.
        return _ask_once(metadata, configuration, token, counter, signer, None)
    except ProtocolError as error:
        if error.error != "invalid_nonce":
            raise
        return _ask_once(metadata, configuration, token, counter, signer, None)


def _ask_once(
    metadata: IssuerMetadata,
    configuration: str,
    token: AccessToken,
    counter: Counter,
    signer: Signer,
    nonce: str | None,
) -> CredentialResponse | DeferredIssuance:
    if nonce is None:
        if metadata.nonce_endpoint is None:
            raise ProtocolError("invalid_issuer_metadata", "the issuer has no nonce endpoint")
        nonce = openid4vci.parse_nonce_response(counter.post_nothing(metadata.nonce_endpoint))
    proof = openid4vci.make_key_proof(
        signer=signer,
        credential_issuer=metadata.credential_issuer,
        nonce=nonce,
        now=counter.now,
        is_bare=openid4vci.binds_bare_keys(metadata.configurations[configuration]),
    )
    request = openid4vci.credential_request(configuration_id=configuration, key_proofs=[proof])
    return openid4vci.parse_credential_response(
        counter.post_json(metadata.credential_endpoint, request, token)
    )


def _typed(transaction_code: str | None) -> str:
    return "".join((transaction_code or "").split())


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Say what went wrong between the wallet and the issuer in the wallet's own errors."""
    try:
        yield
    except ResolutionError as error:
        raise IssuerUnreachableError(f"the issuer cannot be reached: {error}") from error
    except ProtocolError as error:
        raise IssuerProtocolError(f"the issuer answered {error.error}") from error
