"""What access tokens open: all that claims have to know, asked in one question.

A claim is little work, and most of it would be waiting for the database; so all who claim at the same time
ask once for what six questions each could tell apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from issuer.store.copies import Filling
from issuer.store.lengths import in_few_lengths
from issuer.tables import (
    AccessToken,
    Offer,
    OfferStatement,
    Organisation,
    OrganisationKey,
    Statement,
    StatusList,
    Webhook,
    Worker,
)


@dataclass(frozen=True, slots=True)
class OfferedStatement:
    """A statement of an offer, locked."""

    id: UUID
    type: str
    content: str
    valid_until: datetime | None
    corrects: UUID | None
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class OpenedIssuer:
    """Whose offer it is: the keys that sign now, and how full the list is from which places are drawn.

    A key that there is none of is None. `is_watched` says whether webhooks may have to be told.
    """

    filling: Filling
    id: int
    slug: str
    did: str
    name: str
    retired_at: datetime | None
    ed25519_key: str | None
    p256_key: str | None
    is_watched: bool


@dataclass(frozen=True, slots=True)
class OpenedOffer:
    """An offer behind an access token, with what the token says of itself."""

    issuer: OpenedIssuer
    statements: Sequence[OfferedStatement]
    offer_id: str
    expires_at: datetime
    configurations: str | None
    identified: str | None
    dpop_thumbprint: str | None


_TOKEN: Final = tuple(
    col(column)
    for column in (
        AccessToken.token_hash, AccessToken.offer_id, AccessToken.expires_at, AccessToken.configurations,
        AccessToken.identified, AccessToken.dpop_thumbprint,
    )
)  # fmt: skip


def _newest_key(algorithm: str) -> ScalarSelect[Any]:
    """The key of an algorithm that signs now; `keys_in_use` lists them all."""
    return (
        select(col(OrganisationKey.verification_method))
        .where(
            col(OrganisationKey.organisation_id) == col(Organisation.id),
            col(OrganisationKey.algorithm) == algorithm,
            col(OrganisationKey.active_from).is_not(None),
            col(OrganisationKey.retired_at).is_(None),
        )
        .order_by(col(OrganisationKey.id).desc())
        .limit(1)
        .scalar_subquery()
    )


_ORGANISATION: Final = tuple(
    col(column)
    for column in (
        Organisation.id, Organisation.slug, Organisation.did, Organisation.name, Organisation.retired_at,
    )
)  # fmt: skip
_ISSUER: Final = (
    *_ORGANISATION, _newest_key("Ed25519"), _newest_key("P-256"),
    exists().where(col(Webhook.organisation_id) == col(Organisation.id)),
)  # fmt: skip
_FILLING: Final = (
    col(StatusList.number), col(StatusList.entry_bits), col(StatusList.allocated_count),
    func.length(col(StatusList.bits)),
)  # fmt: skip
_STATEMENT: Final = (
    col(Statement.id), col(Statement.type), col(Statement.content), col(Statement.valid_until),
    col(Statement.corrects), col(Statement.revoked_at).is_(None) & col(Statement.suspended_at).is_(None),
)  # fmt: skip
_ISSUER_AT: Final = len(_TOKEN)
_FILLING_AT: Final = _ISSUER_AT + len(_ISSUER)
_STATEMENT_AT: Final = _FILLING_AT + len(_FILLING)


def _question() -> Select[*tuple[Any, ...]]:
    any_list = aliased(StatusList)
    newest_list = (
        select(func.max(col(any_list.number)))
        .where(col(any_list.organisation_id) == col(Organisation.id))
        .scalar_subquery()
    )
    return (
        select(*_TOKEN, *_ISSUER, *_FILLING, *_STATEMENT)
        .select_from(AccessToken)
        .join(Offer, col(Offer.id) == col(AccessToken.offer_id))
        .join(Worker, col(Worker.id) == col(Offer.worker_id))
        .join(Organisation, col(Organisation.id) == col(Worker.organisation_id))
        .join(
            StatusList,
            (col(StatusList.organisation_id) == col(Organisation.id))
            & (col(StatusList.number) == newest_list),
        )
        .join(OfferStatement, col(OfferStatement.offer_id) == col(Offer.id))
        .join(Statement, col(Statement.id) == col(OfferStatement.statement_id))
        .where(
            col(AccessToken.token_hash).in_(bindparam("token_hashes", expanding=True)),
            col(AccessToken.expires_at) > bindparam("now"),
        )
        # In the order of their ids, so that two transactions cannot wait for each other.
        .order_by(col(Statement.id))
        .with_for_update(of=Statement, key_share=True)
    )


_OPENED: Final = _question()


def opened(session: Session, token_hashes: Collection[str], now: datetime) -> dict[str, OpenedOffer]:
    """Find what access tokens open that have not expired, by the hash of each.

    Nobody can withdraw the statements until the transaction ends.
    """
    asked = {"token_hashes": in_few_lengths(token_hashes), "now": now}
    rows: Sequence[Sequence[Any]] = session.connection().execute(_OPENED, asked).all()
    by_token = groupby(sorted(rows, key=itemgetter(0)), key=itemgetter(0))
    return {token_hash: _offer(list(of_token)) for token_hash, of_token in by_token}


def _offer(rows: Sequence[Sequence[Any]]) -> OpenedOffer:
    first = rows[0]
    filling = Filling(*first[_FILLING_AT:_STATEMENT_AT])
    issuer = OpenedIssuer(filling, *first[_ISSUER_AT:_FILLING_AT])
    statements = [OfferedStatement(*row[_STATEMENT_AT:]) for row in rows]
    return OpenedOffer(issuer, statements, *first[1:_ISSUER_AT])
