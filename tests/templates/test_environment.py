"""The frame of every page: escaped, translated, and free of anything inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, FileSystemLoader, UndefinedError

import templates
from templates import static_directory
from templates.environment import LOCALES, environment, static_url
from templates.icons import ICON_DIRECTORY, icon

ROOT = Path(templates.__file__).parent
PAGE = (
    "{% extends 'base.html' %}{% set brand = 'Proef' %}{% set tabs = [('/', 'home', _('Menu'), true)] %}"
    "{% block title %}Titel{% endblock %}{% block main %}<p>{{ words }}</p>{% endblock %}"
)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_frame_renders_in_every_language(locale: str) -> None:
    html = environment(locale).from_string(PAGE).render(words="tekst")
    assert f'<html lang="{locale}" dir="ltr">' in html
    assert 'aria-current="page"' in html


def test_text_is_escaped() -> None:
    html = environment("nl").from_string(PAGE).render(words="<script>alert(1)</script>")
    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>" in html


def test_a_forgotten_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment("nl").from_string(PAGE).render()


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.html")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_carries_inline_style_or_script(path: Path) -> None:
    if path.parent.name == "cv" and path.name == "paper.html":
        pytest.skip("the paper page is read by the PDF writer, not by a browser")
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_a_static_address_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/css/tokens\.css\?v=[0-9a-f]{10}", static_url("css/tokens.css"))


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in (*static_directory.rglob("*.css"), *static_directory.rglob("*.js")):
        assert not re.search(r"https?://|@import|url\(", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", sorted(path.stem for path in ICON_DIRECTORY.glob("*.svg")))
def test_an_icon_is_a_hidden_drawing_without_colour_of_its_own(name: str) -> None:
    drawing = icon(name)
    assert 'aria-hidden="true"' in drawing
    assert "fill=" not in drawing.removeprefix("<svg")
    assert "style" not in drawing


def test_the_style_guide_shows_every_part_without_anything_inline() -> None:
    env = environment("nl").overlay(
        loader=ChoiceLoader([FileSystemLoader(ROOT), FileSystemLoader(Path(__file__).parent)])
    )
    html = env.get_template("styleguide.html").render(names=sorted(p.stem for p in ICON_DIRECTORY.iterdir()))
    assert "verdict--indeterminate" in html
    assert "style=" not in html
