"""What people type, made fit to keep: one spelling, nothing that cannot be written, an end."""

from __future__ import annotations

import unicodedata

NOT_WRITING = frozenset({"Cc", "Cs"})
LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}
#: They reverse what a reader sees and come along unseen when a name or number is pasted.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean_line(value: str, longest: int) -> str:
    """
    One line, trimmed, in composed form (NFC); may be empty.

    Raises ValueError with a sentence for line breaks, control characters, halves of characters,
    and for more than `longest` characters.
    """
    text = _composed(value)
    if "\n" in text:
        raise ValueError("Write this on one line.")
    _refuse_control_characters(text)
    _refuse_too_long(text, longest)
    return text


def clean_text(value: str, longest: int) -> str:
    """The same for several lines: line breaks become one sort, tabs may stay."""
    text = _composed(value)
    _refuse_control_characters(text.replace("\n", "").replace("\t", ""))
    _refuse_too_long(text, longest)
    return text


def folded(text: str) -> str:
    """
    In small letters, each by itself, as PostgreSQL's `lower` does in a Unicode locale.

    So "ÖZGE" is found as "özge"; "ß" stays what it is, for no word grows while it is searched.
    """
    if text.isascii():
        return text.lower()
    return "".join(letter.lower()[0] for letter in text)


def _composed(value: str) -> str:
    for end, one_sort in LINE_ENDS.items():
        value = value.replace(end, one_sort)
    return unicodedata.normalize("NFC", value.translate(TURNING)).strip(" \t\n\u00a0\u3000")


def _refuse_control_characters(text: str) -> None:
    if any(unicodedata.category(letter) in NOT_WRITING for letter in text):
        raise ValueError("This has characters in it that cannot be written. Type it once more.")


def _refuse_too_long(text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueError(f"This is {len(text)} characters long; {longest} is the most.")
