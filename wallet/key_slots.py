"""Key slots: the vault key wrapped under a passphrase or under the code of the recovery sheet.

Passkeys become a third kind of slot. A slot is bound to its worker, its id and its kind, so that it
cannot be passed off as another.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from argon2.low_level import Type, hash_secret_raw

from wallet.errors import VaultError
from wallet.sealing import KEY_BYTES, Place, VaultKey, derive, seal, unseal

_SALT_BYTES = 16
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread
_CODE_SIGNS = 28  # 140 bits
_GROUP = 4
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


class SlotKind(StrEnum):
    """What opens a slot."""

    PASSPHRASE = "passphrase"  # noqa: S105
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one guess at a passphrase costs. Kept in the slot, so that it can be raised later."""

    memory_kib: int
    passes: int


@dataclass(frozen=True, slots=True)
class Slot:
    """The vault key wrapped under one secret."""

    id: str
    worker: str
    kind: SlotKind
    salt: bytes
    cost: Argon2Cost
    wrapped_key: bytes


def passphrase_slot(key: VaultKey, passphrase: str, *, worker: str, slot_id: str, cost: Argon2Cost) -> Slot:
    """Wrap the vault key under a passphrase (Argon2id)."""
    salt = secrets.token_bytes(_SALT_BYTES)
    wrapping = _passphrase_key(passphrase, salt, cost)
    wrapped = seal(wrapping, _place(worker, slot_id, SlotKind.PASSPHRASE), key.raw)
    return Slot(slot_id, worker, SlotKind.PASSPHRASE, salt, cost, wrapped)


def recovery_slot(key: VaultKey, code: str, *, worker: str, slot_id: str) -> Slot:
    """Wrap the vault key under a recovery code; its 140 random bits need no slow derivation."""
    salt = secrets.token_bytes(_SALT_BYTES)
    wrapping = _recovery_key(code, salt)
    wrapped = seal(wrapping, _place(worker, slot_id, SlotKind.RECOVERY), key.raw)
    return Slot(slot_id, worker, SlotKind.RECOVERY, salt, Argon2Cost(0, 0), wrapped)


def open_slot(slot: Slot, secret: str) -> VaultKey:
    """Unwrap the vault key.

    Raises:
        VaultError: the secret does not open this slot.
    """
    if slot.kind is SlotKind.PASSPHRASE:
        wrapping = _passphrase_key(secret, slot.salt, slot.cost)
    else:
        wrapping = _recovery_key(secret, slot.salt)
    return VaultKey(unseal(wrapping, _place(slot.worker, slot.id, slot.kind), slot.wrapped_key))


def spend_time(passphrase: str, cost: Argon2Cost) -> None:
    """Do the work of a passphrase that is not there, so that an unknown account answers as slowly."""
    _passphrase_key(passphrase, bytes(_SALT_BYTES), cost)


def new_recovery_code() -> str:
    """Make a code for the recovery sheet, such as `7K2M-…`: seven groups of four."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_SIGNS))
    return "-".join(signs[start : start + _GROUP] for start in range(0, _CODE_SIGNS, _GROUP))


def _passphrase_key(passphrase: str, salt: bytes, cost: Argon2Cost) -> VaultKey:
    # NFKC: the same passphrase typed on another keyboard must give the same bytes.
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    raw = hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, 1, KEY_BYTES, Type.ID)
    return VaultKey(raw)


def _recovery_key(code: str, salt: bytes) -> VaultKey:
    signs = "".join(sign for sign in code.upper() if sign.isalnum()).translate(_MISREAD)
    if len(signs) != _CODE_SIGNS or not set(signs) <= set(_ALPHABET):
        raise VaultError("not a recovery code")
    return VaultKey(derive(signs.encode(), purpose="recovery", salt=salt))


def _place(worker: str, slot_id: str, kind: SlotKind) -> Place:
    return Place(worker, f"key_slot/{kind}", slot_id, 1)
