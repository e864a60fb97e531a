"""Statements as JSON claims and back: one spelling for every JSON form.

Source: SPECIFICATION, "Claims".
"""

from collections.abc import Mapping
from types import MappingProxyType

from standard.claims.reading import parse_subject
from standard.claims.remarks import read_remark, remark_claims
from standard.claims.writing import subject_claims
from standard.model import Statement, StatementType, WorkHistory

VCT: Mapping[StatementType, str] = MappingProxyType(
    {
        StatementType.WORK_HISTORY: "https://w3id.org/kluscv/vct/work-history",
        StatementType.RATING: "https://w3id.org/kluscv/vct/rating",
    }
)
"""The `vct` by which an SD-JWT VC names the type of its statement."""


def statement_type(statement: Statement) -> StatementType:
    """The credential type that carries a statement."""
    return StatementType.WORK_HISTORY if isinstance(statement, WorkHistory) else StatementType.RATING


__all__ = ["VCT", "parse_subject", "read_remark", "remark_claims", "statement_type", "subject_claims"]
