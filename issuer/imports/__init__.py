"""Reads what platforms export, streaming; formats are code, platforms are profiles.

profile = load_profile("klusdag")
tally = Tally()
for item in tally.count(parse(stream, profile, file_name="klusdag.csv")):
    ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b

from issuer.imports.bounded import Limits, Readable
from issuer.imports.errors import (
    FileFault,
    ImportFileError,
    ProfileError,
    StrictImportError,
    UnnamedColumnsError,
)
from issuer.imports.open_platforms import read_open_platforms
from issuer.imports.profile import (
    Profile,
    TableProfile,
    available_profiles,
    load_profile,
    profile_of,
    profile_of_toml,
    shipped_profile,
)
from issuer.imports.records import (
    AchievementRecord,
    CancelledGig,
    GigRecord,
    NameRecord,
    Reason,
    Record,
    RetractedAchievement,
    RowError,
    Worker,
)
from issuer.imports.table_format import read_table
from issuer.imports.tally import Tally, strictly

__all__ = [
    "AchievementRecord",
    "CancelledGig",
    "FileFault",
    "GigRecord",
    "ImportFileError",
    "Limits",
    "NameRecord",
    "Profile",
    "ProfileError",
    "Readable",
    "Reason",
    "Record",
    "RetractedAchievement",
    "RowError",
    "StrictImportError",
    "Tally",
    "UnnamedColumnsError",
    "Worker",
    "available_profiles",
    "load_profile",
    "parse",
    "profile_of",
    "profile_of_toml",
    "read",
    "shipped_profile",
    "strictly",
]


def parse(
    stream: Readable,
    profile: Profile,
    *,
    file_name: str,
    as_of: date | None = None,
    limits: Limits | None = None,
) -> Iterator[Record | RowError]:
    """Read an export row by row: every row gives a record or its faults, and none is passed over.

    Remembers 16 bytes a record, to refuse a second one under the same key.

    Args:
        stream: the file's bytes; never held whole.
        profile: how to read them.
        file_name: what row errors call the file.
        as_of: the day of the export; work after it is a fault. None when that day is not known.
        limits: how much is read at most.

    Raises:
        ImportFileError: the file as a whole is no export of this profile, or breaks off; it may come
            after good records, of which none may then be kept.
    """
    items = read(stream, profile, file_name=file_name, as_of=as_of, limits=limits)
    return _without_repeats(items, profile.gig_column, file_name)


def read(
    stream: Readable,
    profile: Profile,
    *,
    file_name: str,
    as_of: date | None = None,
    limits: Limits | None = None,
) -> Iterator[Record | RowError]:
    """Read an export as `parse` does, but remember nothing: repeated keys are for the caller to refuse."""
    items = _reader(stream, profile, file_name, limits or Limits())
    return _without_future(items, as_of, file_name) if as_of else items


def _reader(
    stream: Readable, profile: Profile, file_name: str, limits: Limits
) -> Iterator[Record | RowError]:
    if isinstance(profile, TableProfile):
        return read_table(stream, profile, file_name=file_name, limits=limits)
    return read_open_platforms(stream, profile, file_name=file_name, limits=limits)


def _without_future(
    items: Iterable[Record | RowError], as_of: date, file_name: str
) -> Iterator[Record | RowError]:
    for item in items:
        if not isinstance(item, RowError) and (day := item.day) is not None and day > as_of:
            yield RowError(file_name, item.row, None, Reason.FUTURE, "after the day of the export")
        else:
            yield item


def _without_repeats(
    items: Iterable[Record | RowError], column: str, file_name: str
) -> Iterator[Record | RowError]:
    """Refuse a second gig, or a second award, under one key of one worker; the first one stands."""
    seen: set[bytes] = set()
    for item in items:
        if isinstance(item, RowError):
            yield item
            continue
        kind = "award" if isinstance(item, AchievementRecord) else "gig"
        identity = "\x00".join((kind, item.worker.key, item.key))
        digest = blake2b(identity.encode("utf-8"), digest_size=16).digest()
        if digest in seen:
            yield RowError(file_name, item.row, column, Reason.DUPLICATE, "this key occurred before")
        else:
            seen.add(digest)
            yield item
