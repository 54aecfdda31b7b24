"""The American provider number (NPI): ten digits, of which the last is a Luhn check digit."""

from __future__ import annotations

#: Put in front before the check digit is reckoned: 80 for health, 840 for the United States.
PREFIX = "80840"


def is_npi(text: str) -> bool:
    """Ten digits, beginning with 1 or 2, with the right check digit (45 CFR 162.406)."""
    if not (len(text) == 10 and text.isascii() and text.isdigit() and text[0] in "12"):
        return False
    return _luhn_sum(PREFIX + text) % 10 == 0


def _luhn_sum(digits: str) -> int:
    """Every second digit from the right is doubled, and its digits added."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return sum(doubled) + sum(int(digit) for digit in digits[-1::-2])
