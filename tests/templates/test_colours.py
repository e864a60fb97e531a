"""Text stands out from its ground in light and dark, and so do the edges of what can be used."""

from __future__ import annotations

from typing import Literal

import pytest

from templates.colours import READABLE, contrast, scheme

TEXT = [
    ("ink", "page"), ("ink", "paper"), ("soft", "page"), ("soft", "paper"), ("soft", "accent-tint"),
    ("ink", "accent-tint"), ("ink", "warm"), ("soft", "warm"), ("accent", "page"), ("accent", "paper"),
    ("accent", "accent-tint"), ("accent-strong", "accent-tint"), ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"), ("ok", "ok-tint"), ("warn", "warn-tint"), ("bad", "bad-tint"),
    ("ink", "ok-tint"), ("ink", "warn-tint"), ("ink", "bad-tint"), ("bad", "paper"), ("bad", "page"),
]  # fmt: skip
EDGES = [("edge", "page"), ("edge", "paper"), ("focus", "page"), ("focus", "paper"), ("focus", "focus-gap")]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_readable(text: str, ground: str, name: Literal["light", "dark"]) -> None:
    colours = scheme(name)
    assert contrast(colours[text], colours[ground]) >= READABLE


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_can_be_seen(edge: str, ground: str, name: Literal["light", "dark"]) -> None:
    colours = scheme(name)
    assert contrast(colours[edge], colours[ground]) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#123456", "#123456") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
