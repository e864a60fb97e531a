"""Claiming from issuers that err, lose answers, or mean harm."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from standard import jws, openid4vci
from standard.errors import ResolutionError
from standard.fetch import Fetcher, Response
from standard.keys import KeySigner, PrivateKey
from standard.openid4vci import AccessToken
from wallet import claims, holder_key, offers, under_way
from wallet.claims import Claim, Promise
from wallet.errors import IssuerProtocolError, IssuerUnreachableError, OfferSpentError
from wallet.services import Services
from wallet.vault import Vault

ISSUER = "https://issuer.example"
CONFIGURATIONS = ("werk", "cijfers")
Answers = dict[str, Callable[[Mapping[str, Any]], Response]]


class ScriptedIssuer(Fetcher):
    """An issuer in memory: what each endpoint answers, and what was sent to it."""

    def __init__(self, **changed: Callable[[Mapping[str, Any]], Response]) -> None:
        super().__init__(loopback_hosts=frozenset(), timeout_seconds=1, limit_bytes=1)
        self.sent: list[tuple[str, Mapping[str, Any], Mapping[str, str]]] = []
        self._answers: Answers = {
            "token": lambda _: said({"access_token": "t", "token_type": "DPoP"}),
            "nonce": lambda _: said({"c_nonce": "n"}),
            "credential": lambda _: said({"credentials": [{"credential": "een kopie"}]}),
            **changed,
        }

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Response:
        return said(SERVER if "oauth" in url else METADATA)

    def post_form(
        self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Response:
        return self._answer(url, fields, headers or {})

    def post_json(self, url: str, body: Any, *, headers: Mapping[str, str] | None = None) -> Response:
        return self._answer(url, body, headers or {})

    def asked(self, endpoint: str) -> list[tuple[Mapping[str, Any], Mapping[str, str]]]:
        return [(body, headers) for name, body, headers in self.sent if name == endpoint]

    def _answer(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
        endpoint = url.rpartition("/")[2]
        self.sent.append((endpoint, body, headers))
        return self._answers[endpoint](body)


SERVER = openid4vci.authorization_server_metadata(
    issuer=ISSUER, token_endpoint=f"{ISSUER}/token", authorization_endpoint=f"{ISSUER}/authorize",
    pushed_authorization_request_endpoint=f"{ISSUER}/par", scopes=CONFIGURATIONS, locales=["nl"],
)  # fmt: skip
METADATA = {
    "credential_issuer": ISSUER,
    "credential_endpoint": f"{ISSUER}/credential",
    "nonce_endpoint": f"{ISSUER}/nonce",
    "deferred_credential_endpoint": f"{ISSUER}/later",
    "notification_endpoint": f"{ISSUER}/heard",
    "credential_configurations_supported": {name: {"format": "dc+sd-jwt"} for name in CONFIGURATIONS},
}
OFFER = openid4vci.offer(
    credential_issuer=ISSUER, configuration_ids=CONFIGURATIONS, pre_authorized_code="c", transaction_code=None
)


def said(message: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": "application/json", **given}, json.dumps(message).encode())


def in_turn(*answers: Response | Exception) -> Callable[[Mapping[str, Any]], Response]:
    """Give these answers one after the other, the last one for ever."""
    left = list(answers)

    def answer(_: Mapping[str, Any]) -> Response:
        given = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(given, Exception):
            raise given
        return given

    return answer


def begin(issuer: ScriptedIssuer, signer: KeySigner, now: datetime) -> Claim:
    opened = offers.open_offer(json.dumps(OFFER), fetcher=issuer)
    key = PrivateKey.generate("P-256")
    return claims.begin(opened, None, fetcher=issuer, signer=signer, key=key, now=now)


def promised(now: datetime, *transaction_ids: str) -> Claim:
    return Claim(
        source="s", credential_issuer=ISSUER, issuer_name="Een", begun_at=now, token=AccessToken("t", "DPoP"),
        key=PrivateKey.generate("P-256"),
        deferred_endpoint=f"{ISSUER}/later", notification_endpoint=f"{ISSUER}/heard",
        promises=tuple(Promise(each, now) for each in transaction_ids),
    )  # fmt: skip


def test_every_request_with_the_token_proves_its_key_anew(signer: KeySigner, now: datetime) -> None:
    issuer = ScriptedIssuer()
    begin(issuer, signer, now)
    (_, with_code), *_ = issuer.asked("token")
    shown = [headers for _, headers in issuer.asked("credential")]
    proofs = [jws.parse(headers["DPoP"], limit_bytes=1 << 13) for headers in (with_code, *shown)]
    assert {headers["Authorization"] for headers in shown} == {"DPoP t"}
    assert [proof.payload["htu"] for proof in proofs] == [f"{ISSUER}/token"] + 2 * [f"{ISSUER}/credential"]
    assert ["ath" in proof.payload for proof in proofs] == [False, True, True]
    assert len({proof.payload["jti"] for proof in proofs}) == 3
    assert signer.public_key.jwk() not in [proof.header["jwk"] for proof in proofs]


def test_a_token_that_is_not_bound_although_its_server_binds_is_refused(
    signer: KeySigner, now: datetime
) -> None:
    issuer = ScriptedIssuer(token=lambda _: said({"access_token": "t", "token_type": "Bearer"}))
    with pytest.raises(IssuerProtocolError):
        begin(issuer, signer, now)
    assert issuer.asked("credential") == []


def test_a_nonce_of_the_server_is_taken_into_the_proof(signer: KeySigner, now: datetime) -> None:
    wanted = said({"error": "use_dpop_nonce"}, 400, dpop_nonce="van de server")
    given = said({"access_token": "t", "token_type": "DPoP"})
    issuer = ScriptedIssuer(token=in_turn(wanted, given))
    begin(issuer, signer, now)
    proofs = [jws.parse(headers["DPoP"], limit_bytes=1 << 13) for _, headers in issuer.asked("token")]
    assert [proof.payload.get("nonce") for proof in proofs] == [None, "van de server"]


def test_the_nonce_of_an_answer_saves_asking_for_one(signer: KeySigner, now: datetime) -> None:
    issuer = ScriptedIssuer(
        credential=lambda _: said({"credentials": [{"credential": "een kopie"}], "c_nonce": "volgende"})
    )
    begin(issuer, signer, now)
    proofs = [body["proofs"]["jwt"][0] for body, _ in issuer.asked("credential")]
    assert [jws.parse(each, limit_bytes=1 << 13).payload["nonce"] for each in proofs] == ["n", "volgende"]
    assert len(issuer.asked("nonce")) == 1


@pytest.mark.parametrize("fault", [ResolutionError("weg"), said({"error": "invalid_nonce"}, 400)])
def test_a_lost_answer_or_an_old_nonce_is_asked_again_once(
    signer: KeySigner, now: datetime, fault: Response | Exception
) -> None:
    copy = said({"credentials": [{"credential": "een kopie"}]})
    issuer = ScriptedIssuer(credential=in_turn(fault, copy))
    assert begin(issuer, signer, now).texts == ("een kopie", "een kopie")
    kind = IssuerUnreachableError if isinstance(fault, Exception) else IssuerProtocolError
    with pytest.raises(kind):
        begin(ScriptedIssuer(credential=in_turn(fault)), signer, now)


def test_an_endless_list_of_copies_is_refused(signer: KeySigner, now: datetime) -> None:
    many = {"credentials": [{"credential": "een kopie"}] * (claims.MOST_COPIES + 1)}
    with pytest.raises(IssuerProtocolError):
        begin(ScriptedIssuer(credential=lambda _: said(many)), signer, now)


def test_a_code_that_is_used_up_is_an_offer_that_is_spent(signer: KeySigner, now: datetime) -> None:
    with pytest.raises(OfferSpentError):
        begin(ScriptedIssuer(token=lambda _: said({"error": "invalid_grant"}, 400)), signer, now)


@pytest.mark.parametrize("status", [301, 404, 500])
def test_an_answer_that_is_none_of_the_protocol_is_an_issuer_out_of_reach(
    signer: KeySigner, now: datetime, status: int
) -> None:
    page = Response(status, {"content-type": "text/html"}, b"<p>elders</p>")
    with pytest.raises(IssuerUnreachableError):
        begin(ScriptedIssuer(token=lambda _: page), signer, now)


def test_an_issuer_that_did_not_hear_changes_nothing(now: datetime) -> None:
    claim = replace(promised(now), notification_ids=("a", "b"))
    heard = ScriptedIssuer(heard=lambda _: Response(204, {}, b""))
    assert claims.notify(claim, fetcher=heard, now=now)
    assert [body["event"] for body, _ in heard.asked("heard")] == 2 * ["credential_accepted"]
    deaf = ScriptedIssuer(heard=in_turn(ResolutionError("weg")))
    assert not claims.notify(claim, fetcher=deaf, now=now)
    refusing = ScriptedIssuer(heard=lambda _: said({"error": "invalid_token"}, 401))
    assert not claims.notify(claim, fetcher=refusing, now=now)


def test_what_came_stays_when_the_rest_cannot_be_reached(
    vault: Vault, services: Services, now: datetime
) -> None:
    copy = said({"credentials": [{"credential": "een kopie"}]})
    issuer = ScriptedIssuer(later=in_turn(copy, ResolutionError("weg")))
    holder_key.put(vault, PrivateKey.generate("P-256"))
    waiting = under_way.take_in(vault, promised(now, "een", "twee"), services=services)
    assert isinstance(waiting, under_way.UnderWay)
    under_way.ask(vault, waiting, fetcher=issuer, services=services)
    left = under_way.one(vault, waiting.id)
    assert left.claim.texts == ("een kopie",)
    assert [(each.transaction_id, each.ask_after > now) for each in left.claim.promises] == [("twee", True)]
    assert left.claim.failure is None


def test_another_window_does_not_ask_while_one_asks(vault: Vault, services: Services, now: datetime) -> None:
    holder_key.put(vault, PrivateKey.generate("P-256"))
    waiting = under_way.take_in(vault, promised(now, "een"), services=services)
    assert isinstance(waiting, under_way.UnderWay)
    seen: list[timedelta] = []

    def look(_: Mapping[str, Any]) -> Response:
        (promise,) = under_way.one(vault, waiting.id).claim.promises
        seen.append(promise.ask_after - now)
        return said({"transaction_id": "een", "interval": 30}, 202)

    under_way.ask(vault, waiting, fetcher=ScriptedIssuer(later=look), services=services)
    assert seen == [under_way.AFTER_SILENCE]
    (promise,) = under_way.one(vault, waiting.id).claim.promises
    assert promise.ask_after == now + timedelta(seconds=30)
