"""The JSON Canonicalization Scheme: one spelling for each JSON document.

Source: RFC 8785.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import orjson
import rfc8785

from standard.errors import DataModelError
from standard.strict_json import JsonValue

_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)
# Where the compiled encoder could differ from the RFC: numbers that are not whole, null, which it also
# writes for what is no number, and keys with characters of four bytes, which sort differently. A text that
# only looks like one of these is written by the slower way for nothing. Patterns that begin with a fixed
# text are searched quickest.
_FRACTIONS: Final = tuple(re.compile(before + rb"-?[0-9]+[.eE]") for before in (rb'":', rb",", rb"\["))
_LONG_CHARACTER: Final = re.compile(rb"[\xf0-\xf4]")


def canonize_json(document: Mapping[str, JsonValue]) -> bytes:
    """Write a document in its canonical form.

    A compiled encoder writes all but unusual documents in that form already; those go to a library that
    follows the whole RFC and takes many times as long.

    Raises:
        DataModelError: the document is not JSON that can be written in one way only.
    """
    try:
        encoded = orjson.dumps(dict(document), option=_OPTIONS)
        if _is_unusual(encoded):
            return rfc8785.dumps(dict(document))
    except (rfc8785.CanonicalizationError, ValueError, TypeError, RecursionError) as error:
        raise DataModelError("the document is not JSON that can be written in one way only") from error
    return encoded


def _is_unusual(encoded: bytes) -> bool:
    if b"null" in encoded or any(fraction.search(encoded) for fraction in _FRACTIONS):
        return True
    return not encoded.isascii() and _LONG_CHARACTER.search(encoded) is not None
