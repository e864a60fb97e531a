"""The closed vocabulary: whatever a signature would not cover is refused.

A JSON-LD processor drops what its contexts do not define, so that a reader could see a claim that
nobody signed. The same goes for nulls and empty lists, for `@direction`, and for one node described in
two places: RDF merges both, so that claims could move between them without breaking a signature.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from standard.errors import VocabularyError
from standard.jsonld.contexts import Contexts, bundled
from standard.jsonld.terms import Term, Vocabulary
from standard.strict_json import INTEGER_LIMIT, JsonValue

# The characters that an IRI may hold in N-Quads: a space or a `>` would end it and begin another.
_ABSOLUTE_IRI = re.compile(r'([A-Za-z][A-Za-z0-9+.-]*):[^\x00-\x20<>"{}|\\^`\x7f]+')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def check_vocabulary(document: Mapping[str, Any], *, contexts: Contexts | None = None) -> None:
    """Refuse a document of which any part would be lost or changed on the way to RDF.

    Args:
        document: a credential, a presentation, or a proof with the contexts of its document.
        contexts: the contexts that a document may name; the bundled ones by default.

    Raises:
        VocabularyError: the message begins with the JSON path of what is wrong.
    """
    _Walk(contexts or bundled()).document(document, "$")


class _Walk:
    """One pass over a document, with the terms in force at each place.

    Source: JSON-LD 1.1 Processing Algorithms and API, "Expansion Algorithm", reduced to aliases and
    to property-scoped and type-scoped contexts.
    """

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts

    def document(self, node: Mapping[str, JsonValue], place: str) -> None:
        """A node that names its own contexts: the whole, or a credential inside a presentation."""
        vocabulary = self._named_contexts(node.get("@context"), f"{place}.@context")
        members = {key: value for key, value in node.items() if key != "@context"}
        self._node(members, vocabulary, place, set())

    def _named_contexts(self, value: JsonValue | None, place: str) -> Vocabulary:
        urls = value if isinstance(value, list) else [value]
        if not urls:
            raise VocabularyError(f"{place} is empty")
        vocabulary = Vocabulary()
        for index, url in enumerate(urls):
            if not isinstance(url, str):
                raise VocabularyError(f"{place} holds something other than addresses of contexts")
            defined = self.contexts.vocabulary(url)
            if defined is None:
                raise VocabularyError(f"{place} names a context that is not known")
            if url in urls[:index]:
                raise VocabularyError(f"{place} names a context twice")
            vocabulary = vocabulary.extended_by(defined)
        return vocabulary

    def _node(
        self, node: Mapping[str, JsonValue], vocabulary: Vocabulary, place: str, described: set[str]
    ) -> None:
        # Terms that come with a type hold for this node only; its children start from `vocabulary`.
        local = vocabulary
        for name in sorted(self._types(node, vocabulary, place)):
            defined = vocabulary.term(name)
            local = local.extended_by(defined.scoped if defined else None)
        for key, value in node.items():
            at = f"{place}.{key}"
            term = None if key.startswith("@") else local.term(key)
            if term is None:
                raise VocabularyError(f"{at} is not defined")
            if term.keyword == "@id":
                self._identify(value, local, at, described if len(node) > 1 else None)
            elif term.keyword is None:
                self._values(term, value, local, vocabulary, at, described)

    def _types(self, node: Mapping[str, JsonValue], vocabulary: Vocabulary, place: str) -> list[str]:
        names: list[str] = []
        for key, value in node.items():
            alias = vocabulary.term(key)
            if alias is None or alias.keyword != "@type":
                continue
            for name in value if isinstance(value, list) else [value]:
                term = vocabulary.term(name) if isinstance(name, str) else None
                if not isinstance(name, str) or term is None or term.keyword:
                    raise VocabularyError(f"{place}.{key} names a type that is not defined")
                names.append(name)
            if not names:
                raise VocabularyError(f"{place}.{key} is empty")
        return names

    def _identify(
        self, value: JsonValue, vocabulary: Vocabulary, place: str, described: set[str] | None
    ) -> None:
        if not isinstance(value, str) or not _is_absolute(value, vocabulary):
            raise VocabularyError(f"{place} is not an absolute address")
        if described is not None:
            if value in described:
                raise VocabularyError(f"{place} is described in two places")
            described.add(value)

    def _values(
        self,
        term: Term,
        value: JsonValue,
        local: Vocabulary,
        vocabulary: Vocabulary,
        place: str,
        described: set[str],
    ) -> None:
        if term.coercion == "@json":
            _refuse_floats(value, place)
        elif isinstance(value, list):
            if not value:
                raise VocabularyError(f"{place} is an empty list")
            for index, item in enumerate(value):
                if isinstance(item, list):
                    raise VocabularyError(f"{place}[{index}] is a list in a list")
                self._values(term, item, local, vocabulary, f"{place}[{index}]", described)
        elif not isinstance(value, dict):
            self._scalar(term, value, local, place)
        elif "@value" in value:
            _check_language_value(term, value, place)
        elif term.forgets:
            self.document(value, place)
        else:
            inner = vocabulary.extended_by(term.scoped)
            self._node(value, inner, place, set() if term.is_graph else described)

    def _scalar(self, term: Term, value: JsonValue, local: Vocabulary, place: str) -> None:
        if value is None:
            raise VocabularyError(f"{place} is null")
        _refuse_floats(value, place)
        if term.coercion in ("@id", "@vocab"):
            known = local.extended_by(term.scoped)
            is_term = term.coercion == "@vocab" and isinstance(value, str) and value in known.terms
            if not is_term and not (isinstance(value, str) and _is_absolute(value, known)):
                raise VocabularyError(f"{place} is not an absolute address")


def _is_absolute(value: str, vocabulary: Vocabulary) -> bool:
    match = _ABSOLUTE_IRI.fullmatch(value)
    # Were the scheme a term, JSON-LD might read the address as that term and a suffix.
    return match is not None and match[1] not in vocabulary.terms


def _check_language_value(term: Term, value: Mapping[str, JsonValue], place: str) -> None:
    """A text with its language, which the data model allows for `name` and `description`.

    A direction is refused: RDF has no room for it, so a signature does not cover it.
    """
    text, language = value.get("@value"), value.get("@language")
    if value.keys() != {"@value", "@language"} or term.coercion is not None:
        raise VocabularyError(f"{place} is more than a text with its language")
    if not isinstance(text, str) or not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise VocabularyError(f"{place} is not a text with its language")


def _refuse_floats(value: JsonValue, place: str) -> None:
    if isinstance(value, float):
        raise VocabularyError(f"{place} is a number with a fraction or an exponent")
    if isinstance(value, int) and abs(value) >= INTEGER_LIMIT:
        raise VocabularyError(f"{place} is not below 2^53")
    if isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_floats(item, f"{place}[{index}]")
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_floats(item, f"{place}.{key}")
