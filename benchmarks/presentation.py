"""What it costs to verify a whole KlusCV: four platforms, twelve lines of work, three reviews.

Each platform's work history and ratings are SD-JWTs in one presentation. All checks run, offline: the
trust list, the status lists and the DID documents are in memory. It is "warm": what a process keeps between
two verifications is kept, which is compiled contexts and schemas, decoded keys, and a trust list whose bytes
did not change. The second line reads and verifies the trust list anew each time, as the first verification
after a publication does. The floor is the signatures that have to be checked, with bare `cryptography`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from benchmarks.floors import signature_floors
from benchmarks.measuring import Act, Line, report
from standard.model import Form, RatingHistory, RatingTotals, WorkHistory, WorkTotals
from standard.trust import read_trust_list
from standard.verification import Outcome, verify
from tests.world import RATING_HISTORY, WORK_HISTORY, MemoryResolver, Organisation, World, make_world

_PLATFORMS: Final = ("Klusdag", "Oppaspunt", "Fietsbezorgd", "Thuiszorgmaat")
_LINES: Final = 12
_REVIEWS: Final = 3


def main(seconds: float) -> None:
    """Measure and print the table."""
    world = replace(make_world(), organisations=[Organisation(name.lower(), name) for name in _PLATFORMS])
    text = _presentation(world)
    resolver = MemoryResolver(world.documents())
    judge = partial(verify, text, policy=world.policy(), resolver=resolver)
    result = judge()
    if result.outcome is not Outcome.VALID:
        raise AssertionError([check for check in result.checks if check.reason])
    print(f"{len(result.checks)} checks of {len(text):,} bytes of JSON.\n")

    def judge_anew() -> None:
        read_trust_list.cache_clear()
        judge()

    lines = [
        Line("a KlusCV of four platforms, to the verdict", judge, _floor(0), goal="under 4,000 µs"),
        Line("the same, the trust list read anew", judge_anew, _floor(1)),
    ]
    report(lines, None, seconds)


def _presentation(world: World) -> str:
    copies = []
    for place, platform in enumerate(world.organisations):
        work, ratings = _work(_LINES // len(_PLATFORMS)), _ratings(1 if place < _REVIEWS else 0)
        copies += [platform.issue(each, Form.SD_JWT, world.holder) for each in (work, ratings)]
    return world.present(copies)


def _work(count: int) -> WorkHistory:
    line = WORK_HISTORY.engagements[0]
    lines = tuple(replace(line, category=f"{line.category} {place}") for place in range(count))
    totals = WorkTotals(count, count * line.gig_count, count * line.worked_minutes, 0)
    return replace(WORK_HISTORY, engagements=lines, achievements=(), totals=totals)


def _ratings(reviews: int) -> RatingHistory:
    rating = RATING_HISTORY.ratings[0]
    return replace(
        RATING_HISTORY,
        reviews=RATING_HISTORY.reviews[:reviews],
        totals=RatingTotals(1, rating.count, reviews),
    )


def _floor(trust_lists: int) -> Act:
    """P-256 nine times for the copies and the worker and four times for the status lists; Ed25519 by list."""
    _, p256 = signature_floors("P-256", bytes(64))
    _, ed25519 = signature_floors("Ed25519", bytes(64))
    checks = [p256] * 13 + [ed25519] * trust_lists
    return lambda: [check() for check in checks]
