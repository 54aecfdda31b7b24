"""What makes a password too weak: its length and a blocklist, as NIST SP 800-63B-4 has it."""

from __future__ import annotations

import re
import unicodedata

from registry.rules.common_passwords import COMMON_PASSWORDS, COMMON_WORDS

SHORTEST, LONGEST = 15, 128
SHORTEST_WITH_SECOND_FACTOR = 8
LEAST_OF_ONES_OWN = 6
"""Letters that must remain when all that is easily guessed is taken out."""

_SERVICE = "dry needling needle needles registry practitioner certification clinic clinics"
SERVICE_WORDS = frozenset(_SERVICE.split()) | {"credential", "licence", "license", "certificate"}
_KEYBOARDS = (
    "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm "
    "azertyuiop qsdfghjklm wxcvbn 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p 1q2w3e4r5t6y7u8i9o0p"
)
_RUNS = frozenset(
    way[at : at + 3]
    for row in _KEYBOARDS.split()
    for way in (row, row[::-1])
    for at in range(len(row) - 2)
)
"""Three keys in a row, either way."""

_LOOKALIKES = str.maketrans("0134578@$!", "oieastbasi")


def why_weak(password: str, email: str, name: str, *, second_factor: bool = False) -> str | None:
    """
    A sentence that says why, or None for a password that may be used.

    It may be shorter where a second factor is asked for after it.
    """
    if _is_unwritable(password):
        return "This password holds a character that cannot be stored. Leave it out."
    if len(password) > 8 * LONGEST:
        return f"A password may have at most {LONGEST} characters."
    plain = normalised(password)
    if len(plain) < (shortest := shortest_with(second_factor=second_factor)):
        return (
            f"This password has {len(plain)} characters; use at least {shortest}. "
            "Three or four unrelated words make a good one."
        )
    if len(plain) > LONGEST:
        return f"A password may have at most {LONGEST} characters."
    return _why_guessable(plain.casefold(), email, name)


def shortest_with(*, second_factor: bool) -> int:
    """How many characters a password needs."""
    return SHORTEST_WITH_SECOND_FACTOR if second_factor else SHORTEST


def is_enough_alone(password: str) -> bool:
    """Whether it is long enough to sign in with and nothing else."""
    return len(normalised(password)) >= SHORTEST


def normalised(password: str) -> str:
    """The same password however a keyboard composed its letters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _is_unwritable(password: str) -> bool:
    return "\x00" in password or any(unicodedata.category(letter) == "Cs" for letter in password)


def _why_guessable(plain: str, email: str, name: str) -> str | None:
    bare = _letters_of(plain)
    if bare in COMMON_PASSWORDS or _letters_of(plain.translate(_LOOKALIKES)) in COMMON_PASSWORDS:
        return "This password is on the lists that guessers try first. Choose another."
    if _repeats(plain):
        return "This password repeats the same few characters. Choose several unrelated words."
    known = _words_of(email) | _words_of(name) | SERVICE_WORDS | COMMON_WORDS
    if _own_letters(plain, known) < LEAST_OF_ONES_OWN:
        return (
            "This password is made of your name, your address, this service's name, or common "
            "words and rows of keys. Choose several unrelated words."
        )
    return None


def _letters_of(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _words_of(text: str) -> frozenset[str]:
    """Each word of a name or address of three letters or more, and all of them run together."""
    words = re.findall(r"\w{3,}", normalised(text).casefold().replace("_", " "))
    return frozenset([*words, "".join(words)]) - {""}


def _repeats(plain: str) -> bool:
    """Few different characters, or one short piece over and over."""
    if len(set(plain)) < 5:
        return True
    return any(
        plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, len(plain) // 2 + 1)
    )


def _own_letters(plain: str, known: frozenset[str]) -> int:
    """How many letters and digits are in no known word, year, or run along a row of keys."""
    taken: set[int] = set()
    for text in (plain, plain.translate(_LOOKALIKES)):
        for word in known:
            for found in re.finditer(re.escape(word), text):
                taken.update(range(*found.span()))
    for found in re.finditer(r"(19|20)\d\d", plain):
        taken.update(range(*found.span()))
    for at in range(len(plain) - 2):
        if plain[at : at + 3] in _RUNS or len(set(plain[at : at + 3])) == 1:
            taken.update(range(at, at + 3))
    return sum(letter.isalnum() for at, letter in enumerate(plain) if at not in taken)
