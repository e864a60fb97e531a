"""JSON-LD contexts compiled to tables: each term is looked up, never interpreted twice.

Covers what credential contexts use: terms, prefixes, type coercion, `@graph` and `@set` containers,
type-scoped and property-scoped contexts, protection. Anything else is `BeyondCompiledError`, and the
general JSON-LD processor takes over.

Source: JSON-LD 1.1 Processing Algorithms and API, "Context Processing Algorithm".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from standard.errors import KlusCVError, VocabularyError

LoadContext = Callable[[str], Mapping[str, Any]]
"""From a context's address to its document; raises `ResolutionError` for any that is not known."""

_KEYWORDS_OF_TERMS: Final = frozenset({"@id", "@type", "@container", "@context", "@protected", "@prefix"})
_CONTAINERS: Final = frozenset({"@graph", "@set"})
_PREFIX_ENDINGS: Final = tuple(":/?#[]@")


class BeyondCompiledError(KlusCVError):
    """The context or document uses JSON-LD that the compiled path leaves to the general processor."""

    code = "beyond-compiled"


class ProtectedTermError(VocabularyError):
    """A later context redefines a term that an earlier one protects."""

    code = "protected-term"


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What a term stands for.

    Attributes:
        iri: an absolute IRI, or the keyword that the term is an alias of.
        coercion: `@id`, `@vocab`, `@json`, a datatype's IRI, or None.
        container: `@graph`, `@set`, both or none.
        scoped: the raw context in its definition; `resets` tells a null context from no context.
    """

    iri: str
    coercion: str | None = None
    container: frozenset[str] = frozenset()
    protected: bool = False
    scoped: Mapping[str, Any] | None = None
    resets: bool = False
    prefix: bool = False

    def same_meaning(self, other: Term) -> bool:
        """Tell whether a redefinition changes anything but its protection."""
        return (self.iri, self.coercion, self.container, self.scoped, self.resets) == (
            other.iri,
            other.coercion,
            other.container,
            other.scoped,
            other.resets,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """An active context: its terms, and the scoped contexts that were already applied to it.

    `id_keys` and `type_keys` are the aliases of `@id` and `@type`; the keywords themselves are not used.
    `shapes` and `templates` are for those who walk over documents, and remember there what the kinds of
    nodes come down to in this context.
    """

    terms: Mapping[str, Term]
    id_keys: tuple[str, ...] = ()
    type_keys: tuple[str, ...] = ()
    shapes: dict[tuple[object, ...], Any] = field(default_factory=dict)
    templates: dict[tuple[object, ...], Any] = field(default_factory=dict)
    _scoped: dict[tuple[Term, bool], Context] = field(default_factory=dict)

    def under(self, term: Term, *, by_property: bool) -> Context:
        """Return this context with a term's scoped context applied; itself when there is none.

        Raises:
            ProtectedTermError: a type's context redefines a protected term; a property's may.
        """
        if term.resets:
            return EMPTY
        if term.scoped is None:
            return self
        key = (term, by_property)
        known = self._scoped.get(key)
        if known is None:
            known = self._scoped[key] = extend(self, term.scoped, override=by_property)
        return known


EMPTY: Final = Context({})


class ContextCompiler:
    """Compiles sequences of context addresses, each sequence once."""

    def __init__(self, load: LoadContext) -> None:
        """Use `load` for every address; nothing else is ever read."""
        self._load = load
        self._known: dict[tuple[str, ...], Context] = {(): EMPTY}

    def compile(self, addresses: tuple[str, ...]) -> Context:
        """Return the active context after all addresses in order.

        Raises:
            ResolutionError: an address is not known.
            ProtectedTermError: a later context redefines a protected term.
            BeyondCompiledError: a context uses more of JSON-LD than is compiled.
        """
        known = self._known.get(addresses)
        if known is None:
            known = extend(self.compile(addresses[:-1]), _body(self._load(addresses[-1])), override=False)
            self._known[addresses] = known
        return known


def _body(document: Mapping[str, Any]) -> Mapping[str, Any]:
    body = document.get("@context")
    if not isinstance(body, dict):
        raise BeyondCompiledError("a context document that is not one object")
    return body


def extend(context: Context, definitions: Mapping[str, Any], *, override: bool) -> Context:
    """Apply one local context.

    Args:
        override: whether protected terms may be redefined (only in property-scoped contexts).
    """
    protected = bool(definitions.get("@protected", False))
    terms = dict(context.terms)
    for name, definition in definitions.items():
        if name in ("@protected", "@version"):
            continue
        if name.startswith("@") or definition is None:
            raise BeyondCompiledError(f"a context with {name}")
        term = _define(name, definition, definitions, context, protected)
        earlier = context.terms.get(name)
        if earlier is not None and earlier.protected and not override:
            if not earlier.same_meaning(term):
                raise ProtectedTermError(f"the protected term {name!r} is redefined")
            term = earlier
        terms[name] = term
    return Context(
        terms,
        id_keys=tuple(name for name, term in terms.items() if term.iri == "@id"),
        type_keys=tuple(name for name, term in terms.items() if term.iri == "@type"),
    )


def _define(name: str, definition: Any, local: Mapping[str, Any], context: Context, protected: bool) -> Term:
    """Create one term ("Create Term Definition")."""
    simple = isinstance(definition, str)
    body: Mapping[str, Any] = {"@id": definition} if simple else definition
    if not isinstance(body, dict) or not _KEYWORDS_OF_TERMS.issuperset(body):
        raise BeyondCompiledError(f"the definition of {name!r}")
    containers = body.get("@container", [])
    container = frozenset([containers] if isinstance(containers, str) else containers)
    scoped = body.get("@context")
    if not _CONTAINERS.issuperset(container) or not (scoped is None or isinstance(scoped, dict)):
        raise BeyondCompiledError(f"the definition of {name!r}")
    iri = _expand(str(body.get("@id", name)), local, context)
    coercion = body.get("@type")
    return Term(
        iri=iri,
        coercion=coercion if coercion is None else _expand(coercion, local, context),
        container=container,
        protected=bool(body.get("@protected", protected)),
        scoped=scoped,
        resets="@context" in body and scoped is None,
        prefix=bool(body.get("@prefix", simple and iri.endswith(_PREFIX_ENDINGS))),
    )


def _expand(value: str, local: Mapping[str, Any], context: Context) -> str:
    """Expand a keyword, an absolute IRI, or `prefix:suffix`, inside a definition."""
    if value.startswith("@"):
        return value
    prefix, colon, suffix = value.partition(":")
    if not colon:
        raise BeyondCompiledError(f"a definition that leans on the term {value!r}")
    if suffix.startswith("//"):
        return value
    base = local.get(prefix)
    if isinstance(base, dict):
        base = base.get("@id")
    if isinstance(base, str):
        return base + suffix
    known = context.terms.get(prefix)
    return known.iri + suffix if known is not None and known.prefix else value
