"""Notes on patients: is every one told of, is nobody let in past one, and who has one ahead?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from registry.adapters.clock import now
from registry.models import Appointment, AuditEntry, NoteClearance, PatientNote
from registry.models.contraindications import forbids_needling, waits_for_clearance
from registry.rules.vocabulary import AppointmentState

AT_A_TIME = 2000


class AddedUp(NamedTuple):
    """Rows by the number of their subject; the entries that tell of them say how many each."""

    what: str
    number: Any
    subject: str
    action: str
    says: tuple[str, ...]


ADDED_UP = (
    AddedUp(
        "note of patient",
        PatientNote.patient_id,
        "patient",
        "change patient notes",
        ("added", "withdrawn"),
    ),
    AddedUp(
        "clearance for appointment",
        NoteClearance.appointment_id,
        "appointment",
        "clear notes",
        ("notes_cleared",),
    ),
)


def unrecorded_notes(session: Session) -> Iterator[str]:
    for one in ADDED_UP:
        tells = _told(session, one)
        rows = session.execute(
            select(one.number, func.count()).group_by(one.number).order_by(one.number)
        )
        for number, has in rows:
            told = tells[f"{one.subject}:{number}"]
            if told < has:
                yield (
                    f"The audit trail does not tell of every {one.what} {number}: "
                    f"{has} on record, {told} told of."
                )


def let_in_past_notes(session: Session) -> Iterator[str]:
    """What is over stays as it was: a note made after it takes no check-in back."""
    here = (Appointment.checked_in_at.is_not(None), Appointment.ends_at > now())
    for clinic_id, patients in _with_notes(session, *here):
        is_or_are = "patient is" if patients == 1 else "patients are"
        yield (
            f"At clinic {clinic_id} {patients} {is_or_are} checked in past a note. "
            "The desk there sees whom to ask."
        )


def noted_ahead(session: Session) -> Iterator[str]:
    """No fault: a note may come after the booking, and is settled before the check-in."""
    for clinic_id, ahead in _with_notes(session, Appointment.starts_at > now()):
        wait, be = ("waits", "it is") if ahead == 1 else ("wait", "they are")
        yield (
            f"At clinic {clinic_id} {ahead} needling ahead {wait} for a note to be settled before "
            f"{be} checked in. The desk there sees which."
        )


def _told(session: Session, one: AddedUp) -> Counter[str]:
    entries = select(AuditEntry.subject, AuditEntry.body).where(AuditEntry.action == one.action)
    told: Counter[str] = Counter()
    for entry in session.execute(entries, execution_options={"yield_per": AT_A_TIME}):
        after = json.loads(entry.body).get("after") or {}
        told[entry.subject] += sum(after.get(name, 0) for name in one.says)
    return told


def _with_notes(session: Session, *which: ColumnElement[bool]) -> Iterator[tuple[int, int]]:
    """Clinics, and how many there: who runs the registry is told nothing of anybody's health."""
    rows = session.execute(
        select(Appointment.clinic_id, func.count())
        .where(
            Appointment.state == AppointmentState.CONFIRMED,
            forbids_needling() | waits_for_clearance(),
            *which,
        )
        .group_by(Appointment.clinic_id)
        .order_by(Appointment.clinic_id)
    )
    yield from ((clinic_id, many) for clinic_id, many in rows)
