"""What was told about one worker: a correction stays while exports tell what they told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from issuer.batch.ledger import Ledger
from issuer.content import record_key
from issuer.imports import AchievementRecord, CancelledGig, GigRecord, NameRecord, Record, Worker
from issuer.imports import RetractedAchievement as Retracted
from issuer.imports.records import Mark

DAY = date(2025, 3, 3)
names = st.sampled_from(["Fatima", "Fatma", "F. de Jong"])
workers = names.map(lambda name: Worker("w", name, None))
days = st.integers(0, 30).map(lambda days: DAY + timedelta(days))
keys = st.sampled_from(["1", "2", "3"])
marks = st.sampled_from([(), (Mark("overall", Decimal("4.50"), Decimal(5), Decimal(1)),)])
gigs = st.builds(
    lambda row, worker, key, day, minutes, given: GigRecord(
        row, worker, key, "Barwerk", None, day, day, minutes, None, None, given, None
    ),
    st.integers(1, 99), workers, keys, days, st.integers(0, 600), marks,
)  # fmt: skip
awards = st.builds(
    AchievementRecord, st.integers(1, 99), workers, keys, st.sampled_from("AB"), st.just("nl"), days
)
exports = st.lists(
    st.one_of(gigs, awards, st.builds(CancelledGig, st.integers(1, 99), workers, keys)),
    min_size=1, max_size=6, unique_by=lambda record: (isinstance(record, AchievementRecord), record.key),
)  # fmt: skip


def corrections(told: list[Record]) -> st.SearchStrategy[list[Record]]:
    """What an operator may say of what was told."""

    def of(record: Record) -> st.SearchStrategy[Record]:
        row, worker, key = record.row, record.worker, record.key
        if isinstance(record, AchievementRecord):
            return st.one_of(
                awards.map(lambda other: replace(other, key=key)), st.just(Retracted(row, worker, key))
            )
        return st.one_of(
            gigs.map(lambda other: replace(other, key=key)), st.just(CancelledGig(row, worker, key))
        )

    renamed = workers.map(lambda worker: NameRecord(0, worker))
    return st.lists(st.one_of(renamed, *map(of, told)), max_size=4)


def meaning(ledger: Ledger) -> dict[str, Record]:
    return {key: replace(record, row=0) for key, record in ledger.records.items()}


@given(st.data(), exports)
def test_what_was_told_before_undoes_no_correction(data: st.DataObject, told: list[Record]) -> None:
    ledger = Ledger()
    ledger.tell(told)
    for record in data.draw(corrections(told)):
        before = ledger.records.get(record_key(record))
        ledger.correct([record if before is None else replace(record, worker=before.worker)])
    kept = Ledger.read(ledger.write())
    assert kept.tell(told) == date.max
    assert meaning(kept) == meaning(ledger)


@given(exports, gigs)
def test_what_is_told_differently_counts(told: list[Record], gig: GigRecord) -> None:
    ledger = Ledger()
    ledger.tell([*told, replace(gig, key="K")])
    ledger.correct([replace(gig, key="K", worked_minutes=601)])
    changed = replace(gig, key="K", worked_minutes=602)
    assert ledger.tell([changed]) == gig.first_date
    assert ledger.records["gig:K"] == changed
    assert ledger.tell([replace(gig, key="K")]) == gig.first_date, "nothing is left of the correction"
