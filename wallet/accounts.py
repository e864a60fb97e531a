"""Accounts: making one, opening its vault, keeping the way back on paper, and leaving for good."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from standard.keys import PrivateKey
from wallet import holder_key, key_slots, store
from wallet.errors import (
    AccountNameError,
    LoginRefusedError,
    NameTakenError,
    NotFoundError,
    TooManyAttemptsError,
    VaultError,
    WeakPassphraseError,
)
from wallet.key_slots import Argon2Cost, Slot, SlotKind
from wallet.sealing import VaultKey
from wallet.tables import KeySlot, RecoverySheetRow, Worker
from wallet.vault import Vault

MIN_PASSPHRASE = 10
MAX_PASSPHRASE = 256
_MIN_NAME, _MAX_NAME = 3, 40
_COUNTING = timedelta(minutes=15)
_FAILURES_PER_NAME = 10
_FAILURES_PER_ADDRESS = 50
_SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to get in: under which name, from which address, and when."""

    account_name: str
    address: str
    now: datetime


def register(
    session: Session, account_name: str, passphrase: str, *, now: datetime, cost: Argon2Cost
) -> Vault:
    """Make an account: a fresh vault key, its passphrase slot, a recovery sheet and a holder key.

    Raises:
        AccountNameError, WeakPassphraseError, NameTakenError: nothing was made.
    """
    name = folded_name(account_name)
    check_passphrase(passphrase, name)
    row = Worker(id=str(uuid.uuid4()), account_name=name, created_at=now)
    try:
        store.add_worker(session, row)
    except IntegrityError as error:
        session.rollback()
        raise NameTakenError("the account name is taken") from error
    vault = Vault(session, row.id, VaultKey.generate())
    _set_passphrase(vault, passphrase, cost)
    new_recovery_sheet(vault)
    holder_key.put(vault, PrivateKey.generate("P-256"))
    return vault


def log_in(session: Session, attempt: Attempt, passphrase: str, *, cost: Argon2Cost) -> Vault:
    """Open a vault with its passphrase.

    Raises:
        TooManyAttemptsError: there were too many failures lately; nothing was tried.
        LoginRefusedError: it did not open. An unknown name takes as long as a wrong passphrase.
    """
    return _enter(session, attempt, SlotKind.PASSPHRASE, passphrase, cost)


def recover(session: Session, attempt: Attempt, code: str, new_passphrase: str, *, cost: Argon2Cost) -> Vault:
    """Open a vault with the recovery sheet and give it a new passphrase; every other login ends.

    Raises:
        TooManyAttemptsError, LoginRefusedError: as for `log_in`.
        WeakPassphraseError: the new passphrase will not do; nothing was tried.
    """
    check_passphrase(new_passphrase, folded_or_empty(attempt.account_name))
    vault = _enter(session, attempt, SlotKind.RECOVERY, code, cost)
    _set_passphrase(vault, new_passphrase, cost)
    store.end_logins(session, vault.worker_id)
    return vault


def change_passphrase(vault: Vault, attempt: Attempt, old: str, new: str, *, cost: Argon2Cost) -> None:
    """Give the vault another passphrase; every login ends, this one too.

    Raises:
        LoginRefusedError: the old passphrase is wrong.
        WeakPassphraseError: the new one will not do.
    """
    check_passphrase(new, attempt.account_name)
    confirm(vault, attempt, old, cost=cost)
    _set_passphrase(vault, new, cost)
    store.end_logins(vault.session, vault.worker_id)


def confirm(vault: Vault, attempt: Attempt, passphrase: str, *, cost: Argon2Cost) -> None:
    """Make sure that the one who is logged in also knows the passphrase.

    Raises:
        TooManyAttemptsError, LoginRefusedError: as for `log_in`.
    """
    opened = _enter(vault.session, attempt, SlotKind.PASSPHRASE, passphrase, cost)
    if opened.worker_id != vault.worker_id:
        raise LoginRefusedError("another account")


def account_name(vault: Vault) -> str:
    """Read the account name of an opened vault."""
    row = store.worker(vault.session, vault.worker_id)
    if row is None:
        raise NotFoundError("the account is gone")
    return row.account_name


def new_recovery_sheet(vault: Vault) -> str:
    """Make a recovery code; the former sheet no longer opens anything.

    The code stays readable in the vault until the worker says that the sheet is on paper.
    """
    code = key_slots.new_recovery_code()
    slot = key_slots.recovery_slot(vault.key, code, worker=vault.worker_id, slot_id=str(uuid.uuid4()))
    store.replace_slot(vault.session, _slot_row(slot))
    vault.put(RecoverySheetRow, _sheet_id(vault), code.encode())
    return code


