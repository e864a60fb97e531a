"""JSON that can be read in one way only.

Python's `json` accepts NaN, keeps the last of duplicate keys, turns lone surrogates into strings that
cannot be encoded, and recurses as deep as the input asks. Two readers that disagree about one signed
document are a way in, so everything ambiguous is refused before anything else looks at it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import NoReturn, TypeAlias

import orjson

from standard.errors import JsonError

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_DEPTH = 64
INTEGER_LIMIT = 2**53

# Without its digits a number with a fraction or an exponent reads `.`, and so it stands behind a name or a
# comma. Texts may hold that too; then it takes a closer look. Searching takes longest, so that the first
# search is for both at once.
_DIGITS = b"-0123456789"
_TO_SIGNS = bytes.maketrans(b"[eE", b",..")
_TO_SIGNS_AT_ONCE = bytes.maketrans(b":[eE", b",,..")

# Everything up to a bracket outside strings. A string's closing quote is optional and the end of the text
# counts as a bracket, so that every character is met only once, whatever the text.
_UP_TO_BRACKET = re.compile(
    r'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))*+([\[\]{}]|\Z)', re.DOTALL
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def loads(data: bytes | str, *, limit_bytes: int, floats: bool = False) -> JsonValue:
    """Parse one JSON text.

    Args:
        data: UTF-8 bytes without a byte-order mark, or text.
        limit_bytes: longest input, measured in UTF-8, that is looked at.
        floats: whether numbers with a fraction or an exponent are allowed; finite ones only.

    Raises:
        JsonError: the input is malformed, ambiguous, too deep or too long; the message names the place.
    """
    encoded = _encode(data, limit_bytes)
    is_compact = encoded.startswith((b"{", b"[")) and b'": ' not in encoded and _has_no_signs(encoded)
    value = _read_compact(encoded) if is_compact else None
    return value if value is not None else _read(encoded, _DECODER_WITH_FLOATS if floats else _DECODER)


def loads_each(texts: Sequence[bytes], *, limit_bytes: int) -> tuple[list[JsonValue], list[int]]:
    """Parse many short JSON texts, each as `loads` does; most looks are taken at all of them together.

    Returns:
        What the texts say, and how deep each of them nests at most.
    """
    depths = [text.count(b"[") + text.count(b"{") for text in texts]
    is_short = max(map(len, texts), default=0) <= limit_bytes and max(depths, default=0) <= MAX_DEPTH
    values = _read_each_compact(texts) if is_short else None
    if values is None:
        values = [loads(text, limit_bytes=limit_bytes) for text in texts]
    return values, depths


def _encode(data: bytes | str, limit_bytes: int) -> bytes:
    if len(data) > limit_bytes:
        raise JsonError(f"JSON is longer than {limit_bytes} bytes")
    if isinstance(data, bytes):
        return data
    try:
        encoded = data.encode("utf-8")
    except UnicodeEncodeError as error:
        raise JsonError(f"not UTF-8 at offset {error.start}") from error
    if len(encoded) > limit_bytes:
        raise JsonError(f"JSON is longer than {limit_bytes} bytes")
    return encoded


def _has_no_signs(encoded: bytes) -> bool:
    """Whether a text without spaces between values surely has no number with a fraction or an exponent."""
    if b",." not in encoded.translate(_TO_SIGNS_AT_ONCE, _DIGITS):
        return True
    signs = encoded.translate(_TO_SIGNS, _DIGITS)
    return not (b'":.' in signs or b",." in signs)


def _read_compact(encoded: bytes) -> JsonValue:
    """Read a text without such numbers, as compact writers write it; None for what takes a closer look.

    `orjson` reads several times as fast as Python, and more: duplicate keys, and any integer. What it writes
    again to the byte had no duplicates, no other spelling, and no integer beyond the limit.
    """
    if encoded.count(b"[") + encoded.count(b"{") > MAX_DEPTH:
        return None
    try:
        value: JsonValue = orjson.loads(encoded)
        again = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return value if again == encoded else None


def _read_each_compact(texts: Sequence[bytes]) -> list[JsonValue] | None:
    """Read texts that do not nest deep as the items of one array; None when any takes a closer look.

    An item that is written again as the text in its place is what that text says, for none could have
    ended inside another then.
    """
    # Behind a comma a number at the beginning of a text shows its signs too.
    together = b"[," + b",".join(texts) + b"]"
    if not _has_no_signs(together):
        return None
    try:
        values: list[JsonValue] = orjson.loads(b"[" + together[2:])
        # One at a time: what `orjson` writes takes four kilobytes, however short.
        is_same = len(values) == len(texts) and all(
            orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) == text
            for value, text in zip(values, texts, strict=True)
        )
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return values if is_same else None


def _read(encoded: bytes, decoder: json.JSONDecoder) -> JsonValue:
    text = _decode(encoded)
    _refuse_depth(text)
    try:
        value: JsonValue = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise JsonError(f"malformed JSON at line {error.lineno}, column {error.colno}") from error
    # UTF-8 holds no surrogates: only an escape can bring one.
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def _decode(encoded: bytes) -> str:
    try:
        text = encoded.decode("utf-8")
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at offset {error.start}") from error
    if text.startswith("\ufeff"):
        raise JsonError("JSON starts with a byte-order mark")
    return text


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _UP_TO_BRACKET.finditer(text):
        if match[1] in ("[", "{"):
            depth += 1
            if depth > MAX_DEPTH:
                raise JsonError(f"nested deeper than {MAX_DEPTH} levels at character {match.start(1)}")
        else:
            depth -= 1


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise JsonError(f"duplicate key {key[:80]!r}")
            seen.add(key)
    return members


def _integer(literal: str) -> int:
    # Sixteen digits and a sign hold every allowed integer; longer ones would be slow to convert.
    if len(literal) > 17 or abs(value := int(literal)) >= INTEGER_LIMIT:
        raise JsonError("an integer is not below 2^53")
    return value


def _finite_float(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise JsonError("a number is out of range")
    return value


def _refuse_float(literal: str) -> NoReturn:
    raise JsonError(f"the number {literal[:20]} has a fraction or an exponent; write it as a string")


def _refuse_constant(literal: str) -> NoReturn:
    raise JsonError(f"{literal} is not JSON")


def _refuse_lone_surrogates(value: JsonValue) -> None:
    for place, text in _strings(value, "$"):
        if _SURROGATE.search(text):
            raise JsonError(f"lone surrogate at {place}")


def _strings(value: JsonValue, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, f"{place}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"a key of {place}", key
            yield from _strings(item, f"{place}.{key}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_refuse_float,
    parse_constant=_refuse_constant,
)
_DECODER_WITH_FLOATS = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_finite_float,
    parse_constant=_refuse_constant,
)
