"""Taken: what is booked on some days, held in hand to try many slots against it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select

from registry.models import Appointment, db
from registry.queries.bookings import Busy, busy_by
from registry.queries.premises import Place
from registry.rules.diary import LONGEST, MOST_AROUND, Slot
from registry.rules.openings import grid_of
from registry.rules.same_booking import STANDS, JustThis
from registry.rules.vocabulary import AppointmentState


class Booked(NamedTuple):
    """
    Numbers only: of the appointment, and of whom and what it takes.

    The patient from `starts_at` to `ends_at`, the others while they are busy with it.
    """

    starts_at: datetime
    ends_at: datetime
    busy_from: datetime
    busy_until: datetime
    id: int
    practitioner_id: int
    room_id: int
    patient_id: int
    clinic_id: int = 0
    treatment_type_id: int = 0
    state: AppointmentState | None = None  # it is proposed only

    @classmethod
    def as_of(
        cls, slot: Slot, busy: Slot, id: int, practitioner_id: int, room_id: int, patient_id: int
    ) -> Booked:
        whose = (practitioner_id, room_id, patient_id)
        return cls(slot.starts_at, slot.ends_at, busy.starts_at, busy.ends_at, id, *whose)

    def has(self, patient_id: int, slot: Slot) -> bool:
        there = self.starts_at < slot.ends_at and self.ends_at > slot.starts_at
        return there and self.patient_id == patient_id

    def is_just(self, this: JustThis) -> bool:
        """It stands, and is what is asked for."""
        return self.state in STANDS and all(
            getattr(self, name) == value for name, value in this._asdict().items()
        )


class Taken:
    """What is booked, soonest first; what is proposed is added as one goes."""

    def __init__(self, booked: Iterable[Booked]) -> None:
        self._booked = sorted(booked)
        self._of_patients: defaultdict[int, list[Booked]] | None = None

    def __iter__(self) -> Iterator[Booked]:
        return iter(self._booked)

    def add(self, one: Booked) -> None:
        insort(self._booked, one)
        self._of_patients = None

    def of_patient(self, patient_id: int) -> list[Booked]:
        """All of theirs, soonest first."""
        if self._of_patients is None:
            self._of_patients = defaultdict(list)
            for one in self._booked:
                self._of_patients[one.patient_id].append(one)
        return self._of_patients.get(patient_id, [])

    def during(self, busy: Slot) -> Iterator[Booked]:
        """
        What keeps anybody busy then: bounded on both sides, by the longest session and what may
        lie around it.
        """
        first = bisect_left(self._booked, (busy.starts_at - LONGEST - MOST_AROUND,))
        last = bisect_right(self._booked, (busy.ends_at + MOST_AROUND,))
        for one in self._booked[first:last]:
            if one.busy_from < busy.ends_at and one.busy_until > busy.starts_at:
                yield one

    def busy_on(self, day: date, place: Place, but: int | None = None) -> Busy:
        """
        The same as bits, for what is searched in steps: a step that is touched is taken.

        `but` leaves out one appointment, which is to be moved.
        """
        grid = grid_of(day, place.zone)
        around = Slot(grid.moment(0) - MOST_AROUND, grid.moment(grid.steps) + MOST_AROUND)
        rows = [
            (
                one.practitioner_id,
                one.room_id,
                int(one.busy_from.timestamp()),
                int(one.busy_until.timestamp()),
            )
            for one in self.during(around)
            if one.id != but
        ]
        return busy_by(grid.first, rows)


def taken_on(place: Place, days: Collection[date], practitioner_ids: Collection[int]) -> Taken:
    """Everything at the clinic on these days, and elsewhere with these people. One statement."""
    if not days:
        return Taken(())
    windows = list(_windows(place, sorted(days)))
    here = _booked().where(_at_some_of(windows, Appointment.clinic_id == place.id))
    away = _booked().where(
        _at_some_of(windows, Appointment.practitioner_id.in_(practitioner_ids)),
        Appointment.clinic_id != place.id,
    )
    return Taken(Booked(*row) for row in db.session.execute(here.union_all(away)))


def _booked() -> Select[*tuple[Any, ...]]:
    return select(
        Appointment.starts_at,
        Appointment.ends_at,
        Appointment.busy_from,
        Appointment.busy_until,
        Appointment.id,
        Appointment.practitioner_id,
        Appointment.room_id,
        Appointment.patient_id,
        Appointment.clinic_id,
        Appointment.treatment_type_id,
        Appointment.state,
    ).where(Appointment.state != AppointmentState.CANCELLED)


def _windows(place: Place, days: Iterable[date]) -> Iterator[tuple[datetime, datetime]]:
    """From the first moment of each run of days to its last, so that a week is one window."""
    run: tuple[datetime, datetime] | None = None
    for day in days:
        grid = grid_of(day, place.zone)
        first, until = grid.moment(0), grid.moment(grid.steps)
        if run and run[1] == first:
            run = (run[0], until)
            continue
        if run:
            yield run
        run = (first, until)
    if run:
        yield run


def _at_some_of(
    windows: Iterable[tuple[datetime, datetime]], whose: ColumnElement[bool]
) -> ColumnElement[bool]:
    """
    With whose in each, so that the database can look each window up in one index.

    What starts within a window may go on, and keep somebody busy, after it.
    """
    return or_(
        *(
            and_(
                whose,
                Appointment.starts_at > first - LONGEST - 2 * MOST_AROUND,
                Appointment.starts_at < until + LONGEST + 2 * MOST_AROUND,
                Appointment.busy_until > first - MOST_AROUND,
            )
            for first, until in windows
        )
    )
