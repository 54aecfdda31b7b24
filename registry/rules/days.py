"""Days and spans of days, both ends included, without falling off either end of the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days from first to last, both included; `date.max` where there is no last day."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def cover(spans: Iterable[Span], days: Span) -> bool:
    """Whether one of them holds every one of these days."""
    return any(span.first <= days.first and days.last <= span.last for span in spans)


def day_after(day: date) -> date:
    return day if day == date.max else day + ONE_DAY


def day_before(day: date) -> date:
    return day if day == date.min else day - ONE_DAY


def days_later(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


@lru_cache(maxsize=4096)
def years_after(day: date, years: int) -> date:
    """The anniversary; that of 29 February is 1 March in a common year."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def months_after(day: date, months: int) -> date:
    """The same day of the month; where that month is too short, the first of the next."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in as few spans as possible: overlapping and touching ones become one."""
    whole: list[Span] = []
    for span in sorted(spans):
        if whole and span.first <= day_after(whole[-1].last):
            whole[-1] = Span(whole[-1].first, max(whole[-1].last, span.last))
        else:
            whole.append(span)
    return whole
