from __future__ import annotations

import time
import unicodedata

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from registry.adapters.passwords import DUMMY_HASH, check_password, hash_password
from registry.rules.passwords import LONGEST

PASSWORD = "glacier lantern tuba Käse"


@pytest.fixture(scope="module")
def kept():
    return hash_password(PASSWORD)


def test_the_right_password_fits_and_no_other(kept):
    assert check_password(PASSWORD, kept) == (True, None)
    assert check_password(PASSWORD + "x", kept) == (False, None)
    assert check_password("", kept) == (False, None)


def test_two_hashes_of_one_password_differ_and_do_not_show_it(kept):
    again = hash_password(PASSWORD)
    assert again != kept
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "lantern" not in kept


def test_a_password_fits_however_the_keyboard_composed_it(kept):
    assert check_password(unicodedata.normalize("NFD", PASSWORD), kept)[0]


def test_a_password_of_the_greatest_length_fits_in_any_composition():
    longest = "ä" * LONGEST
    assert check_password(unicodedata.normalize("NFD", longest), hash_password(longest))[0]


def test_a_hash_made_with_weaker_settings_is_renewed():
    old = Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    fits, renewed = check_password(PASSWORD, old)
    assert fits
    assert renewed is not None
    assert "m=65536,t=3,p=4" in renewed
    assert check_password(PASSWORD, renewed) == (True, None)


@pytest.mark.parametrize("odd", ["\ud800" * 20, "a\x00b" * 9, "x" * 100_000, "\u202e" * 30])
def test_what_cannot_be_a_password_is_wrong_and_no_error(odd, kept):
    assert check_password(odd, kept) == (False, None)


def test_a_hash_of_an_unknown_kind_fits_nothing():
    assert check_password(PASSWORD, "!") == (False, None)
    assert check_password(PASSWORD, "") == (False, None)


def test_an_unknown_name_costs_as_much_as_a_wrong_password(kept):
    def cost(password, hash):
        begun = time.process_time()
        assert check_password(password, hash) == (False, None)
        return time.process_time() - begun

    wrong = min(cost("wrong password", kept) for _ in range(3))
    for password, hash in (("wrong password", DUMMY_HASH), ("\ud800", kept), ("wrong", "!")):
        assert 0.5 < min(cost(password, hash) for _ in range(3)) / wrong < 2
