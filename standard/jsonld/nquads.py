"""N-Quads: terms as their canonical strings, quads as tuples of four of them.

A term is held exactly as canonical N-Quads writes it (`<iri>`, `_:b0`, `"text"@nl`), so that a quad's
canonical line is a join and comparing terms is comparing strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from standard.errors import DataModelError

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph; the graph is empty for the default graph."""

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
XSD_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"

# What an IRI may hold in N-Quads: a space or a `>` would end it and begin another. Group 1 is the scheme.
ABSOLUTE_IRI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[^\x00-\x20<>\"{}|\\^`\x7f]+")

_IRI = r"<((?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>"
_BLANK = r"(_:[^\s<>\"]*[^\s<>\".])"
_LITERAL = r"\"((?:[^\"\\\n\r]|\\[tbnrf\"'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)\""
_LINE = re.compile(
    rf"[ \t]*(?:{_IRI}|{_BLANK})[ \t]*{_IRI}[ \t]*"
    rf"(?:{_IRI}|{_BLANK}|{_LITERAL}(?:\^\^{_IRI}|@([A-Za-z]+(?:-[A-Za-z0-9]+)*))?)[ \t]*"
    rf"(?:{_IRI}|{_BLANK})?[ \t]*\.[ \t]*(?:#.*)?"
)
_BLANK_OR_COMMENT = re.compile(r"[ \t]*(?:#.*)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}

# Canonical N-Quads escapes these characters by letter, every other control character by number.
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPES |= {ord(raw): f"\\{letter}" for letter, raw in _LETTERS.items() if letter != "'"}


def iri(value: str) -> str:
    """Write an IRI as a term."""
    return f"<{value}>"


def literal(value: str, datatype: str = XSD_STRING, language: str | None = None) -> str:
    """Write a literal as a term; `xsd:string` is left unwritten.

    Source: RDF Dataset Canonicalization, "Canonical form of N-Quads".
    """
    quoted = f'"{escape(value)}"'
    if language is not None:
        return f"{quoted}@{language}"
    return quoted if datatype == XSD_STRING else f"{quoted}^^<{datatype}>"


def escape(value: str) -> str:
    """Escape what stands inside the quotation marks of a literal; most texts need nothing."""
    return value if is_plain(value) else value.translate(_ESCAPES)


def is_plain(text: str) -> bool:
    """Tell whether a text, or several one after the other, surely need no escaping."""
    return text.isprintable() and '"' not in text and "\\" not in text


def line(quad: Quad) -> str:
    """Write one quad as its canonical line, newline included."""
    subject, predicate, object_, graph = quad
    return f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n"


def lines(quads: Iterable[Quad]) -> list[str]:
    """Write quads as their canonical lines, in the order given."""
    return [
        f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n"
        for subject, predicate, object_, graph in quads
    ]


def parse(text: str) -> frozenset[Quad]:
    """Read N-Quads into quads; equal quads become one.

    Raises:
        DataModelError: a line is not N-Quads; the message names its number.
    """
    return frozenset(_parse_lines(text.split("\n")))


def _parse_lines(lines: Iterable[str]) -> Iterable[Quad]:
    for number, content in enumerate(lines, 1):
        content = content.rstrip("\r")
        if _BLANK_OR_COMMENT.fullmatch(content):
            continue
        match = _LINE.fullmatch(content)
        if match is None:
            raise DataModelError(f"line {number} is not an N-Quad")
        s_iri, s_blank, predicate, o_iri, o_blank, value, datatype, language, g_iri, g_blank = match.groups()
        if value is not None:
            object_ = literal(_unescape(value), _unescape(datatype or XSD_STRING), language)
        else:
            object_ = _resource(o_iri, o_blank)
        graph = "" if g_iri is None and g_blank is None else _resource(g_iri, g_blank)
        yield (_resource(s_iri, s_blank), iri(_unescape(predicate)), object_, graph)


def _resource(iri_value: str | None, blank: str | None) -> str:
    return blank if blank is not None else iri(_unescape(iri_value or ""))


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda match: _LETTERS[match[3]] if match[3] else chr(int(match[1] or match[2], 16)), text
    )
