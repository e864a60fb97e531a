"""The authorization code flow: a pushed request, the worker's consent, and the code that it gives.

The offer says which worker it is about, and the transaction code, typed into our page, that it is she. The
wallet is a public client and proves nothing of itself, so the worker is shown where her answer goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session

from issuer.claiming import offers, tokens
from issuer.claiming.tokens import Access
from issuer.errors import AuthorizationRequestError
from issuer.organisations import identity
from issuer.secret_values import digest, new_secret
from issuer.service import Service
from issuer.store import tokens as store
from issuer.store.offers import offer_by_id, offered_statements
from issuer.tables import AuthorizationRequest, Offer, Organisation
from standard import openid4vci
from standard.errors import ProtocolError
from standard.openid4vci import REQUEST_URI_PREFIX, CodeRequest

REQUEST_LIFETIME: Final = timedelta(minutes=10)
"""Long enough to look for a letter with a code in it."""

CODE_LIFETIME: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the worker is asked: whether a wallet may fetch the statements of an offer."""

    request: AuthorizationRequest
    offer: Offer
    statement_types: Sequence[str]

    @property
    def destination(self) -> str:
        """Where the answer goes, as a person can compare it: a host, or the name of an app."""
        parts = urlsplit(self.request.redirect_uri)
        return parts.netloc if parts.scheme in ("https", "http") else parts.scheme

    @property
    def form_target(self) -> str:
        """The same as a source of the Content Security Policy."""
        parts = urlsplit(self.request.redirect_uri)
        is_web = parts.scheme in ("https", "http")
        return f"{parts.scheme}://{parts.netloc}" if is_web else f"{parts.scheme}:"


def pushed(
    session: Session,
    service: Service,
    organisation: Organisation,
    form: Mapping[str, str],
    proofs: Sequence[str],
) -> dict[str, object]:
    """Answer a pushed authorization request.

    Raises:
        ProtocolError: as `parse_pushed_request` and `push`.
    """
    now = service.clock()
    issuer = service.credential_issuer(organisation.slug)
    asked = openid4vci.parse_pushed_request(
        form, offered=openid4vci.configuration_ids(), credential_issuer=issuer
    )
    proof = tokens.key_proof(proofs, url=f"{issuer}/par", now=now)
    if proof is not None:
        tokens.spend_proof(session, proof, now=now)
    request_uri = push(
        session,
        organisation,
        asked,
        thumbprint=proof.thumbprint if proof else None,
        secret=service.keys.claim_code_key(),
        now=now,
    )
    seconds = int(REQUEST_LIFETIME.total_seconds())
    return openid4vci.pushed_response(request_uri=request_uri, expires_in_seconds=seconds)


def push(
    session: Session,
    organisation: Organisation,
    asked: openid4vci.AuthorizationRequest,
    *,
    thumbprint: str | None,
    secret: bytes,
    now: datetime,
) -> str:
    """Keep a pushed request and give the `request_uri` under which the browser brings it up.

    Args:
        session: a writing transaction.
        organisation: whose endpoint it was pushed to.
        asked: the request.
        thumbprint: of the key whose DPoP proof came with it, if one did.
        secret: from which the codes of offers are derived.
        now: the moment.

    Raises:
        ProtocolError: `invalid_request` when the `issuer_state` is of no open offer of this organisation,
            `invalid_dpop_proof` when two keys are named.
    """
    offer = offers.find_by_issuer_state(session, organisation, asked.issuer_state, secret=secret, now=now)
    if offer is None:
        raise ProtocolError("invalid_request", "issuer_state is of no offer that is open here")
    if thumbprint is not None and asked.dpop_thumbprint not in (None, thumbprint):
        raise ProtocolError(openid4vci.INVALID_DPOP_PROOF, "dpop_jkt is of another key than the DPoP proof")
    request_id = new_secret()
    session.add(
        AuthorizationRequest(
            request_hash=digest(request_id),
            organisation_id=identity(organisation),
            offer_id=offer.id,
            client_id=asked.client_id,
            redirect_uri=asked.redirect_uri,
            state=asked.state,
            code_challenge=asked.code_challenge,
            configurations=" ".join(sorted(asked.configuration_ids)),
            identified=" ".join(sorted(asked.identified)),
            dpop_thumbprint=thumbprint or asked.dpop_thumbprint,
            expires_at=now + REQUEST_LIFETIME,
        )
    )
    return f"{REQUEST_URI_PREFIX}{request_id}"


