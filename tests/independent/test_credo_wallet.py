"""A wallet built on Credo claims from a running issuer, by both flows and later, and believes what it gets.

Over https alone, for Credo resolves a did:web over nothing else. Of the forms it takes SD-JWT VC: of `ldp_vc`
it reads version 1.1 of the data model only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from issuer.tables import Copy
from standard import base64url, sd_jwt
from standard.keys import PublicKey
from tests.independent.serving import Running, issuer_running
from tests.issuer.acting import SLUG

PROJECT = Path(__file__).parents[2]
WALLET = Path(__file__).with_name("credo.mjs")
SECONDS = 60
CLAIMED = {"WorkHistoryCredential.dc+sd-jwt", "RatingCredential.dc+sd-jwt"}

pytestmark = [pytest.mark.independent, pytest.mark.slow]


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or not (PROJECT / "node_modules" / "@credo-ts").is_dir():
        pytest.skip("node or the packages of package.json are not installed (npm ci)")
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with issuer_running(tmp_path_factory.mktemp("running"), "https") as running:
        yield running


def start(node: str, running: Running, flow: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [node, str(WALLET), flow, *running.new_link()], cwd=PROJECT, env={**os.environ, **running.trusted},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(wallet: subprocess.Popen[str], *, typed: str = "") -> dict[str, Any]:
    output, errors = wallet.communicate(typed, timeout=SECONDS)
    assert wallet.returncode == 0, errors
    answer: dict[str, Any] = json.loads(output.splitlines()[-1])
    return answer


def check_received(running: Running, answer: dict[str, Any], *, told: int) -> None:
    assert set(answer["received"]) == CLAIMED
    assert answer["tokenType"] == "DPoP"
    copies = [sd_jwt.parse(text) for texts in answer["received"].values() for text in texts]
    keys = [PublicKey.from_jwk(sd_jwt.disclosed_claims(copy)["cnf"]["jwk"]) for copy in copies]
    holders = {base64url.encode(key.thumbprint()) for key in keys}
    assert len(holders) == len(copies) == 4
    with running.service.database.reading() as session:
        events = session.exec(select(Copy.wallet_event).where(col(Copy.holder_thumbprint).in_(holders))).all()
    assert events.count("credential_accepted") == told


@pytest.mark.parametrize("flow", ["pre-authorized", "code"])
def test_credo_claims_two_statements_with_two_keys_each(node: str, running: Running, flow: str) -> None:
    check_received(running, finish(start(node, running, flow)), told=2)


def test_credo_fetches_later_what_could_not_be_signed_at_once(node: str, tmp_path: Path) -> None:
    # An issuer of its own: one that has signed before has its keys at hand, wherever their folder is.
    with issuer_running(tmp_path, "https") as running:
        folder = running.service.settings.keys_folder / SLUG
        aside = folder.rename(folder.with_name(f"{SLUG}.aside"))
        wallet = start(node, running, "pre-authorized")
        assert wallet.stdout is not None
        promised = wallet.stdout.readline()
        aside.rename(folder)
        assert promised.strip() == '{"deferred":2}', wallet.communicate(timeout=SECONDS)[1]
        check_received(running, finish(wallet, typed="\n"), told=0)
