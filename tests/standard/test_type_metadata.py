"""Type metadata says what the profile does, is pinned by its hash, and is read strictly."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard import sd_jwt
from standard.claims import VCT, statement_type
from standard.errors import DataModelError, KlusCVError, SdJwtError
from standard.model import Form
from standard.sd_jwt.token import Path
from standard.sd_jwt.type_metadata import bundled, check_disclosure, integrity, read_type_metadata
from tests.standard.signers import organisation_signer
from tests.world import RATING_HISTORY, WORK_HISTORY, make_world

WORLD = make_world()
STATEMENTS = pytest.mark.parametrize("statement", [WORK_HISTORY, RATING_HISTORY])
WORK = VCT[statement_type(WORK_HISTORY)]


@pytest.mark.parametrize("vct", VCT.values())
def test_every_type_of_the_standard_has_words_in_both_languages(vct: str) -> None:
    metadata = read_type_metadata(bundled(vct), vct=vct, integrity=integrity(bundled(vct)))
    for words in (metadata.names, *(claim.labels for claim in metadata.claims)):
        assert set(words) == {"nl", "en"}


@STATEMENTS
def test_what_is_issued_follows_its_type(statement: Any) -> None:
    text = WORLD.organisation.issue(statement, Form.SD_JWT, WORLD.holder)
    vct = VCT[statement_type(statement)]
    metadata = read_type_metadata(bundled(vct), vct=vct, integrity=None)
    nothing = sd_jwt.reduce(text, lambda path, value: False)
    for shown in (text, nothing):
        check_disclosure(metadata, sd_jwt.parse(shown))
    named = {claim.path[0] for claim in metadata.claims}
    parsed = sd_jwt.parse(text)
    assert parsed.claims["vct#integrity"] == integrity(bundled(vct))
    envelope = {"iss", "issuerName", "vct", "vct#integrity", "jti", "iat", "cnf", "status", "_sd_alg"}
    assert set(parsed.claims) - envelope <= named
    mandatory = {claim.path[0] for claim in metadata.claims if claim.is_mandatory}
    assert mandatory <= set(parsed.claims)


def test_a_credential_that_breaks_the_rules_of_its_type_is_refused() -> None:
    metadata = read_type_metadata(bundled(WORK), vct=WORK, integrity=None)
    payload = {"asOf": "2026-11-20", "engagement": [{"category": "Afwas"}]}
    for disclosable in (lambda path: path == ("asOf",), lambda path: False):
        text = sd_jwt.issue(
            payload, disclosable=disclosable, header={}, signer=organisation_signer("P-256"),
            new_salt=lambda: secrets.token_urlsafe(16),
        )  # fmt: skip
        with pytest.raises(SdJwtError):
            check_disclosure(metadata, sd_jwt.parse(text))


def test_the_strongest_hash_decides() -> None:
    content = bundled(WORK)
    good, bad = (base64.b64encode(hashlib.sha512(each).digest()).decode() for each in (content, b"x"))
    for pinned in (f"sha512-{good}", f"{integrity(b'x')} sha512-{good}", f"sha512-{bad} sha512-{good}?x=y"):
        read_type_metadata(content, vct=WORK, integrity=pinned)
    for pinned in ("", "md5-AAAA", "sha256-?", integrity(b"x"), f"{integrity(content)} sha512-{bad}"):
        with pytest.raises(SdJwtError):
            read_type_metadata(content, vct=WORK, integrity=pinned)


@pytest.mark.parametrize(
    "change",
    [
        {"vct": "https://w3id.org/kluscv/vct/rating"},
        {"display": {}},
        {"display": [{"locale": "nl"}]},
        {"claims": {}},
        {"claims": [1]},
        {"claims": [{"path": []}]},
        {"claims": [{"path": [True]}]},
        {"claims": [{"path": [-1]}]},
        {"claims": [{"path": ["x"], "sd": "sometimes"}]},
        {"claims": [{"path": ["x"], "mandatory": "yes"}]},
        {"claims": [{"path": ["x"], "display": [{"label": "x"}]}]},
    ],
)
def test_metadata_that_is_not_as_it_should_be_is_refused(change: dict[str, Any]) -> None:
    document = json.dumps({**json.loads(bundled(WORK)), **change}).encode()
    with pytest.raises(DataModelError):
        read_type_metadata(document, vct=WORK, integrity=None)


@given(st.binary(max_size=100))
def test_junk_raises_only_the_projects_own_errors(junk: bytes) -> None:
    with pytest.raises(KlusCVError):
        read_type_metadata(junk, vct=WORK, integrity=None)


def test_another_type_has_no_document() -> None:
    with pytest.raises(SdJwtError):
        bundled("https://w3id.org/kluscv/vct/../schemas/rating")


@given(st.integers(0, 5), st.integers(0, 5))
def test_decoys_hide_how_much_is_hidden_and_change_nothing_else(in_array: int, in_object: int) -> None:
    payload = {"a": 1, "b": [1, 2, 3], "c": {"d": 4}}
    decoys: dict[Path, int] = {("b",): in_array, (): in_object, ("c",): 1}
    text = sd_jwt.issue(
        payload, disclosable=lambda path: path == ("a",) or len(path) == 2, header={},
        signer=organisation_signer("P-256"), new_salt=lambda: secrets.token_urlsafe(16),
        decoys=lambda path: decoys.get(path, 0),
    )  # fmt: skip
    parsed = sd_jwt.parse(text)
    assert {name: parsed.claims[name] for name in payload} == payload
    assert len(parsed.payload["b"]) == 3 + in_array
    assert len(parsed.payload["_sd"]) == 1 + in_object
    hidden = sd_jwt.parse(sd_jwt.reduce(text, lambda path, value: False))
    assert hidden.claims["b"] == [] and "a" not in hidden.claims
