"""A platform's own server is told what happened, signed, until it says that it heard."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from issuer.api.scopes import Scope
from issuer.errors import WebhookError
from issuer.life import status
from issuer.service import Service
from issuer.settings import IssuerSettings
from issuer.store import webhooks as store
from issuer.tables import Organisation, Statement, WebhookDelivery, Worker
from issuer.webhooks import courier, delivery, signing_secrets, subscriptions
from issuer.webhooks.events import Event, emit
from tests.issuer.acting import Clock, Wallet
from tests.issuer.test_platform_api import bearer, new_client, new_key, problem


@dataclass
class Receiver:
    """A real server that keeps what it is sent and answers as it is told."""

    port: int = 0
    answer: int = 204
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/heard"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(state.answer)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings: IssuerSettings, receiver: Receiver) -> IssuerSettings:
    # The service's own courier never wakes up: the tests decide when something is sent.
    hosts = frozenset({f"127.0.0.1:{receiver.port}"})
    return settings.model_copy(update={"loopback_hosts": hosts, "webhook_poll_seconds": 3600})


@pytest.fixture
def key(service: Service, organisation: Organisation) -> dict[str, str]:
    return bearer(new_key(service, new_client(service, organisation)))


def subscribe(client: TestClient, key: dict[str, str], url: str, *events: Event) -> Any:
    answer = client.post("/v1/webhooks", headers=key, json={"url": url, "events": list(events or Event)})
    assert answer.status_code == 201, answer.text
    return answer.json()


def deliver(service: Service) -> int:
    return delivery.deliver_due(service, courier.fetcher(service), limit=10)


def states(service: Service) -> list[tuple[str, int, str | None]]:
    with service.database.reading() as session:
        found = session.exec(select(WebhookDelivery).order_by(WebhookDelivery.created_at)).all()  # type: ignore[arg-type]
        return [(item.state, item.attempts, item.last_answer) for item in found]


def tell(service: Service, organisation: Organisation, data: dict[str, Any] | None = None) -> None:
    assert organisation.id is not None
    with service.database.writing() as session:
        emit(session, organisation.id, Event.BATCH_FINISHED, data or {"batch": "1"}, now=service.clock())


def test_a_withdrawal_is_told_with_a_signature_that_holds(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, fatima: Worker,
) -> None:  # fmt: skip
    secret = subscribe(client, key, receiver.url, Event.STATEMENT_REVOKED)["secret"]
    with service.database.writing() as session:
        statement = session.exec(select(Statement).where(Statement.worker_id == fatima.id)).first()
        assert statement is not None
        status.revoke(session, organisation, statement.id, reason="mistake", now=service.clock())
    assert deliver(service) == 1
    [(headers, body)] = receiver.heard
    message = json.loads(body)
    assert message["type"] == "statement.revoked"
    assert message["data"] == {"statement": str(statement.id)}
    assert headers["webhook-signature"] == signed_with(secret, headers, body)
    assert states(service) == [("delivered", 1, "204")]


def test_a_claim_is_told_once_without_a_name(
    client: TestClient, service: Service, key: dict[str, str], receiver: Receiver,
    wallet: Wallet, access_token: str, issuer: str, clock: Clock,
) -> None:  # fmt: skip
    subscribe(client, key, receiver.url, Event.CREDENTIAL_CLAIMED)
    for _ in range(2):
        wallet.claim(issuer, access_token, "WorkHistoryCredential.dc+sd-jwt")
        clock.advance(seconds=1)
    assert deliver(service) == 1
    assert b"Fatima" not in receiver.heard[0][1]
    assert len(json.loads(receiver.heard[0][1])["data"]["credentials"]) == 1


def test_what_was_not_asked_for_is_not_told(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str], receiver: Receiver
) -> None:
    subscribe(client, key, receiver.url, Event.STATEMENT_REVOKED)
    tell(service, organisation)
    assert states(service) == []


def test_an_undone_transaction_tells_nothing(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str], receiver: Receiver
) -> None:
    subscribe(client, key, receiver.url)
    with pytest.raises(RuntimeError), service.database.writing() as session:
        emit(session, organisation.id or 0, Event.BATCH_FINISHED, {"batch": "1"}, now=service.clock())
        raise RuntimeError("undone")
    assert states(service) == []


def test_a_message_is_tried_again_with_longer_pauses_until_it_arrives(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, clock: Clock,
) -> None:  # fmt: skip
    subscribe(client, key, receiver.url)
    tell(service, organisation)
    receiver.answer = 500
    assert deliver(service) == 1
    assert deliver(service) == 0
    clock.advance(seconds=delivery.PAUSES[0].total_seconds())
    assert deliver(service) == 1
    receiver.answer = 200
    clock.advance(seconds=delivery.PAUSES[1].total_seconds())
    assert deliver(service) == 1
    assert states(service) == [("delivered", 3, "200")]
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1


def test_after_a_roll_messages_carry_both_signatures_for_a_day(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, clock: Clock,
) -> None:  # fmt: skip
    made = subscribe(client, key, receiver.url)
    rolled = client.post(f"/v1/webhooks/{made['id']}/secret", headers=key)
    assert rolled.status_code == 201
    assert client.post(f"/v1/webhooks/{made['id']}/secret", headers=key).status_code == 422
    secrets = [rolled.json()["secret"], made["secret"]]
    tell(service, organisation)
    deliver(service)
    clock.advance(seconds=signing_secrets.OVERLAP.total_seconds())
    tell(service, organisation)
    deliver(service)
    during, after = (headers["webhook-signature"] for headers, _ in receiver.heard)
    assert during == " ".join(signed_with(secret, *receiver.heard[0]) for secret in secrets)
    assert after == signed_with(secrets[0], *receiver.heard[1])


def signed_with(secret: str, headers: dict[str, str], body: bytes) -> str:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}".encode()
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    return f"v1,{base64.b64encode(hmac.digest(raw, signed, hashlib.sha256)).decode()}"


def test_a_dead_address_is_given_up_in_the_end(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, clock: Clock,
) -> None:  # fmt: skip
    made = subscribe(client, key, receiver.url)
    tell(service, organisation)
    receiver.answer = 410
    for pause in (*delivery.PAUSES, delivery.PAUSES[-1]):
        deliver(service)
        clock.advance(seconds=pause.total_seconds())
    assert states(service) == [("given-up", len(delivery.PAUSES) + 1, "410")]
    assert deliver(service) == 0
    key = bearer(new_key(service, new_client(service, organisation, Scope.WEBHOOKS)))
    [shown] = client.get(f"/v1/webhooks/{made['id']}/deliveries", headers=key).json()["items"]
    assert (shown["state"], shown["last_answer"]) == ("given-up", "410")


def test_an_address_that_takes_nothing_for_days_is_told_nothing_until_it_is_enabled(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, clock: Clock,
) -> None:  # fmt: skip
    made = subscribe(client, key, receiver.url)
    receiver.answer = 500
    for _ in range(4):
        tell(service, organisation)
        deliver(service)
        clock.advance(days=2)
    assert {state for state, _, _ in states(service)} == {"given-up"}
    key = bearer(new_key(service, new_client(service, organisation, Scope.WEBHOOKS)))
    assert client.get("/v1/webhooks", headers=key).json()["items"][0]["disabled_at"] is not None
    told, receiver.answer = len(states(service)), 204
    tell(service, organisation)
    assert len(states(service)) == told
    enabled = client.post(f"/v1/webhooks/{made['id']}/enable", headers=key).json()
    assert enabled["disabled_at"] is None
    tell(service, organisation)
    assert deliver(service) == 1


def test_an_address_that_takes_some_messages_stays(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, clock: Clock,
) -> None:  # fmt: skip
    subscribe(client, key, receiver.url)
    for receiver.answer in (500, 204, 500, 500):
        tell(service, organisation)
        deliver(service)
        clock.advance(days=2)
    assert "waiting" in {state for state, _, _ in states(service)}


def test_two_replicas_do_not_send_the_same_message(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str], receiver: Receiver
) -> None:
    subscribe(client, key, receiver.url)
    tell(service, organisation)
    with service.database.writing() as session:
        assert store.lease_due(
            session, besides=(), now=service.clock(), until=service.clock() + delivery.LEASE
        ) is not None  # fmt: skip
    assert deliver(service) == 0


def test_a_stopped_address_hears_nothing_any_more(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str], receiver: Receiver
) -> None:
    made = subscribe(client, key, receiver.url)
    tell(service, organisation)
    assert client.delete(f"/v1/webhooks/{made['id']}", headers=key).status_code == 204
    tell(service, organisation)
    assert deliver(service) == 0
    assert receiver.heard == []
    assert client.get("/v1/webhooks", headers=key).json()["items"] == []
    assert problem(client.delete(f"/v1/webhooks/{made['id']}", headers=key)) == (404, "not-found")


@pytest.mark.parametrize(
    "url",
    ["http://platform.example/", "ftp://platform.example/", "https://user:pw@platform.example/", "https://",
     "https://platform.example/#x", "javascript:alert(1)", "https://é.example/", "https://[::1",
     "https://10.0.0.1/", "https://169.254.169.254/", "https://127.0.0.1:8101/", "https://[::1]/",
     "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/"],
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(WebhookError):
        subscriptions.check_address(url, frozenset())


def test_who_takes_no_message_keeps_others_waiting_once(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str],
    receiver: Receiver, clock: Clock,
) -> None:  # fmt: skip
    subscribe(client, key, "https://localhost:9/")
    for _ in range(3):
        tell(service, organisation)
        clock.advance(seconds=1)
    subscribe(client, key, receiver.url)
    tell(service, organisation)
    assert deliver(service) == 2
    assert len(receiver.heard) == 1


def test_an_address_inside_is_never_called(
    client: TestClient, service: Service, organisation: Organisation, key: dict[str, str]
) -> None:
    subscribe(client, key, "https://localhost:9/")
    tell(service, organisation)
    deliver(service)
    [(state, attempts, answer)] = states(service)
    assert (state, attempts) == ("waiting", 1)
    assert answer is not None
    assert "refused" in answer


def test_the_secret_is_not_in_the_database(
    client: TestClient, service: Service, key: dict[str, str], receiver: Receiver
) -> None:
    made = subscribe(client, key, receiver.url)
    with service.database.reading() as session:
        stored = session.get_one(store.Webhook, made["id"]).model_dump_json()
    assert made["secret"].removeprefix("whsec_") not in stored
