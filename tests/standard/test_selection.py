"""Choosing lines of a document: whichever way, they are the lines of the chosen document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standard.credentials import credential_document
from standard.errors import DataModelError
from standard.jsonld import canonize
from standard.jsonld.contexts import bundled
from standard.jsonld.selection import select_document, selection
from standard.model import Statement
from tests.standard.signers import NOW, ORGANISATION, WORKER
from tests.standard.statements import WORK_HISTORY, new_id, statements


def _document(statement: Statement, issuer_name: str) -> dict[str, Any]:
    return credential_document(
        statement, issuer=ORGANISATION, organisation_name=issuer_name, subject=WORKER,
        credential_id=new_id(), issued=NOW, status=None, new_id=new_id,
    )  # fmt: skip


def _pointers(value: Any, place: str = "") -> list[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(inner for key, item in items for inner in _pointers(item, f"{place}/{key}"))]


# The second name reads like a blank node, so that the lines are chosen by their places.
NAMES = pytest.mark.parametrize("issuer_name", ["Klusdag B.V.", '_:c14n0 "Klusdag\u2028\x85'])


@NAMES
@settings(max_examples=40, deadline=None)
@given(statement=statements, data=st.data())
def test_the_chosen_lines_are_those_of_the_chosen_document(
    issuer_name: str, statement: Statement, data: st.DataObject
) -> None:
    document = _document(statement, issuer_name)
    everything = [pointer for pointer in _pointers(document) if not pointer.startswith("/@context")]
    pointers = data.draw(st.lists(st.sampled_from(everything), min_size=1, max_size=5))
    parts = selection(document, bundled(), new_label=str)
    assert b"".join(parts.lines) == canonize(document)
    chosen = b"".join(sorted(parts.select(pointers)))
    assert chosen == canonize(select_document(document, pointers))


@NAMES
def test_no_pointers_choose_no_lines(issuer_name: str) -> None:
    assert selection(_document(WORK_HISTORY, issuer_name), bundled(), new_label=str).select([]) == frozenset()


@NAMES
def test_blank_nodes_get_their_new_labels_and_the_lines_their_new_order(issuer_name: str) -> None:
    document = _document(WORK_HISTORY, issuer_name)
    del document["credentialSubject"]["workTotals"]["id"]
    labels = {"_:c14n0": "_:zebra"}
    parts = selection(document, bundled(), new_label=labels.__getitem__)
    mentioning = [line for line in parts.lines if b"_:zebra " in line]
    assert len(mentioning) > 1
    assert parts.lines == sorted(parts.lines)
    totals = parts.select(["/credentialSubject/workTotals"])
    assert {line for line in parts.lines if line.startswith(b"_:zebra ")} < totals


@NAMES
@pytest.mark.parametrize("pointer", ["/issuer/name/0", "/nothing", "issuer"])
def test_a_pointer_that_names_nothing_chooses_nothing(issuer_name: str, pointer: str) -> None:
    with pytest.raises(DataModelError):
        selection(_document(WORK_HISTORY, issuer_name), bundled(), new_label=str).select([pointer])
