"""JSON Schemas compiled to one question: is this document accepted?

A general validator takes longer over a credential than its signature does, to find explanations that a
good document does not need. So a good document is accepted by the compiled schema, and whatever that
does not accept goes to the general validator, which decides and says why. Compiled checks may therefore
refuse too much, as they do with keywords and formats that they do not know, and never accept too much.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Check: TypeAlias = Callable[[Any], bool]

_ANNOTATIONS: Final = frozenset({"$schema", "$id", "$defs", "$comment", "title", "description"})
_TYPES: Mapping[str, type] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def compile_schema(schema: Mapping[str, Any], formats: Mapping[str, Check]) -> Check:
    """Compile a schema that refers to nothing but its own definitions.

    Args:
        schema: a JSON Schema, draft 2020-12.
        formats: for each known `format`, whether a text has it.
    """
    return _Compiler(schema, formats).compile(schema)


class _Compiler:
    """One method for each keyword, from its value and the schema around it to a check."""

    def __init__(self, root: Mapping[str, Any], formats: Mapping[str, Check]) -> None:
        self._root = root
        self._formats = formats
        self._definitions: dict[str, Check] = {}
        self._keywords: Mapping[str, Callable[[Any, Mapping[str, Any]], Check]] = {
            "$ref": self._ref,
            "type": _type,
            "const": _const,
            "enum": _enum,
            "properties": self._properties,
            "required": _required,
            "additionalProperties": _additional_properties,
            "dependentRequired": _dependent_required,
            "items": self._items,
            "minItems": _min_items,
            "uniqueItems": _unique_items,
            "minimum": _minimum,
            "exclusiveMaximum": _exclusive_maximum,
            "pattern": _pattern,
            "format": self._format,
            "anyOf": self._any_of,
        }

    def compile(self, schema: Mapping[str, Any]) -> Check:
        checks = tuple(
            self._keywords.get(keyword, _unknown)(value, schema)
            for keyword, value in schema.items()
            if keyword not in _ANNOTATIONS
        )
        if len(checks) == 1:
            return checks[0]

        def check(value: Any) -> bool:
            for each in checks:  # noqa: SIM110  # a generator would cost more than the checks
                if not each(value):
                    return False
            return True

        return check

    def _ref(self, reference: str, _: Mapping[str, Any]) -> Check:
        name = reference.removeprefix("#/$defs/")
        if name not in self._definitions:
            # A definition may refer to itself: until it is compiled, the name stands for it.
            self._definitions[name] = lambda value: self._definitions[name](value)
            self._definitions[name] = self.compile(self._root["$defs"][name])
        return self._definitions[name]

    def _properties(self, properties: Mapping[str, Any], _: Mapping[str, Any]) -> Check:
        checks = {name: self.compile(schema) for name, schema in properties.items()}

        def check(value: Any) -> bool:
            if isinstance(value, dict):
                for name, own in value.items():
                    if name in checks and not checks[name](own):
                        return False
            return True

        return check

    def _items(self, schema: Mapping[str, Any], _: Mapping[str, Any]) -> Check:
        check = self.compile(schema)
        return lambda value: not isinstance(value, list) or all(map(check, value))

    def _format(self, name: str, _: Mapping[str, Any]) -> Check:
        check = self._formats.get(name)
        return lambda value: not isinstance(value, str) or (check is not None and check(value))

    def _any_of(self, schemas: list[Mapping[str, Any]], _: Mapping[str, Any]) -> Check:
        checks = [self.compile(schema) for schema in schemas]
        return lambda value: any(check(value) for check in checks)


def _unknown(_: Any, __: Mapping[str, Any]) -> Check:
    return lambda _: False


def _type(names: str | list[str], _: Mapping[str, Any]) -> Check:
    types = frozenset(_TYPES.get(name) for name in ([names] if isinstance(names, str) else names))
    return lambda value: type(value) in types


def _const(expected: Any, _: Mapping[str, Any]) -> Check:
    # `==` alone would take true for 1.
    return lambda value: value == expected and repr(value) == repr(expected)


def _enum(expected: list[Any], schema: Mapping[str, Any]) -> Check:
    checks = [_const(each, schema) for each in expected]
    return lambda value: any(check(value) for check in checks)


def _required(names: list[str], _: Mapping[str, Any]) -> Check:
    needed = frozenset(names)
    return lambda value: not isinstance(value, dict) or needed <= value.keys()


def _additional_properties(allowed: Any, schema: Mapping[str, Any]) -> Check:
    if allowed is not False:
        return _unknown(allowed, schema)
    known = frozenset(schema.get("properties", ()))
    return lambda value: not isinstance(value, dict) or known >= value.keys()


def _dependent_required(names: Mapping[str, list[str]], _: Mapping[str, Any]) -> Check:
    return lambda value: (
        not isinstance(value, dict)
        or all(value.keys() >= set(needed) for name, needed in names.items() if name in value)
    )


def _min_items(least: int, _: Mapping[str, Any]) -> Check:
    return lambda value: not isinstance(value, list) or len(value) >= least


def _unique_items(wanted: bool, _: Mapping[str, Any]) -> Check:
    return lambda value: (
        not wanted
        or not isinstance(value, list)
        or (all(isinstance(item, str) for item in value) and len(set(value)) == len(value))
    )


def _minimum(least: int, _: Mapping[str, Any]) -> Check:
    return lambda value: not isinstance(value, int | float) or value >= least


def _exclusive_maximum(bound: int, _: Mapping[str, Any]) -> Check:
    return lambda value: not isinstance(value, int | float) or value < bound


def _pattern(pattern: str, _: Mapping[str, Any]) -> Check:
    # In JSON Schema `$` is the very end; in Python it also matches before a final line break.
    search = re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern)).search
    return lambda value: not isinstance(value, str) or search(value) is not None
