"""A profile in the making: what was guessed of a file, and what the operator says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from issuer.imports.errors import ProfileError, UnnamedColumnsError
from issuer.imports.guessing import values
from issuer.imports.guessing.columns import SEVERAL, Role, is_bare_key, role_of
from issuer.imports.guessing.sample import Sample

EXAMPLES: Final = 3
_STATUSES: Final = ("done", "cancelled")
_NEEDED: Final = (Role.WORKER, Role.WORKER_NAME, Role.GIG, Role.CATEGORY)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column: what it is read as, some of what stands in it, and the scale when it holds marks."""

    name: str
    role: Role
    examples: tuple[str, ...]
    worst: str
    best: str


@dataclass(frozen=True, slots=True)
class Draft:
    """How a file may be read. `is_ambiguous` says that day and month could be the other way round."""

    format: str
    encoding: str
    delimiter: str
    decimal: str
    date_format: str
    clock_format: str
    moment_format: str
    unit: str
    is_ambiguous: bool
    empty: tuple[str, ...]
    columns: tuple[ColumnGuess, ...]

    def named(self, role: Role) -> list[str]:
        """The columns of one role, in the order of the file."""
        return [column.name for column in self.columns if column.role == role]

    def first(self, role: Role) -> str | None:
        """The column of a role, if there is one."""
        return next(iter(self.named(role)), None)


def guess(sample: Sample) -> Draft:
    """Guess how a file is to be read, from its first rows."""
    columns = [sample.column(index) for index in range(len(sample.header))]
    roles = _one_each([role_of(name, cells) for name, cells in zip(sample.header, columns, strict=True)])
    if Role.GIG not in roles:
        bare = (at for at, cells in enumerate(columns) if is_bare_key(sample.header[at], cells))
        if (first := next(bare, None)) is not None:
            roles[first] = Role.GIG
    return draft_of(sample, roles)


def draft_of(sample: Sample, roles: Sequence[Role], **said: str) -> Draft:
    """Make a draft with these roles; what is not said otherwise is guessed from the cells.

    Args:
        sample: the first rows.
        roles: what each column is read as.
        said: `decimal`, `date_format` or `unit`, as the operator's form has it. Where it does not fit the
            cells and something else does, that is taken: a form shows a format before its column is named.
    """
    cells = {role: sample.column(index) for index, role in reversed(list(enumerate(roles)))}
    numbers = [cells.get(role, []) for role in (Role.RATING, Role.DURATION, Role.BREAK)]
    usual = "." if sample.format == "json" else said.get("decimal", "")
    decimal = values.decimal_sign(numbers, usual)
    said_format = said.get("date_format", "")
    date_format = values.date_format(cells.get(Role.DATE, []), said_format) or said_format or "iso"
    length = cells.get(Role.DURATION, [])
    name = next((sample.header[at] for at, role in enumerate(roles) if role is Role.DURATION), "")
    return Draft(
        format=sample.format,
        encoding=sample.encoding,
        delimiter=sample.delimiter,
        decimal=decimal,
        date_format=date_format,
        clock_format=said.get("clock_format") or values.clock_format(cells.get(Role.START, [])) or "%H:%M",
        moment_format=said.get("moment_format")
        or values.moment_format(cells.get(Role.STARTED_AT, []))
        or "iso",
        unit=values.duration_unit(name, length, decimal, said.get("unit", "")),
        is_ambiguous=values.is_ambiguous(cells.get(Role.DATE, []), date_format),
        empty=tuple(sample.empty),
        columns=tuple(_column(sample, index, role, decimal) for index, role in enumerate(roles)),
    )


