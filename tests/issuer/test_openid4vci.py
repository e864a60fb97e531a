"""A wallet claims over OpenID4VCI, and everything that is out of order gets its own error code."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from issuer.service import Service
from issuer.tables import Offer, Organisation, Worker
from standard import base64url, compact, openid4vci, proofs, sd_jwt
from standard.credentials import check_credential
from standard.dids import did_key, method_key
from standard.keys import PublicKey
from standard.model import DidUrl
from tests.issuer.acting import Clock, Wallet, add_organisation, new_offer, new_signer, tx_code

HISTORY = "WorkHistoryCredential"
CONFIGURATIONS = {
    f"{HISTORY}.eddsa-rdfc-2022",
    f"{HISTORY}.ecdsa-rdfc-2019",
    f"{HISTORY}.dc+sd-jwt",
    "RatingCredential.eddsa-rdfc-2022",
    "RatingCredential.ecdsa-rdfc-2019",
    "RatingCredential.dc+sd-jwt",
    "KlusCV.kluscv-compact",
}
ON_REQUEST = {
    f"{kind}.{cryptosuite}"
    for kind in (HISTORY, "RatingCredential")
    for cryptosuite in ("eddsa-jcs-2022", "ecdsa-jcs-2019", "ecdsa-sd-2023")
}


def published_key(client: TestClient, issuer: str, method: str) -> PublicKey:
    document = client.get(f"{issuer}/did.json").json()
    return method_key(document, DidUrl(method), "assertionMethod")


def error_of(answer: object) -> str:
    return str(answer.json()["error"])  # type: ignore[attr-defined]


def test_metadata_stands_between_host_and_path_and_names_every_endpoint(
    client: TestClient, issuer: str
) -> None:
    answer = client.get(openid4vci.issuer_metadata_url(issuer))
    metadata = openid4vci.parse_issuer_metadata(answer.content, credential_issuer=issuer)
    assert set(metadata.configurations) == CONFIGURATIONS | ON_REQUEST
    assert all("credential_metadata" in entry for entry in metadata.configurations.values())
    assert answer.json()["notification_endpoint"] == f"{issuer}/notification"
    server = client.get(openid4vci.authorization_server_metadata_url(issuer))
    described = openid4vci.parse_authorization_server_metadata(server.content, issuer=issuer)
    assert described.token_endpoint == f"{issuer}/token"


def test_metadata_names_what_a_copy_is_bound_to(client: TestClient, issuer: str) -> None:
    entries = client.get(openid4vci.issuer_metadata_url(issuer)).json()["credential_configurations_supported"]
    for name, entry in entries.items():
        bare = entry["format"] == "dc+sd-jwt"
        assert entry["cryptographic_binding_methods_supported"] == (
            ["jwk"] if bare else ["jwk", "did:key"]
        ), name
        assert openid4vci.binds_bare_keys(entry) == bare


def test_one_offer_covers_all_statements_in_all_forms(wallet: Wallet, offer: Offer) -> None:
    opened = wallet.offer(offer.id)
    assert set(opened.configuration_ids) == CONFIGURATIONS
    assert opened.transaction_code is not None
    assert opened.transaction_code.length == 6


@pytest.mark.parametrize("kind", [HISTORY, "RatingCredential"])
@pytest.mark.parametrize(
    "cryptosuite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022", "ecdsa-jcs-2019"]
)
def test_a_claimed_data_integrity_copy_verifies_with_the_published_key(
    client: TestClient, wallet: Wallet, issuer: str, access_token: str, kind: str, cryptosuite: str
) -> None:
    document = wallet.claim(issuer, access_token, f"{kind}.{cryptosuite}")
    check_credential(document)
    proof = document["proof"]
    proofs.verify_proof(document, proof, published_key(client, issuer, proof["verificationMethod"]))
    assert document["credentialSubject"]["id"] == did_key(wallet.signer.public_key)
    assert document["validFrom"] == "2026-11-22T00:00:00Z"
    assert proof["created"] == "2026-11-22T00:00:00Z"
    assert "Amrani" not in json.dumps(document)


def test_a_base_proof_is_claimed_on_request_and_lets_the_holder_choose(
    client: TestClient, wallet: Wallet, issuer: str, access_token: str
) -> None:
    document = wallet.claim(issuer, access_token, f"{HISTORY}.ecdsa-sd-2023")
    derived = proofs.derive(document, document["proof"], ["/credentialSubject/engagement/0"])
    proof = derived["proof"]
    proofs.verify_proof(derived, proof, published_key(client, issuer, proof["verificationMethod"]))
    check_credential(derived, in_part=True)
    assert derived["credentialSubject"]["workTotals"] == document["credentialSubject"]["workTotals"]


def test_a_claimed_sd_jwt_is_bound_to_the_proven_key(
    client: TestClient, wallet: Wallet, issuer: str, access_token: str
) -> None:
    parsed = sd_jwt.parse(wallet.claim(issuer, access_token, f"{HISTORY}.dc+sd-jwt"))
    sd_jwt.verify_signature(parsed, published_key(client, issuer, parsed.header["kid"]))
    claims = sd_jwt.disclosed_claims(parsed)
    assert claims["cnf"]["jwk"] == wallet.signer.public_key.jwk()
    assert claims["name"]["fullName"] == "Fatima el Amrani"


def test_a_claimed_compact_copy_joins_work_and_ratings(
    service: Service, wallet: Wallet, issuer: str, access_token: str, client: TestClient
) -> None:
    text = wallet.claim(issuer, access_token, "KlusCV.kluscv-compact")
    copy = compact.parse(text)
    methods = client.get(f"{issuer}/did.json").json()["verificationMethod"]
    keys = [PublicKey.from_multikey(method["publicKeyMultibase"]) for method in methods]
    (key,) = [key for key in keys if key.algorithm == "P-256"]
    copy.verify(key)
    assert copy.totals.rating_count > 0
    assert copy.totals.gig_count > 0


def test_a_repeated_claim_returns_the_same_copy_and_another_key_another_one(
    wallet: Wallet, issuer: str, access_token: str
) -> None:
    for configuration in sorted(CONFIGURATIONS):
        first = wallet.claim(issuer, access_token, configuration)
        assert wallet.claim(issuer, access_token, configuration) == first
        other = Wallet(wallet.client, wallet.clock, new_signer())
        assert other.claim(issuer, access_token, configuration) != first


def test_a_new_offer_gives_the_same_key_the_same_copy(
    service: Service, wallet: Wallet, issuer: str, access_token: str, fatima: Worker
) -> None:
    first = wallet.claim(issuer, access_token, f"{HISTORY}.dc+sd-jwt")
    again = new_offer(service, fatima.id)
    token = wallet.token(wallet.offer(again.id), tx_code(service, again)).json()["access_token"]
    assert wallet.claim(issuer, token, f"{HISTORY}.dc+sd-jwt") == first


def test_a_batch_has_distinct_keys_ids_and_status_entries(
    wallet: Wallet, issuer: str, access_token: str
) -> None:
    nonce = wallet.nonce(issuer)
    proven = [wallet.proof(issuer, nonce, new_signer()) for _ in range(3)]
    answer = wallet.request(issuer, access_token, f"{HISTORY}.eddsa-rdfc-2022", proven)
    documents = [entry["credential"] for entry in answer.json()["credentials"]]
    assert len({document["id"] for document in documents}) == 3
    assert len({document["credentialStatus"][0]["statusListIndex"] for document in documents}) == 3
    assert len({document["credentialSubject"]["id"] for document in documents}) == 3


def test_tokens_and_copies_are_never_cached(
    wallet: Wallet, issuer: str, offer: Offer, service: Service
) -> None:
    answer = wallet.token(wallet.offer(offer.id), tx_code(service, offer))
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()["access_token"]
    nonce = wallet.client.post(f"{issuer}/nonce")
    assert nonce.headers["cache-control"] == "no-store"
    proof = wallet.proof(issuer, nonce.json()["c_nonce"])
    copy = wallet.request(issuer, token, f"{HISTORY}.dc+sd-jwt", [proof])
    assert copy.headers["cache-control"] == "no-store"
    assert wallet.client.get(f"/offers/{offer.id}").headers.get("cache-control") == "no-store"


def test_a_code_is_good_for_one_token(service: Service, wallet: Wallet, offer: Offer) -> None:
    opened = wallet.offer(offer.id)
    assert wallet.token(opened, tx_code(service, offer)).status_code == 200
    again = wallet.token(opened, tx_code(service, offer))
    assert (again.status_code, error_of(again)) == (400, "invalid_grant")


def test_a_missing_transaction_code_is_an_invalid_request(wallet: Wallet, offer: Offer) -> None:
    assert error_of(wallet.token(wallet.offer(offer.id), None)) == "invalid_request"


def test_too_many_wrong_transaction_codes_lock_the_offer(
    service: Service, wallet: Wallet, offer: Offer
) -> None:
    opened = wallet.offer(offer.id)
    right = tx_code(service, offer)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(service.settings.tx_code_attempts):
        assert error_of(wallet.token(opened, wrong)) == "invalid_grant"
    assert error_of(wallet.token(opened, right)) == "invalid_grant"
    assert wallet.client.get(f"/offers/{offer.id}").status_code == 404


def test_an_old_offer_gives_nothing(service: Service, wallet: Wallet, offer: Offer, clock: Clock) -> None:
    opened = wallet.offer(offer.id)
    clock.advance(days=service.settings.offer_days)
    assert error_of(wallet.token(opened, tx_code(service, offer))) == "invalid_grant"


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (
            "grant_type=password&username=x",
            "application/x-www-form-urlencoded",
            "unsupported_grant_type",
        ),
        ("grant_type=a&grant_type=b", "application/x-www-form-urlencoded", "invalid_request"),
        ("", "application/x-www-form-urlencoded", "invalid_request"),
        ("{}", "application/json", "invalid_request"),
    ],
)
def test_a_malformed_token_request_has_its_own_error(
    client: TestClient, issuer: str, body: str, content_type: str, error: str
) -> None:
    answer = client.post(f"{issuer}/token", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, error_of(answer)) == (400, error)


def test_another_organisation_knows_neither_the_code_nor_the_token(
    service: Service, wallet: Wallet, offer: Offer, access_token: str
) -> None:
    other = service.credential_issuer(add_organisation(service, "andere").slug)
    form = openid4vci.token_request(pre_authorized_code="x", transaction_code=tx_code(service, offer))
    assert error_of(wallet.client.post(f"{other}/token", data=form)) == "invalid_grant"
    proof = wallet.proof(other, wallet.nonce(other))
    answer = wallet.request(other, access_token, f"{HISTORY}.dc+sd-jwt", [proof])
    assert (answer.status_code, error_of(answer)) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_nonce_works_once_and_not_for_long(
    wallet: Wallet, issuer: str, access_token: str, clock: Clock, service: Service
) -> None:
    nonce = wallet.nonce(issuer)
    configuration = f"{HISTORY}.dc+sd-jwt"
    first = wallet.request(issuer, access_token, configuration, [wallet.proof(issuer, nonce)])
    assert first.status_code == 200
    again = wallet.request(issuer, access_token, configuration, [wallet.proof(issuer, nonce)])
    assert (again.status_code, error_of(again)) == (400, "invalid_nonce")
    stale = wallet.nonce(issuer)
    clock.advance(minutes=service.settings.nonce_minutes)
    late = wallet.request(issuer, access_token, configuration, [wallet.proof(issuer, stale)])
    assert error_of(late) == "invalid_nonce"


def test_an_answer_carries_the_nonce_of_the_next_request(
    wallet: Wallet, issuer: str, access_token: str, clock: Clock, service: Service
) -> None:
    nonce = wallet.nonce(issuer)
    for _ in range(3):
        clock.advance(minutes=service.settings.nonce_minutes - 1)
        answer = wallet.request(issuer, access_token, f"{HISTORY}.dc+sd-jwt", [wallet.proof(issuer, nonce)])
        assert answer.status_code == 200
        assert answer.json()["c_nonce"] != nonce
        nonce = answer.json()["c_nonce"]
    clock.advance(minutes=service.settings.nonce_minutes)
    late = wallet.request(issuer, access_token, f"{HISTORY}.dc+sd-jwt", [wallet.proof(issuer, nonce)])
    assert error_of(late) == "invalid_nonce"


def test_a_proof_for_another_issuer_is_refused_and_costs_no_nonce(
    wallet: Wallet, issuer: str, access_token: str
) -> None:
    nonce = wallet.nonce(issuer)
    foreign = wallet.proof("https://other.example", nonce)
    answer = wallet.request(issuer, access_token, f"{HISTORY}.dc+sd-jwt", [foreign])
    assert error_of(answer) == "invalid_proof"
    right = wallet.request(issuer, access_token, f"{HISTORY}.dc+sd-jwt", [wallet.proof(issuer, nonce)])
    assert right.status_code == 200


def test_one_key_twice_in_a_batch_is_refused(wallet: Wallet, issuer: str, access_token: str) -> None:
    nonce = wallet.nonce(issuer)
    first = wallet.proof(issuer, nonce)
    wallet.clock.advance(seconds=1)
    answer = wallet.request(
        issuer, access_token, f"{HISTORY}.dc+sd-jwt", [first, wallet.proof(issuer, nonce)]
    )
    assert error_of(answer) == "invalid_proof"


def test_an_unknown_configuration_has_its_own_error(wallet: Wallet, issuer: str, access_token: str) -> None:
    proof = wallet.proof(issuer, wallet.nonce(issuer))
    answer = wallet.request(issuer, access_token, "Diploma", [proof])
    assert error_of(answer) == "unknown_credential_configuration"


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer nonsense"}]
)
def test_a_credential_needs_a_valid_bearer_token(
    client: TestClient, issuer: str, header: dict[str, str]
) -> None:
    answer = client.post(f"{issuer}/credential", json={}, headers=header)
    assert (answer.status_code, error_of(answer)) == (401, "invalid_token")


def test_a_token_in_the_address_is_not_looked_at(client: TestClient, issuer: str, access_token: str) -> None:
    answer = client.post(f"{issuer}/credential?access_token={access_token}", json={})
    assert error_of(answer) == "invalid_token"


def test_the_wallet_may_say_what_it_did_with_a_copy(
    client: TestClient, wallet: Wallet, issuer: str, access_token: str
) -> None:
    proof = wallet.proof(issuer, wallet.nonce(issuer))
    answer = wallet.request(issuer, access_token, f"{HISTORY}.dc+sd-jwt", [proof]).json()
    bearer = {"Authorization": f"Bearer {access_token}"}
    message = {"notification_id": answer["notification_id"], "event": "credential_accepted"}
    assert client.post(f"{issuer}/notification", json=message, headers=bearer).status_code == 204
    unknown = {**message, "notification_id": "0" * 32}
    refused = client.post(f"{issuer}/notification", json=unknown, headers=bearer)
    assert error_of(refused) == "invalid_notification_id"
    nonsense = client.post(f"{issuer}/notification", json=["x"], headers=bearer)
    assert error_of(nonsense) == "invalid_notification_request"


def test_an_unknown_organisation_is_a_problem_with_a_code(client: TestClient) -> None:
    answer = client.get("/org/niemand/did.json")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-found"


def test_the_did_document_lists_both_kinds_of_key(client: TestClient, organisation: Organisation) -> None:
    document = client.get(f"/org/{organisation.slug}/did.json").json()
    assert document["id"] == organisation.did == "did:web:127.0.0.1%3A8101:org:vakhulp"
    keys = [
        PublicKey.from_multikey(method["publicKeyMultibase"]) for method in document["verificationMethod"]
    ]
    assert {key.algorithm for key in keys} == {"Ed25519", "P-256"}
    assert all(base64url.encode(key.thumbprint()) for key in keys)
