"""Claims that are not finished, laid ready for their pages: on its way, broken, or asking for leave."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

from issuer.claiming import offers
from issuer.service import Service
from standard import openid4vci
from standard.keys import PrivateKey
from standard.openid4vci import AccessToken
from wallet import under_way
from wallet.claims import Claim, Promise
from wallet.services import Services
from wallet.vault import Vault


def lay_claims(vault: Vault, services: Services, *, issuer_name: str) -> dict[str, str]:
    """Let the worker wait for one thing, and for another in vain; gives their ids."""
    coming = _promised(issuer_name, services.clock())
    broken = replace(_promised(issuer_name, services.clock()), failure=under_way.BROKEN)
    laid = [under_way.take_in(vault, claim, services=services) for claim in (coming, broken)]
    return {"under-way": laid[0].id, "promise-broken": laid[1].id}


def leave_offer(service: Service, slug: str, offer_id: str) -> str:
    """Write an offer that asks for leave, as the value of a parameter."""
    offer = openid4vci.offer(
        credential_issuer=service.credential_issuer(slug),
        configuration_ids=["WorkHistoryCredential.dc+sd-jwt"],
        pre_authorized_code=None,
        transaction_code=None,
        issuer_state=offers.codes(offer_id, service.keys.claim_code_key()).issuer_state,
    )
    return quote(json.dumps(offer))


def _promised(issuer_name: str, now: datetime) -> Claim:
    return Claim(
        source=str(uuid4()), credential_issuer="https://andere.example/org/een", issuer_name=issuer_name,
        begun_at=now, token=AccessToken("een toegangsbewijs", "DPoP"), key=PrivateKey.generate("P-256"),
        deferred_endpoint="https://andere.example/org/een/deferred_credential", notification_endpoint=None,
        promises=(Promise("later", now + timedelta(days=1)),),
    )  # fmt: skip
