"""Fetching what an organisation offers: read the offer, claim every form, verify, and only then hand over.

Source: OpenID4VCI 1.0, the pre-authorized code flow, from the wallet's side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from standard import openid4vci
from standard.errors import ProtocolError, ResolutionError
from standard.fetch import Fetcher, Response
from standard.keys import Signer
from standard.openid4vci import CredentialOffer, IssuerMetadata, OfferReference, TransactionCode
from standard.resolution import Resolver
from standard.verification import VerificationPolicy
from wallet.errors import OfferError, OfferSpentError, TransactionCodeError
from wallet.held import HeldCredential
from wallet.inspection import inspect

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


def open_offer(given: str, *, fetcher: Fetcher) -> OpenOffer:
    """Read what a worker scanned, tapped or pasted, and ask the issuer who it is.

    Args:
        given: an offer by value or by reference, an `openid-credential-offer://` link, the address of
            an issuer's claim page, or this wallet's own link around any of these.

    Raises:
        OfferError: it is no offer, or the issuer cannot be reached or breaks the protocol.
        OfferSpentError: the issuer no longer knows the offer.
    """
    try:
        found = openid4vci.parse_offer(_without_claim_page(given))
        source = _digest(found)
        if isinstance(found, OfferReference):
            found = openid4vci.parse_offer_json(_get(fetcher, found.uri))
        metadata_url = openid4vci.issuer_metadata_url(found.credential_issuer)
        metadata = openid4vci.parse_issuer_metadata(
            _get(fetcher, metadata_url), credential_issuer=found.credential_issuer
        )
    except (ProtocolError, ResolutionError) as error:
        raise OfferError(f"the offer cannot be opened: {error}") from error
    return OpenOffer(found, metadata, source)


def source_of(given: str) -> str:
    """Digest an offer without opening it, as `OpenOffer.source`.

    Raises:
        OfferError: it is no offer.
    """
    try:
        return _digest(openid4vci.parse_offer(_without_claim_page(given)))
    except ProtocolError as error:
        raise OfferError("not an offer") from error


def accept(
    opened: OpenOffer,
    transaction_code: str | None,
    *,
    fetcher: Fetcher,
    signer: Signer,
    policy: VerificationPolicy,
    resolver: Resolver,
) -> HeldCredential:
    """Claim everything that is offered and verify it; the result is not kept yet and has no id.

    Accepting again after a lost answer gives the same copies, as long as the issuer takes the codes.

    Raises:
        TransactionCodeError, OfferSpentError: the issuer refuses the codes.
        ReceivedInvalidError: what the issuer sent does not verify.
        OfferError: the issuer cannot be reached or breaks the protocol.
    """
    texts = claim(opened, transaction_code, fetcher=fetcher, signer=signer, now=policy.now)
    received = inspect(texts, holder=signer.public_key, policy=policy, resolver=resolver)
    return replace(received, source=opened.source, credential_issuer=opened.offer.credential_issuer)


def claim(
    opened: OpenOffer, transaction_code: str | None, *, fetcher: Fetcher, signer: Signer, now: datetime
) -> list[str]:
    """Claim every form of every statement, bound to the worker's key; nobody has looked inside yet."""
    try:
        token = _access_token(opened, transaction_code, fetcher)
        return [
            copy
            for configuration in opened.offer.configuration_ids
            for copy in _copies(opened, configuration, token, fetcher, signer, now)
        ]
    except ResolutionError as error:
        raise OfferError(f"the issuer cannot be reached: {error}") from error
    except ProtocolError as error:
        raise OfferError(f"the issuer answered {error.error}") from error


def _digest(found: CredentialOffer | OfferReference) -> str:
    named = found.uri if isinstance(found, OfferReference) else found.pre_authorized_code
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


def _get(fetcher: Fetcher, url: str) -> bytes:
    response = fetcher.get(url, accept=_JSON)
    if response.status in _NOT_THERE:
        raise OfferSpentError("the issuer knows no such offer")
    if response.status != _OK:
        raise ResolutionError(f"answered with status {response.status}")
    return response.body


def _access_token(opened: OpenOffer, transaction_code: str | None, fetcher: Fetcher) -> str:
    offer = opened.offer
    server = offer.authorization_server or opened.metadata.authorization_server
    endpoint = openid4vci.parse_authorization_server_metadata(
        _get(fetcher, openid4vci.authorization_server_metadata_url(server)), issuer=server
    )
    asked_for = offer.transaction_code is not None
    form = openid4vci.token_request(
        pre_authorized_code=offer.pre_authorized_code,
        transaction_code=_typed(transaction_code) if asked_for else None,
    )
    try:
        token = openid4vci.parse_token_response(_body(fetcher.post_form(endpoint, form)))
    except ProtocolError as error:
        if error.error not in ("invalid_grant", "invalid_request"):
            raise
        # The protocol has one word for a wrong transaction code and for a code that is used up.
        refused = TransactionCodeError if asked_for else OfferSpentError
        raise refused("the issuer refused the code") from error
    if token.scheme != "Bearer":
        raise ProtocolError("invalid_token_response", "the token is bound to a key that was never shown")
    return token.value


def _typed(transaction_code: str | None) -> str:
    return "".join((transaction_code or "").split())


def _copies(
    opened: OpenOffer, configuration: str, token: str, fetcher: Fetcher, signer: Signer, now: datetime
) -> Iterator[str]:
    try:
        answer = _ask(opened, configuration, token, fetcher, signer, now)
    except ResolutionError:
        # The answer may have been lost on its way. Asking again gives the same copy.
        answer = _ask(opened, configuration, token, fetcher, signer, now)
    response = openid4vci.parse_credential_response(answer)
    if isinstance(response, openid4vci.DeferredIssuance):
        raise ProtocolError("issuance_pending", "the issuer will have the credential later")
    for credential in response.credentials:
        yield credential if isinstance(credential, str) else json.dumps(credential, ensure_ascii=False)


def _ask(
    opened: OpenOffer, configuration: str, token: str, fetcher: Fetcher, signer: Signer, now: datetime
) -> bytes:
    metadata = opened.metadata
    if metadata.nonce_endpoint is None:
        raise ProtocolError("invalid_issuer_metadata", "the issuer has no nonce endpoint")
    nonce = openid4vci.parse_nonce_response(_body(fetcher.post_form(metadata.nonce_endpoint, {})))
    proof = openid4vci.make_key_proof(
        signer=signer, credential_issuer=metadata.credential_issuer, nonce=nonce, now=now
    )
    request = openid4vci.credential_request(configuration_id=configuration, key_proofs=[proof])
    authorization = {"Authorization": f"Bearer {token}"}
    return _body(fetcher.post_json(metadata.credential_endpoint, request, headers=authorization))


def _body(response: Response) -> bytes:
    # An error of the protocol comes with a body of its own; anything else is no answer at all.
    if response.status != _OK and not response.headers.get("content-type", "").startswith(_JSON):
        raise ResolutionError(f"answered with status {response.status}")
    return response.body
