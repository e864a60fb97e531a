"""What is commonly missed of JSON, item 40, over real HTTP."""

from __future__ import annotations

import json

import pytest

from tests.vc_api.acting import (
    Api,
    assert_refused,
    credential,
)
from tests.vc_api.items import item

TEXTS = (
    b'{"credential": NaN}', b'{"credential": -Infinity}', b'{"credential": 1e999}',
    b'{"credential": {}, "credential": {}}', b'{"credential": {"id": "a", "\\u0069d": "b"}}',
    b'{"credential": "\\ud800"}', b'{"\\udfff": 1}', b"\xff", b"\xef\xbb\xbf{}", b"[" * 100_000,
    b'{"credential": ' + b'{"a":' * 70 + b"1" + b"}" * 71, b'{"a": 01}', b"{'a': 1}", b'{"a": 1} {}',
    b'{"credential": 123456789012345678901234567890}',
)  # fmt: skip


@item(40)
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_json_that_could_be_read_in_two_ways_is_not_read(served: Api, text: bytes) -> None:
    for client, path in (
        (served.issuer, "/credentials/issue"),
        (served.issuer, "/vc/ecdsa-sd-2023/credentials/issue"),
        (served.verifier, "/credentials/verify"),
        (served.verifier, "/vc/proof-only/presentations/verify"),
        (served.wallet, "/vc/ecdsa-sd-2023/credentials/derive"),
    ):
        assert_refused(client.post(path, content=text, headers={"Content-Type": "application/json"}))


@item(40)
def test_a_body_is_measured_before_it_is_read(served: Api) -> None:
    body = json.dumps({"credential": credential(name="x" * (2 << 20))}).encode()
    for client, path in ((served.issuer, "/credentials/issue"), (served.verifier, "/credentials/verify")):
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 413, 422), answer.text
