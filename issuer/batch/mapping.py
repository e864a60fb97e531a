"""From an export without a profile to a profile: what was guessed, and what the operator says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from issuer.batch import uploads
from issuer.imports import Readable
from issuer.imports.guessing import (
    Draft,
    Proposal,
    Role,
    draft_of,
    guess,
    profile_document,
    propose,
    sounds_cancelled,
    take_sample,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What an operator says of a file and its columns."""

    encoding: str
    delimiter: str
    decimal: str
    date_format: str
    unit: str
    roles: tuple[Role, ...]

    def to_json(self) -> str:
        """Write it down."""
        formats = (self.encoding, self.delimiter, self.decimal, self.date_format, self.unit)
        return json.dumps([*formats, self.roles])

    @classmethod
    def from_json(cls, text: str) -> Columns:
        """Read it back."""
        encoding, delimiter, decimal, date_format, unit, roles = json.loads(text)
        return cls(encoding, delimiter, decimal, date_format, unit, tuple(map(Role, roles)))


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the platform's own words for work, how many rows have it, and what it is likely to be."""

    name: str
    count: int
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class StatusWord:
    """One thing that the status column says, and whether that sounds as if the gig was called off."""

    name: str
    count: int
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How many rows of a whole file say what: kinds of work and statuses, the most frequent first.

    When they could not be counted, `fault` says why, and `columns` which columns it is about.
    """

    kinds: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""
    columns: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Write it down."""
        return json.dumps([self.kinds, self.statuses, self.fault, self.columns], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> WordCounts:
        """Read it back."""
        kinds, statuses, fault, columns = json.loads(text)
        return cls(kinds, statuses, fault, tuple(columns))


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a whole file that an operator has to judge."""

    kinds: Sequence[Kind]
    statuses: Sequence[StatusWord]


def first_guess(head: bytes) -> Draft:
    """Guess from the first bytes of a file how it is to be read; raises `ImportFileError`."""
    return guess(take_sample(head))


def draft_with(head: bytes, said: Columns) -> Draft:
    """Make the draft that an operator describes.

    When the file falls into other columns than those that were named, they are guessed anew.

    Raises:
        ImportFileError: the file cannot be read like this.
    """
    sample = take_sample(head, encoding=said.encoding, delimiter=said.delimiter)
    if len(said.roles) != len(sample.header):
        return guess(sample)
    formats = {"decimal": said.decimal, "date_format": said.date_format, "unit": said.unit}
    return draft_of(sample, said.roles, **formats)


def check(draft: Draft) -> None:
    """Refuse a draft that leaves out what every profile tells; raises `ProfileError`."""
    profile_document(draft, title="-", name_check="none", statuses={}, categories={})


def count_words(stream: Readable, draft: Draft, told: Callable[[], None] = lambda: None) -> WordCounts:
    """Look through a whole file for kinds of work and statuses.

    Args:
        stream: the file, from its first byte.
        draft: which column holds what.
        told: hears that further rows were looked at; what it raises ends the counting there.

    Raises:
        ImportFileError: a column holds too many different words for that.
    """
    category, status = draft.first(Role.CATEGORY), draft.first(Role.STATUS)
    columns = [name for name in (category, status) if name]
    counts = uploads.words_of(stream, draft, columns, told)
    return WordCounts(
        kinds=dict(counts[category].most_common()) if category else {},
        statuses=dict(counts[status].most_common()) if status else {},
    )


def words(counts: WordCounts) -> Words:
    """Put beside each word what it is likely to mean."""
    return Words(
        kinds=[Kind(name, count, propose(name)) for name, count in counts.kinds.items()],
        statuses=[StatusWord(name, count, sounds_cancelled(name)) for name, count in counts.statuses.items()],
    )


def with_scales(draft: Draft, scales: Mapping[str, tuple[str, str]]) -> Draft:
    """Put the worst and the best mark, as an operator knows them, in the place of the guessed ones."""
    columns = []
    for column in draft.columns:
        worst, best = scales.get(column.name, (column.worst, column.best))
        columns.append(replace(column, worst=worst, best=best))
    return replace(draft, columns=tuple(columns))


def guessed_document(draft: Draft, found: Words, *, title: str, name_check: str) -> dict[str, Any]:
    """Write the profile that follows when every guess is right; raises `ProfileError`."""
    return profile_document(
        draft,
        title=title,
        name_check=name_check,
        statuses={word.name: "cancelled" if word.is_cancelled else "done" for word in found.statuses},
        categories={kind.name: kind.proposal.occupation if kind.proposal else "" for kind in found.kinds},
    )
