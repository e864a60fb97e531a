"""The JSON-LD contexts that an implementation ships with: a reader never fetches one."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from standard.errors import ResolutionError
from standard.jsonld.compiled import ContextCompiler

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
KLUSCV_V1 = "https://w3id.org/kluscv/v1"


class Contexts:
    """A fixed set of context documents by their addresses, each sequence of them compiled once.

    Attributes:
        fractions: whether documents may hold numbers with a fraction, which this standard refuses.
    """

    def __init__(self, documents: Mapping[str, dict[str, Any]], *, fractions: bool = False) -> None:
        """Take a copy, so that what was checked is what is used."""
        self._documents = copy.deepcopy(dict(documents))
        self.fractions = fractions
        self.compiler = ContextCompiler(self._document)

    def having(self, documents: Mapping[str, dict[str, Any]]) -> Contexts:
        """Return this set with more contexts in it."""
        return Contexts({**self._documents, **documents}, fractions=self.fractions)

    def load(self, url: str) -> dict[str, Any]:
        """Return a copy of one context document.

        Raises:
            ResolutionError: the context is not in this set; it is not fetched either.
        """
        return copy.deepcopy(self._document(url))

    def _document(self, url: str) -> dict[str, Any]:
        try:
            return self._documents[url]
        except KeyError as error:
            raise ResolutionError("the context is not one of the bundled ones") from error


@cache
def bundled() -> Contexts:
    """The contexts that credentials and presentations may name."""
    kluscv = (files("standard") / "contexts" / "v1.jsonld").read_text(encoding="utf-8")
    w3c = {
        CREDENTIALS_V2: _of_pyld("credentials-v2.jsonld"),
        CREDENTIALS_V1: _of_pyld("credentials-v1.jsonld"),
    }
    return Contexts({**w3c, KLUSCV_V1: json.loads(kluscv)})


def _of_pyld(name: str) -> dict[str, Any]:
    """Read a context that PyLD brings along, without waiting for PyLD itself, which few documents need."""
    spec = find_spec("pyld")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("PyLD is not installed")
    folder = Path(spec.origin).parent / "documentloader" / "frozen" / "bundled"
    document: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return document


def load(url: str) -> dict[str, Any]:
    """Return one bundled context document.

    Raises:
        ResolutionError: the context is not bundled; it is not fetched either.
    """
    return bundled().load(url)
