"""Bookings as bare numbers: who and which room is taken, from when until when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from sqlalchemy import BindParameter, Executable, Integer, Select, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import BigInteger

from registry.models import Appointment, Engagement, Room, db
from registry.models.base import UtcMoment
from registry.queries.premises import Place
from registry.rules.diary import LONGEST, MOST_AROUND, Slot
from registry.rules.openings import STEP, DayGrid
from registry.rules.treatments import Needs
from registry.rules.vocabulary import AppointmentState


class epoch(FunctionElement[int]):  # noqa: N801 - reads as the SQL function it is
    """A moment in epoch seconds, without making a datetime of it on the way."""

    type = BigInteger()
    inherit_cache = True


@compiles(epoch)
def _epoch_from_timestamp(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(EXTRACT(epoch FROM {compiler.process(element.clauses, **kw)}) AS bigint)"


@compiles(epoch, "sqlite")
def _epoch_as_kept(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


class Busy:
    """
    What is taken, a bit for each step since `base` (epoch seconds), for each person and room.

    `base` is a whole number of steps, as every local midnight is: so any clinic's day can be cut
    out of the bits. `booked` are person, room, from when and until when, in epoch seconds.
    """

    def __init__(self, base: int, booked: Sequence[tuple[int, int, int, int]]) -> None:
        self.base, self._booked = base, booked

    @cached_property
    def people(self) -> dict[int, int]:
        return self._bits_of(0)

    @cached_property
    def rooms(self) -> dict[int, int]:
        """Put together when a room is asked for: where nobody is free none is."""
        return self._bits_of(1)

    def _bits_of(self, whose: int) -> dict[int, int]:
        """A step that is touched in part is taken."""
        base, taken = self.base, dict[int, int]()
        known = taken.get
        for row in self._booked:
            after, first = (row[3] - base - 1) // STEP + 1, (row[2] - base) // STEP
            taken[row[whose]] = known(row[whose], 0) | (1 << after) - (1 << first)
        return taken

    def free_of_person(
        self, practitioner_id: int, grid: DayGrid, before: int = 0, after: int = 0
    ) -> int:
        """The day's free steps, from so many before it to so many after."""
        return self._free(self.people.get(practitioner_id, 0), grid, before, after)

    def free_of_room(self, room_id: int, grid: DayGrid, before: int = 0, after: int = 0) -> int:
        return self._free(self.rooms.get(room_id, 0), grid, before, after)

    def times_of_person(self, person_id: int, grid: DayGrid) -> list[Slot]:
        """From when until when, in order, where any of it lies on the day."""
        return sorted(
            Slot(datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC))
            for whose, _, starts, ends in self._booked
            if whose == person_id and grid.taken(starts, ends)
        )

    def _free(self, taken: int, grid: DayGrid, before: int, after: int) -> int:
        later = (grid.first - self.base) // STEP - before
        whole = (1 << (before + grid.steps + after)) - 1
        return ~(taken >> later if later >= 0 else taken << -later) & whole


def busy_between(
    clinic_ids: Collection[int], first: int, until: int, but: int | None = None
) -> Busy:
    """
    Everything booked at these clinics, and elsewhere with those who also work elsewhere.

    One statement, bounded on both sides by the longest session and what lies around it. `but`
    leaves out one appointment.
    """
    since, end = (datetime.fromtimestamp(moment, UTC) for moment in (first, until))
    asked = {
        "clinics": list(clinic_ids),
        "begins_after": since - LONGEST - 2 * MOST_AROUND,
        "begins_before": end + 2 * MOST_AROUND,
        "since": since - MOST_AROUND,
        "end": end + MOST_AROUND,
        "but": but or 0,
    }
    return busy_by(first, _numbers(_booked(), asked))


