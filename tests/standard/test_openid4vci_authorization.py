"""The authorization code flow and DPoP: both sides understand each other, and nothing else is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import jws, openid4vci
from standard.dids import did_key, did_key_method
from standard.errors import ProtocolError
from standard.keys import KeySigner, PrivateKey
from standard.openid4vci import DPOP_WINDOW

ISSUER = "https://issuer.example/org/klusdag"
TOKEN_ENDPOINT = f"{ISSUER}/token"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WORK, RATING = "WorkHistoryCredential.dc+sd-jwt", "RatingCredential.dc+sd-jwt"
OFFERED = {WORK, RATING}
# RFC 7636, Appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CALLBACK = "https://wallet.example/terug"


def new_signer(algorithm: Any = "P-256") -> KeySigner:
    key = PrivateKey.generate(algorithm)
    return KeySigner(key, did_key_method(did_key(key.public_key)))


KEY = new_signer()


def fails_with(error: str, action: Callable[[], object]) -> None:
    with pytest.raises(ProtocolError) as raised:
        action()
    assert raised.value.error == error


def pushed(**change: Any) -> dict[str, str]:
    form = openid4vci.pushed_request(
        client_id="https://wallet.example",
        redirect_uri=CALLBACK,
        challenge=CHALLENGE,
        issuer_state="offer.state",
        state="s",
        credential_issuer=ISSUER,
        scopes=[WORK],
    )
    return {name: value for name, value in {**form, **change}.items() if value is not None}


def parse(form: dict[str, str]) -> openid4vci.AuthorizationRequest:
    return openid4vci.parse_pushed_request(form, offered=OFFERED, credential_issuer=ISSUER)


def test_the_challenge_is_that_of_the_specification() -> None:
    assert openid4vci.code_challenge(VERIFIER) == CHALLENGE
    openid4vci.check_code_verifier(VERIFIER, challenge=CHALLENGE)
    for wrong in ("", "x", VERIFIER[:-1] + "X", CHALLENGE, "é" * 43):
        fails_with(
            "invalid_grant", lambda wrong=wrong: openid4vci.check_code_verifier(wrong, challenge=CHALLENGE)
        )


def test_scopes_and_details_say_together_what_is_wanted() -> None:
    asked = parse(pushed(scope=f"openid {WORK}"))
    assert (asked.configuration_ids, asked.identified) == ({WORK}, frozenset())
    details = json.dumps(openid4vci.authorization_details([RATING], credential_issuer=ISSUER))
    both = parse(pushed(authorization_details=details))
    assert (both.configuration_ids, both.identified) == ({WORK, RATING}, {RATING})
    assert (both.client_id, both.redirect_uri) == ("https://wallet.example", CALLBACK)
    assert (both.code_challenge, both.issuer_state, both.state) == (CHALLENGE, "offer.state", "s")


@pytest.mark.parametrize(
    ("error", "change"),
    [
        ("invalid_request", {"response_type": None}),
        ("unsupported_response_type", {"response_type": "token"}),
        ("invalid_request", {"client_id": None}),
        ("invalid_request", {"issuer_state": None}),
        ("invalid_request", {"redirect_uri": None}),
        ("invalid_request", {"code_challenge": None}),
        ("invalid_request", {"code_challenge": "x"}),
        ("invalid_request", {"code_challenge_method": None}),
        ("invalid_request", {"code_challenge_method": "plain"}),
        ("invalid_request", {"request_uri": "urn:ietf:params:oauth:request_uri:x"}),
        ("invalid_request", {"request": "e30.e30."}),
        ("invalid_request", {"state": "s" * 3000}),
        ("invalid_request", {"state": "s\n"}),
        ("invalid_target", {"resource": "https://other.example"}),
        ("invalid_scope", {"scope": "openid"}),
        ("invalid_scope", {"scope": None}),
        ("invalid_authorization_details", {"authorization_details": "x"}),
        ("invalid_authorization_details", {"authorization_details": "[]"}),
        ("invalid_authorization_details", {"authorization_details": "[1]"}),
        ("invalid_authorization_details", {"authorization_details": '[{"type":"payment"}]'}),
        (
            "invalid_authorization_details",
            {"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"x"}]'},
        ),
        (
            "invalid_authorization_details",
            {
                "authorization_details": json.dumps(
                    openid4vci.authorization_details([WORK], credential_issuer="https://other.example")
                )
            },
        ),
    ],
)
def test_a_pushed_request_has_its_own_errors(error: str, change: dict[str, Any]) -> None:
    fails_with(error, lambda: parse(pushed(**change)))


@pytest.mark.parametrize(
    ("client_id", "redirect_uri"),
    [
        ("https://wallet.example", "https://wallet.example/cb?x=1"),
        ("did:key:zDnaeX", "https://wallet.example/cb"),
        ("did:key:zDnaeX", "com.example.wallet:/cb"),
        ("wallet", "http://127.0.0.1:53211/cb"),
        ("wallet", "http://[::1]:53211/cb"),
        ("http://localhost:5000", "http://localhost:5000/cb"),
    ],
)
def test_an_answer_goes_to_https_an_app_or_this_machine(client_id: str, redirect_uri: str) -> None:
    assert parse(pushed(client_id=client_id, redirect_uri=redirect_uri)).redirect_uri == redirect_uri


@pytest.mark.parametrize(
    ("client_id", "redirect_uri"),
    [
        ("https://wallet.example", "https://evil.example/cb"),
        ("https://wallet.example", "https://wallet.example:444/cb"),
        ("https://wallet.example", "https://wallet.example@evil.example/cb"),
        ("https://wallet.example", "com.example.wallet:/cb"),
        ("https://wallet.example", "//wallet.example/cb"),
        ("wallet", "http://wallet.example/cb"),
        ("wallet", "http://127.0.0.1.evil.example/cb"),
        ("wallet", "javascript:alert(1)"),
        ("wallet", "data:text/html,x"),
        ("wallet", "file:///etc/passwd"),
        ("wallet", "https:///cb"),
        ("wallet", "https://wallet.example/cb#x"),
        ("wallet", "https://wallet.example/cb#"),
        ("wallet", "https://wallet.example/ cb"),
        ("wallet", "https://wallet.example\\@evil.example"),
        ("wallet", "https://[bad"),
        ("wallet", "/cb"),
    ],
)
def test_an_answer_goes_nowhere_else(client_id: str, redirect_uri: str) -> None:
    fails_with("invalid_request", lambda: parse(pushed(client_id=client_id, redirect_uri=redirect_uri)))


def test_the_answer_names_its_issuer_and_its_request() -> None:
    address = openid4vci.authorization_response(f"{CALLBACK}?x=1", issuer=ISSUER, state="s", code="c")
    assert address.startswith(f"{CALLBACK}?x=1&")
    assert openid4vci.parse_authorization_response(address, issuer=ISSUER, state="s") == "c"
    wrong = "invalid_authorization_response"
    fails_with(
        wrong, lambda: openid4vci.parse_authorization_response(address, issuer="https://x.example", state="s")
    )
    fails_with(wrong, lambda: openid4vci.parse_authorization_response(address, issuer=ISSUER, state="t"))
    twice = f"{address}&code=d"
    fails_with(wrong, lambda: openid4vci.parse_authorization_response(twice, issuer=ISSUER, state="s"))
    refused = openid4vci.authorization_response(CALLBACK, issuer=ISSUER, state="s", error="access_denied")
    fails_with(
        "access_denied", lambda: openid4vci.parse_authorization_response(refused, issuer=ISSUER, state="s")
    )


def test_a_configuration_goes_by_its_identifier_when_it_was_given_one() -> None:
    response = openid4vci.token_response(access_token="a", expires_in_seconds=60, identified=[WORK])
    (detail,) = response["authorization_details"]
    (identifier,) = detail["credential_identifiers"]

    def configuration(request: dict[str, Any], *, granted: set[str], identified: set[str]) -> str:
        read = openid4vci.parse_credential_request(json.dumps(request).encode())
        return openid4vci.requested_configuration(read, granted=granted, identified=identified)

    named = openid4vci.identified_request(identifier=identifier, key_proofs=["x"])
    assert configuration(named, granted={WORK}, identified={WORK}) == WORK
    plain = openid4vci.credential_request(configuration_id=WORK, key_proofs=["x"])
    fails_with("invalid_credential_request", lambda: configuration(plain, granted={WORK}, identified={WORK}))
    fails_with(
        "unknown_credential_identifier", lambda: configuration(named, granted={WORK}, identified=set())
    )


def dpop(*, signer: KeySigner = KEY, access_token: str | None = None) -> str:
    return openid4vci.make_dpop_proof(
        signer=signer, method="POST", url=TOKEN_ENDPOINT, jti="j", now=NOW, access_token=access_token
    )


def check(proof: str, **change: Any) -> openid4vci.DpopProof:
    request = {"method": "POST", "url": TOKEN_ENDPOINT, "now": NOW, **change}
    return openid4vci.check_dpop_proof(proof, **request)


@pytest.mark.parametrize("algorithm", ["P-256", "P-384", "Ed25519"])
def test_a_proof_of_any_announced_algorithm_is_taken(algorithm: str) -> None:
    signer = new_signer(algorithm)
    checked = check(dpop(signer=signer, access_token="at"), access_token="at")
    assert checked.jti == "j"
    assert len(checked.thumbprint) == 43


def test_the_address_of_a_proof_is_compared_as_an_address() -> None:
    spelled = "HTTPS://Issuer.Example:443/org/klusdag/token"
    check(forged(htu=spelled))
    check(dpop(), url=f"{TOKEN_ENDPOINT}?x=1")


def forged(*, header: dict[str, Any] | None = None, signer: KeySigner = KEY, **change: Any) -> str:
    payload = {"jti": "j", "htm": "POST", "htu": TOKEN_ENDPOINT, "iat": int(NOW.timestamp()), **change}
    full = {"typ": "dpop+jwt", "jwk": KEY.public_key.jwk(), **(header or {})}
    kept = {name: value for name, value in full.items() if value is not None}
    return jws.sign(kept, {name: value for name, value in payload.items() if value is not None}, signer)


def unsigned(**header: Any) -> str:
    return ".".join([jws.encode_json({"typ": "dpop+jwt", **header}), dpop().split(".")[1], ""])


LATE = int(DPOP_WINDOW.total_seconds()) + 1
BAD_PROOFS = {
    "another type": forged(header={"typ": "JWT"}),
    "no type": forged(header={"typ": None}),
    "no key": forged(header={"jwk": None}),
    "a private key": forged(header={"jwk": {**KEY.public_key.jwk(), "d": "AA"}}),
    "a symmetric key": forged(header={"jwk": {"kty": "oct", "k": "AA"}}),
    "the key of somebody else": forged(header={"jwk": new_signer().public_key.jwk()}),
    "algorithm none": unsigned(alg="none", jwk=KEY.public_key.jwk()),
    "a shared secret": unsigned(alg="HS256", jwk={"kty": "oct", "k": "AA"}),
    "a critical extension": forged(header={"crit": ["x"], "x": 1}),
    "another method": forged(htm="GET"),
    "another address": forged(htu=f"{ISSUER}/credential"),
    "another host": forged(htu="https://other.example/org/klusdag/token"),
    "another port": forged(htu="https://issuer.example:444/org/klusdag/token"),
    "a bad address": forged(htu="https://[bad"),
    "no address": forged(htu=None),
    "no time": forged(iat=None),
    "a time as text": forged(iat=str(int(NOW.timestamp()))),
    "too old": forged(iat=int(NOW.timestamp()) - LATE),
    "from the future": forged(iat=int(NOW.timestamp()) + LATE),
    "no jti": forged(jti=None),
    "an empty jti": forged(jti=""),
    "an endless jti": forged(jti="j" * 1000),
    "no JWT": "x",
    "an endless one": "a" * 10**6,
}


@pytest.mark.parametrize("case", BAD_PROOFS)
def test_a_dpop_proof_is_refused(case: str) -> None:
    fails_with("invalid_dpop_proof", lambda: check(BAD_PROOFS[case]))


def test_a_proof_goes_with_one_access_token() -> None:
    fails_with("invalid_dpop_proof", lambda: check(dpop(), access_token="at"))
    fails_with("invalid_dpop_proof", lambda: check(dpop(access_token="other"), access_token="at"))


@given(st.timedeltas(min_value=-3 * DPOP_WINDOW, max_value=3 * DPOP_WINDOW))
def test_a_proof_counts_within_the_window_and_not_outside(drift: timedelta) -> None:
    within = abs(int((NOW + drift).timestamp()) - NOW.timestamp()) <= DPOP_WINDOW.total_seconds()
    made = forged(iat=int((NOW + drift).timestamp()))
    if within:
        check(made)
    else:
        fails_with("invalid_dpop_proof", lambda: check(made))


@given(st.text(max_size=60))
def test_reading_an_address_raises_nothing_but_the_protocols_error(redirect_uri: str) -> None:
    try:
        taken = parse(pushed(redirect_uri=redirect_uri, client_id="wallet")).redirect_uri
    except ProtocolError as error:
        assert error.error == "invalid_request"
    else:
        assert urlsplit(taken).scheme not in ("", "javascript", "data", "file")
