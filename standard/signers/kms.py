"""A signer behind a key management service: the service keeps the key and signs what it is sent.

The services of the large clouds differ in spelling and agree in substance: a key has a name; ECDSA is
asked for with a digest and answered in DER; Ed25519 is asked for with the message. This module speaks
that substance through a `Transport`, so that a service is added by writing its transport.

`sign`: `{"keyId", "algorithm", "digest" | "message"}` -> `{"signature"}`; `public-key`: `{"keyId"}` ->
`{"publicKey"}`, a SubjectPublicKeyInfo. Bytes are base64.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from standard import strict_json
from standard.errors import KeyFormatError, ResolutionError, SigningError, UnreadableError
from standard.fetch import Fetcher
from standard.keys import PublicKey
from standard.keys.jwk import SIGNATURE_ALGORITHMS
from standard.model import DidUrl
from standard.signers.signatures import checked, digest, fixed_length
from standard.strict_json import JsonValue

LIMIT_BYTES: Final = 1 << 16


class Transport(Protocol):
    """Carries one question to the service and brings its answer."""

    def __call__(self, operation: str, question: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Ask for `sign` or `public-key`.

        Raises:
            SigningError: the service could not be reached, or refuses.
        """
        ...


class HttpTransport:
    """Asks over HTTPS: the question is posted as JSON to `<endpoint>/<operation>`.

    Args:
        fetcher: the only way to the network.
        endpoint: the address of the service.
        authorise: gives the headers that let this request in, made anew for each.
    """

    def __init__(
        self, fetcher: Fetcher, *, endpoint: str, authorise: Callable[[], Mapping[str, str]]
    ) -> None:
        self._fetcher = fetcher
        self._endpoint = endpoint.rstrip("/")
        self._authorise = authorise

    def __call__(self, operation: str, question: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Post one question."""
        url = f"{self._endpoint}/{operation}"
        try:
            response = self._fetcher.post_json(url, dict(question), headers=self._authorise())
            if response.status != 200:
                raise SigningError(f"the key service answers with status {response.status}")
            answer = strict_json.loads(response.body, limit_bytes=LIMIT_BYTES)
        except (ResolutionError, UnreadableError) as error:
            raise SigningError(f"the key service cannot be used: {error}") from error
        if not isinstance(answer, dict):
            raise SigningError("the key service does not answer with a JSON object")
        return answer


class KmsSigner:
    """A `Signer` with one key of a service; the public half is asked for once."""

    def __init__(self, transport: Transport, *, key_id: str, verification_method: DidUrl) -> None:
        """Fetch the public key.

        Raises:
            SigningError: the service has no such key, or cannot be reached.
            KeyFormatError: the key is of an unknown kind.
        """
        self._transport = transport
        self._key_id = key_id
        self._verification_method = verification_method
        self._public_key = _public_key(_octets(transport("public-key", {"keyId": key_id}), "publicKey"))

    @property
    def verification_method(self) -> DidUrl:
        """The DID URL under which readers find the public key."""
        return self._verification_method

    @property
    def public_key(self) -> PublicKey:
        """The public half, as the service gave it."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Let the service sign; a digest goes out for ECDSA, the message itself for Ed25519.

        Raises:
            SigningError: the service refuses, or what it returns is not this key's signature.
        """
        key = self._public_key
        question: dict[str, JsonValue] = {
            "keyId": self._key_id,
            "algorithm": SIGNATURE_ALGORITHMS[key.algorithm],
        }
        if key.algorithm == "Ed25519":
            question["message"] = _text(message)
            return checked(key, _octets(self._transport("sign", question), "signature"), message)
        question["digest"] = _text(digest(key, message))
        der = _octets(self._transport("sign", question), "signature")
        return checked(key, fixed_length(key, der), message)


def _public_key(spki: bytes) -> PublicKey:
    try:
        return PublicKey.from_native(serialization.load_der_public_key(spki))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFormatError("the key of the service cannot be read") from error


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _octets(answer: Mapping[str, JsonValue], name: str) -> bytes:
    value = answer.get(name)
    try:
        return base64.b64decode(value if isinstance(value, str) else "!", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SigningError(f"the key service gives no {name} in base64") from error
