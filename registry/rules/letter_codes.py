"""Codes of privilege letters: drawn, typed by hand, and counted where they are wrong."""

from __future__ import annotations

import unicodedata
from ipaddress import IPv6Address, ip_address

#: Crockford's base 32: no I, L, O or U, which are read as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("OIL", "011")
DRAWN = 11  # letters drawn at random, 5 bits each; one more checks them
BITS = 5 * DRAWN
LONGEST_TYPED = 60
#: x^5 + x^2 + 1, by which numbers of 5 bits are multiplied.
MODULUS = 0b100101
#: What the mark of a code is made about.
CODE = "code of a privilege letter"


def code_of(number: int) -> str:
    """Twelve letters, the last of which checks the others; `number` has BITS bits."""
    drawn = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(DRAWN)))
    return drawn + _check(drawn)


def code_in(typed: str) -> str | None:
    """
    The code that somebody typed or scanned; None for what can be none.

    In small letters, with spaces or dashes, with an O for 0 or an I or L for 1: all the same. One
    wrong letter, or any two changed over, is always noticed.
    """
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED])
    kept = "".join(each for each in plain if unicodedata.category(each) not in ("Zs", "Pd"))
    code = kept.upper().translate(LOOK_ALIKES)
    if len(code) != DRAWN + 1 or any(letter not in ALPHABET for letter in code):
        return None
    return code if code[-1] == _check(code[:-1]) else None


def in_groups(code: str) -> str:
    """K7QM-3F9X-2TRD, as it is printed and told on the telephone."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def sealed_about(practitioner_id: int, clinic_id: int) -> str:
    """So that a sealed code moved to somebody else's letter does not open."""
    return f"{CODE} of practitioner {practitioner_id} at clinic {clinic_id}"


def counted_under(address: str) -> str:
    """
    The name that wrong codes from there are counted under, which nobody can type as an address.

    Whoever has one IPv6 address has all of its 64-bit network. An IPv4 address written as IPv6
    (::ffff:192.0.2.1) is that IPv4 address: all of those lie in one such network.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return f"\x00codes from:{address}"
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64)
    return f"\x00codes from:{known}"


def _check(drawn: str) -> str:
    """A sum in the field of 32, each place weighted by another power of two."""
    total = 0
    for letter in drawn:
        total = _twice(total ^ ALPHABET.index(letter))
    return ALPHABET[total]


def _twice(number: int) -> int:
    return number << 1 ^ (MODULUS if number & 16 else 0)
