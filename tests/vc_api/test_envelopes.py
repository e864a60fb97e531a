"""Credentials and presentations in envelopes: verified where the key can be found, refused else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from standard import jws, sd_jwt
from standard.dids import did_document, did_jwk, did_jwk_method, did_web
from standard.keys import KeySigner, PrivateKey, fragment
from standard.model import DidUrl
from tests.vc_api.acting import (
    CHALLENGE,
    DOMAIN,
    V2,
    Api,
    assert_refused,
    changed,
    credential,
    credential_v1,
    signer,
)
from tests.vc_api.conftest import NOW, Shelf

SECONDS = int(NOW.timestamp())


def did_of(own: KeySigner) -> str:
    return own.verification_method.partition("#")[0]


def envelope(text: str, media_type: str = "application/vc+jwt", **members: Any) -> dict[str, Any]:
    kind = "Presentation" if "vp" in media_type else "Credential"
    document = {"@context": V2, "id": f"data:{media_type},{text}", "type": f"EnvelopedVerifiable{kind}"}
    return {**document, **members}


def vc_jwt(own: KeySigner, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A credential as the claims of a JWT; `...` takes a member out."""
    document = {**credential(issuer=did_of(own)), **claims}
    full = {"typ": "vc+jwt", "kid": own.verification_method, **(header or {})}
    return jws.sign(
        {name: value for name, value in full.items() if value is not ...},
        {name: value for name, value in document.items() if value is not ...},
        own,
    )


def vp_jwt(own: KeySigner, *credentials: dict[str, Any], **claims: Any) -> str:
    document = {
        "@context": [V2], "type": ["VerifiablePresentation"], "holder": did_of(own),
        "verifiableCredential": list(credentials), "nonce": CHALLENGE, "aud": DOMAIN, **claims,
    }  # fmt: skip
    return jws.sign({"typ": "vp+jwt", "kid": own.verification_method}, document, own)


def selective(own: KeySigner, typ: str, payload: dict[str, Any], *hidden: str) -> str:
    salts = iter(f"salt-{place}" for place in range(100))
    return sd_jwt.issue(
        payload, disclosable=lambda path: path[-1] in hidden, signer=own, new_salt=lambda: next(salts),
        header={"typ": typ, "kid": own.verification_method},
    )  # fmt: skip


def code(answer: Any) -> str:
    assert_refused(answer)
    return str(answer.json()["errors"][0]["code"])


@pytest.mark.parametrize("profile", ["strict", "proof-only"])
@pytest.mark.parametrize("algorithm", ["Ed25519", "P-256", "P-384"])
def test_a_credential_in_a_jwt_verifies_under_each_algorithm(api: Api, algorithm: str, profile: str) -> None:
    text = vc_jwt(signer(algorithm), iat=SECONDS, exp=SECONDS + 60)
    assert api.verify(envelope(text), profile).status_code == 200
    head, _, signature = text.rpartition(".")
    altered = f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    assert code(api.verify(envelope(altered), profile)) == "signature"


@pytest.mark.parametrize("header", [{"kid": ...}, {"kid": "#0"}, {"typ": ...}, {"typ": "application/vc+jwt"}])
def test_the_key_of_a_did_jwk_is_found(api: Api, header: dict[str, Any]) -> None:
    key = PrivateKey.generate("P-256")
    own = KeySigner(key, did_jwk_method(did_jwk(key.public_key)))
    assert api.verify(envelope(vc_jwt(own, header))).status_code == 200


def test_the_key_of_a_did_web_is_found(served: Api, shelf: Shelf) -> None:
    key, path = PrivateKey.generate("P-256"), f"issuer-{uuid4()}"
    did = did_web(shelf.url.removeprefix("http://"), path)
    own = KeySigner(key, DidUrl(f"{did}#{fragment(key.public_key)}"))
    assert code(served.verify(envelope(vc_jwt(own)))) == "key-format"
    shelf.put(f"/{path}/did.json", did_document(did, [key.public_key]))
    assert served.verify(envelope(vc_jwt(own))).status_code == 200
    assert served.verify(envelope(vc_jwt(own, {"kid": f"#{fragment(key.public_key)}"}))).status_code == 200


