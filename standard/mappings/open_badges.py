"""Open Badges 3.0: an achievement, or one kind of work, as an unsigned OpenBadgeCredential, and back.

The documents are shaped for the organisation to sign, as any credential of the data model 2.0.

Source: Open Badges 3.0, "AchievementCredential", "Achievement", "Result" and "Alignment".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from standard.errors import DataModelError
from standard.mappings.foreign import Foreign, esco_occupation
from standard.mappings.loss import LossReport, Mapped, Reason
from standard.model import Achievement, Did, Engagement, OccupationUri, WorkHistory
from standard.timestamps import write_moment

OPEN_BADGES_CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_WORK = "ext:WorkHistory"
_OCCUPATION = "ext:Occupation"
_ESCO = "ESCO"
_COUNT = re.compile(r"\d{1,16}", re.ASCII)
_COUNTS = {
    "gigs": "gig_count",
    "worked minutes": "worked_minutes",
    "clients": "client_count",
    "repeat clients": "repeat_client_count",
}


@dataclass(frozen=True, slots=True)
class BadgeEnvelope:
    """Who gives a badge to whom, and when.

    `new_id` makes a fresh address for each credential, achievement and description of a result.
    """

    issuer: Did
    organisation_name: str
    subject: Did
    issued: datetime
    new_id: Callable[[], str]


def write_achievement(achievement: Achievement, envelope: BadgeEnvelope) -> dict[str, Any]:
    """Write one achievement as a badge; nothing is lost."""
    awarded = {
        "id": envelope.new_id(),
        "type": ["Achievement"],
        "achievementType": "Badge",
        "name": achievement.name,
        "description": achievement.name,
        "inLanguage": achievement.language,
        "criteria": {"narrative": _criteria(envelope)},
    }
    document = _credential(envelope, {"achievement": awarded})
    document["awardedDate"] = _midnight(achievement.awarded_on)
    return document


def write_engagement(engagement: Engagement, envelope: BadgeEnvelope) -> dict[str, Any]:
    """Write one kind of work as a badge whose results are its counts; only a dispute mark is lost.

    The occupation becomes an alignment with ESCO, the category the role and the achievement's name.
    """
    described = {name: envelope.new_id() for name in _COUNTS}
    achievement: dict[str, Any] = {
        "id": envelope.new_id(),
        "type": ["Achievement"],
        "achievementType": _WORK,
        "name": engagement.category,
        "description": engagement.category,
        "criteria": {"narrative": _criteria(envelope)},
        "resultDescription": [
            {"id": identifier, "type": ["ResultDescription"], "name": name, "resultType": "RawScore"}
            for name, identifier in described.items()
        ],
    }
    if engagement.occupation is not None:
        achievement["alignment"] = [_alignment(engagement.category, engagement.occupation)]
    subject = {
        "role": engagement.category,
        "activityStartDate": _midnight(engagement.first_date),
        "activityEndDate": _midnight(engagement.last_date),
        "achievement": achievement,
        "result": [
            {
                "type": ["Result"],
                "resultDescription": identifier,
                "value": str(getattr(engagement, _COUNTS[name])),
            }
            for name, identifier in described.items()
        ],
    }
    return _credential(envelope, subject)


def write_badges(history: WorkHistory, envelope: BadgeEnvelope) -> Mapped[tuple[dict[str, Any], ...]]:
    """Write a statement as one badge per kind of work and per achievement.

    What holds for the statement as a whole is lost: its date, level, period, totals and name. So what
    was left out can no longer be seen to be left out. A dispute mark of a kind of work is lost too.
    """
    report = LossReport()
    lost = ("as_of", "claim_level", "period", "totals", "name")
    report.add_members(history, "", Reason.NO_PLACE, *lost)
    for index, engagement in enumerate(history.engagements):
        report.add_members(engagement, f"engagements[{index}]", Reason.NO_PLACE, "dispute")
    work = tuple(write_engagement(engagement, envelope) for engagement in history.engagements)
    awards = tuple(write_achievement(achievement, envelope) for achievement in history.achievements)
    return report.mapped((*work, *awards))


def read_badge(document: Mapping[str, Any], *, language: str) -> Mapped[Achievement | Engagement]:
    """Read what one badge says: work when it is a badge of ours about work, else an achievement.

    Nothing is verified here: verify the credential first. Losses are places in the document.

    Args:
        document: the credential.
        language: the language of a badge that tells none.

    Raises:
        DataModelError: it is no OpenBadgeCredential, lacks a name or a date, or contradicts itself.
    """
    report = LossReport()
    root = Foreign.document(document, report)
    types = root.texts("type")
    if "OpenBadgeCredential" not in types and "AchievementCredential" not in types:
        raise DataModelError("type: neither OpenBadgeCredential nor AchievementCredential")
    # The envelope says who, to whom and whether it still holds: that is for a verifier.
    root.ignore("@context", "id", "name", "issuer", "proof", "credentialStatus", "credentialSchema")
    subject = root.object("credentialSubject")
    achievement = subject.object("achievement")
    subject.ignore("id", "type", "identifier")
    achievement.ignore("id", "type", "criteria")
    badge: Achievement | Engagement
    if achievement.text("achievementType") == _WORK:
        badge = _read_engagement(subject, achievement)
    else:
        badge = _read_achievement(root, achievement, language)
    root.ignore("validFrom")
    for read in (achievement, subject, root):
        read.finish()
    return report.mapped(badge)


def _credential(envelope: BadgeEnvelope, subject: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@context": list(OPEN_BADGES_CONTEXTS),
        "id": envelope.new_id(),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": subject["achievement"]["name"],
        "issuer": {"id": envelope.issuer, "type": ["Profile"], "name": envelope.organisation_name},
        "validFrom": write_moment(envelope.issued),
        "credentialSubject": {"id": envelope.subject, "type": ["AchievementSubject"], **subject},
    }


def _alignment(category: str, occupation: OccupationUri) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetFramework": _ESCO,
        "targetName": category,
        "targetType": _OCCUPATION,
        "targetUrl": occupation,
    }


def _criteria(envelope: BadgeEnvelope) -> str:
    return f"As recorded by {envelope.organisation_name}."


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _read_achievement(root: Foreign, achievement: Foreign, language: str) -> Achievement:
    name = achievement.text("name")
    awarded_on = root.day("awardedDate") or root.day("validFrom")
    if name is None or awarded_on is None:
        raise DataModelError("credentialSubject.achievement: no name, or no date")
    if achievement.text("description") not in (None, name):
        achievement.lose("description")
    return Achievement(name, achievement.language("inLanguage") or language, awarded_on)


def _read_engagement(subject: Foreign, achievement: Foreign) -> Engagement:
    named = {
        description.text("id"): _COUNTS.get(description.text("name") or "")
        for description in achievement.objects("resultDescription")
    }
    counts = dict.fromkeys(_COUNTS.values(), 0)
    for result in subject.objects("result"):
        member, value = named.get(result.text("resultDescription")), result.text("value") or ""
        if member is None or not _COUNT.fullmatch(value):
            result.refuse()
        else:
            counts[member] = int(value)
    first_date, last_date = subject.day("activityStartDate"), subject.day("activityEndDate")
    category = subject.text("role") or achievement.text("name")
    achievement.ignore("name", "description")
    if category is None or first_date is None or last_date is None:
        raise DataModelError("credentialSubject: no role, or no dates of activity")
    occupation = _read_occupation(achievement)
    if last_date < first_date or counts["repeat_client_count"] > counts["client_count"]:
        raise DataModelError("credentialSubject: dates or counts contradict each other")
    return Engagement(
        category=category,
        occupation=occupation,
        first_date=first_date,
        last_date=last_date,
        dispute=None,
        **counts,
    )


def _read_occupation(achievement: Foreign) -> OccupationUri | None:
    for alignment in achievement.objects("alignment"):
        occupation = esco_occupation(alignment.text("targetUrl"))
        if occupation is not None:
            return occupation
        alignment.refuse(Reason.NOT_READ)
    return None
