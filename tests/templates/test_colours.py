"""Text stands out from its ground in light and dark, and so do the edges of what can be used."""

from __future__ import annotations

import re

import pytest

from templates import static_directory

TEXT = [
    ("ink", "page"), ("ink", "paper"), ("soft", "page"), ("soft", "paper"), ("soft", "accent-tint"),
    ("ink", "accent-tint"), ("ink", "warm"), ("soft", "warm"), ("accent", "page"), ("accent", "paper"),
    ("accent", "accent-tint"), ("accent-strong", "accent-tint"), ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"), ("ok", "ok-tint"), ("warn", "warn-tint"), ("bad", "bad-tint"),
    ("ink", "ok-tint"), ("ink", "warn-tint"), ("ink", "bad-tint"), ("bad", "paper"), ("bad", "page"),
]  # fmt: skip
EDGES = [("edge", "page"), ("edge", "paper"), ("focus", "page"), ("focus", "paper"), ("focus", "focus-gap")]


def schemes() -> dict[str, dict[str, str]]:
    css = (static_directory / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    colour = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    first = dict(colour.findall(light))
    return {"light": first, "dark": first | dict(colour.findall(dark))}


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, "relative luminance"."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable(text: str, ground: str, scheme: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_can_be_seen(edge: str, ground: str, scheme: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[edge], colours[ground]) >= 3
