"""Treatments: is each appointment what its type says, in a room that is fit for it?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.models import Appointment, Room, TreatmentType
from registry.rules.treatments import is_fit
from registry.rules.vocabulary import AppointmentState


def of_another_kind(session: Session) -> Iterator[str]:
    wanted = (
        select(Appointment.id, Appointment.treatment, TreatmentType.name, TreatmentType.kind)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(TreatmentType.kind != Appointment.treatment)
        .order_by(Appointment.id)
    )
    for row in session.execute(wanted):
        yield (
            f"Appointment {row.id} is kept as {row.treatment}, but its type “{row.name}” is "
            f"{row.kind}."
        )


def in_unfit_rooms(session: Session) -> Iterator[str]:
    wanted = (
        select(Appointment.id, Appointment.room_id, Appointment.treatment_type_id, Room.fit_for)
        .join(Room, Room.id == Appointment.room_id)
        .where(
            Appointment.state == AppointmentState.CONFIRMED,
            or_(Room.fit_since.is_(None), Room.fit_since <= Appointment.last_day),
        )
        .order_by(Appointment.id)
    )
    for row in session.execute(wanted):
        if not is_fit(row.fit_for, row.treatment_type_id):
            yield (
                f"Appointment {row.id} is confirmed in room {row.room_id}, which is not fit for "
                f"treatment type {row.treatment_type_id}."
            )
