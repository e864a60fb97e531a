"""The wallet's side of the counter: a token and a proven key for copies.

All who ask at the same time are served together, in one transaction that asks the database once for all of
them. What needs no database is read and checked before it begins, and its faults are kept until it is known
who asks: a stranger hears that the token is not valid, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, ParamSpec, TypeVar

from sqlmodel import Session

from issuer.claiming import offers, tokens
from issuer.claiming.answers import Answer, handed_out, promised
from issuer.claiming.handing_out import Claim, Handed, KeysOutOfReach, hand_out
from issuer.claiming.metadata import BATCH_SIZE
from issuer.claiming.tokens import Opened, ShownToken
from issuer.errors import NotFoundError
from issuer.secret_values import digest, new_secret
from issuer.service import Service
from issuer.store import tokens as tokens_store
from issuer.tables import DeferredIssuance
from standard import openid4vci
from standard.errors import ProtocolError
from standard.keys import PublicKey
from standard.openid4vci import CredentialRequest

PROOF_MAX_AGE: Final = timedelta(minutes=5)
PROMISE_LIFETIME: Final = timedelta(days=7)

Value = TypeVar("Value")
Further = TypeVar("Further")
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the credential endpoint: of which organisation, with which token, and its body."""

    slug: str
    shown: ShownToken
    body: bytes


@dataclass(frozen=True, slots=True)
class Proven:
    """The keys of a request, and the nonce that all of its proofs carry."""

    holders: tuple[PublicKey, ...]
    nonce: str


@dataclass(frozen=True, slots=True)
class Permitted:
    """A request that may be answered once its nonce is spent."""

    claim: Claim
    shown: ShownToken
    spent: str


def nonces(service: Service, slugs: Sequence[str]) -> list[dict[str, str] | NotFoundError]:
    """Give out a nonce for each organisation that is asked; `NotFoundError` where there is none."""
    lifetime = timedelta(minutes=service.settings.nonce_minutes)
    with service.database.writing() as session:
        given = tokens.new_nonces(session, slugs, now=service.clock(), lifetime=lifetime)
    return [
        openid4vci.nonce_response(nonce) if nonce else NotFoundError("no such organisation")
        for nonce in given
    ]


def credentials(service: Service, asked: Sequence[Asked]) -> list[Answer | ProtocolError]:
    """Hand out to each who asks one configuration, once for each proven key.

    1. The access token opens an offer of this organisation.
    2. The request names a configuration that the token allows.
    3. Every key proof verifies, all carry one nonce, and no key comes twice.
    4. The nonce is used up, and the answer carries the next one.
    5. For each key the copy is found or signed; when nothing can be signed now, it is promised.

    Returns:
        In their order the answers, after the commit; or the error of the specification's "Credential Error
        Response".
    """
    now = service.clock()
    read = [_outcome(openid4vci.parse_credential_request, each.body) for each in asked]
    proven = [
        _outcome(_proven, service, each.slug, request, now) for each, request in zip(asked, read, strict=True)
    ]
    with service.database.writing() as session:
        opened = tokens.open_tokens(session, [(each.slug, each.shown) for each in asked], now=now)
        permitted = [_outcome(_permitted, *parts) for parts in zip(asked, read, proven, opened, strict=True)]
        return _onward(permitted, lambda those: _answers(session, service, those, now))


def _answers(
    session: Session, service: Service, permitted: Sequence[Permitted], now: datetime
) -> list[Answer | ProtocolError]:
    """Spend the nonces, and answer all whose nonce was good.

    Only now that the statements are locked: an organisation that stopped while this waited for them has taken
    its nonces back.
    """
    spent = [(each.claim.opened.issuer.id, each.spent) for each in permitted]
    lifetime = timedelta(minutes=service.settings.nonce_minutes)
    fresh = tokens.exchange_nonces(session, spent, now=now, lifetime=lifetime)
    going = [
        nonce if isinstance(nonce, ProtocolError) else (each, nonce)
        for each, nonce in zip(permitted, fresh, strict=True)
    ]

    def answered(those: Sequence[tuple[Permitted, str]]) -> list[Answer | ProtocolError]:
        handed = hand_out(session, service, [each.claim for each, _ in those], now=now)
        return [
            _answer(session, each, nonce, outcome, now)
            for (each, nonce), outcome in zip(those, handed, strict=True)
        ]

    return _onward(going, answered)


