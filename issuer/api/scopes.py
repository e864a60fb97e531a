"""What a program may do for its organisation."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from issuer.errors import ApiClientError


class Scope(StrEnum):
    """One kind of thing that a program does through the API."""

    READ = "read"
    BATCHES = "batches"
    OFFERS = "offers"
    STATUS = "status"
    WEBHOOKS = "webhooks"


def parse_scopes(text: str) -> frozenset[Scope]:
    """Read scopes that are separated by spaces.

    Raises:
        ApiClientError: there is none, or one is unknown.
    """
    names = text.split()
    unknown = [name for name in names if name not in set(Scope)]
    if unknown or not names:
        raise ApiClientError(f"scopes are some of: {write_scopes(Scope)}")
    return frozenset(map(Scope, names))


def write_scopes(scopes: Iterable[Scope]) -> str:
    """Write scopes in a fixed order."""
    return " ".join(sorted(scopes))
