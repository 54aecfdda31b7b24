"""Standing work: what is booked and still to be given, of a clinic or of one of its people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

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

AT_ONCE = 1_000
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
        _rows()
        .where(
            Appointment.clinic_id == place.id,
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
    return [work_of(actor, *row) for row in db.session.execute(query)]


def work_numbered(
    actor: Actor, clinic_ids: Collection[int], numbers: Sequence[int]
) -> dict[int, list[Work]]:
    """Of these, those at these clinics: by clinic, soonest first. A statement for each thousand."""
    for clinic_id in clinic_ids:
        require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    found: dict[int, list[Work]] = {clinic_id: [] for clinic_id in clinic_ids}
    for start in range(0, len(numbers), AT_ONCE):
        some = Appointment.id.in_(numbers[start : start + AT_ONCE])
        for row in db.session.execute(_rows().where(some, Appointment.clinic_id.in_(clinic_ids))):
            found[row[0].clinic_id].append(work_of(actor, *row))
    for work in found.values():
        work.sort(key=lambda one: (one.pattern.slot.starts_at, one.pattern.id))
    return found


def work_by_number(actor: Actor, place: Place, numbers: Collection[int]) -> dict[int, Work]:
    """Those of these that are at this clinic, whatever became of them."""
    found = work_numbered(actor, [place.id], sorted(numbers))[place.id]
    return {one.pattern.id: one for one in found}


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


def _rows() -> Select[Appointment, str, str, str, str, TreatmentType]:
    return (
        select(
            Appointment,
            Practitioner.name,
            Room.name,
            Patient.name,
            Patient.language,
            TreatmentType,
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
    )


def work_of(
    actor: Actor,
    booked: Appointment,
    practitioner: str,
    room: str,
    patient: str,
    language: str,
    its_type: TreatmentType,
) -> Work:
    """Out of one row, told as this person may be told of it."""
    subject = Subject(frozenset({booked.clinic_id}), booked.practitioner_id)
    shown = may(actor, Action.SEE_PATIENT, subject)
    pattern = Pattern(
        id=booked.id,
        practitioner_id=booked.practitioner_id,
        patient_id=booked.patient_id,
        patient=patient if shown else None,
        room_id=booked.room_id,
        treatment=booked.treatment,
        needs=its_type.needs,
        sites=tuple(booked.sites),
        slot=booked.slot,
        busy=Slot(booked.busy_from, booked.busy_until),
        language=language if shown else "",
    )
    what = treatment_in_words(its_type.name, booked.sites)
    return Work(pattern, booked.version, booked.state, practitioner, room, what)


def _utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
