"""Codes of privilege letters: what is read as one, and what never is."""

from __future__ import annotations

from itertools import combinations

import pytest

from registry.rules.letter_codes import (
    ALPHABET,
    BITS,
    code_in,
    code_of,
    counted_under,
    in_groups,
)

CODES = [code_of(seed * 0x9E3779B97F4A7C15 % 2**BITS) for seed in range(20)]


def test_a_code_is_twelve_letters_that_nobody_confuses():
    for code in CODES:
        assert len(code) == 12
        assert set(code) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len({code_of(number) for number in range(5000)}) == 5000


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_read_however_it_was_written(code):
    grouped = in_groups(code)
    assert grouped.count("-") == 2
    for typed in (
        code,
        code.lower(),
        grouped,
        grouped.replace("-", " "),
        grouped.replace("-", " \u2013 "),
        f"\u00a0 {grouped.lower()}\u2003",
        code.replace("0", "O").replace("1", "I"),
        code.lower().replace("0", "o").replace("1", "l"),
        "".join(chr(ord(letter) + 0xFEE0) for letter in code),  # as a Japanese keyboard types it
    ):
        assert code_in(typed) == code, typed


@pytest.mark.parametrize("code", CODES[:5])
def test_one_wrong_letter_is_always_noticed(code):
    for place in range(12):
        for letter in ALPHABET.replace(code[place], ""):
            assert code_in(code[:place] + letter + code[place + 1 :]) is None


@pytest.mark.parametrize("code", CODES)
def test_two_letters_changed_over_are_always_noticed(code):
    for one, other in combinations(range(12), 2):
        if code[one] != code[other]:
            letters = list(code)
            letters[one], letters[other] = letters[other], letters[one]
            assert code_in("".join(letters)) is None


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "-", "0", "K7QM", "U" * 12, "0" * 11, "0" * 13, "ж" * 12, "\uff11" * 13),
        *("\x00" * 12, "\ud800" * 12, "000000000000\n", "0" * 100_000, "' OR 1=1 --", "🪡" * 12),
        *("%30" * 12, "000000\u202e000000", "\u0660" * 12),
    ],
)
def test_what_can_be_no_code_is_none(typed):
    assert code_in(typed) is None


def test_wrong_codes_are_counted_by_address_and_by_network_where_one_person_has_many():
    assert counted_under("192.0.2.1") != counted_under("192.0.2.2")
    assert counted_under("2001:db8::1") == counted_under("2001:db8:0:0:ffff::2")
    assert counted_under("2001:db8::1") != counted_under("2001:db8:0:1::1")
    assert counted_under("") == counted_under("") != counted_under("somewhere")
    assert counted_under("192.0.2.1").startswith("\x00")


def test_an_ipv4_address_written_as_ipv6_is_counted_as_itself():
    assert counted_under("::ffff:192.0.2.1") == counted_under("192.0.2.1")
    assert counted_under("::ffff:192.0.2.1") != counted_under("::ffff:192.0.2.2")
    assert counted_under("::ffff:c000:201") == counted_under("192.0.2.1")
