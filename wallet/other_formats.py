"""Taking a KlusCV along in formats of others: nobody signed these, so each also says what it lost."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from standard import mappings
from standard.mappings import BadgeEnvelope, Loss, Mapped
from standard.model import Did, DisclosedStatement, WorkHistory
from wallet.compose import KlusCV

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class OtherFormat:
    """One format: how its file is called, and how a KlusCV is written in it."""

    file_name: str
    media_type: str
    write: Callable[[KlusCV], Mapped[bytes]]


def _json_resume(made: KlusCV) -> Mapped[bytes]:
    return _as_json(mappings.write_resume(made.disclosed))


def _europass(made: KlusCV) -> Mapped[bytes]:
    return mappings.write_europass(made.disclosed)


def _hr_open(made: KlusCV) -> Mapped[bytes]:
    """The copies travel along, so that whoever reads the profile can verify them."""
    enveloped = json.loads(made.presentation_json)["verifiableCredential"]
    statements = made.disclosed.statements
    proofs = {shown.copy_id: copy for shown, copy in zip(statements, enveloped, strict=True)}
    return _as_json(mappings.write_career_profile(made.disclosed, verifications=proofs))


def _open_badges(made: KlusCV) -> Mapped[bytes]:
    """One badge for each kind of work and each achievement, for an organisation that wants to sign them."""
    badges: list[Mapping[str, Any]] = []
    losses: list[Loss] = []
    for index, statement in enumerate(made.disclosed.statements):
        place = f"statements[{index}].content"
        if isinstance(statement.content, WorkHistory):
            mapped = mappings.write_badges(statement.content, _envelope(statement, made.disclosed.holder))
            badges += mapped.value
            losses += (Loss(f"{place}.{loss.place}", loss.reason) for loss in mapped.losses)
        else:
            losses.append(Loss(place, mappings.Reason.NO_PLACE))
    losses += _around(made)
    return Mapped(_bytes(badges), tuple(losses))


FORMATS: Final[Mapping[str, OtherFormat]] = {
    "json-resume": OtherFormat("kluscv.json-resume.json", _JSON, _json_resume),
    "europass": OtherFormat("kluscv.europass.xml", "application/xml", _europass),
    "hr-open": OtherFormat("kluscv.hr-open.json", _JSON, _hr_open),
    "open-badges": OtherFormat("kluscv.open-badges.json", _JSON, _open_badges),
}


def _envelope(statement: DisclosedStatement, holder: Did | None) -> BadgeEnvelope:
    return BadgeEnvelope(
        issuer=statement.issuer or Did(""),
        organisation_name=statement.issuer_name or "",
        subject=holder or Did(""),
        issued=datetime.combine(statement.issued_on, time(), UTC),
        new_id=lambda: uuid.uuid4().urn,
    )


def _around(made: KlusCV) -> Iterator[Loss]:
    """What stands beside the statements has no place in badges."""
    if made.disclosed.own_words is not None:
        yield Loss("own_words", mappings.Reason.NO_PLACE)
    if made.disclosed.own_remarks:
        yield Loss("own_remarks", mappings.Reason.NO_PLACE)


def _as_json(mapped: Mapped[dict[str, Any]]) -> Mapped[bytes]:
    return Mapped(_bytes(mapped.value), mapped.losses)


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