def busy_of_patient(patient_id: int, first: int, until: int, but: int | None = None) -> Busy:
    """
    When the patient is at any clinic, as that of a person with their number. One statement.

    Preparation and clean-up are not theirs. `but` leaves out one appointment.
    """
    since, end = (datetime.fromtimestamp(moment, UTC) for moment in (first, until))
    asked = select(
        Appointment.patient_id,
        Appointment.room_id,
        epoch(Appointment.starts_at),
        epoch(Appointment.ends_at),
    ).where(
        Appointment.patient_id == patient_id,
        Appointment.starts_at > since - LONGEST,
        Appointment.starts_at < end,
        Appointment.state != AppointmentState.CANCELLED,
        Appointment.id != (but or 0),
    )
    return busy_by(first, _numbers(asked, {}))


def busy_by(first: int, rows: Sequence[tuple[int, int, int, int]]) -> Busy:
    """Of person, room, from when until when: what keeps them busy from about `first` on."""
    return Busy(_base(first), rows)


def _base(first: int) -> int:
    base = first - int((LONGEST + 3 * MOST_AROUND).total_seconds())
    return base - base % STEP


def _numbers(asked: Executable, known: dict[str, object]) -> Sequence[tuple[int, int, int, int]]:
    """Bare rows: all are whole numbers in both databases, and there may be ten thousand."""
    with db.session.connection().execute(asked, known) as result:
        assert result.cursor is not None  # noqa: S101 - it is a SELECT
        return result.cursor.fetchall()


def free_room(place: Place, slot: Slot, needs: Needs, but: int | None = None) -> int | None:
    """The first room by name that is open, fit for it and free all that while. One statement."""
    _, last_day = slot.days_in(place.zone)
    busy, fit = needs.busy(slot), place.rooms_on(last_day, needs.type_id)
    has_it = select(Appointment.id).where(
        Appointment.room_id == Room.id,
        Appointment.starts_at > busy.starts_at - LONGEST - MOST_AROUND,
        Appointment.starts_at < busy.ends_at + MOST_AROUND,
        Appointment.busy_from < busy.ends_at,
        Appointment.busy_until > busy.starts_at,
        Appointment.state != AppointmentState.CANCELLED,
        Appointment.id != (but or 0),
    )
    return db.session.scalar(
        select(Room.id)
        .where(Room.id.in_([room.id for room in fit]), ~has_it.exists())
        .order_by(Room.name)
        .limit(1)
    )


def room_or_another(place: Place, room_id: int, slot: Slot, needs: Needs, but: int) -> int | None:
    """This room if it is fit and free then, else the first that is. Two statements at most."""
    own = replace(place, rooms=[room for room in place.rooms if room.id == room_id])
    return free_room(own, slot, needs, but) or free_room(place, slot, needs, but)


@cache
def _booked() -> Any:
    """Put together once: every search asks it."""
    clinics = bindparam("clinics", expanding=True, type_=Integer)
    here = Appointment.clinic_id.in_(clinics)
    their = Engagement.__table__.alias("their")
    also_elsewhere = (
        select(Engagement.practitioner_id)
        .join(their, their.c.practitioner_id == Engagement.practitioner_id)
        .where(Engagement.clinic_id.in_(clinics), their.c.clinic_id.not_in(clinics))
    )
    away = Appointment.practitioner_id.in_(also_elsewhere) & ~here
    return _taken().where(here).union_all(_taken().where(away))


def _taken() -> Select[*tuple[Any, ...]]:
    """
    What keeps anybody busy then, or in the longest time around it.

    The bounds of `starts_at` are for the index: half of the day before ends before it matters.
    """

    def moment(name: str) -> BindParameter[datetime]:
        return bindparam(name, type_=UtcMoment())

    return select(
        Appointment.practitioner_id,
        Appointment.room_id,
        epoch(Appointment.busy_from),
        epoch(Appointment.busy_until),
    ).where(
        Appointment.starts_at > moment("begins_after"),
        Appointment.starts_at < moment("begins_before"),
        Appointment.busy_until > moment("since"),
        Appointment.busy_from < moment("end"),
        Appointment.state != AppointmentState.CANCELLED,
        Appointment.id != bindparam("but"),
    )
