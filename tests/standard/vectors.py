"""Where the shared third-party vectors lie; a test that needs them is skipped where they are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def vectors(name: str) -> Path:
    """A folder of vectors."""
    return _shared("vectors", name)


def files_of(name: str, *, skip: bool = True) -> list[Path]:
    """Every file of a folder of vectors; none when it is missing and nothing is to be skipped for that.

    Tests that go through all of them need no list of names, and pass nothing over.
    """
    if not skip and not (shared_folder() / "vectors" / name).is_dir():
        return []
    return sorted(path for path in vectors(name).rglob("*") if path.is_file())


def published_data(name: str) -> Path:
    """A folder of data that others publish, such as a schema."""
    return _shared("data", name)


def shared_folder() -> Path:
    """Where the third-party material lies, when it is there."""
    return Path(os.environ.get("KLUSCV_SHARED") or PROJECT.parent / "shared")


def _shared(kind: str, name: str) -> Path:
    shared = shared_folder()
    folder = shared / kind / name
    if not folder.is_dir():
        pytest.skip(f"the third-party {kind} {name} are not in {shared} (set KLUSCV_SHARED)")
    return folder
