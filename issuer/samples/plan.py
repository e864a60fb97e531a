"""What a sample organisation is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from issuer.organisations import OrganisationKind
from standard.model import NameCheck


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """One organisation of the demo; `profile` and `file_name` say how and where its export is written."""

    slug: str
    name: str
    kind: OrganisationKind
    contact: str
    profile: str
    file_name: str
    name_check: NameCheck


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of work: how long a gig takes, when it starts, for whom, and what reviews speak of."""

    category: str
    topic: str
    minutes: tuple[int, int]
    hours: tuple[int, int]
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One worker's gigs of one kind within a period; a few names and numbers make a history."""

    category: str
    gigs: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What fills one organisation's export.

    `rated` and `reviewed` are shares: of all gigs, and of the rated ones. `languages` are those in
    which clients write, the likelier ones more than once.
    """

    organisation: SampleOrganisation
    work: tuple[Work, ...]
    workers: tuple[str, ...]
    gigs_each: tuple[int, int]
    rated: float
    reviewed: float
    languages: tuple[str, ...]
    fatima_key: str
    fatima: tuple[Stretch, ...]
    since: date = date(2021, 2, 1)
