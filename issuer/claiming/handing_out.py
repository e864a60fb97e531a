"""From claims to copies: what each may have is found or signed, for all claims of one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import TypeAlias

from sqlmodel import Session

from issuer import organisations
from issuer.claiming import offers
from issuer.claiming.tokens import Opened
from issuer.errors import KeyFolderError, RetiredError, WithdrawnError
from issuer.keyring.keys import KeyFolder
from issuer.organisations import Signers
from issuer.service import Service
from issuer.signing.copies import Asked, Outcome, copies_of
from issuer.signing.drafts import Signing
from issuer.store.copies import HolderCopy
from issuer.store.opened import OpenedIssuer
from issuer.store.organisations import organisation_by_id
from issuer.webhooks.events import Event, emit
from standard.errors import ProtocolError, SigningError
from standard.keys import PublicKey
from standard.model import Did
from standard.strict_json import JsonValue


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed, of what was opened, for which keys."""

    opened: Opened
    configuration_id: str
    holders: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class KeysOutOfReach:
    """Nothing can be signed now."""


Handed: TypeAlias = Sequence[HolderCopy] | ProtocolError | KeysOutOfReach


def hand_out(session: Session, service: Service, claims: Sequence[Claim], *, now: datetime) -> list[Handed]:
    """Find or sign what is claimed.

    Organisation by organisation, in the order of their ids, so that two transactions cannot wait for each
    other.

    Args:
        session: a writing transaction that has opened the tokens.
        service: the issuer.
        claims: of any organisations.
        now: the moment.

    Returns:
        In their order the copies of each claim, one for each key; or `credential_request_denied`; or that the
        keys are out of reach.
    """
    handed: dict[int, Handed] = {}
    places = sorted(range(len(claims)), key=lambda place: claims[place].opened.issuer.id)
    for _, own in groupby(places, key=lambda place: claims[place].opened.issuer.id):
        own_places = list(own)
        outcomes = _of_one_organisation(session, service, [claims[place] for place in own_places], now)
        handed |= zip(own_places, outcomes, strict=True)
    return [handed[place] for place in range(len(claims))]


def _of_one_organisation(
    session: Session, service: Service, claims: Sequence[Claim], now: datetime
) -> list[Handed]:
    issuer = claims[0].opened.issuer
    wanted = [_wanted(claim) for claim in claims]
    copies = [copy for each in wanted if not isinstance(each, ProtocolError) for copy in each]
    try:
        signing = Signing(_signers(session, service.keys, issuer), service.status_base(issuer.slug), now)
        signed = iter(copies_of(session, issuer.id, copies, signing=signing, newest=issuer.filling))
    except RetiredError as error:
        return [_denied(str(error)) for _ in claims]
    except (SigningError, KeyFolderError):
        return [KeysOutOfReach() for _ in claims]
    handed = [_handed(each, signed) for each in wanted]
    if issuer.is_watched:
        for claim, each in zip(claims, handed, strict=True):
            _tell(session, claim, each, now)
    return handed


def _wanted(claim: Claim) -> list[Asked] | ProtocolError:
    claimable = offers.claimable(claim.opened.statements)
    if claim.configuration_id not in claimable:
        return _denied("the statement was withdrawn")
    form, sources = claimable[claim.configuration_id]
    statements = [statement for statement in claim.opened.statements if statement.id in sources]
    return [Asked(statements, form, holder) for holder in claim.holders]


def _handed(wanted: Sequence[Asked] | ProtocolError, signed: Iterator[Outcome]) -> Handed:
    """Take from what was signed what one claim wanted."""
    if isinstance(wanted, ProtocolError):
        return wanted
    outcomes = list(islice(signed, len(wanted)))
    copies = [outcome for outcome in outcomes if isinstance(outcome, HolderCopy)]
    if len(copies) == len(outcomes):
        return copies
    withdrawn = next((outcome for outcome in outcomes if isinstance(outcome, WithdrawnError)), None)
    return _denied(str(withdrawn)) if withdrawn else KeysOutOfReach()


def _tell(session: Session, claim: Claim, handed: Handed, now: datetime) -> None:
    """Write down for webhooks that copies were signed; those that are given again are no news."""
    if isinstance(handed, ProtocolError | KeysOutOfReach) or all(copy.signed_at != now for copy in handed):
        return
    told: dict[str, JsonValue] = {
        "configuration": claim.configuration_id,
        "credentials": [str(copy.id) for copy in handed],
    }
    emit(session, claim.opened.issuer.id, Event.CREDENTIAL_CLAIMED, told, now=now)


def _signers(session: Session, keys: KeyFolder, issuer: OpenedIssuer) -> Signers:
    """Take the keys that sign now; the database is asked only about those that are not open yet."""
    if issuer.retired_at is not None:
        raise RetiredError("the organisation has stopped, and signs nothing any more")
    ed25519, p256 = keys.opened(issuer.ed25519_key), keys.opened(issuer.p256_key)
    if ed25519 is None or p256 is None:
        return organisations.signers(session, keys, organisation_by_id(session, issuer.id))
    return Signers(Did(issuer.did), issuer.name, ed25519, p256)


def _denied(reason: str) -> ProtocolError:
    return ProtocolError("credential_request_denied", reason)
