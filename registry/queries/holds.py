"""Treatments begun or given before their ground was found missing: to look back upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from registry.models import Appointment, Patient, Practitioner, Room, TreatmentType, db
from registry.queries.diary import treatment_in_words
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.vocabulary import AppointmentState, Treatment

GIVEN = (AppointmentState.BEGUN, AppointmentState.DONE)
A_PAGE = 25


@dataclass(frozen=True, slots=True)
class GroundlessAppointment:
    """`named` is its type. `patient` is None for those who may not see names."""

    id: int
    starts_at: datetime
    ends_at: datetime
    practitioner_id: int
    practitioner: str
    patient: str | None
    room: str
    treatment: Treatment
    named: str
    sites: tuple[str, ...]
    because: str
    since: datetime | None
    state: AppointmentState

    @property
    def what(self) -> str:
        return treatment_in_words(self.named, self.sites)


@dataclass(frozen=True, slots=True)
class Groundless:
    appointments: list[GroundlessAppointment]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.appointments) - 1


def to_look_back_upon(actor: Actor, place: ClinicSeen, *, page: int) -> Groundless:
    """Begun or done before their ground was found missing, latest first; in one statement."""
    first = (page - 1) * A_PAGE
    rows = db.session.execute(_appointments(place).offset(first).limit(A_PAGE)).all()
    named = may(actor, Action.SEE_PATIENT, Subject(frozenset({place.id})))
    return Groundless([_one(row, named) for row in rows], first + 1, rows[0].total if rows else 0)


def _appointments(place: ClinicSeen) -> Any:
    return (
        select(
            Appointment.id,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.practitioner_id,
            Practitioner.name.label("practitioner"),
            Patient.name.label("patient"),
            Room.name.label("room"),
            Appointment.treatment,
            TreatmentType.name.label("named"),
            Appointment.sites,
            Appointment.ground_lost_because,
            Appointment.ground_lost_at,
            Appointment.state,
            func.count().over().label("total"),
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .join(Room, Room.id == Appointment.room_id)
        .where(
            Appointment.clinic_id == place.id,
            Appointment.state.in_(GIVEN),
            Appointment.ground_lost_at.is_not(None),
        )
        .order_by(Appointment.starts_at.desc(), Appointment.id)
    )


def _one(row: Any, named: bool) -> GroundlessAppointment:
    return GroundlessAppointment(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        practitioner_id=row.practitioner_id,
        practitioner=row.practitioner,
        patient=row.patient if named else None,
        room=row.room,
        treatment=row.treatment,
        named=row.named,
        sites=tuple(row.sites),
        because=row.ground_lost_because,
        since=row.ground_lost_at,
        state=row.state,
    )
