"""Repair moves: the nearest other times at which somebody could take what is on hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from registry.models.hours_on_record import HoursOnRecord
from registry.queries.bookings import busy_by
from registry.queries.cover import Cover, Days
from registry.queries.openings import DayAt
from registry.queries.patterns import Pattern
from registry.queries.premises import Place, RoomName
from registry.queries.taken import Taken
from registry.rules.diary import FURTHEST_AHEAD
from registry.rules.openings import STEP, starts_in, steps_of
from registry.rules.treatments import Needs

#: So many starts are looked at, and of each day no more of one person; then so many rooms each.
MOST_STARTS, MOST_OF_ONE, MOST_ROOMS = 16, 4, 2


class Move(NamedTuple):
    day: date
    starts_at: datetime
    practitioner_id: int
    room_id: int


@dataclass
class Moves:
    """What was asked once is kept: many on hold want the same days of the same people."""

    place: Place
    cover: Cover
    taken: Taken
    hours: HoursOnRecord
    now: datetime
    _may: dict[tuple[int, tuple[str, ...], Days], bool] = field(default_factory=dict)
    _days: dict[tuple[date, int, Needs], DayAt] = field(default_factory=dict)
    _starts: dict[tuple[date, int, Needs, int], int] = field(default_factory=dict)

    def may(self, who: int, sites: tuple[str, ...], days: Days) -> bool:
        """Works there on these days, with every privilege it takes."""
        asked = (who, sites, days)
        if (known := self._may.get(asked)) is None:
            known = self.cover.works(who, days) and self.cover.may(who, sites, days)
            self._may[asked] = known
        return known

    def able(self, pattern: Pattern) -> bool:
        """Whether anybody may give it on any of the days that were read."""
        people = self.cover.privileged if pattern.sites else self.cover.working
        return any(all(person.spans.get(s) for s in pattern.sites) for person in people.values())

    def nearest(self, pattern: Pattern, day: date, reach: timedelta) -> Iterator[Move]:
        """Day by day away from its own, until there are enough."""
        found = 0
        for days in range(reach.days + 1):
            some: list[Move] = []
            for other in {day - timedelta(days=days), day + timedelta(days=days)}:
                if self.place.today(self.now) <= other:
                    some += self._on(other, pattern, own_day=not days)
            some.sort(key=lambda move: (abs(move.starts_at - pattern.slot.starts_at), move))
            starts = {(move.starts_at, move.practitioner_id) for move in some}
            yield from some[: MOST_STARTS * MOST_ROOMS]
            found += len(starts)
            if found >= MOST_STARTS:
                return

    def _on(self, day: date, pattern: Pattern, *, own_day: bool) -> Iterator[Move]:
        at = self._day(day, pattern, own_day)
        around = int((pattern.slot.starts_at - at.grid.moment(0)).total_seconds()) // STEP
        around %= max(at.grid.steps, 1)
        free = self._free_of_patient(pattern, at)
        for who in self.cover.names:
            if not self.may(who, pattern.sites, (day, day)):
                continue
            starts = at.with_a_room(self._starts_of(at, who, pattern, own_day) & free)
            near = sorted(steps_of(starts), key=lambda step: abs(step - around))
            for step in near[:MOST_OF_ONE]:
                moment = at.grid.moment(step)
                if moment == pattern.slot.starts_at or moment > self.now + FURTHEST_AHEAD:
                    continue
                for room in some_rooms(pattern, at.rooms_at(step)):
                    yield Move(day, moment, who, room.id)

    def _day(self, day: date, pattern: Pattern, own_day: bool) -> DayAt:
        """Of its own day without itself, so that it may be moved by a little."""
        minutes = int(pattern.slot.length.total_seconds()) // 60
        asked = (day, minutes, pattern.needs)
        if own_day or asked not in self._days:
            busy = self.taken.busy_on(day, self.place, pattern.id if own_day else None)
            made = DayAt(self.place, day, busy, self.hours, minutes, self.now, pattern.needs)
            if own_day:
                return made
            self._days[asked] = made
        return self._days[asked]

    def _starts_of(self, at: DayAt, who: int, pattern: Pattern, own_day: bool) -> int:
        if own_day:
            return at.starts_of(who)
        asked = (at.grid.day, at.length, pattern.needs, who)
        if asked not in self._starts:
            self._starts[asked] = at.starts_of(who)
        return self._starts[asked]

    def _free_of_patient(self, pattern: Pattern, at: DayAt) -> int:
        """The starts of that day at which the patient is nowhere else."""
        whom, first = pattern.patient_id, at.grid.moment(0)
        last = at.grid.moment(at.grid.steps)
        theirs = [
            (whom, 0, int(one.starts_at.timestamp()), int(one.ends_at.timestamp()))
            for one in self.taken.of_patient(whom)
            if one.id != pattern.id and one.starts_at < last and first < one.ends_at
        ]
        busy = busy_by(at.grid.first, theirs)
        return starts_in(busy.free_of_person(whom, at.grid, 0, at.length), at.length)


def some_rooms(pattern: Pattern, free: Sequence[RoomName]) -> list[RoomName]:
    """The one it has, if it is free; else a few, not the same for each that is on hold."""
    same = [room for room in free if room.id == pattern.room_id]
    if same or not free:
        return same
    first = pattern.id % len(free)
    return [*free[first:], *free[:first]][:MOST_ROOMS]
