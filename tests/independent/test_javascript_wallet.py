"""A wallet that shares no code with us claims from a running issuer, by both flows, over http and https."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standard import sd_jwt
from standard.keys import PublicKey
from tests.independent.serving import Running, issuer_running

PROJECT = Path(__file__).parents[2]
WALLET = Path(__file__).with_name("wallet.mjs")

pytestmark = pytest.mark.independent


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or not (PROJECT / "node_modules" / "@openid4vc").is_dir():
        pytest.skip("node or the packages of package.json are not installed (npm ci)")
    return found


@pytest.fixture(scope="module", params=["http", "https"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with issuer_running(tmp_path_factory.mktemp("running"), request.param) as running:
        yield running


@pytest.mark.parametrize("flow", ["pre-authorized", "code"])
def test_an_independent_wallet_claims_every_form(node: str, running: Running, flow: str) -> None:
    answer = claim(node, running, flow)
    assert answer["tokenType"] == "DPoP"
    forms = {name.partition(".")[2] for name in answer["received"]}
    assert forms == {"eddsa-rdfc-2022", "ecdsa-rdfc-2019", "dc+sd-jwt", "kluscv-compact"}
    for name, credential in answer["received"].items():
        if name.endswith("dc+sd-jwt"):
            holder = PublicKey.from_jwk(answer["holders"][name])
            assert sd_jwt.disclosed_claims(sd_jwt.parse(credential))["cnf"]["jwk"] == holder.jwk()


def claim(node: str, running: Running, flow: str) -> dict[str, Any]:
    done = subprocess.run(
        [node, str(WALLET), flow, *running.new_link()], cwd=PROJECT, env={**os.environ, **running.trusted},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
