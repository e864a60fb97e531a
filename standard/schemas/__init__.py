"""The JSON Schemas of the standard, and validation that names places without repeating values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

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
            # Most documents are good, and a process that checks one does not wait for the slower validator.
            from standard.schemas.general import find_fault

            fault = find_fault(document, _schema(name, in_part), _FORMATS)
            if fault is not None:
                raise DataModelError(fault)


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
    return compile_schema(_schema(document_type, in_part), _FORMATS)


def _reads(read: Callable[[str], object]) -> Check:
    def check(value: str) -> bool:
        try:
            read(value)
        except DataModelError:
            return False
        return True

    return check


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z][a-z0-9+.-]*:[!-~]+", value) is not None


_FORMATS: Mapping[str, Check] = {
    "date": _reads(read_date),
    "date-time": _reads(read_moment),
    "uri": _is_uri,
}
