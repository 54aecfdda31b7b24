"""Letters that bring an appointment along as a calendar file: to whoever treats, to the patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Appointment
from registry.rules.calendars import (
    appointment_uid,
    title_of,
    when_in_words,
)
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_told import AppointmentTold, Heard, told_of
from registry.services.outbox import promise_letter, readdress, take_back

#: A letter waits so long, so that what is put right at once is told once.
SETTLES = timedelta(minutes=2)
PATIENT = "patient"
MESSAGE = "message"


class Known(NamedTuple):
    """What concerns a reader, before a change and after it; a new one nobody was told of."""

    before: Heard
    after: Heard
    is_new: bool


def tell_of_appointment(
    session: Session, appointment_id: int, was: AppointmentTold | None, now: datetime
) -> None:
    """
    In the transaction of a change: letters to those whom it concerns, once it settled.

    `was` is `told_of` before the change, None for a new appointment. What is over is not told.
    """
    told = told_of(session, appointment_id)
    if max(told.ends_at, was.ends_at if was else told.ends_at) <= now:
        return
    had = was
    if was is not None and was.practitioner_id != told.practitioner_id:
        given_away = replace(was, version=told.version, state=AppointmentState.CANCELLED)
        _tell_practitioner(session, given_away, was, now, taken_away="handed over")
        had = None
    if had is None or had.for_practitioner != told.for_practitioner:
        _tell_practitioner(session, told, had, now, is_new=was is None)
    if was is None or was.for_patient != told.for_patient:
        _tell_patient(session, told, was, now)


def _tell_practitioner(
    session: Session,
    told: AppointmentTold,
    had: AppointmentTold | None,
    now: datetime,
    *,
    is_new: bool = False,
    taken_away: str = "cancelled",
) -> None:
    """`had` is None where it was not theirs before; then it need not be new."""
    if told.account_id is None:
        return
    reader = f"account:{told.account_id}"
    known = Known(had.for_practitioner if had else [], told.for_practitioner, is_new=is_new)
    _tell(
        session,
        told,
        known,
        now,
        to=told.account_email,
        reader=reader,
        template="appointment",
        account_id=told.account_id,
        taken_away=taken_away,
        particulars={
            "what": title_of(told.treatment),
            "room": told.room,
            "path": f"/schedule/appointments/{told.id}",
            "title": title_of(told.treatment, told.room, told.clinic, state=told.state),
        },
    )


def _tell_patient(
    session: Session, told: AppointmentTold, was: AppointmentTold | None, now: datetime
) -> None:
    """Nothing of what is treated: a letter is read by whoever has the telephone in hand."""
    known = Known(was.for_patient if was else [], told.for_patient, is_new=was is None)
    _tell(
        session,
        told,
        known,
        now,
        to=told.patient_email,
        reader=PATIENT,
        template="patient_appointment",
        particulars={"path": "", "title": f"Your appointment at {told.clinic}"},
    )


def _tell(
    session: Session,
    told: AppointmentTold,
    known: Known,
    now: datetime,
    *,
    to: str | None,
    reader: str,
    template: str,
    particulars: dict[str, Any],
    account_id: int | None = None,
    taken_away: str = "cancelled",
) -> None:
    """The latest word only, in place of what has not gone; none, if they last heard the same."""
    about = _about(told.id, reader)
    heard = known.before if known.is_new else _last_heard(session, about, known.before, now)
    if not to or heard == known.after:
        return
    heard_of = known.before if heard is None else heard
    promise_letter(
        session,
        dedup_key=f"{about}:{told.version}",
        to=to,
        template=template,
        particulars={
            **particulars,
            "happened": taken_away if told.cancelled else "changed" if heard_of else "booked",
            "heard": heard,
            **_when_and_where(told),
            "calendar": _for_calendars(told, now),
        },
        now=now,
        account_id=account_id,
        about=about,
        wait=SETTLES,
    )


def _when_and_where(told: AppointmentTold) -> dict[str, Any]:
    day, hours = when_in_words(Slot(told.starts_at, told.ends_at), told.zone)
    return {
        "name": told.practitioner,
        "clinic": told.clinic,
        "address": told.address,
        "day": day,
        "hours": hours,
        "provisional": told.provisional,
    }


def _last_heard(session: Session, about: str, before: Heard, now: datetime) -> Heard | None:
    """
    Before the letters that are taken back here; None where nobody can tell.

    A letter that was tried may have arrived or not, so after it everything is told.
    """
    unheard, tried = take_back(session, about, now)
    if tried:
        return None
    return before if unheard is None else unheard.get("heard")


def send_elsewhere(session: Session, patient_id: int, email: str, now: datetime) -> None:
    """Letters to a patient that have not gone go to this address; to none, if it is empty."""
    theirs = select(Appointment.id).where(Appointment.patient_id == patient_id)
    ahead = Appointment.ends_at > now
    for appointment_id in session.scalars(theirs.where(ahead)).all():
        for about in (_about(appointment_id, PATIENT), about_message(appointment_id)):
            if email:
                readdress(session, about, email)
            else:
                take_back(session, about, now)


def about_message(appointment_id: int) -> str:
    """What somebody wrote to the patient: no later letter takes its place."""
    return _about(appointment_id, MESSAGE)


def _about(appointment_id: int, reader: str) -> str:
    return f"appointment:{appointment_id}:{reader}"


def _for_calendars(told: AppointmentTold, now: datetime) -> dict[str, Any]:
    """What jobs/invitations.py makes a file of, as plain values."""
    return {
        "uid": appointment_uid(told.id),
        "sequence": told.version - 1,
        "changed_at": now.isoformat(),
        "standing": told.standing,
        "starts_at": told.starts_at.isoformat(),
        "ends_at": told.ends_at.isoformat(),
        "zone": told.zone,
    }
