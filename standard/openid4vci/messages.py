"""Reading the JSON of the protocol: bounded, strict, and every fault with the protocol's own word for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from standard import strict_json
from standard.errors import ProtocolError, UnreadableError

LIMIT_BYTES: Final = 4 << 20


def read_object(data: bytes | str, *, error: str) -> Mapping[str, Any]:
    """Read one JSON object, or raise `ProtocolError` with this `error`."""
    try:
        value = strict_json.loads(data, limit_bytes=LIMIT_BYTES)
    except UnreadableError as fault:
        raise ProtocolError(error, f"not strict JSON: {fault}") from fault
    if not isinstance(value, dict):
        raise ProtocolError(error, "not a JSON object")
    return value


def text(message: Mapping[str, Any], name: str, *, error: str) -> str:
    """A member that must be a text with something in it."""
    value = message.get(name)
    if not isinstance(value, str) or not value:
        raise ProtocolError(error, f"{name} is missing or not a text")
    return value


def address(message: Mapping[str, Any], name: str, *, error: str) -> str:
    """A member that must be a web address. Whether it may be visited is for the network to decide."""
    value = text(message, name, error=error)
    if not is_web_address(value):
        raise ProtocolError(error, f"{name} is not a web address")
    return value


def is_web_address(value: str) -> bool:
    """Whether this is an http or https address without a password or a fragment."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = value.isascii() and value.isprintable() and not set(value) & set(' "<>\\^`{|}')
    return (
        plain
        and parts.scheme in ("http", "https")
        and bool(host)
        and not (parts.fragment or parts.username is not None or parts.password is not None)
    )


def texts(message: Mapping[str, Any], name: str, *, error: str) -> tuple[str, ...]:
    """A member that must be a list of different texts, at least one."""
    values = message.get(name)
    if (
        not isinstance(values, list)
        or not values
        or not all(isinstance(item, str) and item for item in values)
    ):
        raise ProtocolError(error, f"{name} is not a list of texts")
    if len(set(values)) != len(values):
        raise ProtocolError(error, f"{name} names something twice")
    return tuple(values)
