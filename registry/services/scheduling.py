"""Booking: only with somebody who holds the privilege, only where everybody is free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import NotFound, NotInThatState, Overtaken
from registry.leave import require
from registry.models import Appointment, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.audit_trail import record
from registry.services.booking_checks import Booking, checked_values
from registry.services.booking_questions import NEW_APPOINTMENT
from registry.services.diary_lock import lock_diaries

#: What an appointment has once nothing speaks against it any more.
STANDS_ANEW = {
    "state": AppointmentState.CONFIRMED,
    "ground_lost_because": "",
    "ground_lost_at": None,
}


def book_appointment(*, actor: Actor, booking: Booking, now: datetime) -> int:
    """
    Returns the appointment's number.

    Raises NotPrivileged with every reason, DiaryClash, BadInput, NotFound or NotAllowed.
    """
    with transaction() as session:
        require(actor, Action.BOOK, Subject(frozenset({booking.clinic_id})))
        lock_diaries(session, [booking.practitioner_id])
        values = checked_values(session, booking, now)
        appointment_id: int = session.execute(
            NEW_APPOINTMENT,
            {
                **values,
                "state": AppointmentState.CONFIRMED,
                "ground_lost_because": "",
                "version": 1,
            },
        ).scalar_one()
        _record(session, actor, "book appointment", appointment_id, None, values, booking, now)
        return appointment_id


def rebook_appointment(
    *,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    now: datetime,
    practitioner_id: int | None = None,
    room_id: int | None = None,
    slot: Slot | None = None,
    treatment: Treatment | None = None,
    sites: tuple[str, ...] | None = None,
) -> None:
    """
    Move, reassign or convert an appointment, or restore one that is held; checked anew.

    `seen_version` is the version the person looked at: raises Overtaken if it changed since.
    """
    with transaction() as session:
        old = _open_appointment(
            session, actor, appointment_id, seen_version, Action.MOVE, practitioner_id
        )
        new = Booking(
            clinic_id=old.clinic_id,
            room_id=room_id or old.room_id,
            practitioner_id=practitioner_id or old.practitioner_id,
            patient_id=old.patient_id,
            treatment=treatment or old.treatment,
            sites=tuple(old.sites) if sites is None else sites,
            slot=slot or old.slot,
        )
        before = _as_audited(old)
        values = checked_values(session, new, now, but=appointment_id)
        for name, value in {**values, **STANDS_ANEW}.items():
            setattr(old, name, value)
        session.flush()
        _record(session, actor, "change appointment", appointment_id, before, values, old, now)


def cancel_appointment(
    *, actor: Actor, appointment_id: int, seen_version: int, reason: str, now: datetime
) -> None:
    with transaction() as session:
        old = _open_appointment(session, actor, appointment_id, seen_version, Action.CANCEL)
        before = _as_audited(old)
        old.state = AppointmentState.CANCELLED
        session.flush()
        after = {"state": AppointmentState.CANCELLED, "reason": reason}
        _record(session, actor, "cancel appointment", appointment_id, before, after, old, now)


def mark_done(*, actor: Actor, appointment_id: int, seen_version: int, now: datetime) -> None:
    with transaction() as session:
        old = _appointment(session, actor, appointment_id, seen_version, Action.MARK_DONE)
        if old.state not in (AppointmentState.CONFIRMED, AppointmentState.BEGUN):
            raise NotInThatState(f"This appointment is {old.state}.")
        if old.starts_at > now:
            raise NotInThatState("This appointment has not started yet.")
        before = _as_audited(old)
        old.state = AppointmentState.DONE
        session.flush()
        after = {"state": AppointmentState.DONE}
        _record(session, actor, "mark as done", appointment_id, before, after, old, now)


def _open_appointment(
    session: Session,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    action: Action,
    goes_to: int | None = None,
) -> Appointment:
    old = _appointment(session, actor, appointment_id, seen_version, action, goes_to)
    if old.state not in (AppointmentState.CONFIRMED, AppointmentState.HELD):
        raise NotInThatState(f"This appointment is {old.state} and can no longer be changed.")
    return old


def _appointment(
    session: Session,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    action: Action,
    goes_to: int | None = None,
) -> Appointment:
    """With its practitioner's diary locked, and that of the one it `goes_to`."""
    found = session.get(Appointment, appointment_id)
    if found is None:
        raise NotFound("There is no such record.")
    subject = Subject(frozenset({found.clinic_id}), found.practitioner_id)
    require(actor, action, subject)
    lock_diaries(session, {found.practitioner_id, goes_to or found.practitioner_id})
    session.refresh(found)
    if found.version != seen_version:
        raise Overtaken("Somebody changed this appointment while you looked at it. Look again.")
    return found


def _as_audited(appointment: Appointment) -> dict[str, object]:
    names = ("practitioner_id", "room_id", "treatment", "sites", "starts_at", "ends_at", "state")
    return {name: getattr(appointment, name) for name in names}


def _record(
    session: Session,
    actor: Actor,
    action: str,
    appointment_id: int,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    whose: Booking | Appointment,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"appointment:{appointment_id}",
        at=now,
        clinic_id=whose.clinic_id,
        practitioner_id=whose.practitioner_id,
        before=before,
        after=after,
    )
