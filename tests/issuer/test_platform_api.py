"""A platform's own program brings exports in, offers, lists and withdraws, within what it may do."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlmodel import select

from issuer import audit
from issuer.api import assertions, clients, repeats
from issuer.api.repeats import Answer, Once
from issuer.api.scopes import Scope
from issuer.errors import RequestUnderWayError
from issuer.service import Service
from issuer.tables import ApiClient, Import, Offer, Organisation, RepeatableAnswer, Worker
from tests.issuer.acting import Clock, add_organisation, run_jobs

YEAR = timedelta(days=365)


def new_client(
    service: Service, organisation: Organisation, *scopes: Scope, jwks: str | None = None
) -> ApiClient:
    with service.database.writing() as session:
        return clients.add_client(
            session, organisation, name="payroll", scopes=scopes or tuple(Scope), jwks=jwks,
            now=service.clock(),
        )  # fmt: skip


def new_key(service: Service, client: ApiClient) -> str:
    with service.database.writing() as session:
        return clients.add_key(session, client, now=service.clock(), lifetime=YEAR).text


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def api_client(service: Service, organisation: Organisation) -> ApiClient:
    return new_client(service, organisation)


@pytest.fixture
def key(service: Service, api_client: ApiClient) -> dict[str, str]:
    return bearer(new_key(service, api_client))


def put_batch(client: TestClient, headers: dict[str, str], export: Path, **more: str) -> Response:
    return client.post(
        f"/v1/batches?profile=vakhulp&file_name={export.name}",
        content=export.read_bytes(), headers={**headers, "Content-Type": "text/csv", **more},
    )  # fmt: skip


def problem(answer: Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, str(answer.json()["code"])


def test_an_export_becomes_statements(client: TestClient, key: dict[str, str], export: Path) -> None:
    read = put_batch(client, key, export)
    assert read.status_code == 201, read.text
    batch = read.json()
    assert (batch["state"], batch["worker_count"]) == ("preview", 3)
    assert batch["bad_count"] > 0
    done = client.post(f"/v1/batches/{batch['id']}/commit", headers=key)
    assert done.json()["state"] == "committed"
    assert done.json()["new_statement_count"] > 0
    again = client.post(f"/v1/batches/{batch['id']}/commit", headers=key)
    assert problem(again) == (409, "import-state")


def test_refused_rows_come_page_by_page(client: TestClient, key: dict[str, str], export: Path) -> None:
    batch = put_batch(client, key, export).json()
    rows: list[dict[str, Any]] = []
    after = "0"
    while after is not None:
        page = client.get(f"/v1/batches/{batch['id']}/errors?limit=2&after={after}", headers=key).json()
        rows, after = [*rows, *page["items"]], page["next"]
    assert len(rows) == batch["bad_count"]
    assert [row["row"] for row in rows] == sorted(row["row"] for row in rows)


def test_a_list_shows_everything_once(client: TestClient, key: dict[str, str], imported: Import) -> None:
    whole = client.get("/v1/statements?limit=200", headers=key).json()["items"]
    ids: list[str] = []
    address = "/v1/statements?limit=1"
    while True:
        page = client.get(address, headers=key).json()
        ids += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        address = f"/v1/statements?limit=1&after={page['next']}"
    assert ids == [item["id"] for item in whole]
    assert len(set(ids)) == len(ids) > 1


def test_an_offer_is_claimed_with_what_the_answer_says(
    client: TestClient, key: dict[str, str], fatima: Worker
) -> None:
    answer = client.post("/v1/offers", headers=key, json={"worker": fatima.worker_key})
    assert answer.status_code == 201
    offer = answer.json()
    assert client.get(offer["claim_link"]).status_code == 200
    document = client.get(offer["credential_offer_uri"]).json()
    grant = document["grants"]["urn:ietf:params:oauth:grant-type:pre-authorized_code"]
    token = client.post(
        f"{document['credential_issuer']}/token",
        data={
            "grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            "pre-authorized_code": grant["pre-authorized_code"],
            "tx_code": offer["transaction_code"],
        },
    )
    assert token.status_code == 200, token.text
    shown = client.get(f"/v1/offers/{offer['id']}", headers=key).json()
    assert (shown["state"], shown["transaction_code"]) == ("redeemed", None)


def test_a_transaction_code_is_for_those_who_make_offers(
    client: TestClient, service: Service, organisation: Organisation, offer: Offer
) -> None:
    reader = bearer(new_key(service, new_client(service, organisation, Scope.READ)))
    shown = client.get(f"/v1/offers/{offer.id}", headers=reader).json()
    assert (shown["state"], shown["transaction_code"]) == ("open", None)


def test_withdrawing_reaches_every_copy(client: TestClient, key: dict[str, str], fatima: Worker) -> None:
    items = client.get(f"/v1/statements?worker={fatima.worker_key}", headers=key).json()["items"]
    address = f"/v1/statements/{items[0]['id']}/revoke"
    assert client.post(address, headers=key, json={"reason": "mistake"}).status_code == 200
    assert client.post(address, headers=key, json={"reason": "mistake"}).status_code == 200
    after = client.get(f"/v1/statements?worker={fatima.worker_key}", headers=key).json()["items"]
    assert [item["revoked_at"] is not None for item in after if item["id"] == items[0]["id"]] == [True]


def test_a_suspension_comes_and_goes(client: TestClient, key: dict[str, str], fatima: Worker) -> None:
    statement = client.get(f"/v1/statements?worker={fatima.worker_key}", headers=key).json()["items"][0]
    address = f"/v1/statements/{statement['id']}"
    held = client.post(f"{address}/suspend", headers=key, json={"reason": "being looked into"})
    assert (held.status_code, held.json()["suspended_at"] is not None) == (200, True)
    assert client.post(f"{address}/restore", headers=key).json()["suspended_at"] is None
    client.post(f"{address}/revoke", headers=key, json={"reason": "mistake"})
    assert problem(client.post(f"{address}/restore", headers=key)) == (409, "statement-state")


def test_links_for_everyone_are_a_job_that_tells_how_far_it_is(
    client: TestClient, service: Service, key: dict[str, str], imported: Import
) -> None:
    started = client.post("/v1/offers/all", headers=key)
    assert started.status_code == 202
    run_jobs(service)
    done = client.get(f"/v1/jobs/{started.json()['id']}", headers=key).json()
    assert (done["state"], done["made_count"]) == ("done", imported.worker_count)
    assert len(client.get("/v1/offers", headers=key).json()["items"]) == imported.worker_count
    assert problem(client.get(f"/v1/jobs/{uuid4()}", headers=key)) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "address", "scope"),
    [
        ("GET", "/v1/batches", Scope.READ),
        ("POST", "/v1/batches?profile=vakhulp", Scope.BATCHES),
        ("POST", "/v1/offers", Scope.OFFERS),
        ("POST", f"/v1/statements/{uuid4()}/revoke", Scope.STATUS),
        ("POST", f"/v1/credentials/{uuid4()}/revoke", Scope.STATUS),
    ],
    ids=["list", "upload", "offer", "revoke-statement", "revoke-credential"],
)
def test_a_program_does_nothing_beyond_its_scopes(
    client: TestClient, service: Service, organisation: Organisation, method: str, address: str, scope: Scope
) -> None:
    others = [other for other in Scope if other != scope]
    shown = bearer(new_key(service, new_client(service, organisation, *others)))
    body = {"worker": "x", "reason": "x"}
    assert problem(client.request(method, address, headers=shown, json=body)) == (403, "scope-missing")
    assert problem(client.request(method, address, json=body)) == (401, "not-authenticated")


def test_another_organisations_records_are_as_unknown_as_none(
    client: TestClient, service: Service, imported: Import, offer: Offer, fatima: Worker, key: dict[str, str]
) -> None:
    stranger = bearer(new_key(service, new_client(service, add_organisation(service, "klusdag"))))
    statement = client.get("/v1/statements", headers=key).json()["items"][0]["id"]
    for address in (
        f"/v1/batches/{imported.id}",
        f"/v1/batches/{imported.id}/errors",
        f"/v1/offers/{offer.id}",
    ):
        assert client.get(address, headers=key).status_code == 200
        assert problem(client.get(address, headers=stranger)) == (404, "not-found")
    refused = client.post(f"/v1/statements/{statement}/revoke", headers=stranger, json={"reason": "x"})
    assert problem(refused) == (404, "not-found")
    assert client.post("/v1/offers", headers=stranger, json={"worker": fatima.worker_key}).status_code == 404
    assert client.get("/v1/statements", headers=stranger).json()["items"] == []


def test_a_key_lives_until_it_expires_is_withdrawn_or_its_program_is_disabled(
    client: TestClient, service: Service, organisation: Organisation, clock: Clock
) -> None:
    owner = new_client(service, organisation)
    first, second = (new_key(service, owner) for _ in range(2))
    with pytest.raises(clients.ApiClientError, match="two keys"):
        new_key(service, owner)
    assert client.get("/v1/batches", headers=bearer(first)).status_code == 200
    with service.database.writing() as session:
        clients.revoke_key(session, owner, first.split("_")[2], now=service.clock())
    assert client.get("/v1/batches", headers=bearer(first)).status_code == 401
    assert client.get("/v1/batches", headers=bearer(second)).status_code == 200
    third = new_key(service, owner)
    with service.database.writing() as session:
        clients.disable_client(session, organisation, owner.id, now=service.clock())
    assert client.get("/v1/batches", headers=bearer(third)).status_code == 401
    other = bearer(new_key(service, new_client(service, organisation)))
    clock.advance(days=365)
    assert client.get("/v1/batches", headers=other).status_code == 401


def test_a_key_in_the_address_opens_nothing(client: TestClient, key: dict[str, str]) -> None:
    text = key["Authorization"].removeprefix("Bearer ")
    assert client.get(f"/v1/batches?access_token={text}").status_code == 401


def test_a_repeat_with_the_same_key_is_answered_the_same(
    client: TestClient, key: dict[str, str], fatima: Worker
) -> None:
    ask = {"headers": {**key, "Idempotency-Key": "offer-1"}, "json": {"worker": fatima.worker_key}}
    first, second = (client.post("/v1/offers", **ask) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert len(client.get("/v1/offers", headers=key).json()["items"]) == 1


def test_a_dump_of_the_database_shows_no_secret_of_a_remembered_answer(
    client: TestClient, service: Service, key: dict[str, str], fatima: Worker
) -> None:
    """The secret of a webhook and the code of a claim link come again, and only to the same request."""
    hook = {"url": "https://platform.example/hook", "events": ["batch.finished"]}
    asked = {
        "/v1/webhooks": (hook, "secret"),
        "/v1/offers": ({"worker": fatima.worker_key}, "transaction_code"),
    }
    for number, (path, (wanted, name)) in enumerate(asked.items()):
        headers = {**key, "Idempotency-Key": f"ask-{number}"}
        first, second = (client.post(path, headers=headers, json=wanted) for _ in range(2))
        assert first.json()[name] == second.json()[name]
    with service.database.writing() as session:
        one, other = session.exec(select(RepeatableAnswer).order_by(RepeatableAnswer.key)).all()
        assert not any(word in row.body for row in (one, other) for word in (b"whsec_", b"transaction_code"))
        one.body = other.body
    moved = client.post("/v1/webhooks", headers={**key, "Idempotency-Key": "ask-0"}, json=hook)
    assert problem(moved) == (422, "key-folder")


def test_repeats_at_the_same_moment_do_one_thing(
    client: TestClient, key: dict[str, str], fatima: Worker
) -> None:
    ask = {"headers": {**key, "Idempotency-Key": "offer-1"}, "json": {"worker": fatima.worker_key}}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.post("/v1/offers", **ask), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_an_uploads_repeat_is_the_same_batch_and_another_file_is_refused(
    client: TestClient, key: dict[str, str], export: Path
) -> None:
    first, second = (put_batch(client, key, export, **{"Idempotency-Key": "november"}) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    other = client.post(
        f"/v1/batches?profile=vakhulp&file_name={export.name}", content=b"another file",
        headers={**key, "Idempotency-Key": "november"},
    )  # fmt: skip
    assert problem(other) == (422, "idempotency-key")


def test_uploads_with_one_key_at_the_same_moment_make_one_batch(
    client: TestClient, key: dict[str, str], export: Path
) -> None:
    def put(_: int) -> Response:
        return put_batch(client, key, export, **{"Idempotency-Key": "november"})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(put, range(4)))
    refused = [answer for answer in answers if answer.status_code != 201]
    assert {problem(answer) for answer in refused} <= {(409, "request-under-way")}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    assert len(client.get("/v1/batches", headers=key).json()["items"]) == 1
    assert put(0).json() == next(answer for answer in answers if answer.status_code == 201).json()


def test_a_request_that_was_killed_is_carried_out_by_a_later_repeat(
    service: Service, api_client: ApiClient, clock: Clock
) -> None:
    once = Once(api_client.id, "november", "a", service.keys.claim_code_key())

    def begin() -> Answer | None:
        with service.database.writing() as session:
            return repeats.begin(session, once, now=clock())

    assert begin() is None
    with pytest.raises(RequestUnderWayError):
        begin()
    clock.now += repeats.PATIENCE
    assert begin() is None
    with service.database.writing() as session:
        repeats.finish(session, once, Answer(201, b"made"))
        repeats.finish(session, once, Answer(201, b"made by the first one after all"))
        repeats.forget(session, once)
    assert begin() == Answer(201, b"made")


def test_what_failed_may_be_tried_again_with_the_same_key(
    client: TestClient, key: dict[str, str], export: Path
) -> None:
    headers = {**key, "Idempotency-Key": "commit-1"}
    batch = put_batch(client, key, export).json()["id"]
    assert problem(client.post(f"/v1/batches/{uuid4()}/commit", headers=headers))[0] == 404
    assert client.post(f"/v1/batches/{batch}/commit", headers=headers).status_code == 200


def test_who_calls_too_fast_is_told_when_to_come_back(
    client: TestClient, service: Service, key: dict[str, str], clock: Clock
) -> None:
    burst = service.settings.api_burst
    answers = [client.get("/v1/batches", headers=key) for _ in range(burst + 1)]
    assert {answer.status_code for answer in answers[:burst]} == {200}
    assert problem(answers[-1]) == (429, "too-many-requests")
    clock.advance(seconds=int(answers[-1].headers["retry-after"]))
    assert client.get("/v1/batches", headers=key).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b"\xff",
        b'{"worker":NaN}',
        b'{"worker":"\\ud800"}',
        b'{"worker":"a","worker":"b"}',
    ],
)
def test_json_that_can_be_read_in_two_ways_or_none_is_refused(
    client: TestClient, key: dict[str, str], body: bytes
) -> None:
    headers = {**key, "Content-Type": "application/json"}
    assert problem(client.post("/v1/offers", headers=headers, content=body)) == (422, "json")


def test_a_zero_byte_is_no_fault_of_ours(
    client: TestClient, key: dict[str, str], organisation: Organisation, fatima: Worker
) -> None:
    """PostgreSQL takes none in a text."""
    statement = client.get("/v1/statements", headers=key).json()["items"][0]["id"]
    addresses = [
        client.get("/v1/workers/a%00b/record", headers=key),
        client.get(f"/org/{organisation.slug}%00/did.json"),
        client.get("/.well-known/openid-credential-issuer/org/a%00b"),
        client.post("/org/a%00b/nonce"),
    ]
    values = [
        client.get("/v1/statements?worker=a%00b", headers=key),
        client.post("/v1/offers", headers=key, json={"worker": "a\0b"}),
        client.post("/v1/batches?profile=a%00b", headers=key, content=b"x"),
        client.post(f"/v1/statements/{statement}/suspend", headers=key, json={"reason": "a\0b"}),
        client.post("/inloggen", data={"login_name": "a\0b", "password": "x", "code": "1"}),
    ]
    assert {answer.status_code for answer in addresses} == {404}
    assert {answer.status_code for answer in values} <= {200, 403, 404, 422}


def test_who_asks_in_a_way_that_is_not_taken_hears_which_is(client: TestClient) -> None:
    answer = client.put("/v1/batches")
    assert problem(answer) == (405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}


def test_bad_cursors_and_bodies_are_named(client: TestClient, key: dict[str, str]) -> None:
    assert problem(client.get("/v1/batches?after=%00", headers=key)) == (422, "cursor")
    assert problem(client.get("/v1/offers?after=AAAA", headers=key)) == (422, "cursor")
    assert problem(client.post("/v1/offers", headers=key, json={"who": "x"})) == (422, "fields")
    assert problem(client.post("/v1/offers", headers=key, content=b"{}")) == (415, "media-type")
    assert problem(client.post("/v1/batches?profile=../x", headers=key, content=b"a"))[0] == 422


Signing = tuple[Any, str]
SIGNERS: dict[str, Callable[[], Any]] = {
    "ES256": lambda: ECKey.generate_key("P-256"),
    "ES384": lambda: ECKey.generate_key("P-384"),
    "Ed25519": lambda: OKPKey.generate_key("Ed25519"),
    "PS256": lambda: RSAKey.generate_key(2048),
}


def jwks(*keys: Any) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def token_request(client: TestClient, assertion: str, **more: str) -> Response:
    form = {"grant_type": "client_credentials", "client_assertion_type": assertions.ASSERTION_TYPE}
    return client.post("/v1/token", data={**form, "client_assertion": assertion, **more})


class Signer:
    """A program that signs its assertions; any claim can be made wrong."""

    def __init__(self, service: Service, organisation: Organisation, algorithm: str = "ES256") -> None:
        self.service, self.algorithm, self.key = service, algorithm, SIGNERS[algorithm]()
        self.header: dict[str, str] = {}
        keys = assertions.check_jwks(jwks(self.key))
        self.client = new_client(service, organisation, Scope.READ, Scope.OFFERS, jwks=keys)

    def assertion(self, **changed: Any) -> str:
        now = int(self.service.clock().timestamp())
        said = {
            "iss": self.client.id, "sub": self.client.id, "aud": f"{self.service.settings.base_url}/v1/token",
            "iat": now, "exp": now + 120, "jti": uuid4().hex,
        }  # fmt: skip
        said = {name: value for name, value in {**said, **changed}.items() if value is not None}
        header = {"alg": self.algorithm, **self.header}
        return jwt.encode(header, said, self.key, algorithms=[self.algorithm])


@pytest.mark.parametrize("algorithm", list(SIGNERS))
def test_a_signed_assertion_gives_a_token(
    client: TestClient, service: Service, organisation: Organisation, algorithm: str
) -> None:
    answer = token_request(client, Signer(service, organisation, algorithm).assertion())
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["scope"] == "offers read"
    token = bearer(answer.json()["access_token"])
    assert client.get("/v1/batches", headers=token).status_code == 200
    assert client.post("/v1/batches?profile=vakhulp", headers=token, content=b"x").status_code == 403


def test_a_token_may_hold_less_and_ends(
    client: TestClient, service: Service, organisation: Organisation, clock: Clock
) -> None:
    signer = Signer(service, organisation)
    answer = token_request(client, signer.assertion(), scope="offers")
    token = bearer(answer.json()["access_token"])
    assert client.get("/v1/batches", headers=token).status_code == 403
    wider = token_request(client, signer.assertion(), scope="offers status")
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")
    clock.advance(seconds=answer.json()["expires_in"])
    assert client.get("/v1/batches", headers=token).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example/v1/token"}, {"aud": None}, {"aud": []}, {"iss": "another"},
        {"sub": "another"}, {"exp": None}, {"exp": 1}, {"exp": 2**62}, {"exp": True}, {"jti": None},
        {"jti": "x" * 300}, {"jti": ""}, {"iat": 2**40}, {"nbf": 2**40},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_assertion_is_refused(
    client: TestClient, service: Service, organisation: Organisation, changed: dict[str, Any]
) -> None:
    answer = token_request(client, Signer(service, organisation).assertion(**changed))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_program_with_the_key_hears_what_is_wrong(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    signer = Signer(service, organisation)
    told = token_request(client, signer.assertion(aud="https://elsewhere.example")).json()
    assert "aud" in told["error_description"]
    stranger = Signer(service, organisation)
    stranger.client = signer.client
    told = token_request(client, stranger.assertion(aud="https://elsewhere.example")).json()
    assert "aud" not in told["error_description"]


def test_a_moment_may_have_a_fraction(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    soon = service.clock().timestamp() + 60.25
    answer = token_request(client, Signer(service, organisation).assertion(exp=soon))
    assert answer.status_code == 200


def test_a_key_that_is_named_is_the_one_that_signed(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    signer, other = Signer(service, organisation), ECKey.generate_key("P-256", {"kid": "other"})
    named = ECKey.import_key({**signer.key.as_dict(private=False), "kid": "mine"})
    with service.database.writing() as session:
        registered = clients.find_client(session, organisation, signer.client.id)
        clients.set_jwks(session, registered, assertions.check_jwks(jwks(named, other)))
    for key_id, status in (("mine", 200), ("other", 401), ("unknown", 401)):
        signer.header = {"kid": key_id}
        assert token_request(client, signer.assertion()).status_code == status


def test_an_assertion_works_once(client: TestClient, service: Service, organisation: Organisation) -> None:
    assertion = Signer(service, organisation).assertion()
    assert token_request(client, assertion).status_code == 200
    assert token_request(client, assertion).json()["error"] == "invalid_client"


def test_somebody_elses_signature_is_refused(
    client: TestClient, service: Service, organisation: Organisation
) -> None:
    mine, other = Signer(service, organisation), Signer(service, organisation)
    mine.key = other.key
    assert token_request(client, mine.assertion()).json()["error"] == "invalid_client"
    head, body, _ = other.assertion().split(".")
    assert token_request(client, f"{head}.{body}.").json()["error"] == "invalid_client"
    none = "eyJhbGciOiJub25lIn0"
    assert token_request(client, f"{none}.{body}.").json()["error"] == "invalid_client"


@pytest.mark.parametrize("assertion", ["", "x", "a.b.c", "é", "x" * 10_000])
def test_an_unreadable_assertion_is_refused(client: TestClient, assertion: str) -> None:
    answer = token_request(client, assertion)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_client", "invalid_request")


@pytest.mark.parametrize(
    "document",
    ["", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "AAAA"}]}', '{"keys": [{"kty": "EC"}]}', "[1]"],
)
def test_keys_that_cannot_be_used_are_refused(document: str) -> None:
    with pytest.raises(clients.ApiClientError):
        assertions.check_jwks(document)


def test_a_private_key_is_refused() -> None:
    private = json.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=True)]})
    with pytest.raises(clients.ApiClientError, match="public"):
        assertions.check_jwks(private)


def test_what_a_program_does_is_noted(
    client: TestClient, service: Service, organisation: Organisation, api_client: ApiClient,
    key: dict[str, str], fatima: Worker,
) -> None:  # fmt: skip
    client.post("/v1/offers", headers=key, json={"worker": fatima.worker_key})
    with service.database.reading() as session:
        entry = audit.store.latest_entries(session, audit.chain_name(organisation.id), before=None, limit=1)[
            0
        ]
    assert (entry.actor, entry.subject) == (api_client.actor, str(fatima.id))
