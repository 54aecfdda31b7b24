"""Free starts: of one person on one day of a clinic, at which the patient is free too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from registry.models.hours_on_record import HoursOnRecord
from registry.queries.bookings import busy_between, busy_of_patient
from registry.queries.openings import DayAt
from registry.queries.premises import Place, RoomName
from registry.rules.diary import Slot
from registry.rules.openings import STEP, grid_of, steps_of
from registry.rules.treatments import Needs


@dataclass(frozen=True, slots=True)
class Start:
    starts_at: datetime
    room: RoomName


def day_for(
    place: Place,
    day: date,
    hours: HoursOnRecord,
    minutes: int,
    after: datetime,
    needs: Needs,
    patient_id: int | None,
) -> tuple[DayAt, tuple[Slot, ...]]:
    """
    The day, and when the patient is booked, at any clinic, if that leaves any start out.

    Two statements at most. Whoever calls it has asked leave for the clinic.
    """
    grid = grid_of(day, place.zone)
    until = grid.first + grid.steps * STEP
    busy = busy_between([place.id], grid.first, until)
    at = DayAt(place, day, busy, hours, minutes, after, needs)
    if patient_id is None:
        return at, ()
    theirs, before = busy_of_patient(patient_id, grid.first, until), at.starts
    at.keep_patient_free(patient_id, theirs)
    if at.starts == before:
        return at, ()
    return at, tuple(theirs.times_of_person(patient_id, grid))


def starts_of(at: DayAt, practitioner_id: int) -> tuple[Start, ...]:
    return tuple(
        Start(at.grid.moment(step), room)
        for step in steps_of(at.starts_of(practitioner_id))
        if (room := at.room_at(step)) is not None
    )
