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
    for row in session.execute(_with_notes(*here)):
        yield f"The patient of appointment {row.id} is checked in past {_in_words(row)}."


def noted_ahead(session: Session) -> Iterator[str]:
    """No fault: a note may come after the booking, and is settled before the check-in."""
    for row in session.execute(_with_notes(Appointment.starts_at > now())):
        yield (
            f"Appointment {row.id} on {row.first_day} is a needling of a patient with "
            f"{_in_words(row)}. It cannot be checked in before that is settled."
        )


def _told(session: Session, one: AddedUp) -> Counter[str]:
    entries = select(AuditEntry.subject, AuditEntry.body).where(AuditEntry.action == one.action)
    told: Counter[str] = Counter()
    for entry in session.execute(entries, execution_options={"yield_per": AT_A_TIME}):
        after = json.loads(entry.body).get("after") or {}
        told[entry.subject] += sum(after.get(name, 0) for name in one.says)
    return told


def _with_notes(*which: ColumnElement[bool]) -> Any:
    forbids, waits = forbids_needling(), waits_for_clearance()
    return (
        select(Appointment.id, Appointment.first_day, forbids.label("forbids"))
        .where(Appointment.state == AppointmentState.CONFIRMED, forbids | waits, *which)
        .order_by(Appointment.id)
    )


def _in_words(row: Any) -> str:
    return "a note that forbids needling" if row.forbids else "a note that nobody cleared"