def _answer(
    session: Session, permitted: Permitted, fresh: str, handed: Handed, now: datetime
) -> Answer | ProtocolError:
    if isinstance(handed, ProtocolError):
        return handed
    if isinstance(handed, KeysOutOfReach):
        return _promise(session, permitted, fresh, now)
    return handed_out(handed, {"notification_id": handed[0].id.hex, "c_nonce": fresh})


def _permitted(
    asked: Asked,
    read: CredentialRequest | ProtocolError,
    proven: Proven | ProtocolError,
    opened: Opened | ProtocolError,
) -> Permitted:
    """Put together what was found out about a request; raises what was wrong with it first."""
    mine = _required(opened)
    configuration_id = openid4vci.requested_configuration(
        _required(read),
        granted=mine.granted(offers.configurations(mine.statements)),
        identified=mine.access.identified,
    )
    keys = _required(proven)
    return Permitted(Claim(mine, configuration_id, keys.holders), asked.shown, keys.nonce)


def _proven(service: Service, slug: str, read: CredentialRequest | ProtocolError, now: datetime) -> Proven:
    """Check the key proofs."""
    issuer, request = service.credential_issuer(slug), _required(read)
    proven = [
        openid4vci.check_key_proof(proof, credential_issuer=issuer, now=now, max_age=PROOF_MAX_AGE)
        for proof in openid4vci.requested_proofs(request, batch_size=BATCH_SIZE)
    ]
    holders = tuple(proof.public_key for proof in proven)
    if len({proof.nonce for proof in proven}) != 1:
        raise ProtocolError("invalid_proof", "the key proofs carry different nonces")
    if len({holder.raw for holder in holders}) != len(holders):
        raise ProtocolError("invalid_proof", "one key is proven twice")
    if any(holder.algorithm != "P-256" for holder in holders):
        raise ProtocolError("invalid_proof", "a holder key is a P-256 key")
    return Proven(holders, proven[0].nonce)


def _promise(session: Session, permitted: Permitted, fresh: str, now: datetime) -> Answer:
    claim, transaction_id = permitted.claim, new_secret()
    session.add(
        DeferredIssuance(
            transaction_hash=digest(transaction_id),
            offer_id=claim.opened.offer_id,
            configuration=claim.configuration_id,
            holders=" ".join(holder.multikey for holder in claim.holders),
            expires_at=_lasting(session, claim.opened, permitted.shown, now=now),
        )
    )
    return promised(transaction_id, fresh)


def _lasting(session: Session, opened: Opened, shown: ShownToken, *, now: datetime) -> datetime:
    """Until when a promise counts: a bound token is of no use to others, so it may wait for its worker."""
    if shown.proof is None:
        return opened.expires_at
    until = now + PROMISE_LIFETIME
    tokens_store.prolong(session, digest(shown.value), until)
    return until


def _onward(
    outcomes: Sequence[Value | ProtocolError],
    step: Callable[[Sequence[Value]], Sequence[Further | ProtocolError]],
) -> list[Further | ProtocolError]:
    """Do a step for all that got this far; what went wrong with the others stays in its place."""
    going = [outcome for outcome in outcomes if not isinstance(outcome, ProtocolError)]
    done = iter(step(going) if going else ())
    return [outcome if isinstance(outcome, ProtocolError) else next(done) for outcome in outcomes]


def _outcome(
    act: Callable[Arguments, Value], *args: Arguments.args, **named: Arguments.kwargs
) -> Value | ProtocolError:
    try:
        return act(*args, **named)
    except ProtocolError as error:
        return error


def _required(outcome: Value | ProtocolError) -> Value:
    if isinstance(outcome, ProtocolError):
        raise outcome
    return outcome
