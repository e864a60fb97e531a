"""Pages: one Jinja environment per language, the design system, and the KlusCV itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

static_directory: Final = Path(__file__).parent / "static"
"""Style sheets, scripts and pictures; every service mounts it at `/static`."""
