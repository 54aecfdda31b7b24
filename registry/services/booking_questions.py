"""What a booking asks the database, and the row it makes: statements put together once."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BindParameter, Insert, Select, bindparam, insert, or_, select

from registry.models import (
    Activation,
    Adoption,
    Appointment,
    Clinic,
    Engagement,
    Patient,
    Phase,
    Practitioner,
    Privilege,
    Room,
)
from registry.rules.vocabulary import AppointmentState, Profession

# Making these anew for each booking cost as much as running them (docs/performance.md).
_clinic: BindParameter[int] = bindparam("clinic_id")
_room: BindParameter[int] = bindparam("room_id")
_practitioner: BindParameter[int] = bindparam("practitioner_id")
_patient: BindParameter[int] = bindparam("patient_id")
_first_day: BindParameter[date] = bindparam("first_day")
_last_day: BindParameter[date] = bindparam("last_day")

#: Nothing also for a practitioner who never worked there: not a name is told.
PLACE: Select[str, str, str, str, date | None, str, str, Profession, bool] = (
    select(
        Clinic.zone,
        Clinic.jurisdiction,
        Clinic.name,
        Room.name,
        Room.closed_from,
        Practitioner.name,
        Patient.name,
        Practitioner.profession,
        select(Activation.adoption_id)
        .join(Adoption, Adoption.id == Activation.adoption_id)
        .where(Adoption.jurisdiction == Clinic.jurisdiction, Activation.phase != Phase.DONE)
        .exists(),
    )
    .join(Room, Room.clinic_id == Clinic.id)
    .join(Patient, Patient.clinic_id == Clinic.id)
    .join(Practitioner, Practitioner.archived_at.is_(None))
    .where(
        Clinic.id == _clinic,
        Room.id == _room,
        Patient.id == _patient,
        Practitioner.id == _practitioner,
        select(Engagement.id)
        .where(Engagement.practitioner_id == Practitioner.id, Engagement.clinic_id == Clinic.id)
        .exists(),
    )
)

#: Which of these sites the practitioner may needle there on every one of the days.
COVERED: Select[str] = select(Privilege.site).where(
    Privilege.practitioner_id == _practitioner,
    Privilege.clinic_id == _clinic,
    Privilege.site.in_(bindparam("sites", expanding=True)),
    Privilege.first_day <= _first_day,
    Privilege.last_day >= _last_day,
)

WORKS_HERE: Select[int] = (
    select(Engagement.id)
    .where(
        Engagement.practitioner_id == _practitioner,
        Engagement.clinic_id == _clinic,
        Engagement.first_day <= _first_day,
        or_(Engagement.last_day.is_(None), Engagement.last_day >= _last_day),
    )
    .limit(1)
)

#: Whether practitioner, room and patient, in this order, have somebody else at that time. `since`
#: is the longest session before it: bounded on both sides, the look costs the same for ever.
_taken = select(Appointment.id).where(
    Appointment.starts_at > bindparam("since"),
    Appointment.starts_at < bindparam("ends_at"),
    Appointment.ends_at > bindparam("starts_at"),
    Appointment.state != AppointmentState.CANCELLED,
    Appointment.id != bindparam("but"),
)
CLASHES: Select[bool, bool, bool] = select(
    _taken.where(Appointment.practitioner_id == _practitioner).exists(),
    _taken.where(Appointment.room_id == _room).exists(),
    _taken.where(Appointment.patient_id == _patient).exists(),
)

NEW_APPOINTMENT: Insert = insert(Appointment.metadata.tables[Appointment.__tablename__]).returning(
    Appointment.id
)