def unsaved_recovery_code(vault: Vault) -> str | None:
    """Read the recovery code that is not yet on paper, if there is one."""
    try:
        return vault.get(RecoverySheetRow, _sheet_id(vault)).decode()
    except NotFoundError:
        return None


def recovery_sheet_kept(vault: Vault) -> None:
    """Forget the readable recovery code: from now on it is only on paper."""
    vault.remove(RecoverySheetRow, _sheet_id(vault))


def erase(vault: Vault) -> None:
    """Delete the worker's slots, logins and rows. Nothing and nobody can bring them back."""
    store.erase_worker(vault.session, vault.worker_id)


def folded_name(name: str) -> str:
    """Bring an account name to its one spelling.

    Raises:
        AccountNameError: too short, too long, or with signs that are not letters, digits, `-`, `_` or `.`.
    """
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    if not _MIN_NAME <= len(folded) <= _MAX_NAME:
        raise AccountNameError("an account name has 3 to 40 signs")
    if not all(sign.isalnum() or sign in "-_." for sign in folded):
        raise AccountNameError("an account name has letters, digits, hyphen, underscore and point")
    return folded


def folded_or_empty(name: str) -> str:
    """Fold a name that may be no account name at all: nobody is called the empty string."""
    try:
        return folded_name(name)
    except AccountNameError:
        return ""


def check_passphrase(passphrase: str, account_name: str) -> None:
    """Refuse a passphrase that is short, the name itself, or the same few signs over and over.

    Raises:
        WeakPassphraseError: it will not do.
    """
    if not MIN_PASSPHRASE <= len(passphrase) <= MAX_PASSPHRASE:
        raise WeakPassphraseError("a passphrase has 10 to 256 signs")
    plain = passphrase.casefold()
    if len(set(plain)) < 5 or (account_name and plain.replace(account_name, "") in ("", *"0123456789")):
        raise WeakPassphraseError("the passphrase is too easy to guess")


def _enter(session: Session, attempt: Attempt, kind: SlotKind, secret: str, cost: Argon2Cost) -> Vault:
    name = folded_or_empty(attempt.account_name)
    limits = {
        _digest("name", name): _FAILURES_PER_NAME,
        _digest("address", attempt.address): _FAILURES_PER_ADDRESS,
    }
    for key, limit in limits.items():
        if store.failures(session, key, attempt.now) >= limit:
            raise TooManyAttemptsError("too many failures lately")
    vault = _try_slot(session, name, kind, secret, cost)
    if vault is None:
        for key in limits:
            store.add_failure(session, key, attempt.now, attempt.now + _COUNTING)
        # The caller rolls back when it sees an error, and a failure must count all the same.
        session.commit()
        raise LoginRefusedError("account name and secret do not belong together")
    store.forget_failures(session, _digest("name", name))
    return vault


def _try_slot(session: Session, name: str, kind: SlotKind, secret: str, cost: Argon2Cost) -> Vault | None:
    found = store.worker_by_name(session, name)
    row = store.slot(session, found.id, kind) if found is not None else None
    if found is None or row is None or len(secret) > MAX_PASSPHRASE:
        if kind is SlotKind.PASSPHRASE:
            key_slots.spend_time("", cost)
        return None
    try:
        return Vault(session, found.id, key_slots.open_slot(_slot(row), secret))
    except VaultError:
        return None


def _set_passphrase(vault: Vault, passphrase: str, cost: Argon2Cost) -> None:
    slot = key_slots.passphrase_slot(
        vault.key, passphrase, worker=vault.worker_id, slot_id=str(uuid.uuid4()), cost=cost
    )
    store.replace_slot(vault.session, _slot_row(slot))


def _sheet_id(vault: Vault) -> str:
    return vault.row_id(RecoverySheetRow, _SHEET)


def _slot_row(slot: Slot) -> KeySlot:
    return KeySlot(
        id=slot.id,
        worker_id=slot.worker,
        kind=slot.kind,
        salt=slot.salt,
        memory_kib=slot.cost.memory_kib,
        passes=slot.cost.passes,
        wrapped_key=slot.wrapped_key,
    )


def _slot(row: KeySlot) -> Slot:
    cost = Argon2Cost(row.memory_kib, row.passes)
    return Slot(row.id, row.worker_id, SlotKind(row.kind), row.salt, cost, row.wrapped_key)


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\n{value}".encode()).hexdigest()
