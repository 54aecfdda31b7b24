"""The rows of a diary: appointments with the names of all that is theirs, in one statement."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Result, Select, bindparam, select

from registry.models import (
    Appointment,
    Clinic,
    Patient,
    Practitioner,
    Room,
    TreatmentType,
    db,
)
from registry.models.appointments import GateRecord, is_latest_record
from registry.models.contraindications import forbids_needling, waits_for_clearance
from registry.rules.diary import LONGEST

OF_THE_APPOINTMENT = (
    Appointment.id,
    Appointment.version,
    Appointment.state,
    Appointment.starts_at,
    Appointment.ends_at,
    Appointment.clinic_id,
    Appointment.practitioner_id,
    Appointment.room_id,
    Appointment.treatment,
    Appointment.sites,
    Appointment.ground_lost_because,
    Appointment.checked_in_at,
    Appointment.missed_at,
    Appointment.first_day,
    Appointment.last_day,
)
NAMES = (
    TreatmentType.name.label("named"),
    Clinic.name.label("clinic"),
    Clinic.zone,
    Practitioner.name.label("practitioner"),
    Practitioner.profession,
    Room.name.label("room"),
    Patient.name.label("patient"),
    Patient.reference,
)


def booked_rows(whose: ColumnElement[bool], first: datetime, until: datetime) -> Result[Any]:
    """What of `whose` is on at any moment between, soonest first."""
    between = {"since": first - LONGEST, "first": first, "until": until}
    return db.session.execute(_appointments().where(whose), between)


@cache
def _appointments() -> Select[*tuple[Any, ...]]:
    """Put together once: making it anew cost a board more than asking it."""
    return (
        select(
            *OF_THE_APPOINTMENT,
            *NAMES,
            GateRecord,
            forbids_needling().label("forbids"),
            waits_for_clearance().label("waits"),
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .outerjoin(GateRecord, is_latest_record())
        .where(
            Appointment.starts_at > bindparam("since"),
            Appointment.starts_at < bindparam("until"),
            Appointment.ends_at > bindparam("first"),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
