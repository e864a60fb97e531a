"""The same wallet for one person on her own machine: one account in a data folder."""

from __future__ import annotations

from sqlmodel import Session

from wallet import accounts
from wallet.accounts import Attempt
from wallet.services import Services
from wallet.store import worker_by_name
from wallet.vault import Vault

ACCOUNT_NAME = "local"
_ADDRESS = "this-machine"


def has_local_vault(session: Session) -> bool:
    """Whether the account was made before."""
    return worker_by_name(session, ACCOUNT_NAME) is not None


def open_local_vault(session: Session, passphrase: str, services: Services) -> Vault:
    """Open the one account of this machine, or make it with this passphrase.

    Raises:
        WeakPassphraseError: a first passphrase will not do.
        LoginRefusedError, TooManyAttemptsError: the vault is there and did not open.
    """
    now, cost = services.clock(), services.cost
    if not has_local_vault(session):
        return accounts.register(session, ACCOUNT_NAME, passphrase, now=now, cost=cost)
    return accounts.log_in(session, Attempt(ACCOUNT_NAME, _ADDRESS, now), passphrase, cost=cost)
