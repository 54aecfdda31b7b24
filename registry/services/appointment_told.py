"""An appointment as its letters tell of it, with whoever is to read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, select
from sqlalchemy.orm import Session

from registry.models import Account, Appointment, Clinic, Patient, Practitioner, Room
from registry.rules.calendars import Standing, standing_of
from registry.rules.vocabulary import AppointmentState, Treatment

#: What somebody knows of an appointment, as a letter can keep it; empty: of none.
Heard = list[str | int]
#: The account of whoever treats. By itself, for what an outer join brings cannot be locked.
READER_LOCKED = (
    select(Account.id)
    .join(Appointment, Appointment.practitioner_id == Account.practitioner_id)
    .where(Appointment.id == bindparam("appointment_id"))
    .with_for_update(of=Account, read=True, key_share=True)
)


@dataclass(frozen=True, slots=True)
class AppointmentTold:
    """
    An appointment as its letters tell of it. No address: nobody to write to.

    `account_id` is of whoever treats, `account_email` only if they want letters; `patient_email`
    only if the patient agreed to them.
    """

    id: int
    version: int
    starts_at: datetime
    ends_at: datetime
    state: AppointmentState
    treatment: Treatment
    practitioner_id: int
    practitioner: str
    room_id: int
    room: str
    clinic: str
    address: str
    zone: str
    account_id: int | None
    account_email: str | None
    patient_email: str | None

    @property
    def standing(self) -> Standing:
        return standing_of(self.state)

    @property
    def cancelled(self) -> bool:
        return self.standing is Standing.CANCELLED

    @property
    def for_practitioner(self) -> Heard:
        """What they would come differently for."""
        return [] if self.cancelled else [*self._when(), self.room_id, self.treatment]

    @property
    def for_patient(self) -> Heard:
        return [] if self.cancelled else [*self._when(), self.practitioner_id]

    @property
    def provisional(self) -> bool:
        return self.state is AppointmentState.PROVISIONAL

    def _when(self) -> tuple[str, ...]:
        """That it is not confirmed yet is told; that what was confirmed is on hold is not."""
        when = (self.starts_at.isoformat(), self.ends_at.isoformat())
        return (*when, "provisional") if self.provisional else when


def told_of(session: Session, appointment_id: int) -> AppointmentTold:
    """
    As it stands now, and nobody takes back until the end that they want letters.

    One statement; on PostgreSQL, where somebody else may write at the same moment, one more.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(READER_LOCKED, {"appointment_id": appointment_id}).all()
    return AppointmentTold(*session.execute(_statement(), {"appointment_id": appointment_id}).one())


@cache
def _statement() -> Any:
    """Put together once, for every booking asks it."""
    wants_letters = and_(Account.closed_at.is_(None), Account.calendar_letters)
    return (
        select(
            *(Appointment.id, Appointment.version, Appointment.starts_at, Appointment.ends_at),
            *(Appointment.state, Appointment.treatment),
            *(Practitioner.id, Practitioner.name, Room.id, Room.name),
            *(Clinic.name, Clinic.address, Clinic.zone),
            *(Account.id, case((wants_letters, Account.email))),
            case((Patient.letters, Patient.email)),
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .outerjoin(Account, Account.practitioner_id == Practitioner.id)
        .where(Appointment.id == bindparam("appointment_id"))
        .with_for_update(of=Patient, read=True, key_share=True)
    )
