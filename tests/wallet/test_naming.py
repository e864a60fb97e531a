"""Whoever hides her name hears which reviews still tell it."""

from __future__ import annotations

import pytest

from standard.model import NameCheck, PersonName
from wallet.naming import names_worker

FATIMA = PersonName("Fatima el Amrani", NameCheck.BANK)


@pytest.mark.parametrize(
    "text", ["Fatima werkt snel.", "Bedankt, fatima!", "Fatima's soep was top", "Mevrouw AMRANI kwam op tijd"]
)
def test_a_review_with_a_part_of_the_name_tells_it(text: str) -> None:
    assert names_worker(text, FATIMA)


@pytest.mark.parametrize("text", ["Fatimah was er ook.", "El primero!", "Werkt snel en netjes.", ""])
def test_other_words_tell_nothing(text: str) -> None:
    assert not names_worker(text, FATIMA)


def test_a_particle_is_no_name() -> None:
    assert not names_worker("Een van de besten", PersonName("Jan van Dijk", NameCheck.NONE))


def test_names_in_other_scripts_are_seen() -> None:
    assert names_worker("شكرا فاطمة", PersonName("فاطمة الزهراء العمراني", NameCheck.NONE))


def test_without_a_name_there_is_nothing_to_tell() -> None:
    assert not names_worker("Fatima werkt snel.", None)
