"""Room takers: which rooms cannot take an appointment on some days, and when each is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from registry.leave import require
from registry.models import Appointment, db
from registry.queries.appointments import AppointmentPage
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span
from registry.rules.diary import LONGEST, MOST_AROUND
from registry.rules.openings import grid_of
from registry.rules.treatments import is_fit
from registry.rules.vocabulary import AppointmentState
from registry.rules.wording import day_in_words

NOT_FIT, CLOSED = "Not fit", "Closed"


@dataclass(frozen=True, slots=True)
class RefusedRoom:
    """A room that cannot take it on these days: a short word, and why in a sentence."""

    room_id: int
    days: tuple[date, ...]
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TakenRoom:
    """
    From when until when its patient cannot be there, for somebody else has the room.

    What lies around both is counted in; the sentence tells when the room is taken.
    """

    room_id: int
    since: datetime
    until: datetime
    taken: tuple[datetime, datetime]
    room: str


def refused_rooms(seen: AppointmentPage, days: Span) -> list[RefusedRoom]:
    """No statement: the clinic's rooms are known with the appointment."""
    asked = [days.first + timedelta(days=n) for n in range((days.last - days.first).days + 1)]
    found = []
    for room in seen.place.rooms:
        if not is_fit(room.fit_for, seen.needs.type_id):
            sentence = f"{room.name} is not fit for “{seen.named}”."
            found.append(RefusedRoom(room.id, tuple(asked), NOT_FIT, sentence))
        elif room.closed_from and room.closed_from <= days.last:
            shut = tuple(day for day in asked if day >= room.closed_from)
            sentence = f"{room.name} is closed from {day_in_words(room.closed_from)} on."
            found.append(RefusedRoom(room.id, shut, CLOSED, sentence))
    return found


def taken_rooms(actor: Actor, seen: AppointmentPage, days: Span) -> list[TakenRoom]:
    """Everything else that is booked there on these days. One statement."""
    require(actor, Action.MOVE, Subject(frozenset({seen.place.id}), seen.practitioner_id))
    first = grid_of(days.first, seen.place.zone).moment(0)
    grid = grid_of(days.last, seen.place.zone)
    rows = db.session.execute(
        select(Appointment.room_id, Appointment.busy_from, Appointment.busy_until).where(
            Appointment.clinic_id == seen.place.id,
            Appointment.starts_at > first - LONGEST - MOST_AROUND,
            Appointment.starts_at < grid.moment(grid.steps) + MOST_AROUND,
            Appointment.state != AppointmentState.CANCELLED,
            Appointment.id != seen.id,
        )
    )
    names = {room.id: room.name for room in seen.place.rooms}
    before, after = (
        timedelta(minutes=minutes) for minutes in (seen.needs.preparation, seen.needs.clean_up)
    )
    return [
        TakenRoom(room_id, since - after, until + before, (since, until), names[room_id])
        for room_id, since, until in rows
    ]
