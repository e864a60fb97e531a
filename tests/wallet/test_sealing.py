from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import VaultError
from wallet.sealing import Place, VaultKey, derive, seal, unseal

places = st.builds(Place, st.text(), st.text(), st.text(), st.integers(1, 2**31))


@given(places, st.binary())
def test_what_is_sealed_opens_at_its_own_place(place: Place, value: bytes) -> None:
    key = VaultKey.generate()
    assert unseal(key, place, seal(key, place, value)) == value


@given(places, places, st.binary())
def test_a_row_moved_to_another_place_never_opens(here: Place, there: Place, value: bytes) -> None:
    key = VaultKey.generate()
    if here == there:
        there = replace(there, version=there.version + 1)
    with pytest.raises(VaultError):
        unseal(key, there, seal(key, here, value))


@given(st.text(), st.text())
def test_parts_of_a_place_cannot_run_into_each_other(left: str, right: str) -> None:
    shifted = Place(left + right, "", "row", 1)
    split = Place(left, right, "row", 1)
    assert (shifted == split) == (shifted.associated_data() == split.associated_data())


@given(st.binary(), st.data())
def test_any_changed_byte_keeps_it_shut(value: bytes, data: st.DataObject) -> None:
    key, place = VaultKey.generate(), Place("w", "t", "r", 1)
    sealed = bytearray(seal(key, place, value))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        unseal(key, place, bytes(sealed))


@given(st.binary(max_size=64))
def test_arbitrary_bytes_raise_only_the_vaults_error(sealed: bytes) -> None:
    with pytest.raises(VaultError):
        unseal(VaultKey.generate(), Place("w", "t", "r", 1), sealed)


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    key, place = VaultKey.generate(), Place("w", "t", "r", 1)
    assert seal(key, place, b"value") != seal(key, place, b"value")


def test_a_key_does_not_show_itself() -> None:
    key = VaultKey(bytes(range(32)))
    assert repr(key) == "VaultKey()"


def test_two_purposes_never_derive_the_same_key() -> None:
    assert derive(bytes(32), purpose="login-id") != derive(bytes(32), purpose="login-key")
