"""The JSON Schemas of the standard, and validation that names places without repeating values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from standard.errors import DataModelError
from standard.schemas.acceptance import Check, compile_schema
from standard.timestamps import read_date, read_moment

BASE = "https://w3id.org/kluscv/schemas/"

_BY_TYPE: Mapping[str, str] = {
    "WorkHistoryCredential": "work-history.json",
    "RatingCredential": "rating.json",
    "KlusCVPresentation": "presentation.json",
    "TrustListCredential": "trust-list.json",
    "KlusCVArchive": "archive.json",
}


def schema_url(document_type: str) -> str:
    """The address of the schema of one of this standard's types."""
    return BASE + _BY_TYPE[document_type]


def load(document_type: str) -> dict[str, Any]:
    """The schema of one of this standard's types."""
    source = files("standard") / "schemas" / _BY_TYPE[document_type]
    schema: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return schema


def validate(document: Mapping[str, Any], *, in_part: bool = False) -> None:
    """Check a document against the schema of each of its types that this standard defines.

    Args:
        document: any document; one without a type of this standard passes.
        in_part: whether records of the subject's lists may have been left out, and so whole lists.

    Raises:
        DataModelError: the message begins with the JSON path and holds no value of the document.
    """
    types = document.get("type")
    for name in types if isinstance(types, list) else [types]:
        if isinstance(name, str) and name in _BY_TYPE and not _acceptance(name, in_part)(document):
            error = best_match(_validator(name, in_part).iter_errors(document))
            if error is not None:
                raise DataModelError(f"{_place(error)}: {_fact(error)}")


def _schema(document_type: str, in_part: bool) -> dict[str, Any]:
    schema = load(document_type)
    if in_part and "credentialSubject" in schema["properties"]:
        subject = schema["properties"]["credentialSubject"]
        lists = {name for name, member in subject["properties"].items() if member.get("type") == "array"}
        subject["required"] = [name for name in subject["required"] if name not in lists]
        subject.pop("anyOf", None)
    return schema


@cache
def _acceptance(document_type: str, in_part: bool) -> Check:
    formats = {"date": _reads(read_date), "date-time": _reads(read_moment), "uri": _is_uri}
    return compile_schema(_schema(document_type, in_part), formats)


def _reads(read: Callable[[str], object]) -> Check:
    def check(value: str) -> bool:
        try:
            read(value)
        except DataModelError:
            return False
        return True

    return check


@cache
def _validator(document_type: str, in_part: bool) -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checks("date", raises=DataModelError)(_is(read_date))
    formats.checks("date-time", raises=DataModelError)(_is(read_moment))
    formats.checks("uri")(_is_uri)
    strict = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    validator: Draft202012Validator = strict(_schema(document_type, in_part), format_checker=formats)
    return validator


def _is(read: Any) -> Any:
    """A format check: reading must succeed."""

    def check(value: object) -> bool:
        if isinstance(value, str):
            read(value)
        return True

    return check


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z][a-z0-9+.-]*:[!-~]+", value) is not None


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
