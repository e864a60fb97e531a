"""A citizen service number is found however it is grouped, and other numbers are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.citizen_number import holds_citizen_number, passes_eleven_test


@pytest.mark.parametrize(
    "text",
    [
        "111222333",
        "BSN:111222333.",
        "bel 1112.22.333 of mail",
        "111 222 333",
        "111-222-333",
        "12 111222333",
        "111222333 12",
        "1 111 222 333",
        "regel een\n111222333\nregel drie",
        "١١١٢٢٢٣٣٣",
    ],
)
def test_a_citizen_number_is_found(text):
    assert holds_citizen_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Graag weer!",
        "111222334",
        "1112223330",
        "0111222333",
        "000000000",
        "111,222,333",
        "111 222.333",
        "12-03-2021 10:00",
        "2021-02-01T11:06:29.000Z",
        "06-12345678",
        "€ 1.250,00",
    ],
)
def test_another_number_is_left_alone(text):
    assert not holds_citizen_number(text)


@given(st.integers(1, 10**8 - 1))
def test_a_last_digit_is_found_for_ten_of_eleven_numbers(head):
    """The eleven-test fixes the last digit; where it would have to be ten, there is no such number."""
    digits = f"{head:08d}"
    weighted = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
    passing = [last for last in range(10) if passes_eleven_test(f"{digits}{last}")]
    assert passing == ([] if weighted == 10 else [weighted])


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["111222333", "123456782"]))
def test_words_around_it_do_not_hide_it(before, after, number):
    assert holds_citizen_number(f"{before} | {number} | {after}")
