"""OpenID4VCI 1.0: both sides understand each other, and every fault has the protocol's own word."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import jws, openid4vci
from standard.dids import did_key, did_key_method
from standard.errors import ProtocolError
from standard.keys import KeySigner, PrivateKey
from standard.model import Form, StatementType
from standard.openid4vci import CredentialOffer, OfferReference, TransactionCode

ISSUER = "https://issuer.example/org/klusdag"
SERVER = "https://issuer.example"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
WINDOW = timedelta(minutes=5)
WORK = openid4vci.configuration_id(StatementType.WORK_HISTORY, Form.SD_JWT)

KEY = PrivateKey.generate("P-256")
HOLDER = KeySigner(KEY, did_key_method(did_key(KEY.public_key)))


def metadata() -> dict[str, Any]:
    return openid4vci.issuer_metadata(
        credential_issuer=ISSUER,
        authorization_server=SERVER,
        credential_endpoint=f"{SERVER}/credential",
        nonce_endpoint=f"{SERVER}/nonce",
        deferred_credential_endpoint=f"{SERVER}/deferred_credential",
        notification_endpoint=f"{SERVER}/notification",
        batch_size=1,
        display=[{"name": "Klusdag B.V.", "locale": "nl"}],
        credential_display={
            None: [{"name": "KlusCV op papier", "locale": "nl"}],
            StatementType.WORK_HISTORY: [{"name": "Werkervaring", "locale": "nl"}],
            StatementType.RATING: [{"name": "Beoordelingen", "locale": "nl"}],
        },
    )


def fails_with(error: str, action: Callable[[], object]) -> None:
    with pytest.raises(ProtocolError) as raised:
        action()
    assert raised.value.error == error


def as_bytes(message: object) -> bytes:
    return json.dumps(message).encode()


def check(proof: str) -> openid4vci.KeyProof:
    return openid4vci.check_key_proof(proof, credential_issuer=ISSUER, now=NOW, max_age=WINDOW)


def check_dpop(text: str) -> openid4vci.DpopProof:
    return openid4vci.check_dpop_proof(text, method="POST", url=f"{ISSUER}/token", now=NOW)


def proof(*, header: dict[str, Any] | None = None, signer: KeySigner = HOLDER, **change: Any) -> str:
    payload = {"aud": ISSUER, "iat": int(NOW.timestamp()), "nonce": "n", **change}
    full = {"typ": "openid4vci-proof+jwt", "kid": HOLDER.verification_method} if header is None else header
    return jws.sign(full, {name: value for name, value in payload.items() if value is not None}, signer)


def test_the_story_from_offer_to_credential() -> None:
    offered = openid4vci.offer(
        credential_issuer=ISSUER,
        configuration_ids=[WORK],
        pre_authorized_code="code",
        transaction_code=TransactionCode("numeric", 6, "Staat op uw brief"),
    )
    found = openid4vci.parse_offer(openid4vci.offer_link(offered))
    assert isinstance(found, CredentialOffer)
    described = openid4vci.parse_issuer_metadata(
        as_bytes(metadata()), credential_issuer=found.credential_issuer
    )
    server = openid4vci.authorization_server_metadata(
        issuer=SERVER,
        token_endpoint=f"{SERVER}/token",
        authorization_endpoint=f"{SERVER}/authorize",
        pushed_authorization_request_endpoint=f"{SERVER}/par",
        scopes=[WORK],
        locales=["nl"],
    )
    found_server = openid4vci.parse_authorization_server_metadata(as_bytes(server), issuer=SERVER)
    assert found_server.token_endpoint == f"{SERVER}/token"
    assert found_server.authorization_endpoint == f"{SERVER}/authorize"
    assert found_server.pushed_authorization_request_endpoint == f"{SERVER}/par"
    assert described.authorization_servers == (SERVER,)

    form = openid4vci.token_request(pre_authorized_code=found.pre_authorized_code, transaction_code="123456")
    asked = openid4vci.parse_token_request(form)
    assert isinstance(asked, openid4vci.PreAuthorizedRequest)
    openid4vci.check_transaction_code_presence(asked, expected=True)
    assert (asked.pre_authorized_code, asked.transaction_code) == ("code", "123456")
    token = openid4vci.parse_token_response(
        as_bytes(openid4vci.token_response(access_token="at", expires_in_seconds=300))
    )
    assert token == openid4vci.AccessToken("at", "Bearer")
    assert openid4vci.parse_authorization(f"Bearer {token.value}") == token

    nonce = openid4vci.parse_nonce_response(as_bytes(openid4vci.nonce_response("c-nonce")))
    made = openid4vci.make_key_proof(signer=HOLDER, credential_issuer=ISSUER, nonce=nonce, now=NOW)
    request = openid4vci.credential_request(configuration_id=WORK, key_proofs=[made])
    wanted = openid4vci.parse_credential_request(as_bytes(request))
    assert openid4vci.requested_configuration(wanted, granted={WORK}, identified=()) == WORK
    (key_proof,) = openid4vci.requested_proofs(wanted, batch_size=1)
    checked = check(key_proof)
    assert checked == openid4vci.KeyProof(KEY.public_key, "c-nonce")

    answer = openid4vci.credential_response(["eyJ~"], notification_id="n1")
    received = openid4vci.parse_credential_response(as_bytes(answer))
    assert isinstance(received, openid4vci.CredentialResponse)
    assert received.credentials == ("eyJ~",)
    assert received.notification_id == "n1"


def test_every_configuration_has_a_display_and_takes_the_wallets_proofs() -> None:
    configurations = metadata()["credential_configurations_supported"]
    assert set(configurations) >= {
        "WorkHistoryCredential.eddsa-rdfc-2022",
        "WorkHistoryCredential.ecdsa-rdfc-2019",
        "WorkHistoryCredential.dc+sd-jwt",
        "RatingCredential.dc+sd-jwt",
        "KlusCV.kluscv-compact",
    }
    for configuration in configurations.values():
        assert configuration["credential_metadata"]["display"][0]["name"]
        assert configuration["proof_types_supported"]["jwt"]["proof_signing_alg_values_supported"] == [
            "ES256"
        ]


def test_a_configuration_is_read_back_from_its_name() -> None:
    for statement_type in StatementType:
        for form in (Form.SD_JWT, Form.EDDSA_RDFC, Form.ECDSA_RDFC):
            name = openid4vci.configuration_id(statement_type, form)
            assert openid4vci.parse_configuration_id(name) == (frozenset({statement_type}), form)
    assert openid4vci.parse_configuration_id("KlusCV.kluscv-compact") == (
        frozenset(StatementType),
        Form.COMPACT,
    )
    fails_with("unknown_credential_configuration", lambda: openid4vci.parse_configuration_id("x"))


def test_well_known_addresses_stand_between_host_and_path() -> None:
    assert (
        openid4vci.issuer_metadata_url(ISSUER)
        == "https://issuer.example/.well-known/openid-credential-issuer/org/klusdag"
    )
    assert (
        openid4vci.authorization_server_metadata_url(SERVER)
        == "https://issuer.example/.well-known/oauth-authorization-server"
    )


def test_metadata_of_another_issuer_is_refused() -> None:
    for change in (
        {"credential_issuer": SERVER},
        {"credential_endpoint": "javascript:1"},
        {"authorization_servers": []},
    ):
        fails_with(
            "invalid_issuer_metadata",
            lambda change=change: openid4vci.parse_issuer_metadata(
                as_bytes({**metadata(), **change}), credential_issuer=ISSUER
            ),
        )


def test_an_offer_can_come_by_reference_or_as_plain_json() -> None:
    link = openid4vci.offer_reference_link(f"{SERVER}/offers/1", endpoint="https://wallet.example/ontvangen")
    assert openid4vci.parse_offer(link) == OfferReference(f"{SERVER}/offers/1")
    offered = openid4vci.offer(
        credential_issuer=ISSUER, configuration_ids=[WORK], pre_authorized_code="c", transaction_code=None
    )
    found = openid4vci.parse_offer(f" {json.dumps(offered)}\n")
    assert found == CredentialOffer(ISSUER, (WORK,), "c", None)


@pytest.mark.parametrize(
    "given_text",
    [
        "",
        "klaas",
        "openid-credential-offer://",
        "openid-credential-offer://?credential_offer=x",
        "openid-credential-offer://?credential_offer_uri=file:///etc/passwd",
        "openid-credential-offer://?credential_offer_uri=https://a.example&credential_offer={}",
        "https://[bad",
        '{"credential_issuer": "https://a.example", "credential_configuration_ids": ["x"]}',
        '{"credential_issuer": "https://a.example", "credential_issuer": "https://b.example"}',
        "openid-credential-offer://?credential_offer_uri=https://user:pw@a.example/",
    ],
)
def test_what_is_no_offer_is_refused(given_text: str) -> None:
    fails_with("invalid_credential_offer", lambda: openid4vci.parse_offer(given_text))


def test_token_requests_have_their_own_errors() -> None:
    code = "pre-authorized_code"
    fails_with("invalid_request", lambda: openid4vci.parse_token_request({}))
    fails_with(
        "unsupported_grant_type",
        lambda: openid4vci.parse_token_request({"grant_type": "password", code: "x"}),
    )
    fails_with(
        "invalid_request",
        lambda: openid4vci.parse_token_request({"grant_type": openid4vci.PRE_AUTHORIZED_GRANT}),
    )
    bare = openid4vci.PreAuthorizedRequest("c", None)
    coded = openid4vci.PreAuthorizedRequest("c", "1")
    fails_with("invalid_request", lambda: openid4vci.check_transaction_code_presence(bare, expected=True))
    fails_with("invalid_request", lambda: openid4vci.check_transaction_code_presence(coded, expected=False))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "DPoP", "Bearer a b", "Basic abc"])
def test_an_access_token_is_shown_as_bearer_or_with_a_key(header: str | None) -> None:
    fails_with("invalid_token", lambda: openid4vci.parse_authorization(header))


def test_a_wallet_learns_whether_its_token_is_bound_to_its_key() -> None:
    def read(token_type: str) -> openid4vci.AccessToken:
        return openid4vci.parse_token_response(as_bytes({"access_token": "a", "token_type": token_type}))

    assert read("DPoP") == openid4vci.AccessToken("a", "DPoP")
    assert read("bearer") == openid4vci.AccessToken("a", "Bearer")
    fails_with("invalid_token_response", lambda: read("MAC"))


def test_what_the_issuer_reports_reaches_the_wallet_as_it_is() -> None:
    reported = as_bytes(openid4vci.error_response(ProtocolError("invalid_grant", 'the "code" was used\n')))
    assert json.loads(reported) == {"error": "invalid_grant", "error_description": "the code was used"}
    fails_with("invalid_grant", lambda: openid4vci.parse_token_response(reported))
    fails_with("invalid_grant", lambda: openid4vci.parse_credential_response(reported))


@pytest.mark.parametrize(
    ("error", "change"),
    [
        ("invalid_credential_request", {"credential_configuration_id": None}),
        ("invalid_credential_request", {"credential_identifier": "x"}),
        ("invalid_credential_request", {"credential_configuration_id": 1}),
        (
            "unknown_credential_identifier",
            {"credential_identifier": "x", "credential_configuration_id": None},
        ),
        ("unknown_credential_configuration", {"credential_configuration_id": "x"}),
        ("invalid_encryption_parameters", {"credential_response_encryption": {}}),
        ("invalid_proof", {"proofs": None}),
        ("invalid_proof", {"proofs": {}}),
        ("invalid_proof", {"proofs": {"jwt": []}}),
        ("invalid_proof", {"proofs": {"jwt": "x"}}),
        ("invalid_proof", {"proofs": {"jwt": ["x"], "di_vp": []}}),
        ("invalid_proof", {"proofs": {"jwt": ["x", "x"]}}),
        ("invalid_proof", {"proofs": {"jwt": ["x", "y", "z"]}}),
        ("invalid_proof", {"proofs": None, "proof": {"proof_type": "jwt", "jwt": "x"}}),
    ],
)
def test_credential_requests_have_their_own_errors(error: str, change: dict[str, Any]) -> None:
    request = {**openid4vci.credential_request(configuration_id=WORK, key_proofs=["x"]), **change}
    body = as_bytes({name: value for name, value in request.items() if value is not None})

    def read() -> None:
        request = openid4vci.parse_credential_request(body)
        openid4vci.requested_configuration(request, granted={WORK}, identified=())
        openid4vci.requested_proofs(request, batch_size=2)

    fails_with(error, read)


def test_a_key_proof_may_name_its_key_as_a_jwk() -> None:
    header = {"typ": "openid4vci-proof+jwt", "jwk": KEY.public_key.jwk()}
    assert check(proof(header=header)).public_key == KEY.public_key


ED25519 = PrivateKey.generate("Ed25519")
ED25519_SIGNER = KeySigner(ED25519, did_key_method(did_key(ED25519.public_key)))
STRANGER = KeySigner(PrivateKey.generate("P-256"), HOLDER.verification_method)
TYPE = {"typ": "openid4vci-proof+jwt"}

BAD_PROOFS = {
    "signed by another key": proof(signer=STRANGER),
    "another audience": proof(aud="https://other.example"),
    "several audiences": proof(aud=[ISSUER]),
    "no audience": proof(aud=None),
    "no nonce": proof(nonce=None),
    "an empty nonce": proof(nonce=""),
    "no time": proof(iat=None),
    "a time as text": proof(iat="1795339800"),
    "too old": proof(iat=int(NOW.timestamp()) - 3600),
    "from the future": proof(iat=int(NOW.timestamp()) + 3600),
    "no typ": proof(header={"kid": HOLDER.verification_method}),
    "another typ": proof(header={"typ": "JWT", "kid": HOLDER.verification_method}),
    "no key": proof(header=TYPE),
    "two keys": proof(header={**TYPE, "kid": HOLDER.verification_method, "jwk": KEY.public_key.jwk()}),
    "a private key": proof(header={**TYPE, "jwk": {**KEY.public_key.jwk(), "d": "AA"}}),
    "a certificate": proof(header={**TYPE, "x5c": ["AA"]}),
    "a kid of another method": proof(header={**TYPE, "kid": "did:web:a.example#1"}),
    "a kid of another key": proof(header={**TYPE, "kid": HOLDER.verification_method[:-4] + "aaaa"}),
    "a critical extension": proof(header={**TYPE, "kid": HOLDER.verification_method, "crit": ["x"]}),
    "an attestation of the key": proof(
        header={**TYPE, "jwk": KEY.public_key.jwk(), "key_attestation": "e30.e30.AA"}
    ),
    "a chain of trust": proof(header={**TYPE, "kid": HOLDER.verification_method, "trust_chain": ["AA"]}),
    "another algorithm": proof(
        header={**TYPE, "kid": ED25519_SIGNER.verification_method}, signer=ED25519_SIGNER
    ),
    "alg none": ".".join(
        [
            jws.encode_json({**TYPE, "alg": "none", "kid": HOLDER.verification_method}),
            proof().split(".")[1],
            "",
        ]
    ),
    "no jwt": "x",
    "an endless one": "a" * 10**6,
}


@pytest.mark.parametrize("case", BAD_PROOFS)
def test_a_key_proof_is_refused(case: str) -> None:
    fails_with("invalid_proof", lambda: check(BAD_PROOFS[case]))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("invalid_credential_response", {"transaction_id": "x"}),
        ("invalid_credential_response", {"transaction_id": "x", "interval": 0}),
        ("invalid_credential_response", {}),
        ("invalid_credential_response", {"credentials": []}),
        ("invalid_credential_response", {"credentials": ["eyJ"]}),
        ("invalid_credential_response", {"credentials": [{"credential": 1}]}),
        ("invalid_credential_response", {"credential": "eyJ"}),
    ],
)
def test_a_response_without_credentials_is_refused(error: str, message: dict[str, Any]) -> None:
    fails_with(error, lambda: openid4vci.parse_credential_response(as_bytes(message)))


@given(st.binary(max_size=100))
def test_readers_raise_nothing_but_their_own_error(data: bytes) -> None:
    for read in (
        lambda: openid4vci.parse_offer(data.decode("latin-1")),
        lambda: openid4vci.parse_offer(f"x://?credential_offer_uri={data.decode('latin-1')}"),
        lambda: openid4vci.parse_offer_json(data),
        lambda: openid4vci.parse_issuer_metadata(data, credential_issuer=ISSUER),
        lambda: openid4vci.parse_token_response(data),
        lambda: openid4vci.parse_nonce_response(data),
        lambda: openid4vci.parse_credential_request(data),
        lambda: openid4vci.parse_deferred_request(data),
        lambda: openid4vci.parse_notification_request(data),
        lambda: openid4vci.parse_pushed_response(data),
        lambda: openid4vci.parse_authorization_response(data.decode("latin-1"), issuer="i", state="s"),
        lambda: check_dpop(data.decode("latin-1")),
        lambda: openid4vci.parse_credential_response(data),
        lambda: check(data.decode("latin-1")),
    ):
        with contextlib.suppress(ProtocolError):
            read()
