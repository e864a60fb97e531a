"""`docs/compact-form.md` is normative: its tables and its example must be those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from standard import compact
from standard.compact.codes import NAME_CHECKS, SCALES
from standard.keys import PublicKey
from standard.model import NameCheck

DOCUMENT = Path(__file__).parents[2].joinpath("docs/compact-form.md").read_text(encoding="utf-8")
MULTIKEY, COPY, PAYLOAD, TEXT = re.findall(r"```\n(.+?)\n```", DOCUMENT)


def rows_after(heading: str) -> list[list[str]]:
    table = DOCUMENT.split(heading, 1)[1].split("\n\n")[1]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def test_the_name_checks_are_those_of_the_document() -> None:
    assert rows_after("**How a name was checked**") == [
        [str(code), check.value] for code, check in enumerate(NAME_CHECKS)
    ]
    assert set(NAME_CHECKS) == set(NameCheck)


def test_the_scales_are_those_of_the_document() -> None:
    assert rows_after("**Scales**") == [[str(code), *scale] for code, scale in enumerate(SCALES)]


def test_the_example_copy_verifies_and_says_what_the_document_says() -> None:
    copy = compact.parse(COPY)
    copy.verify(PublicKey.from_multikey(MULTIKEY))
    kitchen, promotion = (shown.line for shown in copy.lines)
    assert (kitchen.gig_count, kitchen.worked_hours, kitchen.rating_value, kitchen.rating_count) == (
        148,
        1036,
        "4.72",
        141,
    )
    assert (kitchen.first_month, kitchen.last_month) == ("2021-03", "2026-11")
    assert (promotion.category, promotion.rating_value) == ("Promotiewerk", None)
    assert copy.name is not None
    assert copy.name.full_name == "Fatima el Amrani"


def test_the_example_code_holds_the_example_payload_without_the_second_line() -> None:
    payload = bytes.fromhex(PAYLOAD)
    assert compact.payload_from_qr_texts([TEXT]) == payload
    (copy,) = compact.read_qr_payload(payload)
    copy.verify(PublicKey.from_multikey(MULTIKEY))
    assert [shown.slot for shown in copy.lines] == [0]
    assert compact.qr_payload([compact.reduce(COPY, keep=lambda slot, _: slot != 1)]) == payload
    assert copy.copy_id == compact.parse(COPY).copy_id
