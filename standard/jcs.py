"""The JSON Canonicalization Scheme: one spelling for each JSON document.

Source: RFC 8785.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import rfc8785

from standard.errors import DataModelError
from standard.strict_json import JsonValue

# Where the standard library's encoder could differ from the RFC: numbers that are not short integers,
# and keys with characters of four bytes, which sort differently. A text that only looks like that is
# written by the slower way for nothing. Patterns that begin with a fixed text are searched quickest.
_UNUSUAL_NUMBERS = tuple(
    re.compile(before + rb"-?(?:[0-9]+[.eE]|[0-9]{16})") for before in (rb'":', rb",", rb"\[")
)
_LONG_CHARACTER = re.compile(rb"[\xf0-\xf4]")


def canonize_json(document: Mapping[str, JsonValue]) -> bytes:
    """Write a document in its canonical form.

    The standard library's encoder, which is compiled, writes all but unusual documents in that form
    already; those go to a library that follows the whole RFC and takes several times as long.

    Raises:
        DataModelError: the document is not JSON that can be written in one way only.
    """
    try:
        text = json.dumps(
            dict(document), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        encoded = text.encode("utf-8")
        if _is_unusual(encoded):
            return rfc8785.dumps(dict(document))
    except (rfc8785.CanonicalizationError, ValueError, TypeError, RecursionError) as error:
        raise DataModelError("the document is not JSON that can be written in one way only") from error
    return encoded


def _is_unusual(encoded: bytes) -> bool:
    if any(number.search(encoded) for number in _UNUSUAL_NUMBERS):
        return True
    return not encoded.isascii() and _LONG_CHARACTER.search(encoded) is not None
