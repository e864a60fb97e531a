"""The words of the KlusCV's page, read back from its HTML line by line.

The page itself is the only place where its words stand, so what is drawn and what is compared can
never drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from html.parser import HTMLParser

from templates.cv.model import CvPage
from templates.cv.render import preview


class Role(Enum):
    """How often a line is on a printed page."""

    ONCE = auto()
    HEAD = auto()
    """Once, and again on top of every page on which its table goes on."""
    RUNNING = auto()
    """At the foot of every page."""
    OPTIONAL = auto()
    """Perhaps: what depends on the QR codes or on the checker and is not signed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text inside a line; an `open` one may be anything that looks like an address."""

    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One heading, paragraph or row of a table, as a reader sees it."""

    parts: tuple[Part, ...]
    role: Role

    @property
    def text(self) -> str:
        """The line in one piece."""
        return " ".join(part.text for part in self.parts)


def visible_text(page: CvPage) -> tuple[Line, ...]:
    """Read every line of the page in reading order; those for any number of QR codes stand last."""
    full = replace(page, demonstration=True, checker_host="…")
    shown = _lines(preview(full))
    optional = {
        line: None
        for qr_svgs in ((), ("<svg></svg>",), ("<svg></svg>",) * 2)
        for line in _lines(preview(full, qr_svgs))
        if line.role is Role.OPTIONAL
    }
    return (*(line for line in shown if line.role is not Role.OPTIONAL), *optional)


def _lines(html: str) -> Sequence[Line]:
    """Split a page's HTML into its lines."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.lines())


class _Reader(HTMLParser):
    """Collects text between the borders of blocks."""

    _BLOCKS = frozenset(
        {"article", "blockquote", "div", "footer", "h1", "h2", "h3", "header", "li"}
        | {"p", "section", "table", "tbody", "thead", "tr", "ul"}
    )
    _VOID = frozenset({"br", "img", "meta", "path", "rect"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self._parts: list[Part] = []
        self._role = Role.ONCE
        self._lines: list[Line] = []

    def lines(self) -> Iterator[Line]:
        """Give what was read, the last line included."""
        self._flush()
        yield from self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a new line."""
        if tag in self._BLOCKS:
            self._flush()
        if tag not in self._VOID:
            self._open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """A block ends its line."""
        if tag in self._BLOCKS:
            self._flush()
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep text with what its place says about it."""
        text = " ".join(data.split())
        if text:
            self._role = self._place()
            self._parts.append(Part(text, any("data-open" in attributes for _, attributes in self._open)))

    def _place(self) -> Role:
        """Tell the role of text from the elements around it."""
        for tag, attributes in self._open:
            if "data-running" in attributes:
                return Role.RUNNING
            if "data-optional" in attributes:
                return Role.OPTIONAL
            if tag == "thead":
                return Role.HEAD
        return Role.ONCE

    def _flush(self) -> None:
        """Close the line that is being read."""
        if self._parts:
            self._lines.append(Line(tuple(self._parts), self._role))
            self._parts = []