def test_only_the_strict_profile_asks_whose_key_it_is(api: Api) -> None:
    text = vc_jwt(signer(), issuer=did_of(signer()))
    assert api.verify(envelope(text), "proof-only").status_code == 200
    assert code(api.verify(envelope(text))) == "proof"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": SECONDS},
        {"nbf": SECONDS + 60},
        {"validUntil": "2026-01-01T00:00:00Z"},
        {"exp": SECONDS + 60, "validFrom": "2027-01-01T00:00:00Z"},
    ],
)
def test_the_document_and_its_envelope_must_both_be_valid_now(api: Api, claims: dict[str, Any]) -> None:
    text = vc_jwt(signer(), **claims)
    assert_refused(api.verify(envelope(text)))
    assert api.verify(envelope(text), "proof-only").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:example:other"}, {"jti": "urn:uuid:other"}, {"sub": "did:example:other"},
        {"vc": {}}, {"vp": {}}, {"undefined": 1}, {"issuer": ...}, {"@context": ...}, {"type": ["Other"]},
        {"exp": "tomorrow"}, {"exp": True}, {"nbf": -1},
    ],
)  # fmt: skip
def test_claims_that_are_no_credential_or_contradict_it_are_refused(api: Api, claims: dict[str, Any]) -> None:
    assert_refused(api.verify(envelope(vc_jwt(signer(), **claims))))


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "https://example.org/key"}, {"kid": "key-1"}, {"kid": 4}, {"kid": "did:example:1#key"},
        {"kid": "did:key:zDnaem#zDnaem"}, {"typ": "dc+sd-jwt"}, {"typ": "vp+jwt"}, {"typ": 4}, {"typ": None},
        {"alg": "none"}, {"alg": "HS256"}, {"crit": ["exp"], "exp": 1},
    ],
)  # fmt: skip
def test_a_header_that_leads_to_no_key_or_says_something_else_is_refused(
    api: Api, header: dict[str, Any]
) -> None:
    for profile in ("strict", "proof-only"):
        assert_refused(api.verify(envelope(vc_jwt(signer(), header)), profile))


@pytest.mark.parametrize(
    "media_type",
    ["application/vc+cose", "application/vp+jwt", "text/plain", "application/vc+jwt;base64", "image/png"],
)
def test_an_envelope_of_another_type_is_refused_by_its_name(api: Api, media_type: str) -> None:
    answer = api.verify(envelope(vc_jwt(signer()), media_type, type="EnvelopedVerifiableCredential"))
    assert code(answer) == "proof"
    assert "application/vc+jwt, application/vc+sd-jwt" in answer.json()["detail"]


@pytest.mark.parametrize(
    "members",
    [
        {"@context": []}, {"@context": "https://www.w3.org/ns/credentials/examples/v2"}, {"id": "eyJ"},
        {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]}, {"name": "beside"},
        {"proof": {"type": "DataIntegrityProof"}},
    ],
)  # fmt: skip
def test_what_stands_around_an_envelope_is_exact(api: Api, members: dict[str, Any]) -> None:
    for profile in ("strict", "proof-only"):
        assert_refused(api.verify({**envelope(vc_jwt(signer())), **members}, profile))


def test_a_selective_credential_verifies_with_what_it_shows(api: Api) -> None:
    own = signer("P-256")
    payload = credential(issuer=did_of(own), credentialSubject={"id": "did:example:a", "name": "Alice"})
    text = selective(own, "vc+sd-jwt", payload, "name")
    jwt, disclosed, _ = text.split("~")
    for shown in (text, f"{jwt}~"):
        assert api.verify(envelope(shown, "application/vc+sd-jwt")).status_code == 200
    assert_refused(api.verify(envelope(f"{jwt}~{disclosed}~{disclosed}~", "application/vc+sd-jwt")))
    assert_refused(api.verify(envelope(f"{jwt}~{disclosed[:-2]}~", "application/vc+sd-jwt")))
    assert_refused(api.verify(envelope(f"{text}eyJ.eyJ.c2ln", "application/vc+sd-jwt")))
    assert_refused(api.verify(envelope(text, "application/dc+sd-jwt")))


def test_an_sd_jwt_vc_of_others_verifies_but_for_a_status_that_is_not_read(api: Api) -> None:
    own = signer("P-256")
    payload = {"iss": did_of(own), "vct": "https://example.org/diploma", "degree": "BSc"}
    kind = "application/dc+sd-jwt"
    text = selective(own, "dc+sd-jwt", payload, "degree")
    for profile in ("strict", "proof-only"):
        assert api.verify(envelope(text, kind), profile).status_code == 200
    expired = selective(own, "dc+sd-jwt", {**payload, "exp": SECONDS})
    assert_refused(api.verify(envelope(expired, kind)))
    other = selective(own, "dc+sd-jwt", {**payload, "iss": did_of(signer())})
    assert code(api.verify(envelope(other, kind))) == "proof"
    listed = {**payload, "status": {"status_list": {"idx": 0, "uri": "https://example.org/status"}}}
    with_status = selective(own, "dc+sd-jwt", listed)
    assert code(api.verify(envelope(with_status, kind))) == "status-list"
    assert api.verify(envelope(with_status, kind), "proof-only").status_code == 200
    untyped = selective(own, "dc+sd-jwt", {"iss": did_of(own)})
    assert_refused(api.verify(envelope(untyped, kind), "proof-only"))


