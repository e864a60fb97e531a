"""Writes invented gigs down in the Open Platforms JSON format: one document per worker."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from issuer.samples.histories import SampleGig, SampleWorker
from issuer.samples.organisations import FATIMA

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_WORKDAY_MINUTES = 480
_PLACES = ("Utrecht", "Amersfoort", "Zwolle", "Leeuwarden", "Tiel", "Lelystad")
_AWARDS = (
    ("Veilig werken, basis", "2025-05-02"),
    ("Werken op hoogte", "2025-06-11"),
    ("Spanning meten, instap", "2026-02-19"),
    ("Honderd klussen zonder schade", "2026-04-07"),
)


def open_platforms_json(gigs: Sequence[SampleGig], random: Random) -> bytes:
    """Write an array of documents, with a few bad entries in those of the busiest workers."""
    workers = {gig.worker.key: gig.worker for gig in gigs}
    documents = [_document(worker, gigs, random) for _, worker in sorted(workers.items())]
    _spoil(documents)
    return json.dumps(documents, ensure_ascii=False, indent=1).encode("utf-8")


def _document(worker: SampleWorker, gigs: Sequence[SampleGig], random: Random) -> dict[str, Any]:
    return {
        "worker": {"id": worker.key, "name": worker.name, "contact": worker.email},
        "interactions": [_interaction(gig, random) for gig in gigs if gig.worker.key == worker.key],
        "achievements": _achievements(worker, random),
    }


def _interaction(gig: SampleGig, random: Random) -> dict[str, Any]:
    hours = max(1, round(gig.minutes / 60))
    outcome: dict[str, Any] = {"success": not gig.cancelled}
    if gig.stars:
        outcome["ratings"] = [{"name": "", "value": gig.stars, "min": 1, "max": 5}]
        if random.random() < 0.5:
            value = min(5, max(1, gig.stars + random.choice((-0.5, 0, 0, 0.5))))
            outcome["ratings"].append({"name": "Veilig werken", "value": value, "min": 1, "max": 5})
    if gig.review:
        outcome["review"] = {"title": "", "text": gig.review, "language": gig.language}
    return {
        "id": f"{gig.worker.key}-{gig.key}",
        "period": {"start": _local(gig.start), "end": _local(_end(gig.start, hours * 60))},
        "client": {"id": f"c{700 + gig.client}", "name": f"Opdrachtgever {700 + gig.client}", "photoUri": ""},
        "type": gig.work.category,
        "outcome": outcome,
        "additionalData": {
            "location": f"{random.choice(_PLACES)}/Nederland",
            "title": gig.work.category,
            "noOfHours": hours,
        },
    }


def _end(start: datetime, minutes: int) -> datetime:
    """Let long jobs go on for several days of eight hours."""
    days, rest = divmod(minutes - 1, _WORKDAY_MINUTES)
    return start + timedelta(days=days, minutes=rest + 1)


def _local(moment: datetime) -> str:
    return moment.replace(tzinfo=_AMSTERDAM).isoformat()


def _achievements(worker: SampleWorker, random: Random) -> list[dict[str, Any]]:
    awards = _AWARDS[:2] if worker.name == FATIMA else random.sample(_AWARDS, k=random.randrange(3))
    return [
        {
            "id": f"{worker.key}-a{number}",
            "timeStamp": f"{day}T12:00:00+02:00",
            "type": "QualificationAssessment",
            "name": name,
            "description": "Behaald in de praktijkhal van Veldkracht.",
        }
        for number, (name, day) in enumerate(awards, start=1)
    ]


def _spoil(documents: Sequence[dict[str, Any]]) -> None:
    """Add bad entries that the JSON Schema of the format allows."""
    good = documents[1]["interactions"][0]
    faults: tuple[dict[str, Any], ...] = (
        {"period": {"end": ""}},
        {"type": "Klus zonder naam"},
        {"additionalData": {"noOfHours": 400}},
        {"outcome": {"success": True, "ratings": [{"value": 6, "min": 1, "max": 5}]}},
        {"outcome": {"success": True, "review": {"title": "Top", "text": "BSN: 111222333"}}},
    )
    for number, fault in enumerate(faults, start=1):
        documents[1]["interactions"].append({**good, "id": f"{good['id']}-{number}", **fault})
    documents[2]["interactions"].append(documents[2]["interactions"][0])
