"""The worker's own key: a P-256 key in the vault, its public half a did:key."""

from __future__ import annotations

from standard.dids import did_key, did_key_method
from standard.keys import KeySigner, PrivateKey
from wallet.tables import HolderKeyRow
from wallet.vault import Vault

_ROW = "holder"


def put(vault: Vault, key: PrivateKey) -> None:
    """Keep the worker's key."""
    vault.put(HolderKeyRow, vault.row_id(HolderKeyRow, _ROW), key.to_pem(None))


def signer(vault: Vault) -> KeySigner:
    """Take the worker's key out to sign with it."""
    key = PrivateKey.from_pem(vault.get(HolderKeyRow, vault.row_id(HolderKeyRow, _ROW)), None)
    return KeySigner(key, did_key_method(did_key(key.public_key)))
