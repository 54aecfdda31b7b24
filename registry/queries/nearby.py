"""Nearby: other starts on the same day with the same person, and a room to have it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from registry.models.hours_on_record import HoursOnRecord
from registry.queries.free_starts import Start
from registry.queries.openings import DayAt
from registry.queries.patterns import Pattern
from registry.queries.premises import Place, RoomName
from registry.queries.taken import Booked, Taken
from registry.rules.diary import Slot
from registry.rules.openings import steps_of
from registry.rules.series import Occurrence

MOST = 3


def starts_nearby(
    place: Place,
    pattern: Pattern,
    when: Occurrence,
    taken: Taken,
    hours: HoursOnRecord,
    now: datetime,
) -> tuple[Start, ...]:
    """The nearest, where the patient is free too. Without a statement."""
    at = day_at(place, pattern, when.day, taken, hours, now)
    return nearest_of(at, pattern, when.around, taken, pattern.practitioner_id)


def day_at(
    place: Place, pattern: Pattern, day: date, taken: Taken, hours: HoursOnRecord, now: datetime
) -> DayAt:
    """One day, on which to look for starts with one or with several. Without a statement."""
    minutes = int(pattern.slot.length.total_seconds()) // 60
    return DayAt(place, day, taken.busy_on(day, place), hours, minutes, now, pattern.needs)


def nearest_of(
    at: DayAt, pattern: Pattern, around: datetime, taken: Taken, practitioner_id: int
) -> tuple[Start, ...]:
    """With one of them, by the clock: at most `MOST`, the nearest to that moment."""
    starts = [at.grid.moment(step) for step in steps_of(at.starts_of(practitioner_id))]
    starts.sort(key=lambda start: (abs(start - around), start))
    found: list[Start] = []
    for start in starts:
        slot = Slot(start, start + pattern.slot.length)
        booked = list(taken.during(pattern.needs.busy(slot)))
        room = room_for(at.place, pattern, slot, booked)
        if room and not any(one.has(pattern.patient_id, slot) for one in booked):
            found.append(Start(start, room))
        if len(found) == MOST:
            break
    return tuple(sorted(found, key=lambda one: one.starts_at))


def room_for(
    place: Place, pattern: Pattern, slot: Slot, booked: Iterable[Booked]
) -> RoomName | None:
    """The one it has, if it is free, open and fit for it; else the first that is."""
    gone = {one.room_id for one in booked}
    free = [room for room in fit_rooms(place, pattern, slot) if room.id not in gone]
    same = (room for room in free if room.id == pattern.room_id)
    return next(same, free[0] if free else None)


def fit_rooms(place: Place, pattern: Pattern, slot: Slot) -> list[RoomName]:
    """Open then and fit for it, free or not."""
    return place.rooms_on(slot.days_in(place.zone)[1], pattern.needs.type_id)