def consent(
    session: Session, organisation: Organisation, *, request_uri: str, client_id: str, now: datetime
) -> Consent:
    """Bring up a pushed request that has no answer yet.

    Raises:
        AuthorizationRequestError: there is no such request of this client, it was answered or is too old,
            or its offer is closed. Nobody is sent anywhere: who brings it up cannot be known.
    """
    request = store.request_by_hash(session, digest(request_uri.removeprefix(REQUEST_URI_PREFIX)))
    if (
        request is None
        or (request.organisation_id, request.client_id) != (identity(organisation), client_id)
        or request.code_hash is not None
        or request.expires_at <= now
    ):
        raise AuthorizationRequestError("the request is unknown, was answered, or is too old")
    offer = offer_by_id(session, request.offer_id)
    if offer is None or offer.state != "open" or offer.expires_at <= now:
        raise AuthorizationRequestError("the offer of the request is closed")
    kept = [item for item in offered_statements(session, offer.id) if item.counts(now)]
    wanted = request.configurations.split()
    types = [statement.type for statement in kept if set(wanted) & set(offers.configurations([statement]))]
    return Consent(request, offer, types)


def agree(
    session: Session, service: Service, organisation: Organisation, asked: Consent, *, transaction_code: str
) -> str:
    """Take the worker's consent and give the code for her wallet.

    Raises:
        AuthorizationRequestError: the request was answered meanwhile, or its offer closed.
        ProtocolError: `invalid_grant` when the transaction code is wrong.
    """
    now, request = service.clock(), asked.request
    offer = offers.lock_open(session, organisation, request.offer_id, now=now)
    session.refresh(request)
    # Another tab may have answered while this one waited for the lock.
    if offer is None or request.code_hash is not None:
        raise AuthorizationRequestError("the request was answered, or its offer is closed")
    offers.check_transaction_code(
        offer,
        "".join(transaction_code.split()),
        secret=service.keys.claim_code_key(),
        max_attempts=service.settings.tx_code_attempts,
    )
    code = new_secret()
    request.code_hash = digest(code)
    request.expires_at = now + CODE_LIFETIME
    return code


def refuse(session: Session, asked: Consent) -> None:
    """Take the worker's refusal: the request is gone, the offer stays open."""
    session.delete(asked.request)


def redeem(
    session: Session,
    organisation: Organisation,
    asked: CodeRequest,
    *,
    thumbprint: str | None,
    now: datetime,
    token_lifetime: timedelta,
) -> tuple[Offer, Access]:
    """Exchange a code for what may be fetched, once; if it comes back, what it gave is taken back.

    Raises:
        ProtocolError: `invalid_grant`.
    """
    code_hash = digest(asked.code)
    request = store.request_by_code(session, code_hash)
    if request is None or request.organisation_id != identity(organisation):
        raise ProtocolError("invalid_grant", "the code is not known here")
    if request.redeemed_at is not None:
        store.drop_tokens_of_code(session, code_hash)
        raise ProtocolError("invalid_grant", "the code was used before; what it gave is taken back")
    if request.expires_at <= now:
        raise ProtocolError("invalid_grant", "the code is too old")
    if (asked.client_id, asked.redirect_uri) != (request.client_id, request.redirect_uri):
        raise ProtocolError("invalid_grant", "the code was given to another client or address")
    if request.dpop_thumbprint not in (None, thumbprint):
        raise ProtocolError("invalid_grant", "the code is bound to another key")
    openid4vci.check_code_verifier(asked.code_verifier, challenge=request.code_challenge)
    offer = offers.lock_open(session, organisation, request.offer_id, now=now)
    if offer is None:
        raise ProtocolError("invalid_grant", "the offer was taken up already")
    offers.close(offer, now=now)
    request.redeemed_at = now
    request.expires_at = now + token_lifetime
    access = Access(frozenset(request.configurations.split()), frozenset(request.identified.split()))
    return offer, access
