"""Patients: found at one clinic by reference or by name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from registry.models import Patient, db
from registry.queries.leave import leave
from registry.rules.access import Action, Actor, Subject

MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class PatientName:
    id: int
    reference: str
    name: str


def find_patients(actor: Actor, clinic_id: int, words: str) -> list[PatientName]:
    """
    The one with exactly this reference; else those whose name or reference has the words in it.

    At most `MOST_FOUND`, by name. One statement. For those who book there.
    """
    leave(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    if not words:
        return []
    lowered = words.lower()
    rows = db.session.execute(
        select(Patient.id, Patient.reference, Patient.name)
        .where(
            Patient.clinic_id == clinic_id,
            func.lower(Patient.reference).contains(lowered, autoescape=True)
            | func.lower(Patient.name).contains(lowered, autoescape=True),
        )
        .order_by(func.lower(Patient.reference) != lowered, Patient.name, Patient.id)
        .limit(MOST_FOUND)
    )
    found = [PatientName(row.id, row.reference, row.name) for row in rows]
    exact = [patient for patient in found if patient.reference.lower() == lowered]
    return exact[:1] or found
