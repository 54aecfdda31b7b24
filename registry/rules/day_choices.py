"""Days as people ask for them: today, this week, next week, the next 30 days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from registry.rules.days import Span, days_later


class DayChoice(StrEnum):
    TODAY = "today"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this week"
    NEXT_WEEK = "next week"
    NEXT_30_DAYS = "next 30 days"


def days_of(choice: DayChoice, today: date) -> Span:
    """Weeks go from Monday to Sunday; of this one what is left."""
    monday = days_later(today, 7 - today.weekday())
    match choice:
        case DayChoice.TODAY:
            return Span(today, today)
        case DayChoice.TOMORROW:
            return Span(days_later(today, 1), days_later(today, 1))
        case DayChoice.THIS_WEEK:
            return Span(today, days_later(monday, -1))
        case DayChoice.NEXT_WEEK:
            return Span(monday, days_later(monday, 6))
        case DayChoice.NEXT_30_DAYS:
            return Span(today, days_later(today, 29))


def next_weekday(weekday: int, today: date) -> date:
    """The first such day from today on; 0 is Monday."""
    return days_later(today, (weekday - today.weekday()) % 7)
