"""Openings: the first free starts of those who hold the privilege, where a room is free too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from heapq import merge
from itertools import islice
from operator import or_
from typing import NamedTuple

from registry.models import db
from registry.models.hours_on_record import HoursOnRecord, hours_on_record
from registry.queries.bookings import Busy, busy_between, busy_of_patient
from registry.queries.premises import Place, RoomName, places
from registry.queries.staff import Person, staff_for
from registry.rules.days import Span
from registry.rules.openings import (
    STEP,
    DayGrid,
    grid_of,
    open_steps,
    starts_in,
    steps_for,
    steps_of,
)
from registry.rules.stretches import Stretches
from registry.rules.treatments import NOTHING_MORE, Needs
from registry.rules.working_hours import AS_THE_CLINIC

#: Days asked for at once: few at first, for most searches end on their first day.
CHUNKS = (1, 2, 2, 5, 30)


class Opening(NamedTuple):
    practitioner_id: int
    name: str
    clinic_id: int
    room_id: int
    room: str
    starts_at: datetime


def free_openings(
    clinic_ids: Collection[int],
    sites: Collection[str],
    minutes: int,
    first_day: date,
    last_day: date,
    practitioner_ids: Collection[int] | None = None,
    limit: int = 20,
    after: datetime | None = None,
    but: int | None = None,
    needs: Needs = NOTHING_MORE,
    patient_id: int | None = None,
) -> list[Opening]:
    """
    The soonest starts at which the clinic is open, and practitioner and a fit room are free.

    `sites` are all to be covered on the day; none means a treatment without needling, which anybody
    there may give. `but` leaves out one appointment, which is to be moved. The patient, if told, is
    free too, wherever they are booked. Days are local to each clinic. Preparation and clean-up may
    lie outside all hours. Four statements, one more for each further chunk of days; with a patient,
    one more for each chunk. Whoever calls it has asked leave for these clinics.
    """
    where = places(clinic_ids)
    people = staff_for(clinic_ids, sites, Span(first_day, last_day), practitioner_ids)
    hours = hours_on_record(db.session(), clinic_ids, first_day, last_day, practitioner_ids)
    staffed = [where[at] for at in where if at in people]
    found: list[Opening] = []
    for days in chunks(first_day, last_day):
        if not people or len(found) >= limit:
            break
        busy, theirs = _busy(where, days, but, patient_id)
        for day in days:
            there = [DayAt(at, day, busy, hours, minutes, after, needs) for at in staffed]
            _keep_free(there, patient_id, theirs)
            starts = (_on_day(each, people[each.place.id], sites) for each in there)
            found += islice(merge(*starts, key=_soonest), limit - len(found))
    return found


class DayAt:
    """
    One local day of a clinic: where a start of that length fits, and who fits in.

    People and rooms are free `before` it and `over` it, in steps: preparation, and length with
    clean-up.
    """

    def __init__(
        self,
        place: Place,
        day: date,
        busy: Busy,
        hours: HoursOnRecord,
        minutes: int,
        after: datetime | None = None,
        needs: Needs = NOTHING_MORE,
    ) -> None:
        self.place, self.busy, self.hours = place, busy, hours
        self.grid: DayGrid = grid_of(day, place.zone)
        self.before, self.length = steps_for(needs.preparation), steps_for(minutes)
        self.over = steps_for(minutes + needs.clean_up)
        self.opening = hours.at(place.id).on(day)
        opened = open_steps(self.grid, place.zone, self.opening)
        self.starts = starts_in(opened, self.length) & self.grid.offered() & self._still(after)
        self._rooms: list[tuple[RoomName, int]] = []
        self._known: dict[Stretches, int] = {}
        self._unasked = self._fit_rooms(needs)

    def keep_patient_free(self, patient_id: int, theirs: Busy) -> None:
        """Leave out the starts at which the patient is somewhere else."""
        free = theirs.free_of_person(patient_id, self.grid, 0, self.length)
        self.starts &= starts_in(free, self.length)

    def starts_of(self, practitioner_id: int) -> int:
        free = self.busy.free_of_person(practitioner_id, self.grid, self.before, self.over)
        starts = starts_in(free, self.before + self.over) & self.starts
        works = self.hours.of(practitioner_id, self.place.id)
        if works is not AS_THE_CLINIC:
            times = self._steps_of(works.on(self.grid.day, self.opening))
            starts &= starts_in(times, self.length)
        return starts

    def _steps_of(self, times: Stretches) -> int:
        """Many work the same times: each are laid over the day once."""
        if (steps := self._known.get(times)) is None:
            steps = self._known[times] = open_steps(self.grid, self.place.zone, times)
        return steps

    def room_at(self, step: int) -> RoomName | None:
        """The first by name that is free from this step on."""
        return next((room for room, starts in self._known_rooms() if starts >> step & 1), None)

    def rooms_at(self, step: int) -> list[RoomName]:
        """All that are free from this step on, by name."""
        return [room for room, starts in self._known_rooms() if starts >> step & 1]

    def with_a_room(self, wanted: int) -> int:
        """Those of these starts at which there is one."""
        found = 0
        for _, starts in self._known_rooms() if wanted else ():
            found |= starts
            if found & wanted == wanted:
                break
        return found & wanted

    def starts_of_room(self, room: RoomName) -> int:
        free = self.busy.free_of_room(room.id, self.grid, self.before, self.over)
        return starts_in(free, self.before + self.over)

    def _fit_rooms(self, needs: Needs) -> Iterator[RoomName]:
        yield from self.place.rooms_on(self.grid.day, needs.type_id)

    def _known_rooms(self) -> Iterator[tuple[RoomName, int]]:
        """By name; each is looked into once, and only when it is come to."""
        yield from self._rooms
        for room in self._unasked:
            self._rooms.append((room, self.starts_of_room(room)))
            yield self._rooms[-1]

    def _still(self, after: datetime | None) -> int:
        """The steps that have not passed."""
        if after is None:
            return self.grid.whole
        return self.grid.inside(int(after.timestamp()), self.grid.first + self.grid.steps * STEP)


def _on_day(at: DayAt, people: Sequence[Person], sites: Collection[str]) -> Iterator[Opening]:
    """Soonest first. Rooms are looked into where somebody is free."""
    free = [
        (person, starts)
        for person in people
        if person.may_on(at.grid.day, sites) and (starts := at.starts_of(person.id))
    ]
    for step in steps_of(at.with_a_room(union(starts for _, starts in free))):
        room: RoomName | None = None
        for person, theirs in free:
            if theirs >> step & 1 and (room := room or at.room_at(step)):
                yield Opening(
                    person.id, person.name, at.place.id, room.id, room.name, at.grid.moment(step)
                )


def _keep_free(there: Iterable[DayAt], patient_id: int | None, theirs: Busy | None) -> None:
    if patient_id is not None and theirs is not None:
        for each in there:
            each.keep_patient_free(patient_id, theirs)


def union(some: Iterable[int]) -> int:
    return reduce(or_, some, 0)


def _soonest(opening: Opening) -> tuple[datetime, str, int]:
    return opening.starts_at, opening.name, opening.practitioner_id


def chunks(first: date, last: date) -> Iterator[list[date]]:
    """The days, as many at once as are read at once."""
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    sizes = iter(CHUNKS)
    while days:
        size = next(sizes, CHUNKS[-1])
        yield days[:size]
        days = days[size:]


def _busy(
    where: dict[int, Place], days: Sequence[date], but: int | None, patient_id: int | None
) -> tuple[Busy, Busy | None]:
    """What is taken of the clinics' people and rooms, and of the patient, if one was told."""
    first = min(grid_of(days[0], place.zone).first for place in where.values())
    last = (grid_of(days[-1], place.zone) for place in where.values())
    until = max(grid.first + grid.steps * STEP for grid in last)
    whom = patient_id
    return (
        busy_between(list(where), first, until, but),
        None if whom is None else busy_of_patient(whom, first, until, but),
    )
