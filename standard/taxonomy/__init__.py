"""The occupations that this edition of the standard knows, with our own plain labels.

The table is `occupations.csv`. A `code` is what the compact form writes instead of a URI: it is never
reused and never changes its meaning.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from standard.model import OccupationUri

_TABLE = Path(__file__).with_name("occupations.csv")


@dataclass(frozen=True, slots=True)
class Occupation:
    """One kind of work: an ESCO occupation under a label of our own.

    `isco` is the four-digit group of ISCO-08; `labels` maps a language to its label.
    """

    code: int
    uri: OccupationUri
    isco: str
    labels: Mapping[str, str]


def occupation(uri: str) -> Occupation | None:
    """Find an occupation by its ESCO URI; None when the table does not hold it."""
    return _by_uri().get(uri)


def by_code(code: int) -> Occupation | None:
    """Find an occupation by the code of the compact form; None when the table does not hold it."""
    return _by_code().get(code)


def label(uri: str, language: str) -> str | None:
    """Name an occupation in one language; None when the table has no such label."""
    found = occupation(uri)
    return found.labels.get(language) if found else None


@cache
def all() -> tuple[Occupation, ...]:
    """List every occupation in the order of the codes."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return tuple(
            Occupation(
                code=int(row["code"]),
                uri=OccupationUri(row["uri"]),
                isco=row["isco"],
                labels=MappingProxyType({"nl": row["nl"], "en": row["en"]}),
            )
            for row in csv.DictReader(table)
        )


@cache
def _by_uri() -> Mapping[str, Occupation]:
    return MappingProxyType({known.uri: known for known in all()})


@cache
def _by_code() -> Mapping[int, Occupation]:
    return MappingProxyType({known.code: known for known in all()})
