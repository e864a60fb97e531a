"""Colours: those of the design system, and how well one stands out from another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal

from templates import static_directory

READABLE: Final = 4.5
"""The ratio that text needs. Source: WCAG 2.2, "Contrast (Minimum)"."""

_TOKEN: Final = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)


@cache
def scheme(name: Literal["light", "dark"]) -> Mapping[str, str]:
    """Read the colours of the pages by their names; the dark ones lie over the light ones."""
    css = (static_directory / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    first = dict(_TOKEN.findall(light))
    return first if name == "light" else first | dict(_TOKEN.findall(dark))


def contrast(one: str, other: str) -> float:
    """Compare two colours, each `#rrggbb`: 1 for the same, 21 for black and white.

    Source: WCAG 2.2, "contrast ratio".
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * channel for weight, channel in zip(_WEIGHTS, linear, strict=True))
