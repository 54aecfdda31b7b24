"""Time in a diary: half-open slots of real minutes, and local days and hours of a zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

LONGEST = timedelta(hours=8)
FURTHEST_AHEAD = timedelta(days=730)
MOST_AROUND = timedelta(minutes=60)  # of preparation, and of clean-up
ONE_MICROSECOND = timedelta(microseconds=1)


class NoSuchTime(ValueError):
    """The clocks go forward over it, or the calendar does not reach it."""

    def __init__(self, day: date, at: time, zone: ZoneInfo) -> None:
        super().__init__(f"{at:%H:%M} on {day} does not exist in {zone}: the clocks skip it")


class TimeOccursTwice(ValueError):
    """The clocks go back over it. `offsets` are those of its first (fold 0) and second passing."""

    def __init__(self, day: date, at: time, zone: ZoneInfo, offsets: tuple[timedelta, timedelta]):
        super().__init__(f"{at:%H:%M} on {day} occurs twice in {zone}: say which")
        self.offsets = offsets


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """From a moment up to, not including, another: one may start as another ends."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a slot needs a time zone")
        # Moments of one zone are compared by their wall clocks: bring both to UTC first.
        object.__setattr__(self, "starts_at", self.starts_at.astimezone(UTC))
        object.__setattr__(self, "ends_at", self.ends_at.astimezone(UTC))
        if self.ends_at <= self.starts_at:
            raise ValueError("a slot ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def overlaps(self, other: Slot) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def days_in(self, zone: ZoneInfo) -> tuple[date, date]:
        """The first and last local day it touches; ending at midnight touches no further day."""
        last_moment = self.ends_at - ONE_MICROSECOND
        return self.starts_at.astimezone(zone).date(), last_moment.astimezone(zone).date()


def local_moment(day: date, at: time, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """
    The moment, in UTC, at which a clock in the zone shows this day and time.

    `fold` chooses between two passings: 0 the first, 1 the second. Raises NoSuchTime, and
    TimeOccursTwice when the time passes twice and no fold was chosen.
    """
    try:
        first, second = (
            datetime.combine(day, at.replace(fold=passing), zone).astimezone(UTC)
            for passing in (0, 1)
        )
        shown = first.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise NoSuchTime(day, at, zone) from None
    if shown != datetime.combine(day, at):
        raise NoSuchTime(day, at, zone)
    if first == second:
        return first
    if fold is None:
        raise TimeOccursTwice(day, at, zone, (_offset(first, zone), _offset(second, zone)))
    return second if fold else first


class OffsetStretch(NamedTuple):
    """Local time is UTC plus the offset from one moment up to, not including, another."""

    from_utc: datetime
    until_utc: datetime
    offset_seconds: int


SAMPLED_EVERY = timedelta(days=1)  # no zone changes twice within a day
ONE_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=64)
def offsets(zone_name: str, first_year: int, last_year: int) -> tuple[OffsetStretch, ...]:
    """The stretches of constant offset of a zone, exact to the second, over whole UTC years."""
    zone = ZoneInfo(zone_name)
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    turns = [start, *_changes(zone, start, end), end]
    return tuple(
        OffsetStretch(turn, later, int(_offset(turn, zone).total_seconds()))
        for turn, later in pairwise(turns)
    )


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    earlier, before = start, _offset(start, zone)
    while earlier < end:
        later = min(earlier + SAMPLED_EVERY, end)
        after = _offset(later, zone)
        if after != before:
            later = _first_moment_off(zone, before, earlier, later)
            after = _offset(later, zone)
            if later < end:
                yield later
        earlier, before = later, after


def _first_moment_off(zone: ZoneInfo, offset: timedelta, on: datetime, off: datetime) -> datetime:
    """Halve the time between a moment with the offset and a later one without it."""
    while off - on > ONE_SECOND:
        middle = on + ((off - on) // 2 // ONE_SECOND) * ONE_SECOND
        if _offset(middle, zone) == offset:
            on = middle
        else:
            off = middle
    return off


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
