"""What a booking asks the database, and the row it makes: statements put together once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    Insert,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
)

from registry.models import (
    Appointment,
    Clinic,
    Engagement,
    Patient,
    Practitioner,
    Privilege,
    Room,
    TreatmentType,
)
from registry.models.concerned import being_judged_anew
from registry.rules.diary import LONGEST, MOST_AROUND, Slot
from registry.rules.vocabulary import AppointmentState, Profession

# Making these anew for each booking cost as much as running them (docs/performance.md).
_clinic: BindParameter[int] = bindparam("clinic_id")
_room: BindParameter[int] = bindparam("room_id")
_practitioner: BindParameter[int] = bindparam("practitioner_id")
_patient: BindParameter[int] = bindparam("patient_id")
_first_day: BindParameter[date] = bindparam("first_day")
_last_day: BindParameter[date] = bindparam("last_day")
_kind: BindParameter[str] = bindparam("treatment")
_type: BindParameter[int | None] = bindparam("treatment_type_id", type_=Integer)

#: Nothing also for a practitioner who never worked there: not a name is told. Where only a kind is
#: asked for, a row for each of its types: which is the standard one is a matter of the day.
PLACE: Select[
    str,
    str,
    str,
    str,
    date | None,
    list[int] | None,
    str,
    str,
    Profession,
    bool,
    int,
    str,
    int,
    int,
    date | None,
    bool,
] = (
    select(
        Clinic.zone,
        Clinic.jurisdiction,
        Clinic.name,
        Room.name,
        Room.closed_from,
        case((Room.fit_since.is_not(None), Room.fit_for)),
        Practitioner.name,
        Patient.name,
        Practitioner.profession,
        being_judged_anew(Clinic.jurisdiction),
        TreatmentType.id,
        TreatmentType.name,
        TreatmentType.preparation,
        TreatmentType.clean_up,
        TreatmentType.closed_from,
        select(Appointment.id)
        .where(
            Appointment.id == bindparam("but"), Appointment.treatment_type_id == TreatmentType.id
        )
        .exists(),
    )
    .join(Room, Room.clinic_id == Clinic.id)
    .join(Patient, Patient.clinic_id == Clinic.id)
    .join(Practitioner, Practitioner.archived_at.is_(None))
    .join(
        TreatmentType,
        and_(
            TreatmentType.kind == _kind,
            TreatmentType.id == func.coalesce(_type, TreatmentType.id),
        ),
    )
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

#: Bounded on both sides, by the longest session and what may lie around it, a look at what is
#: booked costs the same for ever.
_near = select(Appointment.id).where(
    Appointment.starts_at > bindparam("since"),
    Appointment.starts_at < bindparam("until"),
    Appointment.state != AppointmentState.CANCELLED,
    Appointment.id != bindparam("but"),
)
_busy = _near.where(
    Appointment.busy_from < bindparam("busy_until"),
    Appointment.busy_until > bindparam("busy_from"),
)
_there = _near.where(
    Appointment.starts_at < bindparam("ends_at"), Appointment.ends_at > bindparam("starts_at")
)
#: Whether practitioner, room and patient, in this order, have somebody else at that time: the
#: first two also while they prepare and clean up.
CLASHES: Select[bool, bool, bool] = select(
    _busy.where(Appointment.practitioner_id == _practitioner).exists(),
    _busy.where(Appointment.room_id == _room).exists(),
    _there.where(Appointment.patient_id == _patient).exists(),
)


def near(busy: Slot) -> dict[str, datetime]:
    """Between which moments starts whatever could keep somebody busy at that time."""
    return {
        "since": busy.starts_at - LONGEST - MOST_AROUND,
        "until": busy.ends_at + MOST_AROUND,
    }


NEW_APPOINTMENT: Insert = insert(Appointment.metadata.tables[Appointment.__tablename__]).returning(
    Appointment.id
)
