from __future__ import annotations

import pytest
from sqlmodel import Session

from wallet.errors import NotFoundError, VaultError
from wallet.sealing import VaultKey
from wallet.store import add_worker, sealed_row
from wallet.tables import HeldCredentialRow, SealedRow, SelectionRow, Worker
from wallet.vault import Vault

from .conftest import NOW


def test_a_value_comes_back_and_the_database_does_not_show_it(vault: Vault) -> None:
    vault.put(SelectionRow, "row", b"alleen voor mij")
    row = sealed_row(vault.session, SelectionRow, vault.worker_id, "row")
    assert row is not None
    assert b"alleen" not in row.sealed
    assert vault.get(SelectionRow, "row") == b"alleen voor mij"


def test_putting_again_replaces_and_raises_the_version(vault: Vault) -> None:
    vault.put(SelectionRow, "row", b"oud")
    vault.put(SelectionRow, "row", b"nieuw")
    row = sealed_row(vault.session, SelectionRow, vault.worker_id, "row")
    assert row is not None
    assert row.version == 2
    assert dict(vault.all(SelectionRow)) == {"row": b"nieuw"}


def test_another_workers_key_opens_nothing(vault: Vault) -> None:
    vault.put(SelectionRow, "row", b"geheim")
    with pytest.raises(VaultError):
        Vault(vault.session, vault.worker_id, VaultKey.generate()).get(SelectionRow, "row")


def test_a_row_given_to_another_worker_does_not_open_even_with_the_right_key(
    session: Session, vault: Vault
) -> None:
    vault.put(SelectionRow, "row", b"geheim")
    add_worker(session, Worker(id="worker-2", account_name="samir", created_at=NOW))
    other = Vault(session, "worker-2", vault.key)
    with pytest.raises(NotFoundError):
        other.get(SelectionRow, "row")
    row = sealed_row(session, SelectionRow, "worker-1", "row")
    assert row is not None
    row.worker_id = "worker-2"
    session.flush()
    with pytest.raises(VaultError):
        other.get(SelectionRow, "row")


@pytest.mark.parametrize(
    ("table", "row_id", "version"),
    [(HeldCredentialRow, "row", 1), (SelectionRow, "another", 1), (SelectionRow, "row", 2)],
)
def test_a_row_copied_to_another_place_does_not_open(
    vault: Vault, table: type[SealedRow], row_id: str, version: int
) -> None:
    vault.put(SelectionRow, "row", b"geheim")
    row = sealed_row(vault.session, SelectionRow, vault.worker_id, "row")
    assert row is not None
    sealed = row.sealed
    vault.remove(SelectionRow, "row")
    vault.session.add(table(id=row_id, worker_id=vault.worker_id, version=version, sealed=sealed))
    vault.session.flush()
    with pytest.raises(VaultError):
        vault.get(table, row_id)


def test_a_row_is_named_after_its_content_without_showing_it(vault: Vault) -> None:
    name = vault.row_id(SelectionRow, "did:web:klusdag.example")
    assert name == vault.row_id(SelectionRow, "did:web:klusdag.example")
    assert name != vault.row_id(HeldCredentialRow, "did:web:klusdag.example")
    assert name != Vault(vault.session, "worker-1", VaultKey.generate()).row_id(
        SelectionRow, "did:web:klusdag.example"
    )


def test_what_is_not_there_is_not_found(vault: Vault) -> None:
    vault.remove(SelectionRow, "row")
    with pytest.raises(NotFoundError):
        vault.get(SelectionRow, "row")
