"""Standing work: what is booked and still to be given, of a clinic or of one of its people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from registry.leave import require
from registry.models import (
    Appointment,
    Engagement,
    Patient,
    Practitioner,
    Room,
    TreatmentType,
    db,
)
from registry.queries.diary import treatment_in_words
from registry.queries.fitting import Fit, fitting
from registry.queries.patterns import Pattern
from registry.queries.premises import Place
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.days import Span
from registry.rules.diary import Slot
from registry.rules.series import MOST_APPOINTMENTS, same_time_on
from registry.rules.vocabulary import AppointmentState

NOT_CANCELLED = tuple(state for state in AppointmentState if state != AppointmentState.CANCELLED)


class Work(NamedTuple):
    """One appointment, with what a page tells of it; `patient` is None where it is not shown."""

    pattern: Pattern
    version: int
    state: AppointmentState
    practitioner: str
    room: str
    what: str


def work_on(
    actor: Actor,
    place: Place,
    days: Span,
    states: tuple[AppointmentState, ...],
    practitioner_id: int | None = None,
) -> list[Work]:
    """
    What begins on these days, soonest first; one more than can be changed at once at most.

    One statement.
    """
    require(actor, Action.BOOK, Subject(frozenset({place.id})))
    query = (
        _work_at(place)
        .where(
            Appointment.starts_at >= _utc(days.first) - timedelta(days=1),
            Appointment.starts_at < _utc(days.last) + timedelta(days=2),
            Appointment.first_day >= days.first,
            Appointment.first_day <= days.last,
            Appointment.state.in_(states),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_APPOINTMENTS + 1)
    )
    if practitioner_id is not None:
        query = query.where(Appointment.practitioner_id == practitioner_id)
    return [_work(actor, *row) for row in db.session.execute(query)]


def work_numbered(actor: Actor, place: Place, numbers: Collection[int]) -> dict[int, Work]:
    """Those of these that are at this clinic, whatever became of them. One statement."""
    require(actor, Action.BOOK, Subject(frozenset({place.id})))
    rows = db.session.execute(_work_at(place).where(Appointment.id.in_(numbers)))
    return {one.pattern.id: one for one in (_work(actor, *row) for row in rows)}


def copies_of(place: Place, work: list[Work], later: timedelta, now: datetime) -> list[Fit]:
    """Each at its time on the clinic's clock, so many days later."""
    asked = []
    for one in work[:MOST_APPOINTMENTS]:
        day = one.pattern.slot.starts_at.astimezone(place.zone).date() + later
        asked.append((one.pattern, same_time_on(day, one.pattern.slot, place.zone)))
    return fitting(place, asked, now)


def staff_names(actor: Actor, place: Place, days: Span) -> list[tuple[int, str]]:
    """Who works there on some of these days, by name. One statement."""
    require(actor, Action.BOOK, Subject(frozenset({place.id})))
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name)
        .join(Engagement, Engagement.practitioner_id == Practitioner.id)
        .where(
            Practitioner.archived_at.is_(None),
            Engagement.clinic_id == place.id,
            Engagement.first_day <= days.last,
            func.coalesce(Engagement.last_day, date.max) >= days.first,
        )
        .distinct()
        .order_by(Practitioner.name, Practitioner.id)
    )
    return [(row.id, row.name) for row in rows]


def _work_at(place: Place) -> Select[*tuple[Any, ...]]:
    return (
        select(Appointment, Practitioner.name, Room.name, Patient.name, TreatmentType)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(Appointment.clinic_id == place.id)
    )


def _work(
    actor: Actor,
    booked: Appointment,
    practitioner: str,
    room: str,
    patient: str,
    its_type: TreatmentType,
) -> Work:
    subject = Subject(frozenset({booked.clinic_id}), booked.practitioner_id)
    pattern = Pattern(
        id=booked.id,
        practitioner_id=booked.practitioner_id,
        patient_id=booked.patient_id,
        patient=patient if may(actor, Action.SEE_PATIENT, subject) else None,
        room_id=booked.room_id,
        treatment=booked.treatment,
        needs=its_type.needs,
        sites=tuple(booked.sites),
        slot=booked.slot,
        busy=Slot(booked.busy_from, booked.busy_until),
    )
    what = treatment_in_words(its_type.name, booked.sites)
    return Work(pattern, booked.version, booked.state, practitioner, room, what)


def _utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
