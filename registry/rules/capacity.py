"""Capacity: the minutes somebody works on each day, and how many of them lie in a span, by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from registry.rules.days import ONE_DAY, Span, days_later
from registry.rules.diary import ONE_SECOND, offsets
from registry.rules.opening_hours import OpeningHours
from registry.rules.openings import spans_of
from registry.rules.stretches import Stretches, Week, common
from registry.rules.working_hours import WorkingHours


class Weeks(NamedTuple):
    """So many whole weeks from a Monday on."""

    monday: date
    number: int

    @property
    def days(self) -> Span:
        return Span(self.monday, days_later(self.monday, 7 * self.number - 1))

    @property
    def mondays(self) -> list[date]:
        return [days_later(self.monday, 7 * week) for week in range(self.number)]


def weeks_from(day: date, number: int) -> Weeks:
    """The week of that day is the first of them."""
    return Weeks(day - timedelta(days=day.weekday()), number)


def minutes_by_day(
    days: Span, zone: ZoneInfo, opening: OpeningHours, working: WorkingHours
) -> list[int]:
    """
    The real minutes that somebody works on each of these days while the clinic is open.

    Days like all others of their weekday are laid out week by week; only those that differ are
    looked at one by one.
    """
    found: list[int] = []
    turns = [one.first_day for one in working.patterns if days.first < one.first_day <= days.last]
    for first, until in pairwise([days.first, *turns, days.last + ONE_DAY]):
        week = _minutes_of_week(opening.week, _pattern_on(first, working))
        length = (until - first).days
        found += (week * (length // 7 + 2))[first.weekday() :][:length]
    for away in working.away:
        off, on = _places(days, Span(away.first_day, away.last_day))
        if away.part is None and off < on:
            found[off:on] = [0] * (on - off)
    for day in _differing(days, zone, opening, working):
        stretches = working.on(day, opening.on(day))
        found[(day - days.first).days] = _real_minutes(day, zone, stretches)
    return found


def by_week(minutes: Sequence[int], weeks: Weeks, spans: Iterable[Span]) -> list[int]:
    """How many of the minutes lie in the spans. `minutes` are as `summed` makes them."""
    found = [0] * weeks.number
    for span in spans:
        first, until = _places(weeks.days, span)
        if first < until:
            for week in range(first // 7, (until - 1) // 7 + 1):
                start, end = max(first, 7 * week), min(until, 7 * week + 7)
                found[week] += minutes[end] - minutes[start]
    return found


def summed(minutes: Iterable[int]) -> list[int]:
    """What there is before each day, and at the end of all."""
    return [0, *accumulate(minutes)]


def _places(days: Span, span: Span) -> tuple[int, int]:
    """From which place on, and up to which, not included; none if the first is not below it."""
    first, until = (span.first - days.first).days, (span.last - days.first).days + 1
    return max(first, 0), min(until, (days.last - days.first).days + 1)


def _pattern_on(day: date, working: WorkingHours) -> Week | None:
    held = (one.week for one in reversed(working.patterns) if one.first_day <= day)
    return next(held, None)


@lru_cache(maxsize=1024)
def _minutes_of_week(opening: Week, working: Week | None) -> tuple[int, ...]:
    both = opening if working is None else tuple(map(common, opening, working))
    return tuple(sum(ends - starts for starts, ends in day) for day in both)


def _differing(
    days: Span, zone: ZoneInfo, opening: OpeningHours, working: WorkingHours
) -> Iterator[date]:
    """Days with hours of their own, those off in part, those on which the clocks change."""
    yield from (day for day in {*opening.days, *working.days} if day in days)
    yield from (one.first_day for one in working.away if one.part and one.first_day in days)
    yield from _days_of_change(days, zone)


@lru_cache(maxsize=256)
def _days_of_change(days: Span, zone: ZoneInfo) -> tuple[date, ...]:
    found = set()
    for stretch in offsets(zone.key, days.first.year, days.last.year + 1):
        found |= {at.astimezone(zone).date() for at in (stretch[0] - ONE_SECOND, stretch[0])}
    return tuple(sorted(day for day in found if day in days))


def _real_minutes(day: date, zone: ZoneInfo, stretches: Stretches) -> int:
    return sum(until - first for first, until in spans_of(day, zone, stretches)) // 60
