"""Whatever is sent, the answer is a verdict or problem details, never a failure of the service."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vc_api.acting import V2, Api, assert_refused, credential, presentation

PATHS = (
    ("issuer", "/credentials/issue"),
    ("issuer", "/vc/ecdsa-sd-2023/credentials/issue"),
    ("issuer", "/vc/eddsa-jcs-2022/credentials/issue"),
    ("issuer", "/credentials/status"),
    ("verifier", "/credentials/verify"),
    ("verifier", "/presentations/verify"),
    ("verifier", "/vc/proof-only/credentials/verify"),
    ("verifier", "/vc/proof-only/presentations/verify"),
    ("wallet", "/vc/ecdsa-sd-2023/credentials/derive"),
)
MEMBERS = ("credential", "verifiableCredential", "verifiablePresentation", "options", "credentialId")
BROKEN = (
    b"", b"{", b"null", b"[]", b"4", b'"text"', b'{"credential": NaN}', b'{"credential": 1e999}',
    b'{"credential": {}, "credential": {}}', b'{"credential": "\\ud800"}', b"\xff\xfe", b"[" * 100_000,
    b'{"options": ' + b"[" * 70 + b"]" * 70 + b"}",
)  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("service, path", PATHS)
@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_body_that_is_no_request_is_refused(api: Api, service: str, path: str, body: bytes) -> None:
    assert_refused(getattr(api, service).post(path, content=body))


@pytest.mark.parametrize("service, path", PATHS)
@pytest.mark.parametrize("value", [None, 4, "text", [], [{}], {}, True])
def test_a_request_with_something_else_than_its_document_is_refused(
    api: Api, service: str, path: str, value: Any
) -> None:
    assert_refused(getattr(api, service).post(path, json={}))
    for name in MEMBERS[:3]:
        assert_refused(getattr(api, service).post(path, json={name: value}))


@pytest.mark.parametrize("options", [4, "text", [], {"checks": "proof"}, {"challenge": 4}, {"domain": []}])
def test_options_of_another_kind_are_refused(api: Api, options: Any) -> None:
    body = {"verifiableCredential": api.issued(credential()), "options": options}
    assert_refused(api.verifier.post("/credentials/verify", json=body))


@pytest.mark.parametrize(
    "service, path",
    [
        ("issuer", "/vc/unknown-suite/credentials/issue"),
        ("issuer", "/vc/eddsa-rdfc-2022/P-384/credentials/issue"),
        ("verifier", "/vc/lenient/credentials/verify"),
        ("wallet", "/vc/eddsa-rdfc-2022/credentials/derive"),
    ],
)
def test_an_instance_that_is_not_there_is_not_found(api: Api, service: str, path: str) -> None:
    body = {"credential": credential(), "verifiableCredential": credential()}
    answer = getattr(api, service).post(path, json=body)
    assert answer.status_code == 404 and answer.json()["code"] == "unknown-instance"


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in keys for found in places(item, (*path, key)))]


@pytest.mark.parametrize("service, path", PATHS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_a_request_makes_a_service_fail(
    api: Api, service: str, path: str, data: st.DataObject
) -> None:
    issued = api.issued(credential(**{"@context": [V2, {"a": {"@id": "urn:a", "@type": "@id"}}]}))
    request = {
        "credential": credential(),
        "verifiableCredential": api.issued(credential(), "ecdsa-sd-2023", mandatoryPointers=["/issuer"]),
        "verifiablePresentation": presentation([issued]),
        "options": {"mandatoryPointers": [], "selectivePointers": ["/id"], "checks": ["proof"]},
        "credentialId": "urn:uuid:unknown",
        "credentialStatus": {"type": "BitstringStatusListEntry"},
    }
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.sampled_from(places(request)[1:]))
        target: Any = request
        for step in where[:-1]:
            target = target[step]
        target[where[-1]] = data.draw(json_values)
    body = json.dumps(request).encode("utf-8", "surrogatepass")
    answer = getattr(api, service).post(path, content=body)
    assert answer.status_code in (200, 201, 400, 404, 422), (answer.status_code, body)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
