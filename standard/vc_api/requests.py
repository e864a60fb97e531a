"""Reading the requests of the VC-API: strict JSON, the members that are known, and nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from standard import strict_json
from standard.vc_api.answers import RequestError

LIMIT_BYTES: Final = 1 << 20
LIMIT_POINTERS: Final = 1_000
LIMIT_TEXT: Final = 2_000


def read_request(body: bytes) -> Mapping[str, Any]:
    """Read the body of a request.

    Raises:
        JsonError: it is malformed, ambiguous, too deep or too long.
        RequestError: it is not an object.
    """
    request = strict_json.loads(body, limit_bytes=LIMIT_BYTES, floats=True)
    if not isinstance(request, dict):
        raise RequestError("the request is not an object")
    return request


def document_of(request: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The credential or presentation of a request.

    Raises:
        RequestError: it is missing or not an object.
    """
    document = request.get(name)
    if not isinstance(document, dict):
        raise RequestError(f"{name} is missing or not an object")
    return document


def options_of(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options of a request; none is the same as an empty object.

    Raises:
        RequestError: they are not an object.
    """
    options = request.get("options")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise RequestError("options is not an object")
    return options


def text_option(options: Mapping[str, Any], name: str) -> str | None:
    """A text among the options; null is the same as none.

    Raises:
        RequestError: it is not a text, empty, or too long.
    """
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LIMIT_TEXT:
        raise RequestError(f"{name} is not a text of a plausible length")
    return value


def texts_option(options: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """A list of texts among the options; null is the same as none.

    Raises:
        RequestError: it is not a list of texts.
    """
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RequestError(f"{name} is not a list of texts")
    if len(value) > LIMIT_POINTERS:
        raise RequestError(f"{name} is too long")
    return tuple(value)
