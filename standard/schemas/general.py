"""The general validator of JSON Schema: slower than the compiled checks, but it says what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from standard.schemas.acceptance import Check


def find_fault(
    document: Mapping[str, Any], schema: Mapping[str, Any], formats: Mapping[str, Check]
) -> str | None:
    """Say where and how a document breaks a schema, without a value of the document; None if it does not."""
    error = best_match(validator(schema, formats).iter_errors(document))
    return None if error is None else f"{_place(error)}: {_fact(error)}"


def validator(schema: Mapping[str, Any], formats: Mapping[str, Check]) -> Draft202012Validator:
    """Make the validator of a schema, with exactly these formats."""
    checker = FormatChecker(formats=())
    for name, check in formats.items():
        checker.checks(name)(_of_texts(check))
    strict = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    made: Draft202012Validator = strict(schema, format_checker=checker)
    return made


def _of_texts(check: Check) -> Check:
    """A format says something about texts only."""
    return lambda value: not isinstance(value, str) or check(value)


def _pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    # In JSON Schema `$` is the very end; in Python it also matches before a final line break.
    strict = re.sub(r"(?<!\\)\$$", r"\\Z", pattern)
    if isinstance(instance, str) and not re.search(strict, instance):
        yield ValidationError("does not match")


def _place(error: ValidationError) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return "$" + "".join(steps)


def _fact(error: ValidationError) -> str:
    instance: Any = error.instance
    value: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "required":
        return f"{', '.join(name for name in value if name not in instance)} missing"
    if error.validator == "additionalProperties":
        extra = sorted(set(instance) - set(schema["properties"]))
        return f"{', '.join(name[:80] for name in extra)} not defined here"
    if error.validator in ("type", "const", "enum", "format", "pattern", "minItems", "minimum"):
        return f"not {error.validator} {json.dumps(value)}"
    return f"breaks {error.validator}"
