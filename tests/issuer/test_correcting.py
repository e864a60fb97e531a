"""One thing corrected by hand: sums follow, old statements are withdrawn or stay, exports do not undo it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlmodel import select

from issuer import batch
from issuer.audit import SYSTEM
from issuer.batch import correcting
from issuer.batch.entries import AchievementEntry, Entry, GigEntry, NameEntry, NoAchievement, NoGig
from issuer.errors import EntryError, ImportStateError, NotFoundError, ReasonMissingError, UnchangedError
from issuer.service import Service
from issuer.store.workers import search_workers
from issuer.tables import AuditEntry, Import, Organisation, Worker
from tests.issuer.acting import commit
from tests.issuer.correcting import (
    NAME,
    RATING,
    correct,
    exported,
    imported,
    only_worker,
    ratings,
    read,
    stated,
    work,
)
from tests.issuer.test_lock_order import together

ENTRIES: dict[str, Entry] = {
    "hours": GigEntry("K2", worked="6:30"),
    "day": GigEntry("K2", day="2025-03-11", category="Tuinonderhoud"),
    "mark": GigEntry("K2", marks={"overall": "4,5", "Veilig werken": ""}),
    "review": GigEntry("K2", review=""),
    "no gig": NoGig("K2"),
    "achievement": AchievementEntry("A1", name="Topkracht", language="en", awarded_on="2025-03-19"),
    "no achievement": NoAchievement("A1"),
    "name": NameEntry("Fatima de Jong"),
}


@pytest.fixture(autouse=True)
def worker(service: Service, organisation: Organisation) -> Worker:
    imported(service, organisation)
    with service.database.reading() as session:
        return only_worker(session)


@pytest.mark.parametrize("correction", ["Verkeerd gespeld", None])
def test_a_name_changes_in_every_statement_and_whoever_corrects_says_what_becomes_of_the_old(
    service: Service, organisation: Organisation, worker: Worker, correction: str | None
) -> None:
    before = [item.content for kind in ("WorkHistoryCredential", RATING) for item in stated(service, kind)]
    correct(service, organisation, NameEntry(" Fatima  de Jong "), correction=correction)
    for kind in ("WorkHistoryCredential", RATING):
        old, new = stated(service, kind)
        assert old.content in before, "what was stated is never rewritten"
        assert (old.revoked_reason, new.corrects) == (correction, old.id if correction else None)
    names = [history.name for history in (work(service), ratings(service))]
    assert [name.full_name for name in names if name] == ["Fatima de Jong"] * 2
    with service.database.reading() as session:
        assert [each.id for each in search_workers(session, organisation.id or 0, "jong", limit=9)] == [
            worker.id
        ]
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "name.corrected")).one()
        assert (entry.subject, entry.actor) == (str(worker.id), "operator:1")


def test_an_achievement_is_corrected_or_was_never_awarded(
    service: Service, organisation: Organisation
) -> None:
    correct(service, organisation, ENTRIES["achievement"])
    newest = {(each.name, each.language, each.awarded_on.day) for each in work(service).achievements}
    assert newest == {("Topkracht", "en", 19), ("Heftruck", "nl", 20)}
    correct(service, organisation, NoAchievement("A1"))
    assert [each.name for each in work(service).achievements] == ["Heftruck"]
    assert [item.revoked_reason for item in stated(service)] == ["Fout", "Fout", None]
    assert [item.revoked_at for item in stated(service, RATING)] == [None], "it says nothing about it"
    with service.database.reading() as session:
        assert (
            len(session.exec(select(AuditEntry).where(AuditEntry.action == "achievement.corrected")).all())
            == 2
        )


def test_a_mark_is_corrected_or_taken_away(service: Service, organisation: Organisation) -> None:
    correct(service, organisation, ENTRIES["mark"])
    assert {(line.dimension, line.value, line.count) for line in ratings(service).ratings} == {
        ("overall", "4.75", 2), ("Veilig werken", "5", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "wanted", [["hours", "mark", "achievement", "name", "review", "day"], ["no gig", "no achievement"]]
)
def test_a_repeated_upload_brings_no_mistake_back(
    service: Service, organisation: Organisation, wanted: list[str]
) -> None:
    for what in wanted:
        correct(service, organisation, ENTRIES[what])
    said = (work(service), ratings(service))
    again = read(service, organisation, exported())
    assert (again.updated_count, again.changed_count) == (0, 0)
    assert commit(service, organisation, again.id).new_statement_count == 0
    assert (work(service), ratings(service)) == said


def test_an_export_that_says_something_else_counts_again(
    service: Service, organisation: Organisation
) -> None:
    correct(service, organisation, ENTRIES["hours"])
    correct(service, organisation, GigEntry("K2", worked="6:00"))
    correct(service, organisation, ENTRIES["name"])
    imported(service, organisation)
    assert work(service).totals.worked_minutes == 14 * 60
    imported(service, organisation, exported(name="Fatima Bakker", hours=7))
    assert work(service).totals.worked_minutes == 15 * 60
    assert getattr(work(service).name, "full_name", None) == "Fatima Bakker"
    imported(service, organisation)
    assert work(service).totals.worked_minutes == 16 * 60, "the export went back to what it said before"


def test_a_name_can_be_corrected_back(service: Service, organisation: Organisation) -> None:
    correct(service, organisation, ENTRIES["name"])
    correct(service, organisation, NameEntry(NAME))
    imported(service, organisation)
    assert getattr(work(service).name, "full_name", None) == NAME


def test_an_update_leaves_the_older_statement_valid(service: Service, organisation: Organisation) -> None:
    done = correct(service, organisation, ENTRIES["hours"], correction=None)
    first, second = stated(service)
    assert (done.state, done.new_statement_count) == ("committed", 1)
    assert (first.revoked_at, second.corrects) == (None, None)


REFUSED: list[tuple[Entry, list[str]]] = [
    (GigEntry("K2", day="2126-01-01", category="Zeevaart"), ["day", "category"]),
    (GigEntry("K2", marks={"overall": "11", "Humor": "3"}), ["marks.Humor", "marks.overall"]),
    (GigEntry("K2", worked="25:00", review="BSN 111222333"), ["worked", "review"]),
    (GigEntry("K1", review="Nobody reviewed it"), ["review"]),
    (AchievementEntry("A1", "", "Nederlands", "gisteren"), ["name", "language", "awarded_on"]),
    (NameEntry(" "), ["name"]),
    (NameEntry("Fatima 111222333"), ["name"]),
]


def test_what_cannot_be_is_refused_at_its_field(service: Service, organisation: Organisation) -> None:
    for entry, fields in REFUSED:
        with pytest.raises(EntryError) as refused:
            correct(service, organisation, entry)
        assert [fault.column for fault in refused.value.faults] == fields
        assert "111222333" not in str(refused.value)
    assert len(stated(service)) == 1


def test_work_after_today_is_refused_also_when_it_goes_on_past_midnight(
    service: Service, worker: Worker
) -> None:
    with service.database.reading() as session:
        told = correcting.gig_of(correcting.ledger_of(session, worker), "K1")
    night = replace(told, last_date=date(2025, 3, 4))
    read_gig = partial(correcting.entries.read_gig, night, GigEntry("K1", day="2025-03-05"))
    occupations = {told.category: told.occupation}
    with pytest.raises(EntryError):
        read_gig(occupations=occupations, today=date(2025, 3, 5))
    assert read_gig(occupations=occupations, today=date(2025, 3, 6)).last_date == date(2025, 3, 6)


def test_nothing_happens_without_a_change_a_reason_or_such_a_record(
    service: Service, organisation: Organisation
) -> None:
    with pytest.raises(UnchangedError):
        correct(service, organisation, NameEntry(NAME))
    with pytest.raises(UnchangedError):
        correct(service, organisation, GigEntry("K2", worked="8:00"))
    with pytest.raises(ReasonMissingError):
        correct(service, organisation, ENTRIES["name"], correction=" ")
    for entry in (GigEntry("K9"), NoGig("A1"), AchievementEntry("K1"), NoAchievement("A9")):
        with pytest.raises(NotFoundError):
            correct(service, organisation, entry)
    with service.database.reading() as session:
        assert len(session.exec(select(Import)).all()) == 1


def test_nothing_is_corrected_while_an_export_is_being_committed(
    service: Service, organisation: Organisation
) -> None:
    later = read(service, organisation, exported(hours=7))
    refused = []

    def meanwhile(_count: int) -> None:
        with pytest.raises(ImportStateError):
            correct(service, organisation, ENTRIES["name"])
        refused.append(work(service).totals.worked_minutes)

    batch.commit(
        service.database, organisation, later.id,
        as_of=None, correction=None, actor=SYSTEM, now=service.clock(), told=meanwhile,
    )  # fmt: skip
    assert refused == [15 * 60], "it was stated, but the commit had not ended"
    assert correct(service, organisation, ENTRIES["name"]).new_statement_count == 2
    with service.database.reading() as session:
        assert len(session.exec(select(Import)).all()) == 3


def test_corrections_at_once_all_count(service: Service, organisation: Organisation) -> None:
    """Each is laid over what the one before it left, also where two are about one gig."""
    wanted = [ENTRIES[what] for what in ("hours", "mark", "achievement", "name")]
    together(*(partial(correct, service, organisation, each) for each in wanted))
    said = work(service)
    assert said.totals.worked_minutes == 8 * 60 + 390
    assert "Topkracht" in {each.name for each in said.achievements}
    assert getattr(said.name, "full_name", None) == "Fatima de Jong"
    assert ratings(service).totals.rating_count == 3
    assert [item.revoked_at is None for item in stated(service)] == [False, False, False, True]
