"""Opening what an organisation offers: read the offer, and ask who makes it.

Source: OpenID4VCI 1.0, "Credential Offer Endpoint" and "Credential Issuer Metadata", from the wallet's side.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from standard import openid4vci
from standard.errors import ProtocolError, ResolutionError
from standard.fetch import Fetcher
from standard.openid4vci import (
    AuthorizationServer,
    CredentialOffer,
    IssuerMetadata,
    OfferReference,
    TransactionCode,
)
from wallet.errors import IssuerProtocolError, IssuerUnreachableError, OfferError, OfferSpentError

_JSON: Final = "application/json"
_OK: Final = 200
_NOT_THERE: Final = frozenset({404, 410})
_CLAIM_PAGE, _OFFER = "claim", "offers"


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer with what its issuer says about itself; nothing has been claimed yet.

    `source` is a digest that is the same whenever the same offer is opened again.
    """

    offer: CredentialOffer
    metadata: IssuerMetadata
    server: AuthorizationServer
    source: str

    @property
    def issuer_name(self) -> str:
        """The name that the issuer gives itself, else the host that the offer came from."""
        return self.metadata.name or self.issuer_host

    @property
    def issuer_host(self) -> str:
        """The host that would be asked."""
        return urlsplit(self.offer.credential_issuer).netloc

    @property
    def transaction_code(self) -> TransactionCode | None:
        """How the code looks that the worker must type, if one is asked for."""
        return self.offer.transaction_code

    @property
    def leave_origin(self) -> str | None:
        """Where the worker is sent to give leave; None when the offer's own codes are enough."""
        if self.offer.pre_authorized_code is not None:
            return None
        parts = urlsplit(self.server.authorization_endpoint or "")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def leave_host(self) -> str:
        """The host of that page, as her browser will show it."""
        return urlsplit(self.server.authorization_endpoint or "").netloc


def open_offer(given: str, *, fetcher: Fetcher) -> OpenOffer:
    """Read what a worker scanned, tapped or pasted, and ask the issuer who it is.

    Args:
        given: an offer by value or by reference, an `openid-credential-offer://` link, the address of
            an issuer's claim page, or this wallet's own link around any of these.
        fetcher: follows no redirect to another host.

    Raises:
        OfferError: it is no offer.
        OfferSpentError: the issuer no longer knows the offer.
        IssuerUnreachableError, IssuerProtocolError: as `introduce`.
    """
    try:
        found = openid4vci.parse_offer(_without_claim_page(given))
    except ProtocolError as error:
        raise OfferError(f"not an offer: {error}") from error
    source = _digest(found)
    if isinstance(found, OfferReference):
        found = _fetch_offer(found, fetcher)
    return introduce(found, source, fetcher=fetcher)


def introduce(offer: CredentialOffer, source: str, *, fetcher: Fetcher) -> OpenOffer:
    """Ask the issuer of an offer who it is and where its endpoints are.

    Raises:
        IssuerUnreachableError: it cannot be reached.
        IssuerProtocolError: what it says is not in order, is about another issuer, or does not go with the
            offer.
    """
    try:
        metadata = openid4vci.parse_issuer_metadata(
            _get(fetcher, openid4vci.issuer_metadata_url(offer.credential_issuer)),
            credential_issuer=offer.credential_issuer,
        )
        issuer = _server_of(offer, metadata)
        server = openid4vci.parse_authorization_server_metadata(
            _get(fetcher, openid4vci.authorization_server_metadata_url(issuer)), issuer=issuer
        )
        _check_grant(offer, server)
    except ResolutionError as error:
        raise IssuerUnreachableError(f"the issuer cannot be reached: {error}") from error
    except ProtocolError as error:
        raise IssuerProtocolError(f"the offer cannot be opened: {error}") from error
    if not set(offer.configuration_ids) <= set(metadata.configurations):
        raise IssuerProtocolError("the offer names what the issuer does not have")
    return OpenOffer(offer, metadata, server, source)


def source_of(given: str) -> str:
    """Digest an offer without opening it, as `OpenOffer.source`.

    Raises:
        OfferError: it is no offer.
    """
    try:
        return _digest(openid4vci.parse_offer(_without_claim_page(given)))
    except ProtocolError as error:
        raise OfferError("not an offer") from error


def _server_of(offer: CredentialOffer, metadata: IssuerMetadata) -> str:
    issuer = offer.authorization_server or metadata.authorization_servers[0]
    if issuer not in metadata.authorization_servers:
        raise ProtocolError("invalid_credential_offer", "the issuer does not know that server")
    return issuer


def _check_grant(offer: CredentialOffer, server: AuthorizationServer) -> None:
    if offer.pre_authorized_code is not None:
        wanted, is_possible = openid4vci.PRE_AUTHORIZED_GRANT, True
    else:
        wanted = openid4vci.AUTHORIZATION_CODE_GRANT
        is_possible = None not in (
            server.authorization_endpoint,
            server.pushed_authorization_request_endpoint,
        )
    if wanted not in server.grants or not is_possible:
        raise ProtocolError("invalid_credential_offer", "the server does not take what the offer gives")


def _fetch_offer(reference: OfferReference, fetcher: Fetcher) -> CredentialOffer:
    try:
        return openid4vci.parse_offer_json(_get(fetcher, reference.uri, gone=_NOT_THERE))
    except ResolutionError as error:
        raise IssuerUnreachableError(f"the offer cannot be fetched: {error}") from error
    except ProtocolError as error:
        raise IssuerProtocolError(f"the offer cannot be read: {error}") from error


def _digest(found: CredentialOffer | OfferReference) -> str:
    if isinstance(found, OfferReference):
        named = found.uri
    else:
        named = found.pre_authorized_code or f"{found.credential_issuer}\n{found.issuer_state}"
    return hashlib.sha256(named.encode()).hexdigest()


def _without_claim_page(given: str) -> str:
    """Turn the address of a claim page into that of its offer; leave everything else alone."""
    stripped = given.strip()
    try:
        parts = urlsplit(stripped)
    except ValueError:
        return stripped
    *before, page, offer_id = ["", "", *parts.path.rstrip("/").split("/")]
    if parts.scheme not in ("https", "http") or parts.query or page != _CLAIM_PAGE or not offer_id:
        return stripped
    path = "/".join([*before[2:], _OFFER, offer_id])
    return openid4vci.offer_reference_link(urlunsplit((parts.scheme, parts.netloc, path, "", "")))


def _get(fetcher: Fetcher, url: str, *, gone: frozenset[int] = frozenset()) -> bytes:
    response = fetcher.get(url, accept=_JSON)
    if response.status in gone:
        raise OfferSpentError("the issuer knows no such offer")
    if response.status != _OK:
        raise ResolutionError(f"answered with status {response.status}")
    return response.body
