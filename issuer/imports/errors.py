"""What makes an import stop, as opposed to a `RowError`, after which the other rows go on."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from issuer.imports.records import RowError
from standard.errors import KlusCVError, UnreadableError


class FileFault(StrEnum):
    """Why a file as a whole cannot be read; pages choose their words by it."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    ENCODING = "encoding"
    MISSING_COLUMNS = "missing-columns"
    REPEATED_COLUMNS = "repeated-columns"
    TOO_MANY_COLUMNS = "too-many-columns"
    MALFORMED = "malformed"
    PACKED = "packed"
    OPEN_PLATFORMS = "open-platforms"
    TOO_MANY_WORDS = "too-many-words"
    GONE = "gone"


class ImportFileError(UnreadableError):
    """A file that is no export of this profile, or that breaks off; nothing of it may be kept.

    Attributes:
        fault: the kind of fault.
        missing: the columns that the profile asks for and the file lacks.
        found: the columns that the file has.
    """

    code: ClassVar[str] = "import-file"

    def __init__(
        self, fault: FileFault, message: str, *, missing: tuple[str, ...] = (), found: tuple[str, ...] = ()
    ) -> None:
        """Keep the columns beside the message, so that a page can list them."""
        super().__init__(message)
        self.fault = fault
        self.missing = missing
        self.found = found


class ProfileError(KlusCVError):
    """A profile that does not exist, or that breaks the rules of docs/imports.md."""

    code: ClassVar[str] = "import-profile"


class UnnamedColumnsError(ProfileError):
    """A profile in the making that leaves out what every profile tells.

    Attributes:
        missing: what no column is read as: roles, and `time` when it is not told when the work was.
    """

    def __init__(self, missing: Sequence[str], spare: Sequence[str]) -> None:
        """Keep what is missing beside the message, which also names the columns that are not used."""
        left = f"; not used: {', '.join(spare)}" if spare else ""
        super().__init__(f"no column is read as {', '.join(missing)}{left}")
        self.missing = tuple(missing)


class StrictImportError(KlusCVError):
    """The first bad row of an import that must have none.

    Attributes:
        row_error: what was wrong, and where.
    """

    code: ClassVar[str] = "import-strict"

    def __init__(self, row_error: RowError) -> None:
        """Keep the row error, whose place and reason a page shows."""
        super().__init__(row_error.message)
        self.row_error = row_error
