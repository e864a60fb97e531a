"""The authorization code flow over HTTP: who typed the code of the letter lets her wallet fetch, once."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from issuer.branding.brands import set_colours
from issuer.claiming.authorization import CODE_LIFETIME, REQUEST_LIFETIME
from issuer.service import Service
from issuer.tables import Offer, Organisation, Worker
from standard import openid4vci, sd_jwt
from tests.issuer.acting import Clock, Wallet, add_organisation, new_offer, new_signer, tx_code
from tests.issuer.authorizing import CALLBACK, CLIENT, HISTORY, RATING, CodeWallet, error_in


@pytest.fixture
def flow(wallet: Wallet, issuer: str, offer: Offer) -> CodeWallet:
    return CodeWallet(wallet, issuer, wallet.offer(offer.id))


@pytest.fixture
def typed(service: Service, offer: Offer) -> str:
    return tx_code(service, offer)


def error_of(answer: Response) -> str:
    return str(answer.json()["error"])


def test_the_metadata_announces_what_is_asked(client: TestClient, issuer: str) -> None:
    server = client.get(openid4vci.authorization_server_metadata_url(issuer)).json()
    assert server["authorization_endpoint"] == f"{issuer}/authorize"
    assert server["pushed_authorization_request_endpoint"] == f"{issuer}/par"
    assert server["require_pushed_authorization_requests"] is True
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert "ES256" in server["dpop_signing_alg_values_supported"]
    assert server["authorization_response_iss_parameter_supported"] is True
    assert server["authorization_details_types_supported"] == ["openid_credential"]
    metadata = client.get(openid4vci.issuer_metadata_url(issuer)).json()
    assert metadata["deferred_credential_endpoint"] == f"{issuer}/deferred_credential"
    scopes = {entry["scope"] for entry in metadata["credential_configurations_supported"].values()}
    assert scopes <= set(server["scopes_supported"])


def test_consent_and_code_give_a_copy_for_the_proven_key(flow: CodeWallet, typed: str) -> None:
    page = flow.page(flow.pushed())
    assert page.status_code == 200
    assert urlsplit(CALLBACK).netloc in page.text
    assert f"form-action 'self' {CLIENT};" in page.headers["content-security-policy"]
    token = flow.exchange(flow.code(typed)).json()
    assert token["token_type"] == "Bearer"
    answer = flow.request({"Authorization": f"Bearer {token['access_token']}"})
    parsed = sd_jwt.parse(answer.json()["credentials"][0]["credential"])
    assert sd_jwt.disclosed_claims(parsed)["cnf"]["jwk"] == flow.wallet.signer.public_key.jwk()


def test_the_page_speaks_the_readers_language(flow: CodeWallet) -> None:
    request_uri = flow.pushed()
    assert "Mag deze app je bewijs ophalen?" in flow.page(request_uri).text
    # Whoever typed a wrong code may choose another language too.
    wrong = flow.answer(request_uri, "").text
    (link,) = re.findall(r'href="([^"]*lang=en)"', wrong)
    english = flow.wallet.client.get(f"{flow.issuer}/authorize{unescape(link)}")
    assert "May this app collect your proof?" in english.text


def test_a_bound_token_works_with_its_key(flow: CodeWallet, typed: str) -> None:
    token = flow.bound_token(typed)
    assert flow.request(flow.shown(token)).status_code == 200


def test_the_codes_of_an_offer_give_a_bound_token_too(flow: CodeWallet, typed: str) -> None:
    form = openid4vci.token_request(
        pre_authorized_code=flow.offer.pre_authorized_code, transaction_code=typed
    )
    headers = {"DPoP": flow.proof(f"{flow.issuer}/token")}
    answer = flow.wallet.client.post(f"{flow.issuer}/token", data=form, headers=headers).json()
    assert answer["token_type"] == "DPoP"
    assert flow.request(flow.shown(answer["access_token"])).status_code == 200


def test_a_token_opens_only_what_was_asked_for(flow: CodeWallet, typed: str) -> None:
    bearer = {"Authorization": f"Bearer {flow.exchange(flow.code(typed)).json()['access_token']}"}
    other = flow.request(bearer, credential_configuration_id=RATING)
    assert error_of(other) == "unknown_credential_configuration"


def test_details_give_identifiers_and_only_these_name_the_credential(flow: CodeWallet, typed: str) -> None:
    details = json.dumps(openid4vci.authorization_details([HISTORY], credential_issuer=flow.issuer))
    answer = flow.exchange(flow.code(typed, scope=RATING, authorization_details=details)).json()
    (detail,) = answer["authorization_details"]
    assert detail["credential_configuration_id"] == HISTORY
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert error_of(flow.request(bearer)) == "invalid_credential_request"
    named = {
        "credential_configuration_id": None,
        "credential_identifier": detail["credential_identifiers"][0],
    }
    assert flow.request(bearer, **named).status_code == 200
    unknown = {**named, "credential_identifier": "x"}
    assert error_of(flow.request(bearer, **unknown)) == "unknown_credential_identifier"
    assert flow.request(bearer, credential_configuration_id=RATING).status_code == 200


def test_details_of_the_token_request_narrow_what_the_codes_open(flow: CodeWallet, typed: str) -> None:
    form = openid4vci.token_request(
        pre_authorized_code=flow.offer.pre_authorized_code, transaction_code=typed
    )
    unknown = json.dumps(openid4vci.authorization_details(["Diploma"], credential_issuer=flow.issuer))
    endpoint = f"{flow.issuer}/token"
    refused = flow.wallet.client.post(endpoint, data={**form, "authorization_details": unknown})
    assert error_of(refused) == "invalid_authorization_details"
    details = json.dumps(openid4vci.authorization_details([HISTORY], credential_issuer=flow.issuer))
    answer = flow.wallet.client.post(endpoint, data={**form, "authorization_details": details}).json()
    assert [entry["credential_configuration_id"] for entry in answer["authorization_details"]] == [HISTORY]
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    other = flow.request(bearer, credential_configuration_id=RATING)
    assert error_of(other) == "unknown_credential_configuration"


def test_a_refusal_goes_back_and_leaves_the_offer_open(flow: CodeWallet, typed: str) -> None:
    request_uri = flow.pushed()
    answer = flow.answer(request_uri, "", decision="deny")
    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert error_in(answer.headers["location"]) == "access_denied"
    assert flow.page(request_uri).status_code == 410
    assert flow.exchange(flow.code(typed)).status_code == 200


def test_wrong_codes_on_the_page_lock_the_offer_for_every_way_in(
    flow: CodeWallet, typed: str, service: Service
) -> None:
    request_uri = flow.pushed()
    wrong = f"{(int(typed) + 1) % 1_000_000:06d}"
    for _ in range(service.settings.tx_code_attempts):
        answer = flow.answer(request_uri, wrong)
        assert answer.status_code == 422
        assert "location" not in answer.headers
    assert flow.answer(request_uri, typed).status_code == 410
    assert error_of(flow.wallet.token(flow.offer, typed)) == "invalid_grant"
    assert error_of(flow.push()) == "invalid_request"


def test_a_pushed_request_is_answered_once_by_its_client_and_in_time(
    flow: CodeWallet, typed: str, clock: Clock
) -> None:
    request_uri = flow.pushed()
    assert flow.page(request_uri, client_id="https://other.example").status_code == 410
    assert flow.answer(request_uri, typed).status_code == 303
    assert flow.page(request_uri).status_code == 410
    assert flow.answer(request_uri, typed).status_code == 410
    late = flow.pushed()
    clock.advance(seconds=REQUEST_LIFETIME.total_seconds())
    assert flow.page(late).status_code == 410
    assert flow.page("urn:ietf:params:oauth:request_uri:unknown").status_code == 410


def test_parameters_in_the_address_are_not_a_request(flow: CodeWallet) -> None:
    answer = flow.wallet.client.get(f"{flow.issuer}/authorize", params=flow.form())
    assert answer.status_code == 410
    assert "location" not in answer.headers


def test_a_code_that_comes_back_takes_the_token_with_it(flow: CodeWallet, typed: str) -> None:
    code = flow.code(typed)
    token = flow.exchange(code).json()["access_token"]
    assert flow.request({"Authorization": f"Bearer {token}"}).status_code == 200
    again = flow.exchange(code)
    assert (again.status_code, error_of(again)) == (400, "invalid_grant")
    after = flow.request({"Authorization": f"Bearer {token}"})
    assert (after.status_code, error_of(after)) == (401, "invalid_token")


def test_two_codes_of_one_offer_give_one_token(flow: CodeWallet, typed: str) -> None:
    first, second = flow.code(typed), flow.code(typed)
    assert flow.exchange(first).status_code == 200
    assert error_of(flow.exchange(second)) == "invalid_grant"
    assert error_of(flow.wallet.token(flow.offer, typed)) == "invalid_grant"


@pytest.mark.parametrize(
    ("error", "change"),
    [
        ("invalid_request", {"code_verifier": None}),
        ("invalid_grant", {"code_verifier": "x" * 43}),
        ("invalid_grant", {"code": "unknown"}),
        ("invalid_request", {"redirect_uri": None}),
        ("invalid_grant", {"redirect_uri": f"{CALLBACK}/x"}),
        ("invalid_request", {"client_id": None}),
        ("invalid_grant", {"client_id": "https://other.example"}),
    ],
)
def test_a_code_is_for_who_asked_for_it(
    flow: CodeWallet, typed: str, error: str, change: dict[str, str | None]
) -> None:
    code = flow.code(typed)
    answer = flow.exchange(code, **change)
    assert (answer.status_code, error_of(answer)) == (400, error)
    assert flow.exchange(code).status_code == 200


def test_a_code_does_not_last(flow: CodeWallet, typed: str, clock: Clock) -> None:
    code = flow.code(typed)
    clock.advance(seconds=CODE_LIFETIME.total_seconds())
    assert error_of(flow.exchange(code)) == "invalid_grant"


def test_another_organisation_knows_neither_the_request_nor_the_code(
    flow: CodeWallet, typed: str, service: Service
) -> None:
    other = service.credential_issuer(add_organisation(service, "andere").slug)
    elsewhere = CodeWallet(flow.wallet, other, flow.offer, verifier=flow.verifier)
    assert error_of(elsewhere.push()) == "invalid_request"
    assert elsewhere.page(flow.pushed()).status_code == 410
    assert error_of(elsewhere.exchange(flow.code(typed))) == "invalid_grant"


def test_a_request_that_was_pushed_with_a_key_is_redeemed_with_it(flow: CodeWallet, typed: str) -> None:
    pushed_with = {"DPoP": flow.proof(f"{flow.issuer}/par")}
    code = flow.code(typed, pushed_with)
    assert error_of(flow.exchange(code)) == "invalid_grant"
    stranger = {"DPoP": flow.proof(f"{flow.issuer}/token", key=new_signer())}
    assert error_of(flow.exchange(code, stranger)) == "invalid_grant"
    assert flow.exchange(code, {"DPoP": flow.proof(f"{flow.issuer}/token")}).status_code == 200


def test_a_key_may_be_named_without_a_proof_and_must_not_contradict_one(flow: CodeWallet, typed: str) -> None:
    checked = openid4vci.check_dpop_proof(
        flow.proof(f"{flow.issuer}/token"), method="POST", url=f"{flow.issuer}/token", now=flow.wallet.clock()
    )
    code = flow.code(typed, dpop_jkt=checked.thumbprint)
    assert error_of(flow.exchange(code)) == "invalid_grant"
    proven = {"DPoP": flow.proof(f"{flow.issuer}/par")}
    assert error_of(flow.push(proven, dpop_jkt="x" * 43)) == "invalid_dpop_proof"


def test_an_offer_of_a_worker_opens_nothing_of_another(
    flow: CodeWallet, typed: str, service: Service, imported: object, fatima: Worker
) -> None:
    newer = new_offer(service, fatima.id)
    assert error_of(flow.push()) == "invalid_request", "the older link was closed by the newer one"
    again = CodeWallet(flow.wallet, flow.issuer, flow.wallet.offer(newer.id))
    assert again.answer(again.pushed(), typed).status_code == 422


def test_a_request_that_is_over_looks_like_its_organisation(
    flow: CodeWallet, service: Service, organisation: Organisation
) -> None:
    with service.database.writing() as session:
        set_colours(session, organisation, accent="#0b5d52", text="#ffffff")
    page = flow.page("urn:ietf:params:oauth:request_uri:unknown")
    assert page.status_code == 410
    assert "/brand.css" in page.text
    assert organisation.name in page.text
