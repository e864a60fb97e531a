"""A wallet that asks for leave through the browser, and shows its tokens with a key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from httpx import Response

from standard import openid4vci
from standard.keys import KeySigner
from tests.issuer.acting import Wallet, new_signer

CALLBACK = "https://wallet.example/terug"
CLIENT = "https://wallet.example"
HISTORY = "WorkHistoryCredential.dc+sd-jwt"
RATING = "RatingCredential.dc+sd-jwt"


@dataclass
class CodeWallet:
    """The authorization code flow, one step at a time, so that a test can go wrong at any of them."""

    wallet: Wallet
    issuer: str
    offer: openid4vci.CredentialOffer
    key: KeySigner = field(default_factory=new_signer)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    def proof(self, url: str, token: str | None = None, *, key: KeySigner | None = None) -> str:
        return openid4vci.make_dpop_proof(
            signer=key or self.key,
            method="POST",
            url=url,
            jti=secrets.token_urlsafe(8),
            now=self.wallet.clock(),
            access_token=token,
        )

    def form(self, **change: Any) -> dict[str, str]:
        made = openid4vci.pushed_request(
            client_id=CLIENT,
            redirect_uri=CALLBACK,
            challenge=openid4vci.code_challenge(self.verifier),
            issuer_state=self.offer.issuer_state or "",
            state=self.state,
            credential_issuer=self.issuer,
            scopes=[HISTORY],
        )
        return {name: value for name, value in {**made, **change}.items() if value is not None}

    def push(self, headers: dict[str, str] | None = None, **change: Any) -> Response:
        return self.wallet.client.post(f"{self.issuer}/par", data=self.form(**change), headers=headers)

    def pushed(self, headers: dict[str, str] | None = None, **change: Any) -> str:
        answer = self.push(headers, **change)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["request_uri"])

    def page(self, request_uri: str, client_id: str = CLIENT) -> Response:
        query = {"client_id": client_id, "request_uri": request_uri}
        return self.wallet.client.get(f"{self.issuer}/authorize", params=query)

    def answer(self, request_uri: str, code: str, decision: str = "allow") -> Response:
        form = {"client_id": CLIENT, "request_uri": request_uri, "code": code, "decision": decision}
        return self.wallet.client.post(f"{self.issuer}/authorize", data=form)

    def code(self, transaction_code: str, headers: dict[str, str] | None = None, **change: Any) -> str:
        answer = self.answer(self.pushed(headers, **change), transaction_code)
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"]
        return openid4vci.parse_authorization_response(address, issuer=self.issuer, state=self.state)

    def exchange(self, given: str, headers: dict[str, str] | None = None, **change: Any) -> Response:
        form = openid4vci.code_token_request(
            code=given, code_verifier=self.verifier, redirect_uri=CALLBACK, client_id=CLIENT
        )
        changed = {name: value for name, value in {**form, **change}.items() if value is not None}
        return self.wallet.client.post(f"{self.issuer}/token", data=changed, headers=headers)

    def bound_token(self, transaction_code: str) -> str:
        """A token that goes with this wallet's key."""
        code = self.code(transaction_code)
        answer = self.exchange(code, {"DPoP": self.proof(f"{self.issuer}/token")})
        assert answer.json()["token_type"] == "DPoP", answer.text
        return str(answer.json()["access_token"])

    def request(self, headers: dict[str, str], **change: Any) -> Response:
        key_proof = self.wallet.proof(self.issuer, self.wallet.nonce(self.issuer))
        body = openid4vci.credential_request(configuration_id=HISTORY, key_proofs=[key_proof])
        changed = {name: value for name, value in {**body, **change}.items() if value is not None}
        return self.wallet.client.post(f"{self.issuer}/credential", json=changed, headers=headers)

    def shown(self, token: str, *, key: KeySigner | None = None) -> dict[str, str]:
        """The headers that show a bound token."""
        proof = self.proof(f"{self.issuer}/credential", token, key=key)
        return {"Authorization": f"DPoP {token}", "DPoP": proof}


def error_in(address: str) -> str:
    """The error that the browser is sent back with."""
    return parse_qs(urlsplit(address).query)["error"][0]
