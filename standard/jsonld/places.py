"""Places in a document, as JSON Pointers (RFC 6901), and what is said about them."""

from __future__ import annotations

from standard.errors import VocabularyError


def pointer(place: str, key: str) -> str:
    """Extend a JSON Pointer (RFC 6901) by one key."""
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{place}/{key}"


def fail(place: str, problem: str) -> VocabularyError:
    """Name a place, given as a JSON Pointer, and what is wrong there."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in place.split("/")[1:]]
    path = "".join(f"[{key}]" if key.isdigit() else f".{key}" for key in keys)
    return VocabularyError(f"${path} {problem}")
