"""Hours as pages say them: when a clinic is open on a day, and a week at a glance."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from registry.rules.opening_hours import OpeningHours
from registry.rules.stretches import WEEKDAYS, Stretches, Week, in_words


def opened_in_words(opening: OpeningHours, day: date) -> str:
    """open 08:00 to 12:00; or closed, and why where that is on record"""
    hours, name = opening.on(day), opening.name_of(day)
    words = f"open {in_words(hours)}" if hours else "closed"
    return f"{words} ({name})" if name else words


class Weekday(NamedTuple):
    name: str
    words: str
    stretches: Stretches


def week_at_a_glance(week: Week, none: str = "closed") -> list[Weekday]:
    """Each weekday with its times; `none` is said of one without."""
    return [
        Weekday(name, in_words(times) if times else none, times)
        for name, times in zip(WEEKDAYS, week, strict=True)
    ]
