"""Days, numbers and lists as a colleague would say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal


def day_in_words(day: date) -> str:
    """Tue 30 June 2026"""
    return f"{day:%a} {day.day} {day:%B} {day.year}"


def number(value: Decimal | int) -> str:
    """27, or 13.5: no zeros that say nothing."""
    return f"{Decimal(value):f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def count(how_many: Decimal | int, thing: str) -> str:
    """1 session, 14 sessions"""
    return f"{number(how_many)} {thing}{'' if how_many == 1 else 's'}"


def either(words: Iterable[str]) -> str:
    """a, b or c"""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def every(words: Iterable[str]) -> str:
    """a, b and c"""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def with_article(noun: str) -> str:
    """a physician, an athletic trainer"""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
