"""Held work: what is on hold and still to come, as it would be placed anew."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from registry.models import Appointment, TreatmentType, db
from registry.queries.patterns import Pattern
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState

MOST_HELD = 2000


class Held(NamedTuple):
    pattern: Pattern
    version: int


def is_on_hold(
    clinic_id: int, practitioner_id: int | None, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    """In SQL: at this clinic, of this practitioner or of all, and not begun."""
    here = (
        Appointment.clinic_id == clinic_id,
        Appointment.state == AppointmentState.HELD,
        Appointment.starts_at > now,
    )
    if practitioner_id is None:
        return here
    return (*here, Appointment.practitioner_id == practitioner_id)


def held_work(clinic_id: int, practitioner_id: int | None, now: datetime) -> list[Held]:
    """Soonest first, at most `MOST_HELD`, without names. One statement."""
    rows = db.session.execute(
        select(Appointment, TreatmentType)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(*is_on_hold(clinic_id, practitioner_id, now))
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_HELD)
    )
    return [Held(_pattern(one, its_type), one.version) for one, its_type in rows]


def _pattern(one: Appointment, its_type: TreatmentType) -> Pattern:
    return Pattern(
        id=one.id,
        practitioner_id=one.practitioner_id,
        patient_id=one.patient_id,
        patient=None,
        room_id=one.room_id,
        treatment=one.treatment,
        needs=its_type.needs,
        sites=tuple(one.sites),
        slot=one.slot,
        busy=Slot(one.busy_from, one.busy_until),
    )
