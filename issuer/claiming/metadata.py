"""What an organisation says about itself to wallets, and the offers that lead them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import Session

from issuer.branding.brands import Brand
from issuer.claiming import offers
from issuer.service import Service
from issuer.store.offers import offered_statements
from issuer.tables import Offer, Organisation
from standard import openid4vci
from standard.model import StatementType

BATCH_SIZE: Final = 8
LOCALES: Final = ("nl", "en")

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
LOGO_WORDS: Final[Mapping[str, str]] = {
    "nl": "Logo van {organisation}",
    "en": "Logo of {organisation}",
}
CODE_WORDS_LIMIT: Final = 300
CODE_WORDS: Final[Mapping[str, str]] = {
    "nl": "De code die je apart kreeg van {organisation}",
    "en": "The code that {organisation} gave you separately",
}


def credential_issuer(service: Service, organisation: Organisation, brand: Brand) -> dict[str, Any]:
    """Describe an organisation as a credential issuer; its colours belong to its credentials."""
    logos = _logos(service, organisation, brand)
    issuer = service.credential_issuer(organisation.slug)
    return openid4vci.issuer_metadata(
        credential_issuer=issuer,
        authorization_server=issuer,
        credential_endpoint=f"{issuer}/credential",
        nonce_endpoint=f"{issuer}/nonce",
        deferred_credential_endpoint=f"{issuer}/deferred_credential",
        notification_endpoint=f"{issuer}/notification",
        batch_size=BATCH_SIZE,
        display=[{"name": organisation.name, "locale": locale} | logos[locale] for locale in LOCALES],
        credential_display={
            kind: [each | logos[each["locale"]] | _colours(brand) for each in names]
            for kind, names in CREDENTIAL_NAMES.items()
        },
    )


def _logos(service: Service, organisation: Organisation, brand: Brand) -> Mapping[str, dict[str, Any]]:
    """The `logo` member per language, or nothing for each."""
    if brand.logo is None:
        return {locale: {} for locale in LOCALES}
    uri = f"{service.settings.base_url}{brand.logo}"
    return {
        locale: {"logo": {"uri": uri, "alt_text": words.format(organisation=organisation.name)}}
        for locale, words in LOGO_WORDS.items()
    }


def _colours(brand: Brand) -> dict[str, Any]:
    if brand.accent is None or brand.text is None:
        return {}
    return {"background_color": brand.accent, "text_color": brand.text}


def authorization_server(service: Service, organisation: Organisation) -> dict[str, Any]:
    """Describe an organisation as an authorization server."""
    issuer = service.credential_issuer(organisation.slug)
    return openid4vci.authorization_server_metadata(
        issuer=issuer,
        token_endpoint=f"{issuer}/token",
        authorization_endpoint=f"{issuer}/authorize",
        pushed_authorization_request_endpoint=f"{issuer}/par",
        scopes=sorted(openid4vci.configuration_ids()),
        locales=LOCALES,
    )


def offer_document(
    session: Session, service: Service, organisation: Organisation, offer: Offer, *, locale: str
) -> dict[str, Any]:
    """Write an offer as a wallet fetches it; it can be taken up by either flow."""
    claimable = offers.claimable(offered_statements(session, offer.id), offers.OFFERED_FORMS)
    opening = offers.codes(offer.id, service.keys.claim_code_key())
    return openid4vci.offer(
        credential_issuer=service.credential_issuer(organisation.slug),
        configuration_ids=list(claimable),
        pre_authorized_code=opening.pre_authorized,
        transaction_code=openid4vci.TransactionCode(
            input_mode="numeric",
            length=offers.CODE_DIGITS,
            description=CODE_WORDS[locale].format(organisation=organisation.name)[:CODE_WORDS_LIMIT],
        ),
        issuer_state=opening.issuer_state,
    )
