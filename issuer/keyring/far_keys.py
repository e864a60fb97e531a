"""Keys of organisations that this service uses but does not have: in a hardware module or a key service.

Both are opened at the first use. PKCS #11 needs the extra `hsm`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from issuer.errors import KeyFolderError
from standard.errors import KeyFormatError, SigningError
from standard.fetch import Fetcher
from standard.keys import Algorithm, PublicKey, Signer
from standard.model import DidUrl
from standard.signers.kms import HttpTransport, KmsSigner, Transport
from standard.strict_json import JsonValue

if TYPE_CHECKING:
    import pkcs11

TIMEOUT_SECONDS: Final = 5.0
SLOW_SECONDS: Final = 1.0
REST_SECONDS: Final = 30.0
"""A wallet that was promised its copy asks again after as long."""
LIMIT_BYTES: Final = 1 << 16
LABEL_BYTES: Final = 6


@dataclass(frozen=True, slots=True)
class Token:
    """How to log in to a token of a hardware module."""

    module: Path
    label: str
    pin: str


def http_transport(endpoint: str, secret: str) -> Transport:
    """Reach a key service that lets in whoever bears a secret."""
    fetcher = Fetcher(loopback_hosts=frozenset(), timeout_seconds=TIMEOUT_SECONDS, limit_bytes=LIMIT_BYTES)
    service = HttpTransport(
        fetcher, endpoint=endpoint, authorise=lambda: {"Authorization": f"Bearer {secret}"}
    )
    return WaitedForOnce(service, clock=time.monotonic)


class WaitedForOnce:
    """A key service that did not answer is not waited for again at once.

    Claims of all organisations share rounds, so that one after the other waiting for the same dead service
    would stop everybody. Whoever comes while it rests is told, as if it had been asked; a wallet then gets a
    promise. A refusal that came quickly cost nobody anything, and the next question is asked.
    """

    def __init__(self, transport: Transport, *, clock: Callable[[], float]) -> None:
        """Wrap the way to a service; `clock` counts seconds."""
        self._transport = transport
        self._clock = clock
        self._resting_until = clock()

    def __call__(self, operation: str, question: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        """Ask, or raise `SigningError` at once."""
        began = self._clock()
        if began < self._resting_until:
            raise SigningError("the key service did not answer a moment ago")
        try:
            return self._transport(operation, question)
        except SigningError:
            ended = self._clock()
            if ended - began >= SLOW_SECONDS:
                self._resting_until = ended + REST_SECONDS
            raise


class HardwareKeys:
    """The key pairs of one token, over one session that does one thing at a time."""

    def __init__(self, token: Token | None) -> None:
        self._token = token
        self._session: pkcs11.Session | None = None
        self._turn = Lock()

    def signer(self, label: str, method: DidUrl) -> Signer:
        """Open a pair.

        Raises:
            KeyFolderError: there is no module, or it has no such pair.
        """
        from standard.signers.hardware import HardwareSigner

        session = self._opened()
        try:
            return HardwareSigner(session, label=label, verification_method=method, turn=self._turn)
        except (SigningError, KeyFormatError) as error:
            raise KeyFolderError(f"the hardware module: {error}") from error

    def make(self, slug: str, algorithm: Algorithm) -> tuple[str, PublicKey]:
        """Make a pair under a fresh label.

        Raises:
            KeyFolderError: there is no module, or it makes no such pair.
        """
        from standard.signers.hardware import make_pair

        session = self._opened()
        label = f"{slug}-{algorithm.lower().replace('-', '')}-{secrets.token_hex(LABEL_BYTES)}"
        try:
            with self._turn:
                return label, make_pair(session, label=label, algorithm=algorithm)
        except (SigningError, KeyFormatError) as error:
            raise KeyFolderError(f"the hardware module: {error}") from error

    def _opened(self) -> pkcs11.Session:
        if self._token is None:
            raise KeyFolderError("no hardware module is set up (ISSUER_PKCS11_MODULE)")
        try:
            from standard.signers.hardware import open_token
        except ImportError as error:
            raise KeyFolderError("hardware modules need the extra `hsm`") from error
        with self._turn:
            if self._session is None:
                token = self._token
                try:
                    self._session = open_token(token.module, token=token.label, pin=token.pin, writable=True)
                except SigningError as error:
                    raise KeyFolderError(f"the hardware module: {error}") from error
        return self._session


class ServiceKeys:
    """The keys of one key service, by the names that the service gave them."""

    def __init__(self, transport: Transport | None) -> None:
        self._transport = transport

    def signer(self, key_id: str, method: DidUrl) -> Signer:
        """Open a key.

        Raises:
            KeyFolderError: there is no service, or it has no such key.
        """
        if self._transport is None:
            raise KeyFolderError("no key service is set up (ISSUER_KMS_ENDPOINT)")
        try:
            return KmsSigner(self._transport, key_id=key_id, verification_method=method)
        except (SigningError, KeyFormatError) as error:
            raise KeyFolderError(f"the key service: {error}") from error
