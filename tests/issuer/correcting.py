"""One worker of a platform that exports Open Platforms data: two gigs, marks, a review, an achievement."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from sqlmodel import Session, select

from issuer.batch import correcting
from issuer.batch.entries import Entry
from issuer.content import read_statement
from issuer.imports import load_profile
from issuer.service import Service
from issuer.store.workers import statements_of
from issuer.tables import Import, Organisation, Statement, Worker
from standard.model import RatingHistory, WorkHistory
from tests.issuer.acting import commit, read_export

KEY = "vk-1"
NAME = "Fatima de Jogn"
WORK, RATING = "WorkHistoryCredential", "RatingCredential"


def gig(key: str, day: str, *, hours: int = 8, mark: int = 5, review: str = "") -> dict[str, Any]:
    outcome: dict[str, Any] = {
        "success": True,
        "ratings": [{"name": name, "value": mark, "min": 1, "max": 5} for name in ("", "Veilig werken")],
    }
    if review:
        outcome["review"] = {"title": "", "text": review, "language": "nl"}
    return {
        "id": key, "type": "Hovenierswerk", "outcome": outcome,
        "period": {"start": f"{day}T08:00:00+01:00", "end": f"{day}T18:00:00+01:00"},
        "client": {"id": "c1", "name": "Iemand", "photoUri": ""}, "additionalData": {"noOfHours": hours},
    }  # fmt: skip


def award(key: str, name: str) -> dict[str, Any]:
    return {"id": key, "timeStamp": "2025-03-20T12:00:00+01:00", "type": "Badge", "name": name}


def exported(*, name: str = NAME, hours: int = 8) -> BytesIO:
    document = {
        "worker": {"id": KEY, "name": name, "contact": "f@example.org"},
        "interactions": [
            gig("K1", "2025-03-03"),
            gig("K2", "2025-03-10", hours=hours, review="Fijne hulp"),
        ],
        "achievements": [award("A1", "Topkracth"), award("A2", "Heftruck")],
    }
    return BytesIO(json.dumps([document]).encode())


def read(service: Service, organisation: Organisation, content: BytesIO) -> Import:
    profile = load_profile("veldkracht")
    return read_export(service, organisation, content, file_name="uitvoer.json", profile=profile)


def imported(service: Service, organisation: Organisation, content: BytesIO | None = None) -> Import:
    return commit(service, organisation, read(service, organisation, content or exported()).id)


def only_worker(session: Session) -> Worker:
    return session.exec(select(Worker)).one()


def correct(
    service: Service, organisation: Organisation, entry: Entry, *, correction: str | None = "Fout"
) -> Import:
    with service.database.writing() as session:
        return correcting.correct(
            session, organisation, only_worker(session).id, entry, correction=correction,
            actor="operator:1", today=service.today(), now=service.clock(),
        )  # fmt: skip


def stated(service: Service, kind: str = WORK) -> list[Statement]:
    """The statements about the only worker, the oldest first."""
    with service.database.reading() as session:
        found = statements_of(session, only_worker(session).id)
        return [item for item in reversed(found) if item.type == kind]


def work(service: Service) -> WorkHistory:
    """What is stated of the work at last."""
    content = read_statement(WORK, stated(service)[-1].content)
    assert isinstance(content, WorkHistory)
    return content


def ratings(service: Service) -> RatingHistory:
    """What is stated of the ratings at last."""
    content = read_statement(RATING, stated(service, RATING)[-1].content)
    assert isinstance(content, RatingHistory)
    return content
