"""A profile tells in a small TOML file how to read one platform's export; docs/imports.md explains it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from issuer.imports.errors import ProfileError
from standard.model import NameCheck, OccupationUri

_SHIPPED = Path(__file__).with_name("profiles")
_OCCUPATION = re.compile(r"http://data\.europa\.eu/esco/occupation/[0-9a-f-]{36}")


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _occupation(value: str) -> OccupationUri | None:
    if value and not _OCCUPATION.fullmatch(value):
        raise ValueError("a category leads to an ESCO occupation URI, or to an empty string when it has none")
    return OccupationUri(value) if value else None


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("no such time zone") from error
    return value


Column = Annotated[str, Field(min_length=1)]
Columns = Annotated[tuple[Column, ...], BeforeValidator(_one_or_more), Field(min_length=1)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Categories = Mapping[str, Annotated[OccupationUri | None, BeforeValidator(_occupation)]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Layout(_Part):
    """How the file is written; `empty` lists what stands in a cell that holds nothing, such as `\\N`."""

    encoding: Literal["utf-8", "windows-1252", "iso-8859-1", "iso-8859-15"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    decimal: Literal[",", "."] = ","
    empty: tuple[str, ...] = ()


class ColumnMap(_Part):
    """Which column holds what; a name or a key may be spread over several columns.

    `exempt` lists further columns with keys, in which a citizen number is not looked for.
    """

    worker: Column
    worker_name: Columns
    contact: Column | None = None
    gig: Columns
    category: Column
    client: Column | None = None
    client_kind: Column | None = None
    exempt: tuple[Column, ...] = ()

    @property
    def of_worker(self) -> tuple[str, ...]:
        """The columns that tell who it was."""
        return tuple(filter(None, (self.worker, *self.worker_name, self.contact)))


class ClockTime(_Part):
    """A date, the hours from and to, and perhaps an unpaid break."""

    kind: Literal["clock"]
    date: Column
    date_format: str
    start: Column
    end: Column
    clock_format: str = "%H:%M"
    break_minutes: Column | None = None
    overnight: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return tuple(filter(None, (self.date, self.start, self.end, self.break_minutes)))


class DurationTime(_Part):
    """A date and how long the work took."""

    kind: Literal["duration"]
    date: Column
    date_format: str
    duration: Column
    unit: Literal["hours", "minutes", "seconds", "h:mm"] = "hours"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return (self.date, self.duration)


class StampTime(_Part):
    """Two moments, in `zone` where they name no offset, told as dates of `local_zone`."""

    kind: Literal["timestamps"]
    start: Column
    end: Column
    format: str = "iso"
    zone: Zone = "UTC"
    local_zone: Zone = "Europe/Amsterdam"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be there."""
        return (self.start, self.end)


TimeMap: TypeAlias = Annotated[ClockTime | DurationTime | StampTime, Field(discriminator="kind")]


class Status(_Part):
    """What the status column says of a gig that was worked, and of one that was called off."""

    column: Column
    done: tuple[str, ...]
    cancelled: tuple[str, ...]


class RatingMap(_Part):
    """A column with marks and their scale; `words` turns words such as "duim omhoog" into numbers."""

    column: Column
    dimension: str = "overall"
    best: Decimal
    worst: Decimal
    words: Mapping[str, Decimal] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_a_scale(self) -> Self:
        if self.best <= self.worst:
            raise ValueError("the best mark is greater than the worst")
        return self


class ReviewMap(_Part):
    """A column with clients' words; `language` is used where no column tells it."""

    column: Column
    language: Language
    language_column: Column | None = None
    transaction_bound: bool


class TableProfile(_Part):
    """How to read one platform's CSV, or its JSON: flat objects in an array, or one on each line."""

    name: str
    title: str
    source: str | None = None
    name_check: NameCheck
    format: Literal["csv", "json"]
    csv: Layout = Layout()
    columns: ColumnMap
    time: TimeMap
    status: Status | None = None
    rating: tuple[RatingMap, ...] = ()
    review: ReviewMap | None = None
    categories: Categories

    @property
    def gig_column(self) -> str:
        """The place of a gig's key, for messages."""
        return " + ".join(self.columns.gig)

    @property
    def decimal(self) -> str:
        """The decimal sign; JSON has one of its own."""
        return "." if self.format == "json" else self.csv.decimal

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Every column that this profile reads, in the order of the profile."""
        columns, review = self.columns, self.review
        named = [
            columns.worker,
            *columns.worker_name,
            columns.contact,
            *columns.gig,
            columns.category,
            columns.client,
            columns.client_kind,
            *self.time.columns,
            self.status.column if self.status else None,
            *(rating.column for rating in self.rating),
            *((review.column, review.language_column) if review else ()),
        ]
        return tuple(dict.fromkeys(column for column in named if column))


class OpenPlatformsProfile(_Part):
    """How to read one platform's Open Platforms JSON.

    `unsuccessful` says what this platform means by an interaction without success: work that was
    done all the same, or a gig that was called off.
    """

    name: str
    title: str
    source: str | None = None
    name_check: NameCheck
    format: Literal["open-platforms"]
    language: Language
    transaction_bound: bool
    unsuccessful: Literal["worked", "cancelled"]
    local_zone: Zone = "Europe/Amsterdam"
    categories: Categories

    @property
    def gig_column(self) -> str:
        """The place of a gig's key, for messages."""
        return "id"


Profile: TypeAlias = TableProfile | OpenPlatformsProfile
_READER: TypeAdapter[Profile] = TypeAdapter(Annotated[Profile, Field(discriminator="format")])


def available_profiles() -> tuple[str, ...]:
    """List the names of the profiles that come with the issuer."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def load_profile(name_or_path: str | Path) -> Profile:
    """Load a profile that comes with the issuer by its name, or any other by its path.

    Raises:
        ProfileError: there is no such profile, or it breaks a rule; the message names the place.
    """
    name = str(name_or_path)
    path = _SHIPPED / f"{name}.toml" if name in available_profiles() else Path(name_or_path)
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(f"there is no profile {path.name}") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path.name} is no TOML: {error}") from error
    return profile_of_toml(content, path.stem)


def profile_of_toml(content: str, name: str) -> Profile:
    """Read a profile from the text of its file; raises `ProfileError`."""
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{name} is no TOML: {error}") from error
    return profile_of(document, name)


def profile_of(document: Mapping[str, Any], name: str) -> Profile:
    """Read a profile from the document that its file holds; raises `ProfileError`."""
    try:
        return _READER.validate_python({"name": name, **document})
    except ValidationError as error:
        raise ProfileError(f"{name}: {_first_fault(error)}") from error


def shipped_profile(name: str) -> Profile:
    """Load one of the profiles that come with the issuer: a browser may not name a file.

    Raises:
        ProfileError: there is no such profile.
    """
    if name not in available_profiles():
        raise ProfileError("there is no such profile")
    return load_profile(name)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    place = ".".join(str(step) for step in fault["loc"])
    return f"{place}: {fault['msg']}"
