"""Withdrawing a statement flips the bit of every copy, in both published lists."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlmodel import select

from issuer.errors import NotFoundError, ReasonMissingError
from issuer.life import status
from issuer.service import Service
from issuer.store.workers import latest_statements
from issuer.tables import Copy, Organisation, Statement, Worker
from standard.dids import method_key
from standard.keys import PublicKey
from standard.model import Did, DidUrl
from standard.status_list import (
    Status,
    StatusList,
    read_bitstring_credential,
    read_token_status_list,
    single_bits,
)
from tests.issuer.acting import Clock, Wallet, add_organisation

CONFIGURATIONS = (
    "WorkHistoryCredential.eddsa-rdfc-2022",
    "WorkHistoryCredential.dc+sd-jwt",
    "RatingCredential.dc+sd-jwt",
    "KlusCV.kluscv-compact",
)


def published(client: TestClient, organisation: Organisation, issuer: str) -> tuple[StatusList, StatusList]:
    document = client.get(f"{issuer}/did.json").json()

    def key(method: DidUrl) -> PublicKey:
        return method_key(document, method, "assertionMethod")

    uri, did = f"{issuer}/status/1", Did(organisation.did)
    bitstring = read_bitstring_credential(client.get(uri).content, uri=uri, issuer=did, resolve_key=key)
    token = read_token_status_list(
        client.get(f"{uri}/token").content, uri=f"{uri}/token", issuer=did, resolve_key=key
    )
    assert bitstring.bits == single_bits(token.bits, Status.INVALID)
    return bitstring, token


def latest(service: Service, worker: Worker, kind: str) -> Statement:
    with service.database.reading() as session:
        return next(item for item in latest_statements(session, worker.id) if item.type == kind)


def revoke(service: Service, organisation: Organisation, statement: Statement) -> None:
    with service.database.writing() as session:
        status.revoke(session, organisation, statement.id, reason="klopt niet", now=service.clock())


def withdrawn_forms(service: Service, lists: StatusList) -> set[str]:
    with service.database.reading() as session:
        return {
            f"{copy.form} {len(copy.source.split('+'))}"
            for copy in session.exec(select(Copy))
            if lists.is_set(copy.status_index)
        }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("WorkHistoryCredential", {"eddsa-rdfc-2022 1", "dc+sd-jwt 1", "kluscv-compact 2"}),
        ("RatingCredential", {"dc+sd-jwt 1", "kluscv-compact 2"}),
    ],
)
def test_withdrawing_flips_every_copy_and_the_joined_paper_copy(
    service: Service, organisation: Organisation, client: TestClient, wallet: Wallet,
    issuer: str, access_token: str, fatima: Worker, kind: str, expected: set[str],
) -> None:  # fmt: skip
    for configuration in CONFIGURATIONS:
        wallet.claim(issuer, access_token, configuration)
    assert withdrawn_forms(service, published(client, organisation, issuer)[0]) == set()
    revoke(service, organisation, latest(service, fatima, kind))
    bitstring, token = published(client, organisation, issuer)
    assert withdrawn_forms(service, bitstring) == withdrawn_forms(service, token) == expected
    assert sum(byte.bit_count() for byte in bitstring.bits) == len(expected)


def test_a_withdrawn_statement_is_not_signed_any_more(
    service: Service,
    organisation: Organisation,
    wallet: Wallet,
    issuer: str,
    access_token: str,
    fatima: Worker,
) -> None:
    revoke(service, organisation, latest(service, fatima, "WorkHistoryCredential"))
    proof = wallet.proof(issuer, wallet.nonce(issuer))
    answer = wallet.request(issuer, access_token, "WorkHistoryCredential.dc+sd-jwt", [proof])
    assert (answer.status_code, answer.json()["error"]) == (400, "credential_request_denied")
    wallet.claim(issuer, access_token, "RatingCredential.dc+sd-jwt")


def test_withdrawing_needs_a_reason_and_the_right_organisation(
    service: Service, organisation: Organisation, fatima: Worker
) -> None:
    statement = latest(service, fatima, "WorkHistoryCredential")
    with pytest.raises(ReasonMissingError), service.database.writing() as session:
        status.revoke(session, organisation, statement.id, reason="  ", now=service.clock())
    other = add_organisation(service, "andere")
    with pytest.raises(NotFoundError), service.database.writing() as session:
        status.revoke(session, other, statement.id, reason="x", now=service.clock())


def test_withdrawing_twice_keeps_the_first_moment_and_reason(
    service: Service, organisation: Organisation, fatima: Worker, clock: Clock
) -> None:
    statement = latest(service, fatima, "WorkHistoryCredential")
    revoke(service, organisation, statement)
    first = latest(service, fatima, "WorkHistoryCredential").revoked_at
    clock.advance(days=1)
    revoke(service, organisation, statement)
    assert latest(service, fatima, "WorkHistoryCredential").revoked_at == first


def test_an_id_names_a_statement_or_a_copy(
    service: Service, wallet: Wallet, issuer: str, access_token: str, fatima: Worker
) -> None:
    document = wallet.claim(issuer, access_token, "WorkHistoryCredential.eddsa-rdfc-2022")
    with service.database.writing() as session:
        (by_copy,) = status.revoke_by_id(session, document["id"], reason="x", now=service.clock())
    statement = latest(service, fatima, "RatingCredential")
    with service.database.writing() as session:
        (by_id,) = status.revoke_by_id(session, str(statement.id), reason="x", now=service.clock())
    assert {by_copy.type, by_id.type} == {"WorkHistoryCredential", "RatingCredential"}
    for unknown in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFoundError), service.database.writing() as session:
            status.revoke_by_id(session, unknown, reason="x", now=service.clock())


def test_a_list_is_signed_again_only_when_it_changed_or_grew_old(
    service: Service, organisation: Organisation, client: TestClient, issuer: str, clock: Clock
) -> None:
    def fetch() -> Response:
        return client.get(f"{issuer}/status/1")

    first = fetch()
    assert first.headers["content-type"] == "application/vc"
    assert first.headers["cache-control"] == "public, max-age=300, stale-if-error=86400"
    clock.advance(minutes=5)
    assert fetch().content == first.content
    again = client.get(f"{issuer}/status/1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    clock.advance(hours=service.settings.status_restamp_hours)
    assert fetch().json()["validFrom"] > first.json()["validFrom"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/vc"),
        ("application/ld+json, application/json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/html, application/json;q=0.9, */*;q=0.8", "application/json"),
        ("application/json, application/vc;q=0.5", "application/vc"),
        ("text/html", "application/vc"),
    ],
)
def test_a_reader_who_asks_for_json_gets_a_list_called_json(
    client: TestClient, organisation: Organisation, issuer: str, accept: str, media_type: str
) -> None:
    answer = client.get(f"{issuer}/status/1", headers={"Accept": accept})
    assert (answer.headers["content-type"], answer.headers["vary"]) == (media_type, "Accept")
    token = client.get(f"{issuer}/status/1/token", headers={"Accept": accept})
    assert token.headers["content-type"] == "application/statuslist+jwt"


def test_a_list_is_long_enough_to_hide_in_and_names_its_issuer_plainly(
    client: TestClient, organisation: Organisation, issuer: str
) -> None:
    bitstring, token = published(client, organisation, issuer)
    assert len(bitstring.bits) * 8 == len(token.bits) * 4 == 131_072
    assert json.loads(client.get(f"{issuer}/status/1").content)["issuer"] == organisation.did


def test_a_cache_may_ask_for_the_headers_alone(
    client: TestClient, organisation: Organisation, issuer: str
) -> None:
    whole, headers = client.get(f"{issuer}/status/1"), client.head(f"{issuer}/status/1")
    assert (headers.status_code, headers.content) == (200, b"")
    for name in ("etag", "cache-control", "last-modified", "content-length"):
        assert headers.headers[name] == whole.headers[name]


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "x"])
def test_a_list_that_does_not_exist_is_not_found(client: TestClient, issuer: str, number: str) -> None:
    assert client.get(f"{issuer}/status/{number}").status_code == 404
