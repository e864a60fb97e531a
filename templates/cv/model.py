"""The KlusCV's page as frozen display strings: what a reader sees, nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One large number and its words."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One rating on the organisation's own scale: `4,7 van 5`, and what it rests on.

    A rating of one dimension stands in `detail` alone: `Netheid 4,6 van 5`, with what it
    rests on unless that was just told.
    """

    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time on the axis; 0 is the axis' beginning and 1 its end."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work at one organisation; `dispute` is empty unless the organisation marked it."""

    work: str
    organisation: str
    dispute: str
    gigs: str
    hours: str
    clients: str
    returning: str
    marks: tuple[Mark, ...]
    period: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class Reply:
    """The worker's own words about one line, below a heading that says so.

    `about` names the line; it is empty where the words stand right below it.
    """

    about: str
    heading: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What one client wrote, and where it comes from; the organisation's mark, and the worker's answer."""

    text: str
    language: str
    source: str
    dispute: str
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Badge:
    """One achievement and who awarded it when."""

    name: str
    language: str
    source: str


@dataclass(frozen=True, slots=True)
class Voucher:
    """One organisation, how it knows the worker, and the address that its signature stands for.

    `known_as` is empty when the organisation knows the name above the page.
    """

    name: str
    name_check: str
    known_as: str
    address: str


@dataclass(frozen=True, slots=True)
class OwnText:
    """The worker's own words, in the worker's own language."""

    headline: str
    paragraphs: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class CvPage:
    """Everything that the KlusCV says, in the language of the page.

    `title` is the worker's name, or a neutral title when no organisation's name is shown. The notes
    are whole sentences, empty when there is nothing to say. `axis` names years at even distances.
    """

    locale: str
    title: str
    title_direction: str
    is_named: bool
    own: OwnText | None
    figures: tuple[Figure, ...]
    rows: tuple[Row, ...]
    row_replies: tuple[Reply, ...]
    axis: tuple[str, ...]
    omissions: str
    quotes: tuple[Quote, ...]
    quotes_note: str
    badges: tuple[Badge, ...]
    vouchers: tuple[Voucher, ...]
    as_of_note: str
    names_note: str
    made_on: str
    checker_host: str
    demonstration: bool
