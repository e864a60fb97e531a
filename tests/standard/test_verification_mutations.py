"""No changed claim, header or proof, in any form, is ever valid; and a check says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standard import base64url, compact
from standard.errors import CompactError, UnreadableError
from standard.model import DATA_INTEGRITY, Form
from standard.verification import CheckState, Outcome, verify
from tests.standard.mutations import mutations
from tests.world import RATING_HISTORY, WORK_HISTORY, MemoryResolver, make_world

WORLD = make_world()
FIRST, SECOND = WORLD.organisations
COPIES = {
    (form, statement): FIRST.issue(statement, form, WORLD.holder)
    for form in Form
    for statement in (WORK_HISTORY, RATING_HISTORY)
}
PRESENTATION = WORLD.present(
    [COPIES[Form.SD_JWT, WORK_HISTORY], SECOND.issue(RATING_HISTORY, Form.SD_JWT, WORLD.holder)]
)
PAPER = [each.issue(WORK_HISTORY, Form.COMPACT, WORLD.holder) for each in WORLD.organisations]
RESOLVER = MemoryResolver(WORLD.documents())
STATEMENTS = pytest.mark.parametrize("statement", [WORK_HISTORY, RATING_HISTORY], ids=["work", "rating"])


def assert_refused(data: str, what: str) -> None:
    try:
        result = verify(data, policy=WORLD.policy(), resolver=RESOLVER)
    except UnreadableError:
        return
    assert result.outcome is Outcome.INVALID, what
    assert any(check.state is CheckState.FAILED for check in result.checks)


def test_nothing_is_wrong_with_what_is_changed_below() -> None:
    for data in (*COPIES.values(), PRESENTATION, "\n".join(PAPER)):
        assert verify(data, policy=WORLD.policy(), resolver=RESOLVER).outcome is Outcome.VALID


@pytest.mark.parametrize("form", sorted(DATA_INTEGRITY))
@STATEMENTS
def test_every_change_of_a_data_integrity_copy_is_invalid(form: Form, statement: Any) -> None:
    for what, changed in mutations(json.loads(COPIES[form, statement])):
        assert_refused(json.dumps(changed), what)


def test_every_change_of_a_presentation_is_invalid() -> None:
    for what, changed in mutations(json.loads(PRESENTATION)):
        assert_refused(json.dumps(changed), what)


@STATEMENTS
def test_every_change_of_an_sd_jwts_header_and_payload_is_invalid(statement: Any) -> None:
    jwt, _, disclosures = COPIES[Form.SD_JWT, statement].partition("~")
    parts = jwt.split(".")
    for place in (0, 1):
        for what, changed in mutations(json.loads(base64url.decode(parts[place]))):
            encoded = base64url.encode(json.dumps(changed).encode())
            assert_refused(".".join([*parts[:place], encoded, *parts[place + 1 :]]) + f"~{disclosures}", what)


@STATEMENTS
def test_every_change_of_a_disclosure_is_invalid(statement: Any) -> None:
    jwt, *disclosures, end = COPIES[Form.SD_JWT, statement].split("~")
    for place, disclosure in enumerate(disclosures):
        for what, changed in mutations({"disclosure": json.loads(base64url.decode(disclosure))}):
            if "disclosure" in changed:
                encoded = base64url.encode(json.dumps(changed["disclosure"]).encode())
                texts = [jwt, *disclosures[:place], encoded, *disclosures[place + 1 :], end]
                assert_refused("~".join(texts), what)


def changed_bytes(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each byte changed in two ways, and the whole made shorter and longer."""
    for place, byte in enumerate(data):
        for bit in (0x01, 0x80):
            yield f"byte {place}", data[:place] + bytes([byte ^ bit]) + data[place + 1 :]
    yield "shorter", data[:-1]
    yield "longer", data + b"\x00"


@STATEMENTS
def test_every_changed_byte_of_a_compact_copy_is_refused(statement: Any) -> None:
    """A changed key thumbprint names a key that nobody knows: such a copy is never valid either."""
    copy = compact.parse(COPIES[Form.COMPACT, statement])
    for what, changed in changed_bytes(base64url.decode(COPIES[Form.COMPACT, statement])):
        text = base64url.encode(changed)
        if is_readable_under_another_key(text, copy.issuer_key_thumbprint):
            outcome = verify(text, policy=WORLD.policy(), resolver=RESOLVER).outcome
            assert outcome is Outcome.INDETERMINATE
        else:
            assert_refused(text, what)


def is_readable_under_another_key(text: str, thumbprint: bytes) -> bool:
    try:
        return compact.parse(text).issuer_key_thumbprint != thumbprint
    except CompactError:
        return False


def test_every_changed_byte_of_a_qr_payload_is_never_valid() -> None:
    payload = compact.qr_payload(PAPER)
    for what, changed in changed_bytes(payload):
        text = str(int.from_bytes(changed, "big"))
        try:
            result = verify(text, policy=WORLD.policy(), resolver=RESOLVER)
        except UnreadableError:
            continue
        assert result.outcome is not Outcome.VALID, what


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_changed_character_anywhere_is_never_valid(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([*COPIES.values(), PRESENTATION, *PAPER]))
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[place]))
    changed = text[:place] + character + text[place + 1 :]
    try:
        result = verify(changed, policy=WORLD.policy(), resolver=RESOLVER)
    except UnreadableError:
        return
    assert result.outcome is not Outcome.VALID or json_meaning(changed) == json_meaning(text)


def json_meaning(text: str) -> object:
    """White space between the tokens of JSON, and around a text, carries no meaning."""
    return json.loads(text) if text.lstrip().startswith("{") else text.strip()


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_junk_is_unreadable_or_invalid_and_nothing_else(data: bytes | str) -> None:
    try:
        result = verify(data, policy=WORLD.policy(), resolver=RESOLVER)
    except UnreadableError:
        return
    assert result.outcome is Outcome.INVALID


def documents_with(name: str, document: object) -> MemoryResolver:
    return MemoryResolver({**RESOLVER.documents, name: json.dumps(document).encode()})


def test_every_change_of_a_status_list_leaves_the_status_open() -> None:
    copy, name = COPIES[Form.EDDSA_RDFC, WORK_HISTORY], f"{FIRST.status_base}1"
    for what, changed in mutations(json.loads(RESOLVER.documents[name])):
        result = verify(copy, policy=WORLD.policy(), resolver=documents_with(name, changed))
        assert result.outcome is Outcome.INDETERMINATE, what


def test_every_change_of_a_token_status_list_leaves_the_status_open() -> None:
    copy, name = COPIES[Form.SD_JWT, WORK_HISTORY], f"{FIRST.status_base}1/token"
    parts = RESOLVER.documents[name].decode().split(".")
    for place in (0, 1):
        for what, changed in mutations(json.loads(base64url.decode(parts[place]))):
            encoded = base64url.encode(json.dumps(changed).encode())
            text = ".".join([*parts[:place], encoded, *parts[place + 1 :]])
            resolver = MemoryResolver({**RESOLVER.documents, name: text.encode()})
            result = verify(copy, policy=WORLD.policy(), resolver=resolver)
            assert result.outcome is Outcome.INDETERMINATE, what


def test_every_change_of_a_did_document_brings_no_trust() -> None:
    copy = COPIES[Form.SD_JWT, WORK_HISTORY]
    for what, changed in mutations(json.loads(RESOLVER.documents[FIRST.did])):
        resolver = documents_with(FIRST.did, changed)
        result = verify(copy, policy=WORLD.policy(trust_roots=()), resolver=resolver)
        assert result.outcome is not Outcome.VALID, what
