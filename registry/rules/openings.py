"""Openings: a day's free time as bits, five real minutes each, so that it is cut with one `&`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from registry.rules.days import day_after

STEP = 5 * 60  # seconds a bit stands for
OFFERED_EVERY = 15 * 60
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class DayGrid:
    """
    A local day as steps of real time, from its first moment (epoch seconds) to its last.

    Counted in real minutes a day of 23 or 25 hours is merely shorter or longer: no start falls
    into a gap and none is offered twice.
    """

    day: date
    first: int
    steps: int

    @property
    def whole(self) -> int:
        return (1 << self.steps) - 1

    def taken(self, starts: int, ends: int) -> int:
        """The steps that a booking touches, even in part."""
        return self._bits((starts - self.first) // STEP, -((self.first - ends) // STEP))

    def inside(self, starts: int, ends: int) -> int:
        """The steps that lie wholly between two moments."""
        return self._bits(-((self.first - starts) // STEP), (ends - self.first) // STEP)

    def offered(self) -> int:
        """The steps at which an appointment may be offered to start: every quarter of an hour."""
        return _every(OFFERED_EVERY // STEP, self.steps)

    def moment(self, step: int) -> datetime:
        return datetime.fromtimestamp(self.first + step * STEP, UTC)

    def _bits(self, first: int, until: int) -> int:
        first, until = max(first, 0), min(until, self.steps)
        return ((1 << (until - first)) - 1) << first if until > first else 0


@lru_cache(maxsize=4096)
def grid_of(day: date, zone: ZoneInfo) -> DayGrid:
    """Raises OverflowError at the very ends of the calendar."""
    first = _epoch(day, MIDNIGHT, zone)
    until = _epoch(day_after(day), MIDNIGHT, zone)
    return DayGrid(day, first, (until - first) // STEP)


def open_steps(grid: DayGrid, zone: ZoneInfo, hours: Mapping[str, Sequence[str]]) -> int:
    """When the clinic is open that day; nothing where its hours do not say."""
    opening = hours.get(str(grid.day.weekday()))
    if not opening or len(opening) != 2:
        return 0
    opens, closes = (time.fromisoformat(at) for at in opening)
    starts = _epoch(grid.day, opens, zone)
    ends = grid.first + grid.steps * STEP if closes == MIDNIGHT else _epoch(grid.day, closes, zone)
    return grid.inside(starts, ends)


def steps_for(minutes: int) -> int:
    return -(-minutes * 60 // STEP)


def starts_in(free: int, steps: int) -> int:
    """The steps from which on so many are free in a row."""
    have = 1
    while have < steps:
        further = min(have, steps - have)
        free &= free >> further
        have += further
    return free


def steps_of(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, the earliest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


@lru_cache(maxsize=64)
def _every(stride: int, steps: int) -> int:
    return sum(1 << step for step in range(0, steps, stride))


def _epoch(day: date, at: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, at, zone).timestamp())
