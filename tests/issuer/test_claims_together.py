"""Claims that share a round: what is wrong with one is no business of the others."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from issuer.claiming import claim, tokens
from issuer.claiming.answers import Answer
from issuer.claiming.claim import Asked
from issuer.claiming.tokens import Access, ShownToken
from issuer.errors import NotFoundError
from issuer.life import status
from issuer.organisations import identity
from issuer.secret_values import digest
from issuer.service import Service
from issuer.signing import places
from issuer.store.workers import latest_statements
from issuer.tables import AccessToken, Copy, Import, Nonce, Organisation, StatusList, Worker
from standard import openid4vci
from standard.errors import ProtocolError
from standard.keys import KeySigner
from standard.openid4vci import parse_credential_response
from tests.issuer.acting import SLUG, add_organisation, import_export, new_offer, new_signer
from tests.issuer.authorizing import HISTORY

EDDSA = "WorkHistoryCredential.eddsa-rdfc-2022"
FEW_PLACES = 40
CLAIMS = 16
HELD_SECONDS = 0.3


class Crowd:
    """Everybody whose statements were imported, with tokens and nonces at hand."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def workers(self, organisation: Organisation) -> list[Worker]:
        with self.service.database.reading() as session:
            own = select(Worker).where(Worker.organisation_id == identity(organisation))
            return list(session.exec(own.order_by(Worker.worker_key)))

    def token(self, worker: Worker) -> str:
        offer = new_offer(self.service, worker.id)
        with self.service.database.writing() as session:
            lifetime = self.service.settings.offer_lifetime
            now = self.service.clock()
            return tokens.grant(
                session, offer, Access(), thumbprint=None, now=now, lifetime=lifetime
            ).access_token

    def nonce(self, slug: str = SLUG) -> str:
        (given,) = claim.nonces(self.service, [slug])
        assert isinstance(given, dict)
        return given["c_nonce"]

    def asked(
        self,
        token: str,
        *,
        slug: str = SLUG,
        configuration: str = HISTORY,
        nonce: str | None = None,
        signer: KeySigner | None = None,
    ) -> Asked:
        proof = openid4vci.make_key_proof(
            signer=signer or new_signer(), credential_issuer=self.service.credential_issuer(slug),
            nonce=nonce or self.nonce(slug), now=self.service.clock(),
        )  # fmt: skip
        body = openid4vci.credential_request(configuration_id=configuration, key_proofs=[proof])
        return Asked(slug, ShownToken(token, None), json.dumps(body).encode())

    def answers(self, asked: Sequence[Asked]) -> list[Answer | ProtocolError]:
        return claim.credentials(self.service, asked)


@pytest.fixture
def crowd(service: Service, imported: Import) -> Crowd:
    assert imported.state == "committed"
    return Crowd(service)


def copy_in(answer: Answer | ProtocolError) -> Any:
    assert isinstance(answer, Answer), answer
    assert answer.status == 200
    read = parse_credential_response(answer.body)
    assert isinstance(read, openid4vci.CredentialResponse)
    (copy,) = read.credentials
    return copy


def test_everybody_gets_the_own_copy_and_the_next_nonce(crowd: Crowd, organisation: Organisation) -> None:
    shown = [crowd.token(worker) for worker in crowd.workers(organisation)]
    asked = [
        crowd.asked(token, configuration=configuration)
        for token in shown
        for configuration in (HISTORY, EDDSA)
    ]
    answers = crowd.answers(asked)
    assert len({json.dumps(copy_in(answer)) for answer in answers}) == len(asked)
    fresh = {json.loads(answer.body)["c_nonce"] for answer in answers if isinstance(answer, Answer)}
    assert len(fresh) == len(asked)
    with crowd.service.database.reading() as session:
        copies = session.exec(select(Copy)).all()
        assert len(copies) == len(asked)
        assert session.get_one(StatusList, (organisation.id, 1)).allocated_count == len(asked)
        assert len(session.exec(select(Nonce)).all()) == len(asked)


def test_each_hears_what_is_wrong_with_the_own_request(crowd: Crowd, organisation: Organisation) -> None:
    first, second, third = crowd.workers(organisation)[:3]
    good = crowd.asked(crowd.token(first))
    stale = crowd.asked(crowd.token(second), nonce="stale")
    unknown = crowd.asked("unknown")
    elsewhere = Asked("elders", good.shown, good.body)
    misread = Asked(SLUG, ShownToken(crowd.token(third), None), b"{")
    denied = crowd.asked(crowd.token(third), configuration="Diploma")
    answers = crowd.answers([stale, unknown, elsewhere, misread, good, denied])
    errors = [answer.error if isinstance(answer, ProtocolError) else "" for answer in answers]
    assert errors == [
        "invalid_nonce", "invalid_token", "invalid_token", "invalid_credential_request", "",
        "unknown_credential_configuration",
    ]  # fmt: skip
    assert copy_in(answers[4])


