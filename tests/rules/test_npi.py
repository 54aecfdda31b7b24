from __future__ import annotations

import pytest

from registry.rules.npi import is_npi


def test_the_example_of_the_standard_is_an_npi():
    assert is_npi("1234567893")


@pytest.mark.parametrize("last", [digit for digit in "0123456789" if digit != "3"])
def test_every_other_check_digit_is_refused(last):
    assert not is_npi(f"123456789{last}")


@pytest.mark.parametrize("place", range(9))
def test_one_wrong_digit_anywhere_is_noticed(place):
    digits = list("1234567893")
    digits[place] = str((int(digits[place]) + 1) % 10)
    assert not is_npi("".join(digits))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789",
        "12345678930",
        "3234567893",
        "1234 67893",
        "١٢٣٤٥٦٧٨٩٣",
        "12345678²3",
        "-123456789",
    ],
)
def test_what_is_not_ten_digits_is_refused(text):
    assert not is_npi(text)
