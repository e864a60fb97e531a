"""Structured logs: one JSON object a line on standard error, with ids and never with personal data."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import structlog


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
    """Tell of an error its kind and its place, but not its message: that may quote what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__qualname__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