def test_a_nonce_serves_one_of_those_who_show_it_at_the_same_time(
    crowd: Crowd, organisation: Organisation
) -> None:
    nonce = crowd.nonce()
    asked = [crowd.asked(crowd.token(worker), nonce=nonce) for worker in crowd.workers(organisation)]
    answers = crowd.answers(asked)
    assert sum(isinstance(answer, Answer) for answer in answers) == 1
    assert {answer.error for answer in answers if isinstance(answer, ProtocolError)} == {"invalid_nonce"}


def test_one_key_asking_twice_at_the_same_time_gets_one_copy(crowd: Crowd, fatima: Worker) -> None:
    token, signer = crowd.token(fatima), new_signer()
    one, two = crowd.answers([crowd.asked(token, signer=signer) for _ in range(2)])
    assert copy_in(one) == copy_in(two)
    with crowd.service.database.reading() as session:
        assert len(session.exec(select(Copy)).all()) == 1


def test_what_was_withdrawn_is_denied_and_the_rest_is_not(crowd: Crowd, organisation: Organisation) -> None:
    workers = crowd.workers(organisation)
    asked = [crowd.asked(crowd.token(worker)) for worker in workers]
    with crowd.service.database.writing() as session:
        (history,) = [each for each in latest_statements(session, workers[0].id) if "Work" in each.type]
        status.revoke(session, organisation, history.id, reason="fout", now=crowd.service.clock())
    first, *others = crowd.answers(asked)
    assert isinstance(first, ProtocolError)
    assert first.error == "credential_request_denied"
    assert all(copy_in(answer) for answer in others)


def test_two_organisations_share_a_round_and_only_the_one_without_keys_promises(
    crowd: Crowd, organisation: Organisation, export: Path
) -> None:
    service = crowd.service
    other = add_organisation(service, "tweede")
    import_export(service, other, export)
    asked = [
        crowd.asked(crowd.token(worker), slug=each.slug)
        for pair in zip(crowd.workers(organisation), crowd.workers(other), strict=True)
        for each, worker in zip((organisation, other), pair, strict=True)
    ]
    (service.settings.keys_folder / other.slug).rename(service.settings.keys_folder / "aside")
    answers = crowd.answers(asked)
    assert [answer.status for answer in answers if isinstance(answer, Answer)] == [200, 202] * (
        len(asked) // 2
    )
    (service.settings.keys_folder / "aside").rename(service.settings.keys_folder / other.slug)
    again = [
        Asked(each.slug, each.shown, crowd.asked(each.shown.value, slug=each.slug).body) for each in asked
    ]
    assert all(copy_in(answer) for answer in crowd.answers(again))


def test_places_are_free_ones_on_a_list_that_is_nearly_used_up(
    crowd: Crowd, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random()  # noqa: S311 - nothing secret
    monkeypatch.setattr(places.secrets, "randbelow", lambda count: chance.randrange(min(count, FEW_PLACES)))
    worker = crowd.workers(organisation)[0]
    token = crowd.token(worker)
    for _ in range(FEW_PLACES // 8):
        assert all(copy_in(answer) for answer in crowd.answers([crowd.asked(token) for _ in range(8)]))
    with crowd.service.database.reading() as session:
        indexes = session.exec(select(Copy.status_index)).all()
    assert sorted(indexes) == list(range(FEW_PLACES))


def test_nothing_is_kept_of_a_round_that_cannot_be_committed(
    crowd: Crowd, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [crowd.asked(crowd.token(worker)) for worker in crowd.workers(organisation)]

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("issuer.signing.storing.store.count_places", full)
    with pytest.raises(OSError, match="disk full"):
        crowd.answers(asked)
    monkeypatch.undo()
    with crowd.service.database.reading() as session:
        assert session.exec(select(Copy)).all() == []
        assert len(session.exec(select(AccessToken)).all()) == len(asked)
    assert all(copy_in(answer) for answer in crowd.answers(asked))


def test_nonces_are_for_organisations_that_exist(service: Service, organisation: Organisation) -> None:
    given, refused = claim.nonces(service, [organisation.slug, "niemand"])
    assert isinstance(given, dict)
    assert isinstance(refused, NotFoundError)


def test_rounds_that_show_the_same_nonces_in_another_order_do_not_wait_in_a_circle(
    crowd: Crowd, organisation: Organisation
) -> None:
    """Whoever replays what others send could otherwise make the database break their rounds up."""
    if crowd.service.database.is_embedded:
        pytest.skip("SQLite has one writer at a time")
    shown = [crowd.token(worker) for worker in crowd.workers(organisation)[:2]]
    nonces = [crowd.nonce() for _ in range(CLAIMS)]
    rounds = [
        [crowd.asked(token, nonce=nonce) for nonce in order]
        for token, order in zip(shown, (nonces, nonces[::-1]), strict=True)
    ]
    with ThreadPoolExecutor(len(rounds)) as pool:
        with crowd.service.database.writing() as session:
            held = select(Nonce).where(Nonce.nonce_hash == digest(nonces[CLAIMS // 2]))
            session.exec(held.with_for_update()).one()
            answered = [pool.submit(crowd.answers, asked) for asked in rounds]
            # Both now have some nonces and wait for this one.
            time.sleep(HELD_SECONDS)
        answers = [answer for each in answered for answer in each.result()]
    assert sum(isinstance(answer, Answer) for answer in answers) == CLAIMS
