"""Patients: as little as the appointment book needs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.models import Clinic, Patient, transaction
from registry.rules.access import Action, Actor, Subject
from registry.services.audit_trail import record
from registry.services.typed import one_of_a_kind, typed_line, typed_name

LONGEST_REFERENCE = 40
TAKEN = "There is a patient with this reference already."


def add_patient(
    *, actor: Actor, clinic_id: int, reference: str, name: str, now: datetime
) -> Patient:
    """Whoever may book may add. Raises NotAllowed, NotFound, BadInput at `reference`, `name`."""
    subject = Subject(frozenset({clinic_id}))
    with transaction() as session:
        if session.get(Clinic, clinic_id) is None:
            raise NotFound("There is no such record.", action=Action.BOOK, subject=subject)
        require(actor, Action.BOOK, subject)
        patient = Patient(
            clinic_id=clinic_id,
            reference=typed_line(reference, field="reference", longest=LONGEST_REFERENCE),
            name=typed_name(name),
        )
        there = select(Patient.id).where(
            Patient.clinic_id == clinic_id, Patient.reference == patient.reference
        )
        if session.scalar(there) is not None:
            raise BadInput(TAKEN, field="reference")
        session.add(patient)
        with one_of_a_kind(TAKEN, field="reference"):
            session.flush()
        record(
            session,
            actor=actor,
            action="add patient",
            subject=f"patient:{patient.id}",
            at=now,
            clinic_id=clinic_id,
            after={"reference": patient.reference},
        )
        return patient
