"""Where the shared third-party vectors lie; a test that needs them is skipped where they are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def vectors(name: str) -> Path:
    """A folder of vectors."""
    return _shared("vectors", name)


def published_data(name: str) -> Path:
    """A folder of data that others publish, such as a schema."""
    return _shared("data", name)


def _shared(kind: str, name: str) -> Path:
    shared = Path(os.environ.get("KLUSCV_SHARED") or PROJECT.parent / "shared")
    folder = shared / kind / name
    if not folder.is_dir():
        pytest.skip(f"the third-party {kind} {name} are not in {shared} (set KLUSCV_SHARED)")
    return folder