def test_an_sd_jwt_vc_of_this_standard_is_judged_by_its_own_procedure(api: Api) -> None:
    own = signer("P-256")
    payload = {"iss": did_of(own), "vct": "https://w3id.org/kluscv/vct/rating"}
    answer = api.verify(envelope(selective(own, "dc+sd-jwt", payload), "application/dc+sd-jwt"))
    assert_refused(answer)
    assert answer.json()["checks"] == ["kluscv"]


def test_the_types_of_this_standard_are_secured_in_no_other_way(api: Api) -> None:
    text = vc_jwt(signer(), **{"@context": [V2, "https://w3id.org/kluscv/v1"]})
    for profile in ("strict", "proof-only"):
        assert code(api.verify(envelope(text), profile)) == "data-model"


def test_a_proof_inside_the_envelope_must_match_too(api: Api) -> None:
    own = signer()
    issued = api.issued(credential())
    for document, status in ((issued, 200), (changed(issued, "credentialSubject", "name", value="Bob"), 422)):
        text = jws.sign({"typ": "vc+jwt", "kid": own.verification_method}, document, own)
        assert api.verify(envelope(text)).status_code == status
        assert api.verify(envelope(text), "proof-only").status_code == status


def test_the_status_of_a_credential_in_an_envelope_is_read(api: Api) -> None:
    entry = {
        "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7",
        "statusListCredential": "https://nobody.example/status/1",
    }  # fmt: skip
    text = vc_jwt(signer(), credentialStatus=entry)
    assert code(api.verify(envelope(text))) == "resolution"
    assert api.verify(envelope(text), "proof-only").status_code == 200


def test_a_presentation_in_a_jwt_answers_its_request_and_shows_what_is_sound(api: Api) -> None:
    own, kind = signer(), "application/vp+jwt"
    good = {"challenge": CHALLENGE, "domain": DOMAIN}
    held = envelope(vc_jwt(signer("P-256")))
    for audience in (DOMAIN, ["other.example", DOMAIN]):
        shown = envelope(vp_jwt(own, held, api.issued(credential()), aud=audience), kind)
        answer = api.verify_presentation(shown, **good)
        assert answer.status_code == 200, answer.text
    for wrong in ({**good, "challenge": "other"}, {**good, "domain": "third.example"}):
        assert_refused(api.verify_presentation(shown, **wrong))
    unsound = envelope(vc_jwt(signer(), exp=SECONDS))
    assert_refused(api.verify_presentation(envelope(vp_jwt(own, held, unsound), kind), **good))
    assert_refused(
        api.verify_presentation(envelope(vp_jwt(own, held, holder=did_of(signer())), kind), **good)
    )
    assert_refused(api.verify_presentation(envelope(vp_jwt(own, held, type=["Other"]), kind), **good))


def test_a_jwt_of_the_days_of_version_1_holds_its_document_in_a_claim(api: Api) -> None:
    own = signer("P-256")
    did, header = did_of(own), {"typ": "JWT", "kid": own.verification_method}
    document = credential_v1(issuer=did)
    claims = {"iss": did, "jti": document["id"], "nbf": SECONDS - 60, "vc": document}
    text = jws.sign(header, claims, own)
    assert api.verify(envelope(text, "application/jwt")).status_code == 200
    held = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": did}
    shown = jws.sign(
        header,
        {
            "iss": did,
            "aud": DOMAIN,
            "nonce": CHALLENGE,
            "vp": {**held, "verifiableCredential": [credential_in(text)]},
        },
        own,
    )
    presented = envelope(shown, "application/jwt", type="EnvelopedVerifiablePresentation")
    answer = api.verify_presentation(presented, challenge=CHALLENGE, domain=DOMAIN)
    assert answer.status_code == 200, answer.text
    for wrong in (changed(claims, "vc", value="text"), {**claims, "iss": "did:example:other"}):
        assert_refused(api.verify(envelope(jws.sign(header, wrong, own), "application/jwt")))


def credential_in(text: str) -> dict[str, Any]:
    return envelope(text, "application/jwt")


def test_an_envelope_ends_when_it_says_so(api: Api) -> None:
    for seconds, status in ((1, 200), (0, 422), (-1, 422)):
        end = int((NOW + timedelta(seconds=seconds)).timestamp())
        assert api.verify(envelope(vc_jwt(signer(), exp=end))).status_code == status
