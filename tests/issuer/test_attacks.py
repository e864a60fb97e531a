"""What an attacker sends to the endpoints, and the word that the specification has for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from issuer.service import Service
from issuer.tables import Offer
from standard import jws, openid4vci
from standard.keys import KeySigner
from tests.issuer.acting import Wallet, new_signer, tx_code
from tests.issuer.authorizing import HISTORY, CodeWallet


@pytest.fixture
def flow(wallet: Wallet, issuer: str, offer: Offer) -> CodeWallet:
    return CodeWallet(wallet, issuer, wallet.offer(offer.id))


@pytest.fixture
def bound(flow: CodeWallet, service: Service, offer: Offer) -> str:
    return flow.bound_token(tx_code(service, offer))


def refused(answer: Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"])


def test_a_stolen_bound_token_is_worth_nothing_without_its_key(flow: CodeWallet, bound: str) -> None:
    for headers in (
        {"Authorization": f"Bearer {bound}"},
        {"Authorization": f"Bearer {bound}", "DPoP": flow.proof(f"{flow.issuer}/credential", bound)},
        flow.shown(bound, key=new_signer()),
    ):
        answer = flow.request(headers)
        assert refused(answer) == (401, "invalid_token")
        assert "DPoP" in answer.headers["www-authenticate"]
    assert flow.request(flow.shown(bound)).status_code == 200


def test_a_plain_token_does_not_pass_for_a_bound_one(flow: CodeWallet, access_token: str) -> None:
    assert refused(flow.request(flow.shown(access_token))) == (401, "invalid_token")


def test_a_dpop_proof_works_once(flow: CodeWallet, bound: str) -> None:
    headers = flow.shown(bound)
    assert flow.request(headers).status_code == 200
    again = flow.request(headers)
    assert refused(again) == (401, "invalid_dpop_proof")
    assert again.headers["www-authenticate"].startswith("DPoP ")
    pushed_with = {"DPoP": flow.proof(f"{flow.issuer}/par")}
    assert refused(flow.push(pushed_with)) == (400, "invalid_request"), "the offer is taken up"
    assert refused(flow.push(pushed_with)) == (400, "invalid_dpop_proof")


def test_a_dpop_proof_is_for_one_endpoint_and_one_token(flow: CodeWallet, bound: str) -> None:
    elsewhere = flow.proof(f"{flow.issuer}/token", bound)
    for proof in (elsewhere, flow.proof(f"{flow.issuer}/credential"), "x"):
        headers = {"Authorization": f"DPoP {bound}", "DPoP": proof}
        assert refused(flow.request(headers)) == (401, "invalid_dpop_proof")
    assert refused(flow.request({"Authorization": f"DPoP {bound}"})) == (401, "invalid_dpop_proof")


def test_two_dpop_proofs_are_one_too_many(flow: CodeWallet, bound: str) -> None:
    url = f"{flow.issuer}/credential"
    headers = [
        ("Authorization", f"DPoP {bound}"),
        ("DPoP", flow.proof(url, bound)),
        ("DPoP", flow.proof(url, bound)),
    ]
    answer = flow.wallet.client.post(url, json={}, headers=headers)
    assert refused(answer) == (401, "invalid_dpop_proof")


def test_the_token_endpoint_names_a_bad_dpop_proof(flow: CodeWallet, service: Service, offer: Offer) -> None:
    code = flow.code(tx_code(service, offer))
    assert refused(flow.exchange(code, {"DPoP": "x"})) == (400, "invalid_dpop_proof")
    proof = {"DPoP": flow.proof(f"{flow.issuer}/token")}
    assert flow.exchange(code, proof).status_code == 200
    assert refused(flow.exchange(code, proof)) == (400, "invalid_dpop_proof")


def test_a_token_in_the_address_or_the_body_is_not_looked_at(
    client: TestClient, issuer: str, access_token: str
) -> None:
    for given in (
        {"params": {"access_token": access_token}},
        {"json": {"access_token": access_token}},
    ):
        answer = client.post(f"{issuer}/credential", **given)  # type: ignore[arg-type]
        assert refused(answer) == (401, "invalid_token")


def test_who_shows_no_token_is_told_how_and_not_what_is_wrong(client: TestClient, issuer: str) -> None:
    answer = client.post(f"{issuer}/credential", json={})
    assert refused(answer) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer, DPoP algs=")
    assert "error" not in answer.headers["www-authenticate"]


def test_a_stranger_learns_nothing_but_that_the_token_is_not_valid(client: TestClient, issuer: str) -> None:
    for path in ("credential", "deferred_credential", "notification"):
        for body in (b"", b"{", b"[]", b'{"a":1,"a":2}'):
            answer = client.post(
                f"{issuer}/{path}", content=body, headers={"Authorization": "Bearer nonsense"}
            )
            assert refused(answer) == (401, "invalid_token")


def key_proof(
    wallet: Wallet,
    issuer: str,
    *,
    header: dict[str, Any] | None = None,
    signer: KeySigner | None = None,
    **change: Any,
) -> str:
    holder = signer or wallet.signer
    payload = {"aud": issuer, "iat": int(wallet.clock().timestamp()), "nonce": wallet.nonce(issuer), **change}
    full = {"typ": "openid4vci-proof+jwt", "kid": holder.verification_method, **(header or {})}
    return jws.sign(full, payload, holder)


def unsigned(wallet: Wallet, issuer: str) -> str:
    _, payload, _ = key_proof(wallet, issuer).split(".")
    named = {"alg": "none", "typ": "openid4vci-proof+jwt", "kid": wallet.signer.verification_method}
    return f"{jws.encode_json(named)}.{payload}."


PROOFS: dict[str, tuple[str, Callable[[Wallet, str], str]]] = {
    "an unknown nonce": ("invalid_nonce", lambda w, i: key_proof(w, i, nonce="x" * 43)),
    "another audience": ("invalid_proof", lambda w, i: key_proof(w, i, aud="https://other.example")),
    "another type": ("invalid_proof", lambda w, i: key_proof(w, i, header={"typ": "JWT"})),
    "a DPoP proof": ("invalid_proof", lambda w, i: key_proof(w, i, header={"typ": "dpop+jwt"})),
    "algorithm none": ("invalid_proof", unsigned),
    "a critical header": ("invalid_proof", lambda w, i: key_proof(w, i, header={"crit": ["x"], "x": 1})),
    "an attested key": ("invalid_proof", lambda w, i: key_proof(w, i, header={"key_attestation": "e30"})),
    "an old proof": ("invalid_proof", lambda w, i: key_proof(w, i, iat=1)),
    "an ended proof": ("invalid_proof", lambda w, i: key_proof(w, i, exp=1)),
    "a proof for later": ("invalid_proof", lambda w, i: key_proof(w, i, nbf=2**40)),
    "a proof without end": ("invalid_proof", lambda w, i: key_proof(w, i, exp="never")),
    "no JWT": ("invalid_proof", lambda w, i: "x"),
}  # fmt: skip


@pytest.mark.parametrize("case", PROOFS)
def test_a_key_proof_that_is_out_of_order_has_its_own_error(
    wallet: Wallet, issuer: str, access_token: str, case: str
) -> None:
    error, make = PROOFS[case]
    answer = wallet.request(issuer, access_token, HISTORY, [make(wallet, issuer)])
    assert refused(answer) == (400, error)
    assert answer.headers["cache-control"] == "no-store"


def test_one_stale_nonce_in_a_batch_refuses_the_whole(wallet: Wallet, issuer: str, access_token: str) -> None:
    proofs = [key_proof(wallet, issuer), key_proof(wallet, issuer, signer=new_signer())]
    assert refused(wallet.request(issuer, access_token, HISTORY, proofs)) == (400, "invalid_proof")


def request_with(members: dict[str, Any]) -> bytes:
    return json.dumps({"credential_configuration_id": HISTORY, **members}).encode()


@pytest.mark.parametrize(
    ("error", "body"),
    [
        ("invalid_credential_request", b""),
        ("invalid_credential_request", b"[]"),
        ("invalid_credential_request", b'{"credential_identifier":"a","credential_identifier":"b"}'),
        ("invalid_credential_request", b'{"credential_configuration_id":NaN}'),
        ("invalid_credential_request", b'{"credential_configuration_id":"\\ud800"}'),
        ("invalid_credential_request", b"[" * 100_000),
        ("unknown_credential_configuration", b'{"credential_configuration_id":"Diploma"}'),
        ("unknown_credential_identifier", b'{"credential_identifier":"x","proofs":{"jwt":["x"]}}'),
        ("invalid_proof", request_with({})),
        ("invalid_proof", request_with({"proof": {"proof_type": "jwt", "jwt": "x"}})),
        ("invalid_proof", request_with({"proofs": {"jwt": [f"x{number}" for number in range(9)]}})),
        ("invalid_proof", request_with({"proofs": {"attestation": ["x"]}})),
    ],
)  # fmt: skip
def test_a_body_that_is_out_of_order_has_its_own_error(
    client: TestClient, issuer: str, access_token: str, error: str, body: bytes
) -> None:
    answer = client.post(
        f"{issuer}/credential", content=body, headers={"Authorization": f"Bearer {access_token}"}
    )
    assert refused(answer) == (400, error)


def test_an_oversized_body_is_not_read(client: TestClient, issuer: str, access_token: str) -> None:
    answer = client.post(
        f"{issuer}/credential",
        content=b" " * (2 << 20),
        headers={"Authorization": f"Bearer {access_token}"},
    )
    assert answer.status_code == 413


def test_a_promise_that_was_never_made_is_not_kept(flow: CodeWallet, access_token: str) -> None:
    bearer = {"Authorization": f"Bearer {access_token}"}
    answer = flow.wallet.client.post(
        f"{flow.issuer}/deferred_credential", json=openid4vci.deferred_request("x"), headers=bearer
    )
    assert refused(answer) == (400, "invalid_transaction_id")
    empty = flow.wallet.client.post(f"{flow.issuer}/deferred_credential", json={}, headers=bearer)
    assert refused(empty) == (400, "invalid_credential_request")
