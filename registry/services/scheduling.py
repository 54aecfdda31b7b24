"""Booking: only with somebody who holds the privilege, only where everybody is free."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Unpack

from sqlalchemy.orm import Session

from registry.errors import NotInThatState
from registry.leave import require
from registry.models import Appointment, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.arrivals import stands
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.appointment_changes import (
    appointment_to_change,
    as_audited,
    record_change,
    refuse_settled,
)
from registry.services.before_change import called_off
from registry.services.booking_checks import Booking
from registry.services.bookings_like import Otherwise, booked_otherwise
from registry.services.diary_lock import lock_diaries
from registry.services.gates import Told
from registry.services.new_bookings import Along, put_on_record
from registry.services.standing_anew import confirm_anew
from registry.services.undo_steps import remember


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
        return put_on_record(session, actor, booking, now, Along(told, cleared))


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
        new = booked_otherwise(session, old, otherwise)
        changed = confirm_anew(session, actor, "change appointment", old, new, now, cleared, told)
        remember(session, actor, "Changed", old.clinic_id, [changed], now)


def cancel_appointment(
    *, actor: Actor, appointment_id: int, seen_version: int, reason: str, now: datetime
) -> None:
    with transaction() as session:
        old = _open_appointment(session, actor, appointment_id, seen_version, Action.CANCEL)
        changed = called_off(session, actor, old, reason, now)
        remember(session, actor, "Cancelled", old.clinic_id, [changed], now)


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
    refuse_settled(old)
    return old
