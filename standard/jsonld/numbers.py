"""JSON numbers with a fraction as RDF literals, for documents of others: this standard has none.

Source: JSON-LD 1.1 Processing Algorithms and API, "Object to RDF Conversion".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from standard.jsonld.nquads import XSD_DOUBLE, XSD_INTEGER

_LARGEST_WHOLE: Final = 1e21


def number(value: float) -> tuple[str, str]:
    """Give the lexical form of a finite number and its datatype; a whole number is an integer."""
    if value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value)), XSD_INTEGER
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}", XSD_DOUBLE


def with_typed_numbers(value: Any) -> Any:
    """Write each number with a fraction as a typed value, so that no processor spells it another way."""
    if isinstance(value, float):
        text, datatype = number(value)
        return {"@value": text, "@type": datatype}
    if isinstance(value, list):
        return [with_typed_numbers(item) for item in value]
    if isinstance(value, Mapping):
        return {key: item if key == "@context" else with_typed_numbers(item) for key, item in value.items()}
    return value