def profile_document(
    draft: Draft,
    *,
    title: str,
    name_check: str,
    statuses: Mapping[str, str],
    categories: Mapping[str, str],
) -> dict[str, Any]:
    """Write a draft as the document of a profile, as it stands in a TOML file.

    Args:
        draft: columns and formats.
        title: what people call the profile.
        name_check: how names were checked.
        statuses: `done` or `cancelled` by what the status column says.
        categories: an ESCO URI, or an empty string, by the platform's own word.

    Raises:
        UnnamedColumnsError: no column tells who it was, which gig, what work or when.
        ProfileError: a scale does not begin and end with a number.
    """
    time = _time(draft)
    missing = [role for role in _NEEDED if draft.first(role) is None]
    if missing or time is None:
        raise UnnamedColumnsError([*missing, *([] if time else ["time"])], draft.named(Role.NOT_SIGNED))
    document: dict[str, Any] = {"title": title, "name_check": name_check, "format": draft.format}
    if draft.format == "csv":
        document["csv"] = {
            "encoding": draft.encoding, "delimiter": draft.delimiter, "decimal": draft.decimal,
            "empty": list(draft.empty),
        }  # fmt: skip
    document["columns"] = _columns(draft)
    document["time"] = time
    if status := draft.first(Role.STATUS):
        document["status"] = {
            "column": status,
            **{kind: [word for word, said in statuses.items() if said == kind] for kind in _STATUSES},
        }
    if ratings := list(_ratings(draft)):
        document["rating"] = ratings
    if review := draft.first(Role.REVIEW):
        document["review"] = {"column": review, "language": "nl", "transaction_bound": True}
        if language := draft.first(Role.REVIEW_LANGUAGE):
            document["review"]["language_column"] = language
    document["categories"] = dict(categories)
    return document


def _one_each(roles: Sequence[Role]) -> list[Role]:
    """Leave each role that only one column can have to the first column that looks like it."""
    taken: set[Role] = set()
    kept = []
    for role in roles:
        kept.append(Role.NOT_SIGNED if role in taken and role not in SEVERAL else role)
        taken.add(role)
    return kept


def _column(sample: Sample, index: int, role: Role, sign: str) -> ColumnGuess:
    cells = sample.column(index)
    worst, best = values.scale(cells, sign) if role is Role.RATING else ("", "")
    return ColumnGuess(sample.header[index], role, tuple(dict.fromkeys(cells))[:EXAMPLES], worst, best)


def _columns(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = {
        "worker": draft.first(Role.WORKER),
        "worker_name": draft.named(Role.WORKER_NAME),
        "gig": draft.named(Role.GIG),
        "category": draft.first(Role.CATEGORY),
    }
    optional = {"contact": Role.CONTACT, "client": Role.CLIENT, "client_kind": Role.CLIENT_KIND}
    found |= {name: column for name, role in optional.items() if (column := draft.first(role))}
    if exempt := draft.named(Role.EXEMPT):
        found["exempt"] = exempt
    return found


def _time(draft: Draft) -> dict[str, Any] | None:
    """Say when it was, in the first of three ways for which there are columns."""
    day, start, end = (draft.first(role) for role in (Role.DATE, Role.START, Role.END))
    begun, finished = draft.first(Role.STARTED_AT), draft.first(Role.FINISHED_AT)
    if day and start and end:
        found: dict[str, Any] = {
            "kind": "clock", "date": day, "date_format": draft.date_format, "start": start, "end": end,
            "clock_format": draft.clock_format, "overnight": True,
        }  # fmt: skip
        pause = draft.first(Role.BREAK)
        return {**found, "break_minutes": pause} if pause else found
    if day and (length := draft.first(Role.DURATION)):
        return {
            "kind": "duration", "date": day, "date_format": draft.date_format, "duration": length,
            "unit": draft.unit,
        }  # fmt: skip
    if begun and finished:
        return {"kind": "timestamps", "start": begun, "end": finished, "format": draft.moment_format}
    return None


def _ratings(draft: Draft) -> Iterator[dict[str, Any]]:
    for place, column in enumerate(each for each in draft.columns if each.role is Role.RATING):
        found: dict[str, Any] = {
            "column": column.name,
            "worst": _number(column.worst),
            "best": _number(column.best),
        }
        yield found if place == 0 else {**found, "dimension": column.name}


def _number(text: str) -> int | float:
    try:
        number = float(text.replace(",", "."))
    except ValueError as error:
        raise ProfileError("a scale begins and ends with a number") from error
    return int(number) if number.is_integer() else number
