"""Structured logs: one JSON object a line on standard error, with ids and never with personal data."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import Any, Final

import structlog

LIBRARIES: Final = "site-packages"


def configure_logging(level: int) -> None:
    """Let this process log JSON lines of a level of the standard library and above."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Standard error as it is when something is logged: tests and supervisors put another in its place.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
    )


def fault(error: BaseException) -> dict[str, Any]:
    """Tell of an error its kind and where our own code was, but not its message: that may quote somebody."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if LIBRARIES not in frame.filename]
    return {
        "error": type(error).__qualname__,
        "at": [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames],
    }
