"""Keys are announced, rotated and lost; what was signed in their time stays true."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from issuer import organisations
from issuer.claiming.counter import Counter
from issuer.errors import KeyFolderError, KeyStateError, NotFoundError
from issuer.keyring import key_life
from issuer.keyring.far_keys import HardwareKeys, ServiceKeys, Token, WaitedForOnce
from issuer.keyring.keys import KeyFolder, KeyPlan, KeyStore
from issuer.service import Service
from issuer.tables import Organisation
from standard import jws
from standard.errors import SigningError
from standard.keys import Algorithm
from standard.model import StatementType
from standard.strict_json import JsonValue
from standard.trust import read_root
from standard.verification import CheckCode, Outcome, VerificationPolicy, verify
from tests.issuer.acting import Clock, Wallet
from tests.key_stores import HardwareModule, transport
from tests.world import MemoryResolver
from verifier import stewardship
from verifier.stewardship import Entry

SD_JWT = "WorkHistoryCredential.dc+sd-jwt"
EDDSA = "WorkHistoryCredential.eddsa-rdfc-2022"


def rotate(service: Service, organisation: Organisation, plan: KeyPlan | None = None) -> None:
    with service.database.writing() as session:
        key_life.rotate(session, service.keys, organisation, plan=plan, now=service.clock())


def announce(service: Service, organisation: Organisation) -> None:
    with service.database.writing() as session:
        key_life.announce(session, service.keys, organisation, plan=None, now=service.clock())


def lose(service: Service, organisation: Organisation, method: str, since: datetime | None = None) -> None:
    with service.database.writing() as session:
        key_life.report_theft(
            session, service.keys, organisation, method, since=since or service.clock(), now=service.clock()
        )


def states(service: Service, organisation: Organisation) -> list[str]:
    with service.database.reading() as session:
        return sorted(key_life.state(key) for key in key_life.known_keys(session, organisation))


class Steward:
    """A trust list that takes the organisation's DID document whenever it is told to."""

    def __init__(self, folder: Path, client: TestClient, issuer: str, clock: Clock) -> None:
        self.folder, self.client, self.issuer, self.clock = folder, client, issuer, clock
        stewardship.init(folder, name="B", address="https://trust.example/list", demonstration=False)

    def add(self) -> None:
        entry = Entry("Vakhulp", "cooperative", "mailto:a@b.example", tuple(StatementType),
                      f"{self.issuer}/status/")  # fmt: skip
        stewardship.add(
            self.folder, self.client.get(f"{self.issuer}/did.json").content, entry, now=self.clock()
        )

    def outcome(self, copy: Any) -> tuple[Outcome, set[tuple[str, str]]]:
        stewardship.sign(self.folder, now=self.clock(), valid_days=90)
        documents = {"https://trust.example/list": (self.folder / stewardship.LIST).read_bytes()}
        for path in ("", "/token", "/suspension"):
            address = f"{self.issuer}/status/1{path}"
            documents[address] = self.client.get(address).content
        policy = VerificationPolicy(
            now=self.clock(), trust_roots=(read_root((self.folder / stewardship.ROOT).read_bytes()),),
            status_max_age=timedelta(days=7), expected_challenge=None, expected_domain=None,
        )  # fmt: skip
        data = copy if isinstance(copy, str) else json.dumps(copy)
        result = verify(data, policy=policy, resolver=MemoryResolver(documents))
        faults = {(check.code.value, check.reason) for check in result.checks if check.state != "passed"}
        return result.outcome, {fault for fault in faults if fault[1] != "not-on-paper"}


@pytest.fixture
def steward(tmp_path: Path, client: TestClient, issuer: str, clock: Clock) -> Steward:
    return Steward(tmp_path / "trust", client, issuer, clock)


def kid(copy: str) -> str:
    return str(jws.parse(copy.partition("~")[0]).header["kid"])


def test_what_the_old_key_signed_stays_valid_after_a_rotation(
    service: Service, organisation: Organisation, wallet: Wallet, steward: Steward,
    issuer: str, access_token: str, clock: Clock,
) -> None:  # fmt: skip
    steward.add()
    old = wallet.claim(issuer, access_token, SD_JWT)
    assert steward.outcome(old) == (Outcome.VALID, set())
    clock.advance(minutes=10)
    announce(service, organisation)
    steward.add()
    rotate(service, organisation)
    new = wallet.claim(issuer, access_token, EDDSA)
    steward.add()
    assert states(service, organisation) == ["in-use", "in-use", "retired", "retired"]
    assert new["proof"]["verificationMethod"] not in (kid(old),)
    for copy in (old, new):
        assert steward.outcome(copy) == (Outcome.VALID, set())
    document = steward.client.get(f"{issuer}/did.json").json()
    ended = {method["id"] for method in document["verificationMethod"] if "expires" in method}
    assert kid(old) in ended <= set(document["assertionMethod"])
    assert len(document["assertionMethod"]) == 4


def test_announced_keys_are_published_and_do_not_sign(
    service: Service, organisation: Organisation, wallet: Wallet, issuer: str, access_token: str,
    client: TestClient,
) -> None:  # fmt: skip
    announce(service, organisation)
    copy = wallet.claim(issuer, access_token, SD_JWT)
    with service.database.reading() as session:
        announced = {
            key.verification_method
            for key in key_life.known_keys(session, organisation)
            if key_life.state(key) == "announced"
        }
    assert kid(copy) not in announced
    assert announced < set(client.get(f"{issuer}/did.json").json()["assertionMethod"])
    with pytest.raises(KeyStateError):
        announce(service, organisation)
    with pytest.raises(KeyStateError):
        rotate(service, organisation, KeyPlan())
    rotate(service, organisation)
    with service.database.reading() as session:
        signers = organisations.signers(session, service.keys, organisation)
    assert {signers.ed25519.verification_method, signers.p256.verification_method} == announced


