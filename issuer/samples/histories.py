"""Invents years of gigs from a plan and a seed: the same seed gives the same years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from issuer.samples.organisations import EVERY_TRADE, FATIMA, ONE_GIG, TODAY
from issuer.samples.plan import Plan, Stretch, Work
from issuer.samples.reviews import Clients

SHORT_MINUTES = 60
_CANCELLED = 0.04
_LEFT = 0.4
_CLIENTS = 45
_STARS = (5, 4, 3, 2)
_TEMPERS = ((80, 17, 2, 1), (66, 27, 5, 2), (50, 36, 11, 3))
_FATIMA_TEMPER = (84, 15, 1, 0)


@dataclass(frozen=True, slots=True)
class SampleWorker:
    """A worker under the organisation's key."""

    key: str
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class SampleGig:
    """One gig before an organisation writes it down in its own way; `stars` run from 1 to 5."""

    worker: SampleWorker
    key: str
    work: Work
    start: datetime
    minutes: int
    client: int
    client_kind: str
    cancelled: bool
    stars: int | None
    review: str | None
    language: str


def gigs(plan: Plan, random: Random) -> list[SampleGig]:
    """Invent every gig of one organisation, in the order of time."""
    invented = [
        gig
        for worker, stretches in _workers(plan, random)
        for gig in _gigs_of(plan, worker, stretches, random)
    ]
    invented.sort(key=lambda gig: (gig.start, gig.worker.key, gig.work.category))
    return invented


def _workers(plan: Plan, random: Random) -> Iterator[tuple[SampleWorker, tuple[Stretch, ...]]]:
    """Give the demo's worker first, then the others, each with a life of their own."""
    yield _worker(plan.fatima_key, FATIMA, random), plan.fatima
    if plan.organisation.slug == "klusdag":
        work = plan.work[0].category
        yield _worker("M-30001", ONE_GIG, random), (Stretch(work, 1, TODAY - timedelta(days=9), TODAY),)
    for number, name in enumerate(plan.workers):
        worker = _worker(_key(plan, number, random), name, random)
        yield worker, tuple(_stretches(plan, name, random))


def _worker(key: str, name: str, random: Random) -> SampleWorker:
    mailbox = "".join(letter for letter in key.lower() if letter.isalnum())
    return SampleWorker(key, name, f"{mailbox}@post.example", f"06-000{random.randrange(10**5):05d}")


def _key(plan: Plan, number: int, random: Random) -> str:
    match plan.organisation.slug:
        case "klusdag":
            return f"M-{20418 + 7 * number}"
        case "helder-thuis":
            return f"H{389 + 3 * number:04d}"
        case "oppaspunt":
            return f"s_{random.randrange(16**6):06x}"
        case "veldkracht":
            return f"vk-{1141 + number}"
        case "snelgebracht":
            digits = f"{random.getrandbits(128):032x}"
            return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
        case _:
            return f"L-{94 + 2 * number:04d}"


def _stretches(plan: Plan, name: str, random: Random) -> Iterator[Stretch]:
    if name == EVERY_TRADE:
        for work in plan.work:
            yield Stretch(work.category, random.randint(1, 5), plan.since, TODAY - timedelta(days=6))
        return
    total = random.randint(*plan.gigs_each)
    chosen = random.sample(plan.work, k=min(len(plan.work), random.randint(1, 4)))
    first = plan.since + timedelta(days=random.randrange((TODAY - plan.since).days - 200))
    last = TODAY - timedelta(days=5)
    if random.random() < _LEFT:
        last = first + timedelta(days=random.randrange(120, (last - first).days))
    for share, work in enumerate(chosen, start=2):
        begun = first + timedelta(days=random.randrange((last - first).days // share))
        ended = last - timedelta(days=random.randrange(25) * (share - 2))
        yield Stretch(work.category, max(1, total // share), begun, max(begun, ended))


def _gigs_of(
    plan: Plan, worker: SampleWorker, stretches: tuple[Stretch, ...], random: Random
) -> Iterator[SampleGig]:
    clients = Clients(random, worker.name)
    temper = _FATIMA_TEMPER if worker.name == FATIMA else random.choice(_TEMPERS)
    works = {work.category: work for work in plan.work}
    number = 0
    for stretch in stretches:
        work = works[stretch.category]
        called_off = _called_off(stretch.gigs, random)
        for start, cancelled in _starts(stretch, work, called_off, random):
            number += 1
            stars = None
            if not cancelled and random.random() < plan.rated:
                stars = random.choices(_STARS, temper)[0]
            language = random.choice(plan.languages)
            review = None
            if stars and random.random() < plan.reviewed:
                review = clients.write(work.topic, language, stars)
            client = min(int(random.paretovariate(0.9)), _CLIENTS)
            yield SampleGig(
                worker=worker,
                key=f"{start:%y%m%d}{number:03d}",
                work=work,
                start=start,
                minutes=_minutes(work, random),
                client=client,
                client_kind=work.clients[client % len(work.clients)] if work.clients else "",
                cancelled=cancelled,
                stars=stars,
                review=review,
                language=language,
            )


def _called_off(worked: int, random: Random) -> int:
    return sum(random.random() < _CANCELLED for _ in range(worked))


def _starts(stretch: Stretch, work: Work, called_off: int, random: Random) -> list[tuple[datetime, bool]]:
    """Spread gigs over a period, with the first and the last day in it; some more were called off."""
    days = (stretch.end - stretch.start).days
    worked = [random.randint(0, days) for _ in range(stretch.gigs)]
    worked[0] = 0
    worked[-1] = days if stretch.gigs > 1 else 0
    days_and_fates = [(day, False) for day in worked] + [
        (random.randint(0, days), True) for _ in range(called_off)
    ]
    taken: set[datetime] = set()
    starts = []
    for day, cancelled in sorted(days_and_fates):
        start = _moment(stretch.start + timedelta(days=day), work, random)
        while start in taken:
            start += timedelta(minutes=7)
        taken.add(start)
        starts.append((start, cancelled))
    return starts


def _moment(day: date, work: Work, random: Random) -> datetime:
    """Draw a local start; orders come at any second, other work starts on a quarter."""
    start = datetime(day.year, day.month, day.day, random.randint(*work.hours))  # noqa: DTZ001
    if work.minutes[1] <= SHORT_MINUTES:
        return start + timedelta(seconds=random.randrange(3600))
    return start + timedelta(minutes=random.choice((0, 0, 15, 30, 30, 45)))


def _minutes(work: Work, random: Random) -> int:
    """Draw a length; all but the shortest work is booked by the quarter of an hour."""
    low, high = work.minutes
    step = 1 if high <= SHORT_MINUTES else 15
    return random.randrange(low, high + 1, step)
