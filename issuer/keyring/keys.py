"""Private keys: PEM files that only this service's user may read, never in the database.

One folder per organisation, one file per key, named after the key's fragment. Beside them stands the
secret from which claim codes are derived. An organisation may keep its keys elsewhere instead: in a
hardware module or a key service (`far_keys.py`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from issuer.errors import KeyFolderError
from issuer.keyring import sealed_secret
from issuer.keyring.far_keys import HardwareKeys, ServiceKeys
from issuer.tables import OrganisationKey
from standard.dids import did_key, did_key_method
from standard.errors import KeyFormatError
from standard.keys import Algorithm, KeySigner, PrivateKey, PublicKey, Signer, fragment
from standard.model import DidUrl

ALGORITHMS: Final[tuple[Algorithm, ...]] = ("Ed25519", "P-256")
# No organisation's short name begins with an underscore.
INSTANCE_FOLDER: Final = "_vc-api"
CLAIM_CODES_FILE: Final = "claim-codes.key"
CLAIM_CODES_BYTES: Final = 32
PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
OPEN_PEM: Final = b"-----BEGIN PRIVATE KEY-----"


class KeyStore(StrEnum):
    """Where the private half of a key is."""

    FILE = "file"
    HARDWARE = "pkcs11"
    SERVICE = "kms"


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """Where new keys are to be, and under which labels they are there already; else they are made."""

    store: KeyStore = KeyStore.FILE
    labels: Mapping[Algorithm, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """The public half of a key that is now in its store; `label` is None for a file."""

    public_key: PublicKey
    label: str | None


class KeyFolder:
    """The private keys of every organisation on this host."""

    def __init__(
        self,
        folder: Path,
        passphrase: bytes | None,
        *,
        hardware: HardwareKeys | None = None,
        service: ServiceKeys | None = None,
    ) -> None:
        """Nothing is read or made before it is needed."""
        self.folder = folder
        self._passphrase = passphrase
        self._hardware = hardware or HardwareKeys(None)
        self._service = service or ServiceKeys(None)
        self._loaded: dict[DidUrl, Signer] = {}
        self._claim_code_key: bytes | None = None

    def generate(self, slug: str, plan: KeyPlan) -> tuple[MadeKey, ...]:
        """Make a new key of each algorithm for an organisation, or find those that the plan names.

        Raises:
            KeyFolderError: the store cannot be reached, or does not make or have such a key.
        """
        return tuple(self._made(slug, algorithm, plan) for algorithm in ALGORITHMS)

    def open(self, slug: str, key: OrganisationKey) -> Signer:
        """Open a key for signing, wherever it is.

        Raises:
            KeyFolderError: it is not where it should be, or does not open.
        """
        method = DidUrl(key.verification_method)
        if method not in self._loaded:
            signer = self._found(slug, method, KeyStore(key.store), key.label or "")
            if signer.public_key.multikey != key.multikey:
                raise KeyFolderError(f"under the name of key {method.partition('#')[2]} is another key")
            self._loaded[method] = signer
        return self._loaded[method]

    def opened(self, verification_method: str | None) -> Signer | None:
        """Give a key that was opened before."""
        return self._loaded.get(DidUrl(verification_method)) if verification_method else None

    def encrypt(self) -> int:
        """Encrypt every file that is not; count them.

        Raises:
            KeyFolderError: there is no passphrase, or a file does not open with it.
        """
        if self._passphrase is None:
            raise KeyFolderError("there is no passphrase (ISSUER_KEYS_PASSPHRASE)")
        open_files = [path for path in sorted(self.folder.rglob("*.pem")) if _is_open(path.read_bytes())]
        for path in open_files:
            key = PrivateKey.from_pem(path.read_bytes(), None)
            self._write(path, key.to_pem(self._passphrase), replace=True)
        return len(open_files) + self.seal_claim_code_key()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the folder with its name in it; files that are being written are left out."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.folder).as_posix(), path.read_bytes()

    def put(self, name: str, content: bytes) -> None:
        """Put a file back that `files` gave; one that exists stays as it is."""
        self._write(self.folder / name, content)

    def has_open_files(self) -> bool:
        """Whether anyone who reads the folder can sign with a key in it, or claim with its secret."""
        codes = self.folder / CLAIM_CODES_FILE
        if codes.exists() and not sealed_secret.is_sealed(codes.read_bytes()):
            return True
        return any(_is_open(path.read_bytes()) for path in self.folder.rglob("*.pem"))

    def _made(self, slug: str, algorithm: Algorithm, plan: KeyPlan) -> MadeKey:
        label = plan.labels.get(algorithm)
        if plan.store is KeyStore.FILE:
            key = PrivateKey.generate(algorithm)
            path = self.folder / slug / f"{fragment(key.public_key)}.pem"
            self._write(path, key.to_pem(self._passphrase))
            return MadeKey(key.public_key, None)
        if plan.store is KeyStore.HARDWARE and label is None:
            label, public_key = self._hardware.make(slug, algorithm)
            return MadeKey(public_key, label)
        if label is None:
            raise KeyFolderError(f"a key service needs the name of its {algorithm} key")
        public_key = self._found(slug, DidUrl("#"), plan.store, label).public_key
        if public_key.algorithm != algorithm:
            raise KeyFolderError(f"{label} is not a {algorithm} key")
        return MadeKey(public_key, label)

    def _found(self, slug: str, method: DidUrl, store: KeyStore, label: str) -> Signer:
        match store:
            case KeyStore.FILE:
                return self._file_signer(slug, method)
            case KeyStore.HARDWARE:
                return self._hardware.signer(label, method)
            case KeyStore.SERVICE:
                return self._service.signer(label, method)

    def _file_signer(self, slug: str, method: DidUrl) -> KeySigner:
        name = method.partition("#")[2]
        try:
            pem = (self.folder / slug / f"{name}.pem").read_bytes()
            key = PrivateKey.from_pem(pem, None if _is_open(pem) else self._passphrase)
        except (OSError, KeyFormatError) as error:
            raise KeyFolderError(f"the private key {name} cannot be opened") from error
        return KeySigner(key, method)

    def instance_signer(self, algorithm: Algorithm) -> KeySigner:
        """Load the VC-API's own key of one kind, a did:key that is no organisation's; made at the first use.

        Raises:
            KeyFolderError: the file does not open with the passphrase.
        """
        path = self.folder / INSTANCE_FOLDER / f"{algorithm.lower()}.pem"
        if not path.exists():
            self._write(path, PrivateKey.generate(algorithm).to_pem(self._passphrase))
        try:
            pem = path.read_bytes()
            key = PrivateKey.from_pem(pem, None if _is_open(pem) else self._passphrase)
        except KeyFormatError as error:
            raise KeyFolderError(f"the private key {path.name} of the VC-API cannot be opened") from error
        return KeySigner(key, did_key_method(did_key(key.public_key)))

    def claim_code_key(self) -> bytes:
        """Read the key from which claim codes are derived; made at the first use, and read once.

        Raises:
            KeyFolderError: it is encrypted and the passphrase is another one or missing, or it is damaged.
        """
        if self._claim_code_key is None:
            self._claim_code_key = self._read_claim_code_key()
        return self._claim_code_key

    def _read_claim_code_key(self) -> bytes:
        path = self.folder / CLAIM_CODES_FILE
        if not path.exists():
            made = secrets.token_bytes(CLAIM_CODES_BYTES)
            self._write(path, sealed_secret.seal(made, self._passphrase) if self._passphrase else made)
        content = path.read_bytes()
        if sealed_secret.is_sealed(content):
            if self._passphrase is None:
                raise KeyFolderError(f"{CLAIM_CODES_FILE} is encrypted: set ISSUER_KEYS_PASSPHRASE")
            content = sealed_secret.unseal(content, self._passphrase)
        if len(content) != CLAIM_CODES_BYTES:
            raise KeyFolderError(f"{CLAIM_CODES_FILE} is damaged")
        return content

    def seal_claim_code_key(self) -> int:
        """Encrypt the key of claim codes if it is there and open, and there is a passphrase; count it.

        Raises:
            KeyFolderError: the folder's other keys were encrypted with another passphrase, or it is damaged.
        """
        path = self.folder / CLAIM_CODES_FILE
        if self._passphrase is None or not path.exists() or sealed_secret.is_sealed(path.read_bytes()):
            return 0
        self._try_passphrase()
        self._write(path, sealed_secret.seal(self._read_claim_code_key(), self._passphrase), replace=True)
        return 1

    def _try_passphrase(self) -> None:
        """Open an encrypted key, if there is one: a mistyped passphrase must lock nothing up for good."""
        for path in sorted(self.folder.rglob("*.pem")):
            if not _is_open(pem := path.read_bytes()):
                try:
                    PrivateKey.from_pem(pem, self._passphrase)
                except KeyFormatError as error:
                    raise KeyFolderError(f"{path.name} does not open with this passphrase") from error
                return

    def _write(self, path: Path, content: bytes, *, replace: bool = False) -> None:
        """Write a whole file at once, readable by its owner only; one that exists stays, unless replaced."""
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                draft.replace(path)
            else:
                # A link, unlike a rename, refuses to replace a file that another process made meanwhile.
                os.link(draft, path)
            _keep_names(path.parent)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)


def _is_open(pem: bytes) -> bool:
    return OPEN_PEM in pem


def _keep_names(folder: Path) -> None:
    """Have a folder remember the names in it when the power fails, as its files remember what they hold."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
