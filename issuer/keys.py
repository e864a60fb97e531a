"""Private keys: PEM files that only this service's user may read, never in the database.

One folder per organisation, one file per key, named after the key's fragment. Beside them stands the
secret from which claim codes are derived.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from issuer.errors import KeyFolderError
from standard.dids import did_key, did_key_method
from standard.errors import KeyFormatError
from standard.keys import Algorithm, KeySigner, PrivateKey, PublicKey, fragment
from standard.model import DidUrl

ALGORITHMS: Final[tuple[Algorithm, ...]] = ("Ed25519", "P-256")
# No organisation's short name begins with an underscore.
INSTANCE_FOLDER: Final = "_vc-api"
CLAIM_CODES_FILE: Final = "claim-codes.key"
CLAIM_CODES_BYTES: Final = 32
PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


class KeyFolder:
    """The private keys of every organisation on this host."""

    def __init__(self, folder: Path, passphrase: bytes | None) -> None:
        """Nothing is read or made before it is needed."""
        self._folder = folder
        self._passphrase = passphrase
        self._loaded: dict[DidUrl, KeySigner] = {}

    def generate(self, slug: str) -> tuple[PublicKey, ...]:
        """Make a new key of each algorithm for an organisation and give the public halves."""
        made = []
        for algorithm in ALGORITHMS:
            key = PrivateKey.generate(algorithm)
            path = self._folder / slug / f"{fragment(key.public_key)}.pem"
            self._write(path, key.to_pem(self._passphrase))
            made.append(key.public_key)
        return tuple(made)

    def signer(self, slug: str, method: DidUrl) -> KeySigner:
        """Load the key of a verification method.

        Raises:
            KeyFolderError: there is no such file, or it does not open with the passphrase.
        """
        if method not in self._loaded:
            name = method.partition("#")[2]
            try:
                pem = (self._folder / slug / f"{name}.pem").read_bytes()
                key = PrivateKey.from_pem(pem, self._passphrase)
            except (OSError, KeyFormatError) as error:
                raise KeyFolderError(f"the private key {name} cannot be opened") from error
            if fragment(key.public_key) != name:
                raise KeyFolderError(f"the file of key {name} holds another key")
            self._loaded[method] = KeySigner(key, method)
        return self._loaded[method]

    def instance_signer(self, algorithm: Algorithm) -> KeySigner:
        """Load the VC-API's own key of one kind, a did:key that is no organisation's; made at the first use.

        Raises:
            KeyFolderError: the file does not open with the passphrase.
        """
        path = self._folder / INSTANCE_FOLDER / f"{algorithm.lower()}.pem"
        if not path.exists():
            self._write(path, PrivateKey.generate(algorithm).to_pem(self._passphrase))
        try:
            key = PrivateKey.from_pem(path.read_bytes(), self._passphrase)
        except KeyFormatError as error:
            raise KeyFolderError(f"the private key {path.name} of the VC-API cannot be opened") from error
        return KeySigner(key, did_key_method(did_key(key.public_key)))

    def claim_code_key(self) -> bytes:
        """Read the key from which claim codes are derived; made at the first use."""
        path = self._folder / CLAIM_CODES_FILE
        if not path.exists():
            self._write(path, secrets.token_bytes(CLAIM_CODES_BYTES))
        secret = path.read_bytes()
        if len(secret) != CLAIM_CODES_BYTES:
            raise KeyFolderError(f"{CLAIM_CODES_FILE} is damaged")
        return secret

    def _write(self, path: Path, content: bytes) -> None:
        """Write a whole file at once, readable by its owner only; one that exists stays as it is."""
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, refuses to replace a file that another process made meanwhile.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
