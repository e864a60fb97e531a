"""The worker's remarks on records, as they stand in a presentation, and back.

Source: SPECIFICATION, "KlusCVPresentation".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from standard.model import OwnRemark, RecordList, RemarkKind


def remark_claims(remark: OwnRemark, *, new_id: Callable[[], str] | None) -> dict[str, Any]:
    """Write one remark.

    Args:
        remark: what the worker says about which record.
        new_id: makes a fresh `urn:uuid:…`; None writes neither an id nor a type, as reports need.
    """
    node = {} if new_id is None else {"id": new_id(), "type": "OwnRemark"}
    return node | {
        "about": remark.about,
        "recordList": remark.record_list.value,
        "recordPlace": remark.place,
        "remarkKind": remark.kind.value,
        "remarkText": remark.text,
        "language": remark.language,
    }


def read_remark(claims: Mapping[str, Any]) -> OwnRemark:
    """Read one remark of a presentation that passed its schema."""
    return OwnRemark(
        about=claims["about"],
        record_list=RecordList(claims["recordList"]),
        place=claims["recordPlace"],
        kind=RemarkKind(claims["remarkKind"]),
        text=claims["remarkText"],
        language=claims["language"],
    )
