from __future__ import annotations

import pytest

from registry.rules.common_passwords import COMMON_PASSWORDS
from registry.rules.passwords import LONGEST, SHORTEST, is_enough_alone, why_weak


def weak(password):
    return why_weak(password, "amira.haddad@peachtree.example", "Amira Haddad")


@pytest.mark.parametrize(
    "password",
    [
        "glacier lantern tuba moss",
        "plum-orbit-cedar-lamp",
        "9F!kq2Lw#v8Zp1s",
        "all in small letters only with no digits",
        "nebel über dem kalten fjord",
        "日本語の長い長い合言葉です今日も晴れ",
        "🦊🌲🚲🎺🧊🪁🍋🧵🪴🛶🧲🎲🧭🪨🪶 kite tuba moss",
        "my clinic keeps a purple walrus",
    ],
)
def test_several_unrelated_words_or_many_odd_characters_are_good(password):
    assert weak(password) is None


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    assert weak("kR7 tuba moss lamp"[:SHORTEST]) is None
    assert "14 characters" in weak("kR7 tuba moss lamp"[: SHORTEST - 1])


def test_eight_characters_are_enough_beside_a_second_factor_and_seven_are_not():
    def beside_one(password):
        return why_weak(password, "a@b.example", "Amira Haddad", second_factor=True)

    assert beside_one("kR7 moss") is None
    assert "use at least 8" in beside_one("kR7 mos")
    assert "use at least 15" in weak("kR7 moss")
    assert "Choose" in beside_one("password")


def test_fifteen_characters_do_alone_and_fourteen_do_not():
    assert is_enough_alone("x" * SHORTEST)
    assert not is_enough_alone("x" * (SHORTEST - 1))
    assert not is_enough_alone("a\u0308" * (SHORTEST - 1))


def test_a_hundred_and_twenty_eight_characters_are_allowed_and_no_more():
    long = ("glacier lantern tuba moss walrus kite " * 5)[:LONGEST]
    assert weak(long[:64] + long[64:][::-1]) is None
    assert "at most 128" in weak(long + "x")
    assert "at most 128" in weak("x" * 100_000)


def test_characters_are_counted_after_normalising():
    assert weak("a\u0308" * 10) == weak("ä" * 10)
    assert "10 characters" in weak("a\u0308" * 10)


@pytest.mark.parametrize("password", ["tuba moss \ud800 walrus kite", "tuba moss \x00 walrus"])
def test_a_character_that_cannot_be_stored_is_named(password):
    assert "cannot be stored" in weak(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple!",
        "C0rrect H0rse B@ttery $taple",
        "password123456789",
        "P@ssw0rd12345678",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "qwertyuiop1234567",
        "zyxwvutsrqponmlkjihg",
        "Welcome Spring 2026!!",
        "Dry-Needling-Registry-1",
        "amira.haddad@peachtree",
        "Haddad Amira 2026 !!",
        "4m1r4 H4dd4d clinic",
        "".join(chr(ord(letter) + 0xFEE0) for letter in "PASSWORDpassword"),  # full width
    ],
)
def test_what_a_guesser_tries_first_is_weak(password):
    assert "Choose" in weak(password)


def test_every_password_on_the_list_is_refused():
    tried = [password for password in COMMON_PASSWORDS if len(password) >= SHORTEST]
    assert len(tried) > 300
    assert all(weak(password) for password in tried)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("tu8bamxyzxyzxyzxyz", None),  # six of its letters are in no run
        ("tu8baxyzxyzxyzxyz", "rows of keys"),  # five
        ("kR7tubaXkR7tubaX", "repeats the same few"),
        ("kR7tubaXkR7tubaXkR7tubaX", "repeats the same few"),
        ("kR7tubaXkR7tubaX!", None),
    ],
)
def test_what_is_left_when_all_that_is_easily_guessed_is_taken_out_must_be_enough(password, why):
    found = weak(password)
    assert found is None if why is None else why in found
