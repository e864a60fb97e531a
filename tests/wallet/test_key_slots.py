from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallet.errors import VaultError
from wallet.key_slots import (
    Argon2Cost,
    Slot,
    SlotKind,
    new_recovery_code,
    open_slot,
    passphrase_slot,
    recovery_slot,
)
from wallet.sealing import VaultKey

CHEAP = Argon2Cost(memory_kib=64, passes=1)


def slot_for(passphrase: str) -> tuple[VaultKey, Slot]:
    key = VaultKey.generate()
    return key, passphrase_slot(key, passphrase, worker="w", slot_id="s", cost=CHEAP)


@given(st.text())
@settings(max_examples=50)
def test_a_passphrase_opens_its_own_slot(passphrase: str) -> None:
    key, slot = slot_for(passphrase)
    assert open_slot(slot, passphrase) == key


@given(st.text(), st.text())
@settings(max_examples=50)
def test_a_wrong_passphrase_never_opens(passphrase: str, guess: str) -> None:
    _, slot = slot_for(passphrase + "x")
    with pytest.raises(VaultError):
        open_slot(slot, guess + "y")


def test_the_same_passphrase_from_another_keyboard_opens() -> None:
    key, slot = slot_for("café crème brûlée")
    assert open_slot(slot, unicodedata.normalize("NFD", "café crème brûlée")) == key


@pytest.mark.parametrize("change", [{"worker": "v"}, {"id": "t"}, {"kind": SlotKind.RECOVERY}])
def test_a_slot_moved_elsewhere_never_opens(change: dict[str, str]) -> None:
    _, slot = slot_for("vier losse woorden")
    with pytest.raises(VaultError):
        open_slot(replace(slot, **change), "vier losse woorden")


def test_a_recovery_code_opens_however_it_is_typed() -> None:
    key, code = VaultKey.generate(), new_recovery_code()
    slot = recovery_slot(key, code, worker="w", slot_id="s")
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert open_slot(slot, typed) == key


@given(st.text(max_size=40))
def test_another_code_never_opens(guess: str) -> None:
    slot = recovery_slot(VaultKey.generate(), new_recovery_code(), worker="w", slot_id="s")
    with pytest.raises(VaultError):
        open_slot(slot, guess)


def test_recovery_codes_differ_and_have_seven_groups() -> None:
    codes = {new_recovery_code() for _ in range(50)}
    assert len(codes) == 50
    assert all([len(group) for group in code.split("-")] == [4] * 7 for code in codes)
