"""Bookings made after the pattern of appointments that are on record."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlalchemy.orm import Session

from registry.errors import BadInput
from registry.models import Appointment, TreatmentType
from registry.rules.diary import Slot
from registry.rules.vocabulary import Treatment
from registry.services.booking_checks import Booking


class Otherwise(TypedDict, total=False):
    """What is to be otherwise about an appointment; what is left out, or None, stays."""

    practitioner_id: int | None
    room_id: int | None
    slot: Slot | None
    treatment: Treatment | None
    treatment_type_id: int | None
    sites: tuple[str, ...] | None


class WhatFor(TypedDict):
    treatment: Treatment
    treatment_type_id: int | None


def booking_of(appointment: Appointment) -> Booking:
    """What would have to be asked for, to get just this, with the time that is kept around it."""
    return Booking(
        clinic_id=appointment.clinic_id,
        room_id=appointment.room_id,
        practitioner_id=appointment.practitioner_id,
        patient_id=appointment.patient_id,
        treatment=appointment.treatment,
        sites=tuple(appointment.sites),
        slot=appointment.slot,
        treatment_type_id=appointment.treatment_type_id,
        busy=Slot(appointment.busy_from, appointment.busy_until),
    )


def booked_otherwise(session: Session, old: Appointment, otherwise: Otherwise) -> Booking:
    """`treatment` alone asks for the standard type of that kind. Raises BadInput."""
    kind, type_id = otherwise.pop("treatment", None), otherwise.pop("treatment_type_id", None)
    changed: dict[str, Any] = {name: to for name, to in otherwise.items() if to is not None}
    kept = booking_of(old)
    new = kept._replace(**changed, **_what(session, old, kind, type_id))
    # Its type may ask for more around it by now; what was kept for it stays enough for it.
    same = (new.slot, new.treatment_type_id) == (kept.slot, kept.treatment_type_id)
    return new if same else new._replace(busy=None)


def _what(
    session: Session, old: Appointment, kind: Treatment | None, type_id: int | None
) -> WhatFor:
    """What it is to be: a type, or the standard one of a kind, or what it is already."""
    if type_id is None and kind in (None, old.treatment):
        return {"treatment": old.treatment, "treatment_type_id": old.treatment_type_id}
    if type_id is None:
        return {"treatment": kind or old.treatment, "treatment_type_id": None}
    chosen = session.get(TreatmentType, type_id)
    if chosen is None or kind not in (None, chosen.kind):
        raise BadInput("There is no such treatment.", field="treatment")
    return {"treatment": chosen.kind, "treatment_type_id": type_id}
