"""When the keys are out of reach a wallet gets a promise, and the promise is kept once they are back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from httpx import Response

from issuer.life import status
from issuer.service import Service
from issuer.store.workers import latest_statements
from issuer.tables import Offer, Organisation, Worker
from standard import openid4vci
from tests.issuer.acting import Clock, Wallet, tx_code
from tests.issuer.authorizing import HISTORY, CodeWallet


@contextmanager
def keys_out_of_reach(service: Service, organisation: Organisation) -> Iterator[None]:
    """The folder of an organisation's keys is gone for a while, as an HSM may be."""
    folder = service.settings.keys_folder / organisation.slug
    aside = folder.with_name(f"{organisation.slug}.aside")
    folder.rename(aside)
    yield
    aside.rename(folder)


@pytest.fixture
def promised(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, access_token: str
) -> openid4vci.DeferredIssuance:
    with keys_out_of_reach(service, organisation):
        answer = wallet.request(issuer, access_token, HISTORY, [wallet.proof(issuer, wallet.nonce(issuer))])
    assert answer.status_code == 202
    promise = openid4vci.parse_credential_response(answer.content)
    assert isinstance(promise, openid4vci.DeferredIssuance)
    assert answer.json()["c_nonce"]
    return promise


def call_in(wallet: Wallet, issuer: str, token: str, promise: openid4vci.DeferredIssuance) -> Response:
    return wallet.client.post(
        f"{issuer}/deferred_credential",
        json=openid4vci.deferred_request(promise.transaction_id),
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_promise_is_kept_once_and_gives_the_copy_of_that_key(
    wallet: Wallet, issuer: str, access_token: str, promised: openid4vci.DeferredIssuance
) -> None:
    answer = call_in(wallet, issuer, access_token, promised)
    assert answer.status_code == 200
    kept = openid4vci.parse_credential_response(answer.content)
    assert isinstance(kept, openid4vci.CredentialResponse)
    assert kept.notification_id is None
    assert kept.credentials == (wallet.claim(issuer, access_token, HISTORY),)
    again = call_in(wallet, issuer, access_token, promised)
    assert again.json()["error"] == "invalid_transaction_id"


def test_a_promise_asks_for_patience_while_the_keys_are_away(
    service: Service,
    organisation: Organisation,
    wallet: Wallet,
    issuer: str,
    access_token: str,
    promised: openid4vci.DeferredIssuance,
) -> None:
    with keys_out_of_reach(service, organisation):
        answer = call_in(wallet, issuer, access_token, promised)
    assert answer.status_code == 202
    assert openid4vci.parse_credential_response(answer.content) == promised
    assert call_in(wallet, issuer, access_token, promised).status_code == 200


def test_a_promise_of_what_was_withdrawn_is_denied(
    service: Service,
    organisation: Organisation,
    fatima: Worker,
    wallet: Wallet,
    issuer: str,
    access_token: str,
    promised: openid4vci.DeferredIssuance,
) -> None:
    with service.database.writing() as session:
        for statement in latest_statements(session, fatima.id):
            status.revoke(session, organisation, statement.id, reason="fout", now=service.clock())
    answer = call_in(wallet, issuer, access_token, promised)
    assert answer.json()["error"] == "credential_request_denied"


def test_a_promise_lasts_as_long_as_the_token(
    wallet: Wallet,
    issuer: str,
    access_token: str,
    promised: openid4vci.DeferredIssuance,
    clock: Clock,
    service: Service,
) -> None:
    clock.advance(minutes=service.settings.access_token_minutes)
    answer = call_in(wallet, issuer, access_token, promised)
    assert answer.json()["error"] == "invalid_token"


def test_a_promise_to_the_holder_of_a_key_lasts_a_week(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, offer: Offer, clock: Clock
) -> None:
    flow = CodeWallet(wallet, issuer, wallet.offer(offer.id))
    token = flow.bound_token(tx_code(service, offer))
    with keys_out_of_reach(service, organisation):
        promise = openid4vci.parse_credential_response(flow.request(flow.shown(token)).content)
    assert isinstance(promise, openid4vci.DeferredIssuance)
    endpoint = f"{issuer}/deferred_credential"
    message = openid4vci.deferred_request(promise.transaction_id)

    def ask() -> Response:
        headers = {"Authorization": f"DPoP {token}", "DPoP": flow.proof(endpoint, token)}
        return wallet.client.post(endpoint, json=message, headers=headers)

    clock.advance(days=6)
    assert ask().status_code == 200
    clock.advance(days=2)
    assert ask().json()["error"] == "invalid_token"
