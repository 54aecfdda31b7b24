"""Booking: only with somebody who holds the privilege, only where everybody is free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy.orm import Session

from registry.errors import BadInput, NotInThatState
from registry.leave import require
from registry.models import Appointment, TreatmentType, transaction
from registry.models.appointments import KEEPS_ITS_SLOT
from registry.rules.access import Action, Actor, Subject
from registry.rules.arrivals import stands
from registry.rules.diary import Slot
from registry.rules.gates import NOTHING_KNOWN
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.appointment_changes import appointment_to_change, as_audited, record_change
from registry.services.appointment_letters import tell_of_appointment
from registry.services.appointment_told import told_of
from registry.services.booking_checks import Booking, checked_values
from registry.services.booking_questions import NEW_APPOINTMENT
from registry.services.contraindications import keep_clearances
from registry.services.diary_lock import lock_diaries
from registry.services.gates import Told, keep_record, known_of

#: What an appointment has once nothing speaks against it any more.
STANDS_ANEW = {
    "state": AppointmentState.CONFIRMED,
    "ground_lost_because": "",
    "ground_lost_at": None,
    "checked_in_at": None,
    "checked_in_by": None,
}


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


def book_appointment(
    *,
    actor: Actor,
    booking: Booking,
    now: datetime,
    told: Told | None = None,
    cleared: Collection[int] = (),
) -> int:
    """
    Returns the appointment's number. `told` is what was said of the patient, for needling;
    `cleared` are the notes about them that the practitioner was asked about.

    Raises NotPrivileged with every reason, NotCleared with the notes still to be cleared,
    Contraindicated, DiaryClash, BadInput, NotFound or NotAllowed.
    """
    with transaction() as session:
        require(actor, Action.BOOK, Subject(frozenset({booking.clinic_id})))
        lock_diaries(session, [booking.practitioner_id])
        known = NOTHING_KNOWN._replace(**told or {})
        values = checked_values(session, booking, now, known=known, cleared=cleared)
        appointment_id: int = session.execute(
            NEW_APPOINTMENT,
            {
                **values,
                "state": AppointmentState.CONFIRMED,
                "ground_lost_because": "",
                "version": 1,
            },
        ).scalar_one()
        record_change(
            session, actor, "book appointment", appointment_id, None, values, booking, now
        )
        if told and booking.treatment is Treatment.NEEDLING:
            keep_record(session, actor, appointment_id, booking, None, known, now)
        keep_clearances(session, actor, appointment_id, booking, cleared, now)
        tell_of_appointment(session, appointment_id, None, now)
        return appointment_id


def rebook_appointment(
    *,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    now: datetime,
    told: Told | None = None,
    cleared: Collection[int] = (),
    **otherwise: Unpack[Otherwise],
) -> None:
    """
    Move, reassign or convert an appointment, or restore one that is held; checked anew.

    `seen_version` is the version the person looked at: raises Overtaken if it changed since.
    What is on record of the patient stays, `told` and `cleared` are added; who was checked in no
    longer is. `treatment` alone asks for the standard type of that kind, `treatment_type_id` for
    any type.
    """
    with transaction() as session:
        goes_to = otherwise.get("practitioner_id")
        old = _open_appointment(session, actor, appointment_id, seen_version, Action.MOVE, goes_to)
        new = _booked_anew(session, old, otherwise)
        before, was = as_audited(old), told_of(session, appointment_id)
        on_record = known_of(session, appointment_id)
        known = on_record._replace(**told or {})
        values = checked_values(session, new, now, but=appointment_id, known=known, cleared=cleared)
        for name, value in {**values, **STANDS_ANEW}.items():
            setattr(old, name, value)
        session.flush()
        after = {**values, "state": old.state, "checked_in_at": None}
        record_change(session, actor, "change appointment", appointment_id, before, after, old, now)
        if told and new.treatment is Treatment.NEEDLING:
            keep_record(session, actor, appointment_id, new, on_record, known, now)
        keep_clearances(session, actor, appointment_id, new, cleared, now)
        tell_of_appointment(session, appointment_id, was, now)


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


def cancel_appointment(
    *, actor: Actor, appointment_id: int, seen_version: int, reason: str, now: datetime
) -> None:
    with transaction() as session:
        old = _open_appointment(session, actor, appointment_id, seen_version, Action.CANCEL)
        before, was = as_audited(old), told_of(session, appointment_id)
        old.state = AppointmentState.CANCELLED
        session.flush()
        after = {"state": AppointmentState.CANCELLED, "reason": reason}
        record_change(session, actor, "cancel appointment", appointment_id, before, after, old, now)
        tell_of_appointment(session, appointment_id, was, now)


def mark_done(*, actor: Actor, appointment_id: int, seen_version: int, now: datetime) -> None:
    with transaction() as session:
        old = appointment_to_change(session, actor, appointment_id, seen_version, Action.MARK_DONE)
        if old.state not in (AppointmentState.CONFIRMED, AppointmentState.BEGUN):
            raise NotInThatState(f"This appointment is {stands(old.state)}.")
        if old.starts_at > now:
            raise NotInThatState("This appointment has not started yet.")
        if _was_never_let_in(old):
            raise NotInThatState("The patient was not checked in. Check them in first.")
        before = as_audited(old)
        old.state = AppointmentState.DONE
        session.flush()
        after = {"state": AppointmentState.DONE}
        record_change(session, actor, "mark as done", appointment_id, before, after, old, now)


def _booked_anew(session: Session, old: Appointment, otherwise: Otherwise) -> Booking:
    kind, type_id = otherwise.pop("treatment", None), otherwise.pop("treatment_type_id", None)
    kept = Booking(
        clinic_id=old.clinic_id,
        room_id=old.room_id,
        practitioner_id=old.practitioner_id,
        patient_id=old.patient_id,
        sites=tuple(old.sites),
        slot=old.slot,
        **_what(session, old, kind, type_id),
    )
    changed: dict[str, Any] = {name: to for name, to in otherwise.items() if to is not None}
    new = kept._replace(**changed)
    # Its type may ask for more around it by now; what was kept for it stays enough for it.
    same = (new.slot, new.treatment_type_id) == (old.slot, old.treatment_type_id)
    return new._replace(busy=Slot(old.busy_from, old.busy_until)) if same else new


def _was_never_let_in(old: Appointment) -> bool:
    """What is listed for look-back can be noted all the same: it may have been given."""
    confirmed = old.state is AppointmentState.CONFIRMED
    return confirmed and old.treatment is Treatment.NEEDLING and old.checked_in_at is None


def _open_appointment(
    session: Session,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    action: Action,
    goes_to: int | None = None,
) -> Appointment:
    old = appointment_to_change(session, actor, appointment_id, seen_version, action, goes_to)
    if old.state not in KEEPS_ITS_SLOT:
        raise NotInThatState(
            f"This appointment is {stands(old.state)} and can no longer be changed."
        )
    return old
