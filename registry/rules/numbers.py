"""Numbers of papers: the same one, however it is written."""

from __future__ import annotations

LONGEST = 60


def number_key(number: object) -> str | None:
    """Its letters and digits in small letters; None where there are none."""
    if not isinstance(number, str):
        return None
    return "".join(letter for letter in number.casefold() if letter.isalnum())[:LONGEST] or None
