"""Laws of SD-JWT over any claims, nested as deeply as one likes."""

from __future__ import annotations

import secrets
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from standard import sd_jwt
from standard.keys import KeySigner, PrivateKey
from standard.model import DidUrl
from standard.sd_jwt.token import Path

SIGNER = KeySigner(PrivateKey.generate("P-256"), DidUrl("did:web:klusdag.example#p256"))

NAMES = st.text(st.characters(codec="utf-8"), max_size=5).filter(
    lambda name: name not in ("_sd", "...", "_sd_alg")
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), NAMES)
VALUES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4))
)
CLAIMS = st.dictionaries(NAMES, VALUES, max_size=5)


def paths_in(value: Any, path: Path = ()) -> list[Path]:
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [found for name, item in entries for found in [(*path, name), *paths_in(item, (*path, name))]]


def without(value: Any, hidden: set[Path], path: Path = ()) -> Any:
    if isinstance(value, dict):
        shown = {name: item for name, item in value.items() if (*path, name) not in hidden}
        return {name: without(item, hidden, (*path, name)) for name, item in shown.items()}
    if isinstance(value, list):
        return [
            without(item, hidden, (*path, index))
            for index, item in enumerate(value)
            if (*path, index) not in hidden
        ]
    return value


def issue(claims: dict[str, Any], disclosable: set[Path]) -> str:
    return sd_jwt.issue(
        claims,
        disclosable=disclosable.__contains__,
        header={"typ": "example+sd-jwt"},
        signer=SIGNER,
        new_salt=lambda: secrets.token_urlsafe(16),
    )


@given(CLAIMS, st.data())
def test_hiding_some_claims_shows_exactly_the_others(claims: dict[str, Any], data: st.DataObject) -> None:
    paths = paths_in(claims)
    disclosable = data.draw(st.sets(st.sampled_from(paths))) if paths else set()
    hidden = data.draw(st.sets(st.sampled_from(sorted(disclosable, key=repr)))) if disclosable else set()
    text = issue(claims, disclosable)
    assert sd_jwt.disclosed_claims(sd_jwt.parse(text)) == claims
    part = sd_jwt.parse(sd_jwt.reduce(text, lambda path, _: path not in hidden))
    sd_jwt.verify_signature(part, SIGNER.public_key)
    assert sd_jwt.disclosed_claims(part) == without(claims, hidden)


@given(CLAIMS, st.data())
def test_keep_is_asked_about_each_disclosure_with_the_value_that_a_reader_sees(
    claims: dict[str, Any], data: st.DataObject
) -> None:
    paths = paths_in(claims)
    disclosable = data.draw(st.sets(st.sampled_from(paths))) if paths else set()
    asked: dict[Path, Any] = {}

    def keep(path: Path, value: Any) -> bool:
        asked[path] = value
        return True

    sd_jwt.reduce(issue(claims, disclosable), keep)
    assert set(asked) == disclosable
    for path, value in asked.items():
        expected: Any = claims
        for step in path:
            expected = expected[step]
        assert value == expected


@given(CLAIMS, st.data())
def test_reducing_twice_is_reducing_once(claims: dict[str, Any], data: st.DataObject) -> None:
    paths = paths_in(claims)
    disclosable = data.draw(st.sets(st.sampled_from(paths))) if paths else set()
    hidden = data.draw(st.sets(st.sampled_from(sorted(disclosable, key=repr)))) if disclosable else set()
    text = issue(claims, disclosable)
    once = sd_jwt.reduce(text, lambda path, _: path not in hidden)
    assert sd_jwt.reduce(once, lambda path, _: path not in hidden) == once


@given(CLAIMS, st.data())
def test_looking_no_further_than_the_deepest_path_hides_the_same(
    claims: dict[str, Any], data: st.DataObject
) -> None:
    paths = paths_in(claims)
    disclosable = data.draw(st.sets(st.sampled_from(paths))) if paths else set()
    salts = [iter(range(1000)), iter(range(1000))]
    whole, short = (
        sd_jwt.issue(
            claims, disclosable=disclosable.__contains__, header={}, signer=SIGNER,
            new_salt=lambda salt=salt: str(next(salt)), deepest=deepest,
        )
        for salt, deepest in zip(salts, (64, max(map(len, disclosable), default=0)), strict=True)
    )  # fmt: skip
    assert short == whole
