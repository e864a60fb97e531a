"""The wallet's side of the counter: OpenID4VCI 1.0 for one organisation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from issuer import offers
from issuer.copies import copy_of
from issuer.errors import WithdrawnError
from issuer.organisations import identity, signers
from issuer.service import Service
from issuer.store import copies as copies_store
from issuer.store.offers import offered_statements
from issuer.tables import Copy, Offer, Organisation
from issuer.webhooks.events import Event, emit
from standard import openid4vci, strict_json
from standard.errors import JsonError, ProtocolError
from standard.keys import PublicKey
from standard.model import DATA_INTEGRITY, Form, StatementType
from standard.strict_json import JsonValue

BATCH_SIZE: Final = 8
PROOF_MAX_AGE: Final = timedelta(minutes=5)
NOTIFICATION_LIMIT_BYTES: Final = 1 << 13
EVENTS: Final = frozenset({"credential_accepted", "credential_failure", "credential_deleted"})

CREDENTIAL_NAMES: Final[Mapping[StatementType | None, list[dict[str, str]]]] = {
    StatementType.WORK_HISTORY: [
        {"name": "Bewijs van je werk", "locale": "nl"},
        {"name": "Proof of your work", "locale": "en"},
    ],
    StatementType.RATING: [
        {"name": "Bewijs van je beoordelingen", "locale": "nl"},
        {"name": "Proof of your ratings", "locale": "en"},
    ],
    None: [
        {"name": "Bewijs voor op papier", "locale": "nl"},
        {"name": "Proof for paper", "locale": "en"},
    ],
}


def metadata(service: Service, organisation: Organisation) -> dict[str, Any]:
    """Describe an organisation as a credential issuer."""
    issuer = service.credential_issuer(organisation.slug)
    described = openid4vci.issuer_metadata(
        credential_issuer=issuer,
        authorization_server=issuer,
        credential_endpoint=f"{issuer}/credential",
        nonce_endpoint=f"{issuer}/nonce",
        batch_size=BATCH_SIZE,
        display=[{"name": organisation.name, "locale": locale} for locale in ("nl", "en")],
        credential_display=CREDENTIAL_NAMES,
    )
    return {**described, "notification_endpoint": f"{issuer}/notification"}


def authorization_server(service: Service, organisation: Organisation) -> dict[str, Any]:
    """Describe an organisation as an authorization server."""
    issuer = service.credential_issuer(organisation.slug)
    return openid4vci.authorization_server_metadata(issuer=issuer, token_endpoint=f"{issuer}/token")


def offer_document(
    session: Session, service: Service, organisation: Organisation, offer: Offer
) -> dict[str, Any]:
    """Write an offer as a wallet fetches it."""
    claimable = offers.claimable(offered_statements(session, offer.id), offers.OFFERED_FORMS)
    opening = offers.codes(offer.id, service.keys.claim_code_key())
    return openid4vci.offer(
        credential_issuer=service.credential_issuer(organisation.slug),
        configuration_ids=list(claimable),
        pre_authorized_code=opening.pre_authorized,
        transaction_code=openid4vci.TransactionCode(
            input_mode="numeric",
            length=offers.CODE_DIGITS,
            description=f"De code die je apart kreeg van {organisation.name}",
        ),
    )


def token(
    session: Session, service: Service, organisation: Organisation, form: Mapping[str, str]
) -> dict[str, Any]:
    """Exchange the codes of an offer for an access token.

    Raises:
        ProtocolError: with the error of the specification's "Token Error Response".
    """
    request = openid4vci.parse_token_request(form)
    grant = offers.redeem(
        session,
        organisation,
        pre_authorized_code=request.pre_authorized_code,
        transaction_code=request.transaction_code,
        secret=service.keys.claim_code_key(),
        max_attempts=service.settings.tx_code_attempts,
        now=service.clock(),
        lifetime=timedelta(minutes=service.settings.access_token_minutes),
    )
    return openid4vci.token_response(
        access_token=grant.access_token, expires_in_seconds=int(grant.lifetime.total_seconds())
    )


def nonce(session: Session, service: Service, organisation: Organisation) -> dict[str, str]:
    """Give out a nonce."""
    lifetime = timedelta(minutes=service.settings.nonce_minutes)
    return openid4vci.nonce_response(
        offers.new_nonce(session, organisation, now=service.clock(), lifetime=lifetime)
    )


def credential(
    session: Session, service: Service, organisation: Organisation, *, access_token: str, body: bytes
) -> dict[str, Any]:
    """Hand out one configuration, once for each proven key.

    1. The access token opens an offer of this organisation.
    2. The request names a configuration of that offer.
    3. Every key proof verifies, all carry one nonce, and no key comes twice.
    4. The nonce is used up.
    5. For each key the copy is found or signed.

    Raises:
        ProtocolError: with the error of the specification's "Credential Error Response".
    """
    now = service.clock()
    offer = offers.offer_of_token(session, organisation, access_token, now=now)
    statements = offered_statements(session, offer.id)
    offered, claimable = offers.configurations(statements), offers.claimable(statements)
    request = openid4vci.parse_credential_request(body, supported=offered, batch_size=BATCH_SIZE)
    holders = _proven_keys(session, service, organisation, request.key_proofs, now)
    if request.configuration_id not in claimable:
        raise ProtocolError("credential_request_denied", "the statement was withdrawn")
    form, statement_ids = claimable[request.configuration_id]
    keys = signers(session, service.keys, organisation)
    try:
        copies = [
            copy_of(
                session, organisation, statement_ids, form, holder,
                signers=keys, status_base=service.status_base(organisation.slug), now=now,
            )
            for holder in holders
        ]  # fmt: skip
    except WithdrawnError as error:
        raise ProtocolError("credential_request_denied", "the statement was withdrawn") from error
    if any(copy.signed_at == now for copy in copies):
        told: dict[str, JsonValue] = {
            "configuration": request.configuration_id,
            "credentials": [str(copy.id) for copy in copies],
        }
        emit(session, identity(organisation), Event.CREDENTIAL_CLAIMED, told, now=now)
    return openid4vci.credential_response(
        [_as_credential(copy) for copy in copies], notification_id=copies[0].id.hex
    )


def notification(
    session: Session, service: Service, organisation: Organisation, *, access_token: str, body: bytes
) -> None:
    """Remember what a wallet did with what it fetched.

    Raises:
        ProtocolError: `invalid_token`, `invalid_notification_request` or `invalid_notification_id`.
    """
    offer = offers.offer_of_token(session, organisation, access_token, now=service.clock())
    notification_id, event = _read_notification(body)
    copy = copies_store.copy_by_id(session, identity(organisation), notification_id)
    offered = {str(statement.id) for statement in offered_statements(session, offer.id)}
    if copy is None or not offered.issuperset(copy.source.split("+")):
        raise ProtocolError("invalid_notification_id", "no such notification")
    copy.wallet_event = event


def _proven_keys(
    session: Session, service: Service, organisation: Organisation, proofs: tuple[str, ...], now: datetime
) -> list[PublicKey]:
    proven = [
        openid4vci.check_key_proof(
            proof,
            credential_issuer=service.credential_issuer(organisation.slug),
            now=now,
            max_age=PROOF_MAX_AGE,
        )
        for proof in proofs
    ]
    holders = [proof.public_key for proof in proven]
    if len({proof.nonce for proof in proven}) != 1:
        raise ProtocolError("invalid_proof", "the key proofs carry different nonces")
    if len({holder.thumbprint() for holder in holders}) != len(holders):
        raise ProtocolError("invalid_proof", "one key is proven twice")
    if any(holder.algorithm != "P-256" for holder in holders):
        raise ProtocolError("invalid_proof", "a holder key is a P-256 key")
    offers.spend_nonce(session, organisation, proven[0].nonce, now=now)
    return holders


def _as_credential(copy: Copy) -> openid4vci.Credential:
    if Form(copy.form) in DATA_INTEGRITY:
        document: dict[str, Any] = json.loads(copy.secured)
        return document
    return copy.secured


def _read_notification(body: bytes) -> tuple[UUID, str]:
    invalid = "invalid_notification_request"
    try:
        message = strict_json.loads(body, limit_bytes=NOTIFICATION_LIMIT_BYTES)
    except JsonError as error:
        raise ProtocolError(invalid, "not strict JSON") from error
    identifier = message.get("notification_id") if isinstance(message, dict) else None
    event = message.get("event") if isinstance(message, dict) else None
    if not isinstance(identifier, str) or not isinstance(event, str) or event not in EVENTS:
        raise ProtocolError(invalid, "notification_id or event is missing or unknown")
    try:
        return UUID(identifier), event
    except ValueError as error:
        raise ProtocolError("invalid_notification_id", "no such notification") from error
