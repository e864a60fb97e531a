"""The wallet's side of the counter: codes for a token, a token and a proven key for copies.

What needs no database is read and checked before a transaction begins, and its faults are kept until it is
known who asks: a stranger hears that the token is not valid, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import Session

from issuer import organisations
from issuer.claiming import authorization, offers, tokens
from issuer.claiming.metadata import BATCH_SIZE
from issuer.claiming.tokens import Access, Opened, ShownToken
from issuer.errors import KeyFolderError, NotFoundError, RetiredError, WithdrawnError
from issuer.keyring.keys import KeyFolder
from issuer.organisations import Signers
from issuer.secret_values import digest, new_secret
from issuer.service import Service
from issuer.signing.copies import copies_of_locked
from issuer.signing.drafts import Signing
from issuer.store import copies as copies_store
from issuer.store import tokens as tokens_store
from issuer.store.copies import HolderCopy
from issuer.store.opened import OpenedIssuer
from issuer.store.organisations import organisation_by_id
from issuer.tables import Copy, DeferredIssuance, Offer, Organisation
from issuer.webhooks.events import Event, emit
from standard import openid4vci
from standard.errors import ProtocolError, SigningError
from standard.keys import PublicKey
from standard.model import DATA_INTEGRITY, Did, Form
from standard.openid4vci import CodeRequest, CredentialRequest, PreAuthorizedRequest, TokenRequest
from standard.strict_json import JsonValue

PROOF_MAX_AGE: Final = timedelta(minutes=5)
DEFERRED_INTERVAL_SECONDS: Final = 30
PROMISE_LIFETIME: Final = timedelta(days=7)
JSON_QUOTED: Final = json.JSONEncoder(ensure_ascii=False).encode

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the credential endpoints: a status, and the bytes of its JSON."""

    status: int
    body: bytes


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


def nonce(service: Service, slug: str) -> dict[str, str]:
    """Give out a nonce; raises `NotFoundError` when there is no such organisation."""
    lifetime = timedelta(minutes=service.settings.nonce_minutes)

    def give(session: Session) -> str | None:
        return tokens.new_nonce(session, slug, now=service.clock(), lifetime=lifetime)

    given = service.database.together(give)
    if given is None:
        raise NotFoundError("no such organisation")
    return openid4vci.nonce_response(given)


def credential(service: Service, slug: str, *, shown: ShownToken, body: bytes) -> Answer:
    """Hand out one configuration, once for each proven key.

    1. The access token opens an offer of this organisation.
    2. The request names a configuration that the token allows.
    3. Every key proof verifies, all carry one nonce, and no key comes twice.
    4. The nonce is used up, and the answer carries the next one.
    5. For each key the copy is found or signed; when nothing can be signed now, it is promised.

    Raises:
        ProtocolError: with the error of the specification's "Credential Error Response".
    """
    now = service.clock()
    read = _outcome(lambda: openid4vci.parse_credential_request(body))
    proven = _outcome(lambda: _proven(service, slug, _required(read), now))
    lifetime = timedelta(minutes=service.settings.nonce_minutes)

    def hand_out(session: Session) -> Answer:
        opened = tokens.open_token(session, slug, shown, now=now)
        configuration_id = openid4vci.requested_configuration(
            _required(read),
            granted=opened.granted(offers.configurations(opened.statements)),
            identified=opened.access.identified,
        )
        holders, spent = _required(proven)
        fresh = tokens.exchange_nonce(session, opened.issuer.id, spent, now=now, lifetime=lifetime)
        try:
            copies = _copies(session, service, opened, configuration_id, holders, now)
        except (SigningError, KeyFolderError):
            until = _lasting(session, opened, shown, now=now)
            return _promise(session, opened, configuration_id, holders, fresh, until)
        more = {"notification_id": copies[0].id.hex, "c_nonce": fresh}
        return Answer(200, _credential_response(copies, more))

    return service.database.together(hand_out)


def deferred_credential(service: Service, slug: str, *, shown: ShownToken, body: bytes) -> Answer:
    """Keep a promise of the credential endpoint, or ask for more patience.

    Raises:
        ProtocolError: `invalid_transaction_id`, or as `credential`.
    """
    now = service.clock()
    read = _outcome(lambda: openid4vci.parse_deferred_request(body))

    def keep(session: Session) -> Answer:
        opened = tokens.open_token(session, slug, shown, now=now)
        transaction_id = _required(read)
        promised = tokens_store.deferred(session, digest(transaction_id), now)
        if promised is None or promised.offer_id != opened.offer_id:
            raise ProtocolError("invalid_transaction_id", "no such promise, or it was kept already")
        holders = [PublicKey.from_multikey(multikey) for multikey in promised.holders.split()]
        try:
            copies = _copies(session, service, opened, promised.configuration, holders, now)
        except (SigningError, KeyFolderError):
            return _pending(transaction_id)
        session.delete(promised)
        # No `notification_id`: here, and only here, the wallets built on @openid4vc/openid4vci refuse it.
        return Answer(200, _credential_response(copies, {}))

    return service.database.together(keep)


def notification(service: Service, slug: str, *, shown: ShownToken, body: bytes) -> None:
    """Remember what a wallet did with what it fetched.

    Raises:
        ProtocolError: `invalid_token`, `invalid_notification_request` or `invalid_notification_id`.
    """
    read = _outcome(lambda: openid4vci.parse_notification_request(body))

    def remember(session: Session) -> None:
        opened = tokens.open_token(session, slug, shown, now=service.clock())
        identifier, event = _required(read)
        copy = _copy_named(session, opened, identifier)
        if copy is None:
            raise ProtocolError("invalid_notification_id", "no such notification")
        copy.wallet_event = event

    service.database.together(remember)


