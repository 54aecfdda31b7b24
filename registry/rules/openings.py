"""Openings: a day's free time as bits, five real minutes each, so that it is cut with one `&`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from registry.rules.days import day_after
from registry.rules.stretches import Stretches

STEP = 5 * 60  # seconds a bit stands for
OFFERED_EVERY = 15 * 60
MIDNIGHT = time(0)
EPOCH = date(1970, 1, 1).toordinal()


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


@lru_cache(maxsize=16384)
def open_steps(grid: DayGrid, zone: ZoneInfo, stretches: Stretches) -> int:
    """The steps of that day that lie wholly within the stretches, as its clock shows them."""
    steps = 0
    for first, until in spans_of(grid.day, zone, stretches):
        steps |= grid.inside(first, until)
    return steps


@lru_cache(maxsize=16384)
def spans_of(day: date, zone: ZoneInfo, stretches: Stretches) -> tuple[tuple[int, int], ...]:
    """
    From when until when, in epoch seconds, the clock shows a time within the stretches.

    Where the clocks go back, an hour that passes twice counts both times; where they go forward,
    the one that is skipped does not.
    """
    midnight = (day.toordinal() - EPOCH) * 86400
    found: list[tuple[int, int]] = []
    for first, until, offset in _clock_on(grid_of(day, zone), zone):
        for stretch in stretches:
            starts = max(midnight + stretch.starts * 60 - offset, first)
            ends = min(midnight + stretch.ends * 60 - offset, until)
            if starts < ends and found and found[-1][1] == starts:
                found[-1] = (found[-1][0], ends)
            elif starts < ends:
                found.append((starts, ends))
    return tuple(found)


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


@lru_cache(maxsize=4096)
def _clock_on(grid: DayGrid, zone: ZoneInfo) -> tuple[tuple[int, int, int], ...]:
    """The parts of a day, mostly one, between whose ends (epoch seconds) the offset is the same."""
    first, until = grid.first, grid.first + grid.steps * STEP
    before, after = _offset(first, zone), _offset(until - 1, zone)
    if before == after:
        return ((first, until, before),)
    last_before, first_after = first, until - 1
    while first_after - last_before > 1:
        middle = (last_before + first_after) // 2
        if _offset(middle, zone) == before:
            last_before = middle
        else:
            first_after = middle
    return (first, first_after, before), (first_after, until, after)


def _offset(moment: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(moment, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


@lru_cache(maxsize=64)
def _every(stride: int, steps: int) -> int:
    return sum(1 << step for step in range(0, steps, stride))


def _epoch(day: date, at: time, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, at, zone).timestamp())
