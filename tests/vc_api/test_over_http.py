"""The same over real HTTP: three services, a status list that is fetched, and a revocation that shows."""

from __future__ import annotations

from pathlib import Path

import httpx

from demo.servers import free_address, running
from issuer.app import create_app as create_issuer
from issuer.migrations import upgrade
from issuer.settings import IssuerSettings
from tests.vc_api.acting import credential
from verifier.app import create_app as create_verifier
from verifier.database import migrate
from verifier.settings import VerifierSettings
from wallet.app import create_app as create_wallet
from wallet.database import migrate as migrate_wallet
from wallet.settings import WalletSettings


def test_issue_derive_verify_and_revoke_between_processes(tmp_path: Path) -> None:
    at = {name: free_address(0) for name in ("issuer", "verifier", "wallet")}
    issuer = create_issuer(
        IssuerSettings(data_dir=tmp_path / "issuer", base_url=at["issuer"].url, vc_api=True)
    )
    upgrade(issuer.state.service.database)
    settings = VerifierSettings(data_dir=tmp_path / "verifier", loopback_hosts=frozenset({at["issuer"].host}))
    migrate(settings.resolved_database_url)
    wallet = WalletSettings(data_dir=tmp_path / "wallet")
    migrate_wallet(wallet.resolved_database_url)
    with (
        running(issuer, at["issuer"]),
        running(create_verifier(settings), at["verifier"]),
        running(create_wallet(wallet), at["wallet"]),
        httpx.Client(timeout=20) as client,
    ):
        verify = f"{at['verifier'].url}/credentials/verify"
        answer = client.post(f"{at['issuer'].url}/credentials/issue", json={"credential": credential()})
        assert answer.status_code == 201
        issued = answer.json()
        assert client.post(verify, json={"verifiableCredential": issued}).status_code == 200
        revoke = {"credentialId": issued["id"], "credentialStatus": {"type": "BitstringStatusListEntry"}}
        assert client.post(f"{at['issuer'].url}/credentials/status", json=revoke).status_code == 200
        assert client.post(verify, json={"verifiableCredential": issued}).status_code == 422

        base = client.post(
            f"{at['issuer'].url}/vc/ecdsa-sd-2023/credentials/issue",
            json={"credential": credential(), "options": {"mandatoryPointers": ["/issuer"]}},
        ).json()
        derived = client.post(
            f"{at['wallet'].url}/vc/ecdsa-sd-2023/credentials/derive",
            json={
                "verifiableCredential": base,
                "options": {"selectivePointers": ["/credentialSubject/name"]},
            },
        )
        assert derived.status_code == 201
        assert client.post(verify, json={"verifiableCredential": derived.json()}).status_code == 200


def test_an_issuer_that_was_not_told_to_issues_nothing_of_this_kind(tmp_path: Path) -> None:
    address = free_address(0)
    app = create_issuer(IssuerSettings(data_dir=tmp_path / "issuer", base_url=address.url))
    upgrade(app.state.service.database)
    with running(app, address), httpx.Client() as client:
        for path in ("/credentials/issue", "/vc/eddsa-rdfc-2022/credentials/issue", "/credentials/status"):
            assert client.post(f"{address.url}{path}", json={"credential": credential()}).status_code == 404