def _copy_named(session: Session, opened: Opened, identifier: str) -> Copy | None:
    try:
        copy = copies_store.copy_by_id(session, opened.issuer.id, UUID(identifier))
    except ValueError:
        return None
    offered = {str(statement.id) for statement in opened.statements}
    return copy if copy is not None and offered.issuperset(copy.source.split("+")) else None


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


def _proven(
    service: Service, slug: str, request: CredentialRequest, now: datetime
) -> tuple[list[PublicKey], str]:
    """Check the key proofs; gives the keys and the nonce that all of them carry."""
    issuer = service.credential_issuer(slug)
    proven = [
        openid4vci.check_key_proof(proof, credential_issuer=issuer, now=now, max_age=PROOF_MAX_AGE)
        for proof in openid4vci.requested_proofs(request, batch_size=BATCH_SIZE)
    ]
    holders = [proof.public_key for proof in proven]
    if len({proof.nonce for proof in proven}) != 1:
        raise ProtocolError("invalid_proof", "the key proofs carry different nonces")
    if len({holder.raw for holder in holders}) != len(holders):
        raise ProtocolError("invalid_proof", "one key is proven twice")
    if any(holder.algorithm != "P-256" for holder in holders):
        raise ProtocolError("invalid_proof", "a holder key is a P-256 key")
    return holders, proven[0].nonce


def _copies(
    session: Session,
    service: Service,
    opened: Opened,
    configuration_id: str,
    holders: Sequence[PublicKey],
    now: datetime,
) -> list[HolderCopy]:
    """Find or sign the copies; raises `SigningError` or `KeyFolderError` when a key is out of reach."""
    issuer, claimable = opened.issuer, offers.claimable(opened.statements)
    if configuration_id not in claimable:
        raise ProtocolError("credential_request_denied", "the statement was withdrawn")
    form, sources = claimable[configuration_id]
    statements = [statement for statement in opened.statements if statement.id in sources]
    try:
        signing = Signing(_signers(session, service.keys, issuer), service.status_base(issuer.slug), now)
        copies = copies_of_locked(
            session, issuer.id, statements, form, holders, signing=signing, newest=issuer.filling
        )
    except (WithdrawnError, RetiredError) as error:
        raise ProtocolError("credential_request_denied", str(error)) from error
    if issuer.is_watched and any(copy.signed_at == now for copy in copies):
        told: dict[str, JsonValue] = {
            "configuration": configuration_id,
            "credentials": [str(copy.id) for copy in copies],
        }
        emit(session, issuer.id, Event.CREDENTIAL_CLAIMED, told, now=now)
    return copies


def _signers(session: Session, keys: KeyFolder, issuer: OpenedIssuer) -> Signers:
    """Take the keys that sign now; the database is asked only about those that are not open yet."""
    if issuer.retired_at is not None:
        raise RetiredError("the organisation has stopped, and signs nothing any more")
    ed25519, p256 = keys.opened(issuer.ed25519_key), keys.opened(issuer.p256_key)
    if ed25519 is None or p256 is None:
        return organisations.signers(session, keys, organisation_by_id(session, issuer.id))
    return Signers(Did(issuer.did), issuer.name, ed25519, p256)


def _credential_response(copies: Sequence[HolderCopy], more: Mapping[str, str]) -> bytes:
    """Write the answer around the copies as they are stored: a Data Integrity copy is JSON already."""
    credentials = ",".join(
        f'{{"credential":{copy.secured if Form(copy.form) in DATA_INTEGRITY else JSON_QUOTED(copy.secured)}}}'
        for copy in copies
    )
    members = "".join(f',"{name}":{JSON_QUOTED(value)}' for name, value in more.items())
    return f'{{"credentials":[{credentials}]{members}}}'.encode()


def _promise(
    session: Session,
    opened: Opened,
    configuration_id: str,
    holders: Sequence[PublicKey],
    fresh: str,
    until: datetime,
) -> Answer:
    transaction_id = new_secret()
    session.add(
        DeferredIssuance(
            transaction_hash=digest(transaction_id),
            offer_id=opened.offer_id,
            configuration=configuration_id,
            holders=" ".join(holder.multikey for holder in holders),
            expires_at=until,
        )
    )
    return _pending(transaction_id, fresh)


def _lasting(session: Session, opened: Opened, shown: ShownToken, *, now: datetime) -> datetime:
    """Until when a promise counts: a bound token is of no use to others, so it may wait for its worker."""
    if shown.proof is None:
        return opened.expires_at
    until = now + PROMISE_LIFETIME
    tokens_store.prolong(session, digest(shown.value), until)
    return until


def _pending(transaction_id: str, fresh: str | None = None) -> Answer:
    promised = openid4vci.DeferredIssuance(transaction_id, DEFERRED_INTERVAL_SECONDS)
    nonce = openid4vci.nonce_response(fresh) if fresh else {}
    return Answer(202, json.dumps({**openid4vci.deferred_response(promised), **nonce}).encode())


def _outcome(act: Callable[[], Value]) -> Value | ProtocolError:
    try:
        return act()
    except ProtocolError as error:
        return error


def _required(outcome: Value | ProtocolError) -> Value:
    if isinstance(outcome, ProtocolError):
        raise outcome
    return outcome
