"""Letters that bring an appointment along as a calendar file: to whoever treats, to the patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

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
from registry.services.appointment_told import AppointmentTold, told_of
from registry.services.outbox import promise_letter, readdress, take_back

#: A letter waits so long, so that what is put right at once is told once.
SETTLES = timedelta(minutes=2)
PATIENT = "patient"


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
        _tell_practitioner(session, given_away, was, "handed over", now)
        had = None
    if had is None or had.for_practitioner != told.for_practitioner:
        _tell_practitioner(session, told, was, _happened(told, had), now)
    if was is None or was.for_patient != told.for_patient:
        _tell_patient(session, told, was, now)


def _happened(told: AppointmentTold, had: AppointmentTold | None) -> str:
    if told.cancelled:
        return "cancelled"
    return "booked" if had is None or had.cancelled else "changed"


def _tell_practitioner(
    session: Session,
    told: AppointmentTold,
    was: AppointmentTold | None,
    happened: str,
    now: datetime,
) -> None:
    if told.account_id is None:
        return
    reader = f"account:{told.account_id}"
    if told.account_email is None:
        _say_nothing(session, _about(told.id, reader), was, now)
        return
    _tell(
        session,
        told,
        was,
        now,
        to=told.account_email,
        reader=reader,
        template="appointment",
        account_id=told.account_id,
        particulars={
            "happened": happened,
            "what": title_of(told.treatment),
            "room": told.room,
            "path": f"/schedule/appointments/{told.id}",
            "title": title_of(told.treatment, told.room, told.clinic, standing=told.standing),
        },
    )


def _tell_patient(
    session: Session, told: AppointmentTold, was: AppointmentTold | None, now: datetime
) -> None:
    """Nothing of what is treated: a letter is read by whoever has the telephone in hand."""
    if not told.patient_email:
        _say_nothing(session, _about(told.id, PATIENT), was, now)
        return
    _tell(
        session,
        told,
        was,
        now,
        to=told.patient_email,
        reader=PATIENT,
        template="patient_appointment",
        account_id=None,
        particulars={
            "happened": _happened(told, was),
            "path": "",
            "title": f"Your appointment at {told.clinic}",
        },
    )


def _say_nothing(session: Session, about: str, was: AppointmentTold | None, now: datetime) -> None:
    """Of a new appointment nothing was said before either."""
    if was is not None:
        take_back(session, about, now)


def _tell(
    session: Session,
    told: AppointmentTold,
    was: AppointmentTold | None,
    now: datetime,
    *,
    to: str,
    reader: str,
    template: str,
    account_id: int | None,
    particulars: dict[str, Any],
) -> None:
    """The latest word only: it takes the place of what has not gone, of which nobody heard."""
    about = _about(told.id, reader)
    if was is not None and take_back(session, about, now):
        if told.cancelled:
            return
        particulars = {**particulars, "happened": "booked"}
    day, hours = when_in_words(Slot(told.starts_at, told.ends_at), told.zone)
    promise_letter(
        session,
        dedup_key=f"{about}:{told.version}",
        to=to,
        template=template,
        particulars={
            **particulars,
            "name": told.practitioner,
            "clinic": told.clinic,
            "address": told.address,
            "day": day,
            "hours": hours,
            "calendar": _for_calendars(told, now),
        },
        now=now,
        account_id=account_id,
        about=about,
        wait=SETTLES,
    )


def send_elsewhere(session: Session, patient_id: int, email: str, now: datetime) -> None:
    """Letters to a patient that have not gone go to this address; to none, if it is empty."""
    theirs = select(Appointment.id).where(Appointment.patient_id == patient_id)
    ahead = Appointment.ends_at > now
    for appointment_id in session.scalars(theirs.where(ahead)).all():
        about = _about(appointment_id, PATIENT)
        if email:
            readdress(session, about, email)
        else:
            take_back(session, about, now)


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
