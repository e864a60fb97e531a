"""Access tokens and what goes with them: nonces, and proofs of the key that a token is bound to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from issuer.secret_values import digest, new_secret
from issuer.store import tokens as store
from issuer.store.opened import OfferedStatement, OpenedIssuer, opened
from issuer.tables import AccessToken, Offer
from standard import openid4vci
from standard.errors import ProtocolError
from standard.openid4vci import DPOP_WINDOW, INVALID_DPOP_PROOF, DpopProof


@dataclass(frozen=True, slots=True)
class Access:
    """What a wallet may fetch.

    Without `configurations` that is all that is offered. `identified` goes by credential identifiers.
    """

    configurations: frozenset[str] | None = None
    identified: frozenset[str] = frozenset()

    def narrowed(self, named: frozenset[str]) -> Access:
        """Limit it to configurations that a token request names with authorization details.

        Raises:
            ProtocolError: `invalid_authorization_details` when nothing is left.
        """
        kept = named if self.configurations is None else named & self.configurations
        if not kept:
            raise ProtocolError("invalid_authorization_details", "nothing of this was asked for before")
        return Access(kept, kept)


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token, shown once."""

    access_token: str
    lifetime: timedelta
    access: Access
    is_bound: bool

    def response(self) -> dict[str, object]:
        """Write it as the answer of the token endpoint."""
        return openid4vci.token_response(
            access_token=self.access_token,
            expires_in_seconds=int(self.lifetime.total_seconds()),
            scheme="DPoP" if self.is_bound else "Bearer",
            identified=sorted(self.access.identified),
        )


@dataclass(frozen=True, slots=True)
class ShownToken:
    """A token as a request shows it, with the proof of its key if it came with one."""

    value: str
    proof: DpopProof | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What an access token opens here and now."""

    issuer: OpenedIssuer
    offer_id: str
    statements: Sequence[OfferedStatement]
    access: Access
    expires_at: datetime

    def granted(self, offered: Collection[str]) -> frozenset[str]:
        """Which of these configurations may be fetched."""
        wanted = self.access.configurations
        return frozenset(offered) if wanted is None else wanted & frozenset(offered)


def shown_token(
    authorization: str | None, proofs: Sequence[str], *, method: str, url: str, now: datetime
) -> ShownToken:
    """Read how a request shows its token; whether the token is known is for the store to say.

    Args:
        authorization: the header of that name; a token anywhere else is not looked at.
        proofs: the `DPoP` headers.
        method: of the request.
        url: to which the request was sent.
        now: the moment.

    Raises:
        ProtocolError: `invalid_token` or `invalid_dpop_proof`.
    """
    token = openid4vci.parse_authorization(authorization)
    if token.scheme == "Bearer":
        return ShownToken(token.value, None)
    proof = openid4vci.check_dpop_proof(
        _only(proofs), method=method, url=url, now=now, access_token=token.value
    )
    return ShownToken(token.value, proof)


def key_proof(proofs: Sequence[str], *, url: str, now: datetime) -> DpopProof | None:
    """Read the proof that comes with a request for a token or for leave; None when there is none.

    Raises:
        ProtocolError: `invalid_dpop_proof`.
    """
    if not proofs:
        return None
    return openid4vci.check_dpop_proof(_only(proofs), method="POST", url=url, now=now)


def spend_proof(session: Session, proof: DpopProof, *, now: datetime) -> None:
    """Use a proof up.

    Raises:
        ProtocolError: `invalid_dpop_proof` when it was used before.
    """
    # The clock of the wallet may be ahead by the window, and its proof then counts for two of them.
    if not store.remember_proof(session, digest(f"{proof.thumbprint}.{proof.jti}"), now + 2 * DPOP_WINDOW):
        raise ProtocolError(INVALID_DPOP_PROOF, "the DPoP proof was used before")


def grant(
    session: Session,
    offer: Offer,
    access: Access,
    *,
    thumbprint: str | None,
    now: datetime,
    lifetime: timedelta,
    code_hash: str | None = None,
) -> Grant:
    """Make an access token for an offer, bound to a key when its thumbprint is given."""
    store.drop_expired(session, now)
    token = new_secret()
    session.add(
        AccessToken(
            token_hash=digest(token),
            offer_id=offer.id,
            expires_at=now + lifetime,
            configurations=None if access.configurations is None else _listed(access.configurations),
            identified=_listed(access.identified),
            dpop_thumbprint=thumbprint,
            code_hash=code_hash,
        )
    )
    return Grant(token, lifetime, access, thumbprint is not None)


def open_token(session: Session, slug: str, shown: ShownToken, *, now: datetime) -> Opened:
    """Find what a token opens, and keep it from being withdrawn until the transaction ends.

    Raises:
        ProtocolError: `invalid_token`, also when the token is bound to another key than the one that was
            shown or is shown without its key; `invalid_dpop_proof` when the proof was used before.
    """
    token = opened(session, digest(shown.value), slug, now)
    if token is None:
        raise ProtocolError("invalid_token", "the access token is not valid here")
    if token.dpop_thumbprint != (shown.proof.thumbprint if shown.proof else None):
        raise ProtocolError("invalid_token", "the access token is bound to another key, or to none")
    if shown.proof is not None:
        spend_proof(session, shown.proof, now=now)
    wanted = None if token.configurations is None else frozenset(token.configurations.split())
    return Opened(
        issuer=token.issuer,
        offer_id=token.offer_id,
        statements=token.statements,
        access=Access(wanted, frozenset((token.identified or "").split())),
        expires_at=token.expires_at,
    )


def new_nonce(session: Session, slug: str, *, now: datetime, lifetime: timedelta) -> str | None:
    """Give out a nonce; None when there is no such organisation."""
    nonce = new_secret()
    return nonce if store.add_nonce(session, digest(nonce), slug, now + lifetime) else None


def exchange_nonce(
    session: Session, organisation_id: int, nonce: str, *, now: datetime, lifetime: timedelta
) -> str:
    """Use a nonce up and give out the next.

    Raises:
        ProtocolError: `invalid_nonce` when it is unknown, used or too old.
    """
    fresh = new_secret()
    if not store.exchange_nonce(
        session, organisation_id, digest(nonce), digest(fresh), now=now, until=now + lifetime
    ):
        raise ProtocolError("invalid_nonce", "the nonce is unknown, used or too old")
    return fresh


def _only(proofs: Sequence[str]) -> str:
    if len(proofs) != 1:
        raise ProtocolError(INVALID_DPOP_PROOF, "exactly one DPoP proof goes with this request")
    return proofs[0]


def _listed(names: Iterable[str]) -> str:
    return " ".join(sorted(names))
