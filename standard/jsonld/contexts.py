"""The JSON-LD contexts that an implementation ships with: a reader never fetches one."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pyld.documentloader.frozen import BUNDLED_CONTEXTS

from standard.errors import ResolutionError
from standard.jsonld.terms import Vocabulary, compile_context

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
KLUSCV_V1 = "https://w3id.org/kluscv/v1"


class Contexts:
    """A fixed set of context documents by their addresses, each compiled once."""

    def __init__(self, documents: Mapping[str, dict[str, Any]]) -> None:
        """Take a copy, so that what was checked is what is used."""
        self._documents = copy.deepcopy(dict(documents))
        self._vocabularies = {
            url: compile_context(document["@context"]) for url, document in self._documents.items()
        }

    def load(self, url: str) -> dict[str, Any]:
        """One context document.

        Raises:
            ResolutionError: the context is not in this set; it is not fetched either.
        """
        try:
            return copy.deepcopy(self._documents[url])
        except KeyError as error:
            raise ResolutionError("the context is not one of the bundled ones") from error

    def vocabulary(self, url: str) -> Vocabulary | None:
        """What one context defines, or None when it is not in this set."""
        return self._vocabularies.get(url)


@cache
def bundled() -> Contexts:
    """The contexts that credentials and presentations may name."""
    kluscv = files("standard") / "contexts" / "v1.jsonld"
    return Contexts(
        {
            CREDENTIALS_V2: json.loads(BUNDLED_CONTEXTS[CREDENTIALS_V2].read_text(encoding="utf-8")),
            KLUSCV_V1: json.loads(kluscv.read_text(encoding="utf-8")),
        }
    )


def load(url: str) -> dict[str, Any]:
    """One bundled context document.

    Raises:
        ResolutionError: the context is not bundled; it is not fetched either.
    """
    return bundled().load(url)
