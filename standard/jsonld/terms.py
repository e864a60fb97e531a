"""What a context document defines, compiled into the little that checking a vocabulary needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_KEYWORDS = frozenset({"@id", "@type"})
_UNDERSTOOD_CONTAINERS = frozenset({None, "@set", "@graph"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms in force at one place of a document.

    `is_open` when the context maps every unknown term (`@vocab`); no bundled context does.
    """

    terms: Mapping[str, Term] = field(default_factory=dict)
    is_open: bool = False

    def term(self, name: str) -> Term | None:
        """The definition of a term, or None when nothing defines it."""
        return self.terms.get(name) or (Term() if self.is_open else None)

    def extended_by(self, scoped: Vocabulary | None) -> Vocabulary:
        """This vocabulary after a further context."""
        if scoped is None:
            return self
        return Vocabulary({**self.terms, **scoped.terms}, self.is_open or scoped.is_open)


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes:
        keyword: `@id` or `@type` when the term is an alias.
        coercion: the `@type` of its values, such as `@id`, `@vocab` or a datatype.
        is_graph: whether its values are graphs of their own.
        scoped: the terms added below it, or on nodes of this type.
        forgets: whether everything is undefined below it, so that each value names its own contexts.
    """

    keyword: str | None = None
    coercion: str | None = None
    is_graph: bool = False
    scoped: Vocabulary | None = None
    forgets: bool = False


def compile_context(context: Mapping[str, Any]) -> Vocabulary:
    """Compile the value of a context document's `@context`.

    Raises:
        ValueError: it uses a feature that no bundled context uses.
    """
    terms: dict[str, Term] = {}
    for name, definition in context.items():
        if not name.startswith("@"):
            terms[name] = _term(name, definition)
    return Vocabulary(terms, is_open=bool(context.get("@vocab")))


def _term(name: str, definition: str | Mapping[str, Any]) -> Term:
    if isinstance(definition, str):
        return Term(keyword=definition if definition in _KEYWORDS else None)
    container = definition.get("@container")
    if container not in _UNDERSTOOD_CONTAINERS:
        raise ValueError(f"the context defines {name} with container {container}")
    scoped = definition.get("@context")
    return Term(
        coercion=definition.get("@type"),
        is_graph=container == "@graph",
        scoped=compile_context(scoped) if scoped is not None else None,
        forgets="@context" in definition and scoped is None,
    )
