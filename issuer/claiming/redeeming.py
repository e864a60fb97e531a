"""The token endpoint: the codes of an offer, or an authorization code, for an access token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from issuer.claiming import authorization, offers, tokens
from issuer.claiming.tokens import Access
from issuer.secret_values import digest
from issuer.service import Service
from issuer.tables import Offer, Organisation
from standard import openid4vci
from standard.openid4vci import CodeRequest, PreAuthorizedRequest, TokenRequest


def token(
    session: Session,
    service: Service,
    organisation: Organisation,
    form: Mapping[str, str],
    proofs: Sequence[str],
) -> dict[str, object]:
    """Exchange the codes of an offer, or an authorization code, for an access token.

    Raises:
        ProtocolError: with the error of the specification's "Token Error Response".
    """
    now = service.clock()
    issuer = service.credential_issuer(organisation.slug)
    request = openid4vci.parse_token_request(form)
    named = _named(request, issuer)
    proof = tokens.key_proof(proofs, url=f"{issuer}/token", now=now)
    if proof is not None:
        tokens.spend_proof(session, proof, now=now)
    thumbprint = proof.thumbprint if proof else None
    lifetime = timedelta(minutes=service.settings.access_token_minutes)
    if isinstance(request, CodeRequest):
        offer, access = authorization.redeem(
            session, organisation, request, thumbprint=thumbprint, now=now, token_lifetime=lifetime
        )
    else:
        offer, access = _redeem_offer(session, service, organisation, request, now), Access()
    made = tokens.grant(
        session,
        offer,
        access if named is None else access.narrowed(named),
        thumbprint=thumbprint,
        now=now,
        lifetime=lifetime,
        code_hash=digest(request.code) if isinstance(request, CodeRequest) else None,
    )
    return made.response()


def _named(request: TokenRequest, issuer: str) -> frozenset[str] | None:
    """The configurations that a token request asks for by name, read before any code is used up."""
    if request.authorization_details is None:
        return None
    return openid4vci.parse_authorization_details(
        request.authorization_details, known=openid4vci.configuration_ids(), credential_issuer=issuer
    )


def _redeem_offer(
    session: Session,
    service: Service,
    organisation: Organisation,
    request: PreAuthorizedRequest,
    now: datetime,
) -> Offer:
    return offers.redeem(
        session,
        organisation,
        pre_authorized_code=request.pre_authorized_code,
        transaction_code=request.transaction_code,
        secret=service.keys.claim_code_key(),
        max_attempts=service.settings.tx_code_attempts,
        now=now,
    )
