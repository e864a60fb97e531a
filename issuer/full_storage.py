"""Telling that there is no room left from other faults: it is nobody's mistake, and the host can help."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

CODE: Final = "storage-full"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_POSTGRES_DISK_FULL: Final = "53100"


def is_full(error: BaseException | None) -> bool:
    """Whether something went wrong because a disk, a quota or a database can hold no more."""
    if isinstance(error, DBAPIError):
        cause = error.orig
        if isinstance(cause, sqlite3.Error):
            return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        return getattr(cause, "sqlstate", None) == _POSTGRES_DISK_FULL
    return isinstance(error, OSError) and error.errno in _FULL
