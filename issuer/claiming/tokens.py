"""Access tokens and what goes with them: nonces, and proofs of the key that a token is bound to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from issuer.secret_values import digest, new_secret
from issuer.store import tokens as store
from issuer.store.opened import OfferedStatement, OpenedIssuer, OpenedOffer, opened
from issuer.store.organisations import ids_by_slug
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
    if not store.remember_proof(session, _proof_name(proof), now + 2 * DPOP_WINDOW):
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


def open_tokens(
    session: Session, shown: Sequence[tuple[str, ShownToken]], *, now: datetime
) -> list[Opened | ProtocolError]:
    """Find what tokens open, and keep it from being withdrawn until the transaction ends.

    Args:
        session: a writing transaction.
        shown: the slug of the organisation that was asked, and the token.
        now: the moment.

    Returns:
        In their order what each opens; or `invalid_token`, also when it is bound to another key than the one
        that was shown or is shown without its key; or `invalid_dpop_proof` when the proof was used before.
    """
    hashes = [digest(token.value) for _, token in shown]
    known = opened(session, hashes, now)
    found = [
        _shown_rightly(known.get(hashed), slug, token)
        for hashed, (slug, token) in zip(hashes, shown, strict=True)
    ]
    proofs = [
        (position, token.proof)
        for position, (_, token) in enumerate(shown)
        if token.proof is not None and not isinstance(found[position], ProtocolError)
    ]
    # In the order of their names, so that two transactions cannot wait for each other.
    for position, proof in sorted(proofs, key=lambda pair: _proof_name(pair[1])):
        try:
            spend_proof(session, proof, now=now)
        except ProtocolError as error:
            found[position] = error
    return found


def open_token(session: Session, slug: str, shown: ShownToken, *, now: datetime) -> Opened:
    """Find what one token opens, as `open_tokens` does for several.

    Raises:
        ProtocolError: `invalid_token` or `invalid_dpop_proof`.
    """
    (found,) = open_tokens(session, [(slug, shown)], now=now)
    if isinstance(found, ProtocolError):
        raise found
    return found


def new_nonces(
    session: Session, slugs: Sequence[str], *, now: datetime, lifetime: timedelta
) -> list[str | None]:
    """Give out a nonce for each organisation that was asked; None where there is none."""
    known = ids_by_slug(session, frozenset(slugs))
    nonces = [new_secret() if slug in known else None for slug in slugs]
    given = {digest(nonce): known[slug] for nonce, slug in zip(nonces, slugs, strict=True) if nonce}
    if given:
        store.add_nonces(session, given, now + lifetime)
    return nonces


def exchange_nonces(
    session: Session, spent: Sequence[tuple[int, str]], *, now: datetime, lifetime: timedelta
) -> list[str | ProtocolError]:
    """Use nonces up and give out the next, one for each.

    Args:
        session: a writing transaction.
        spent: organisation and nonce.
        now: the moment.
        lifetime: of the next ones.

    Returns:
        In their order the next one, or `invalid_nonce` when the nonce is unknown, used or too old.
    """
    fresh = [new_secret() for _ in spent]
    exchanges = [
        store.Exchange(spent=digest(nonce), fresh=digest(new), organisation=organisation_id)
        for (organisation_id, nonce), new in zip(spent, fresh, strict=True)
    ]
    placed = store.exchange_nonces(session, exchanges, now=now, until=now + lifetime)
    return [
        new
        if exchange.fresh in placed
        else ProtocolError("invalid_nonce", "the nonce is unknown, used or too old")
        for new, exchange in zip(fresh, exchanges, strict=True)
    ]


def _shown_rightly(token: OpenedOffer | None, slug: str, shown: ShownToken) -> Opened | ProtocolError:
    if token is None or token.issuer.slug != slug:
        return ProtocolError("invalid_token", "the access token is not valid here")
    if token.dpop_thumbprint != (shown.proof.thumbprint if shown.proof else None):
        return ProtocolError("invalid_token", "the access token is bound to another key, or to none")
    wanted = None if token.configurations is None else frozenset(token.configurations.split())
    return Opened(
        issuer=token.issuer,
        offer_id=token.offer_id,
        statements=token.statements,
        access=Access(wanted, frozenset((token.identified or "").split())),
        expires_at=token.expires_at,
    )


def _proof_name(proof: DpopProof) -> str:
    return digest(f"{proof.thumbprint}.{proof.jti}")


def _only(proofs: Sequence[str]) -> str:
    if len(proofs) != 1:
        raise ProtocolError(INVALID_DPOP_PROOF, "exactly one DPoP proof goes with this request")
    return proofs[0]


def _listed(names: Iterable[str]) -> str:
    return " ".join(sorted(names))
