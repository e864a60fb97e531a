"""Where the shared third-party vectors lie; a test that needs them is skipped where they are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def vectors(name: str) -> Path:
    """A folder of vectors."""
    shared = Path(os.environ.get("KLUSCV_SHARED") or PROJECT.parent / "shared")
    folder = shared / "vectors" / name
    if not folder.is_dir():
        pytest.skip(f"the third-party vectors {name} are not in {shared} (set KLUSCV_SHARED)")
    return folder
