"""One worker's opened vault: values go in and come out in the clear, the database sees sealed bytes.

One random 256-bit key per worker (`sealing`), wrapped by the key slots (`key_slots`). Deleting the
slots and the logins is erasure: this database no longer holds the key in any form.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from sqlmodel import Session

from wallet import store
from wallet.errors import NotFoundError
from wallet.sealing import Place, VaultKey, derive, seal, unseal
from wallet.tables import SealedRow


class Vault:
    """The sealed rows of one worker, opened with the worker's key.

    The caller owns the database session and commits it.
    """

    def __init__(self, session: Session, worker_id: str, key: VaultKey) -> None:
        self.session = session
        self.worker_id = worker_id
        self.key = key

    def row_id(self, table: type[SealedRow], value: str) -> str:
        """Name a row after its content without showing the content (a keyed digest).

        The same value gives the same row, so that putting it twice changes nothing.
        """
        message = f"{table.__tablename__}\n{value}".encode()
        key = derive(self.key.raw, purpose="row-id")
        return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]

    def put(self, table: type[SealedRow], row_id: str, value: bytes) -> None:
        """Seal a value into a row; the row's version goes up."""
        row = store.sealed_row(self.session, table, self.worker_id, row_id)
        if row is None:
            row = table(id=row_id, worker_id=self.worker_id, version=0, sealed=b"")
        row.version += 1
        row.sealed = seal(self.key, self._place(table, row), value)
        store.save(self.session, row)

    def get(self, table: type[SealedRow], row_id: str) -> bytes:
        """Open one row.

        Raises:
            NotFoundError: this worker has no such row.
            VaultError: the row was changed or comes from elsewhere.
        """
        row = store.sealed_row(self.session, table, self.worker_id, row_id)
        if row is None:
            raise NotFoundError(f"no such row in {table.__tablename__}")
        return unseal(self.key, self._place(table, row), row.sealed)

    def all(self, table: type[SealedRow]) -> Iterator[tuple[str, bytes]]:
        """Open every row of a table, with the rows' ids."""
        for row in store.sealed_rows(self.session, table, self.worker_id):
            yield row.id, unseal(self.key, self._place(table, row), row.sealed)

    def remove(self, table: type[SealedRow], row_id: str) -> None:
        """Delete one row; that it is not there is no error."""
        row = store.sealed_row(self.session, table, self.worker_id, row_id)
        if row is not None:
            store.remove(self.session, row)

    def _place(self, table: type[SealedRow], row: SealedRow) -> Place:
        return Place(self.worker_id, str(table.__tablename__), row.id, row.version)