def test_a_stolen_key_is_replaced_and_no_longer_believed(
    service: Service, organisation: Organisation, wallet: Wallet, steward: Steward,
    issuer: str, access_token: str, clock: Clock,
) -> None:  # fmt: skip
    steward.add()
    old = wallet.claim(issuer, access_token, SD_JWT)
    clock.advance(minutes=30)
    lose(service, organisation, kid(old).partition("#")[2])
    steward.add()
    assert states(service, organisation) == ["in-use", "in-use", "retired", "stolen"]
    outcome, faults = steward.outcome(old)
    assert outcome is Outcome.INVALID
    assert (CheckCode.TRUST.value, "key-compromised") in faults
    document = steward.client.get(f"{issuer}/did.json").json()
    assert kid(old) not in document["assertionMethod"]
    assert kid(old) in {method["id"] for method in document["verificationMethod"] if "revoked" in method}
    assert steward.outcome(wallet.claim(issuer, access_token, EDDSA)) == (Outcome.VALID, set())


def test_a_theft_is_of_a_known_key_and_not_in_the_future(
    service: Service, organisation: Organisation, clock: Clock
) -> None:
    for unknown in ("", "#", "p256-00000000", "did:web:other.example#p256-00000000"):
        with pytest.raises(NotFoundError):
            lose(service, organisation, unknown)
    with service.database.reading() as session:
        method = key_life.known_keys(session, organisation)[0].verification_method
    with pytest.raises(KeyStateError):
        lose(service, organisation, method, since=clock() + timedelta(seconds=1))


@contextmanager
def served_by(client: TestClient, service: Service) -> Iterator[None]:
    """Let requests go to another service than the one that the application began with."""
    with Counter(service) as counter:
        client.app.state.service = service  # type: ignore[attr-defined]
        client.app.state.counter = counter  # type: ignore[attr-defined]
        yield


def test_an_organisation_signs_with_keys_that_a_hardware_module_made(
    service: Service, organisation: Organisation, wallet: Wallet, steward: Steward, client: TestClient,
    issuer: str, access_token: str, softhsm: HardwareModule,
) -> None:  # fmt: skip
    token = Token(softhsm.library, softhsm.label, softhsm.pin)
    keys = KeyFolder(service.keys.folder, None, hardware=HardwareKeys(token))
    moved = replace(service, keys=keys)
    rotate(moved, organisation, KeyPlan(KeyStore.HARDWARE))
    steward.add()
    with served_by(client, moved):
        for name in (EDDSA, SD_JWT):
            assert steward.outcome(wallet.claim(issuer, access_token, name)) == (Outcome.VALID, set())
    rotate(moved, organisation)
    with moved.database.reading() as session:
        stores = sorted(key.store for key in key_life.known_keys(session, organisation))
    assert stores == ["file"] * 2 + ["pkcs11"] * 4
    keys._hardware._session.close()  # type: ignore[union-attr]


def test_an_organisation_signs_with_keys_of_a_key_service(
    service: Service, organisation: Organisation, wallet: Wallet, steward: Steward, client: TestClient,
    issuer: str, access_token: str, key_service: str,
) -> None:  # fmt: skip
    keys = KeyFolder(service.keys.folder, None, service=ServiceKeys(transport(key_service)))
    moved = replace(service, keys=keys)
    names: Mapping[Algorithm, str] = {"Ed25519": "ed25519", "P-256": "p256"}
    for wrong in ({}, {"Ed25519": "p256", "P-256": "p256"}, {"Ed25519": "nobody", "P-256": "p256"}):
        with pytest.raises(KeyFolderError):
            rotate(moved, organisation, KeyPlan(KeyStore.SERVICE, wrong))  # type: ignore[arg-type]
    rotate(moved, organisation, KeyPlan(KeyStore.SERVICE, names))
    steward.add()
    with served_by(client, moved):
        for name in (EDDSA, SD_JWT):
            assert steward.outcome(wallet.claim(issuer, access_token, name)) == (Outcome.VALID, set())


def test_a_key_service_that_does_not_answer_is_waited_for_once_in_half_a_minute() -> None:
    moments, asked = [0.0], []

    def hanging(operation: str, _: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        asked.append(operation)
        moments[0] += 5
        raise SigningError("no answer")

    transport = WaitedForOnce(hanging, clock=lambda: moments[0])
    for _ in range(3):
        with pytest.raises(SigningError):
            transport("sign", {})
    assert len(asked) == 1
    moments[0] += 30
    with pytest.raises(SigningError, match="no answer"):
        transport("sign", {})
    assert len(asked) == 2


def test_a_key_service_that_refuses_at_once_is_asked_again(key_service: str) -> None:
    refused = WaitedForOnce(transport(key_service, "wrong"), clock=time.monotonic)
    answers = []
    for _ in range(2):
        with pytest.raises(SigningError) as error:
            refused("public-key", {"keyId": "p256"})
        answers.append(str(error.value))
    assert answers == ["the key service answers with status 403"] * 2


def test_a_store_that_is_not_set_up_is_an_error_before_anything_changes(
    service: Service, organisation: Organisation
) -> None:
    for store in (KeyStore.HARDWARE, KeyStore.SERVICE):
        with pytest.raises(KeyFolderError):
            rotate(service, organisation, KeyPlan(store, {"Ed25519": "a", "P-256": "b"}))
    assert states(service, organisation) == ["in-use", "in-use"]
