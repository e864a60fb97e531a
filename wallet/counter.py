"""An issuer's endpoints, as a claim speaks to them: every request with its proof, every answer read strictly.

Source: RFC 9449; OpenID4VCI 1.0, "Error Response" of each endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Any, Final

from standard import openid4vci
from standard.dids import did_key, did_key_method
from standard.errors import ResolutionError
from standard.fetch import Fetcher, Response
from standard.keys import KeySigner, PrivateKey
from standard.openid4vci import AccessToken

_JSON: Final = "application/json"
_NO_CONTENT: Final = 204
_JTI_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Counter:
    """Sends a claim's requests.

    `key` is the one to which the access token is bound, made for this claim alone; None for a server that
    binds no tokens.
    """

    fetcher: Fetcher
    key: PrivateKey | None
    now: datetime

    def post_nothing(self, url: str) -> bytes:
        """Post to an endpoint that asks for no proof.

        Raises:
            ResolutionError: there was no answer, or none of the protocol's.
        """
        return _body(self.fetcher.post_form(url, {}))

    def post_form(self, url: str, fields: Mapping[str, str]) -> bytes:
        """Post a form to an endpoint that binds to the key; errors as of `post_nothing`."""
        return self._ask(url, None, lambda headers: self.fetcher.post_form(url, fields, headers=headers))

    def post_json(self, url: str, body: Any, token: AccessToken) -> bytes:
        """Post JSON with the access token; errors as of `post_nothing`."""
        return self._ask(url, token, lambda headers: self.fetcher.post_json(url, body, headers=headers))

    def _ask(
        self, url: str, token: AccessToken | None, send: Callable[[Mapping[str, str]], Response]
    ) -> bytes:
        response = send(self._headers(url, token, None))
        nonce = response.headers.get("dpop-nonce")
        if nonce is not None and b'"use_dpop_nonce"' in response.body:
            response = send(self._headers(url, token, nonce))
        return _body(response)

    def _headers(self, url: str, token: AccessToken | None, nonce: str | None) -> dict[str, str]:
        headers = {} if token is None else {"Authorization": f"{token.scheme} {token.value}"}
        if self.key is None or (token is not None and token.scheme != "DPoP"):
            return headers
        proof = openid4vci.make_dpop_proof(
            signer=KeySigner(self.key, did_key_method(did_key(self.key.public_key))),
            method="POST",
            url=url,
            jti=token_urlsafe(_JTI_BYTES),
            now=self.now,
            access_token=token.value if token else None,
            nonce=nonce,
        )
        return {**headers, "DPoP": proof}


def _body(response: Response) -> bytes:
    # An error of the protocol comes with a body of its own; anything else is no answer at all.
    has_words = response.headers.get("content-type", "").startswith(_JSON)
    if not has_words and response.status != _NO_CONTENT:
        raise ResolutionError(f"answered with status {response.status}")
    return response.body
