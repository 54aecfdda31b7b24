"""Patients: as little as the appointment book needs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import Clinic, Patient, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.languages import LANGUAGES
from registry.services.appointment_letters import send_elsewhere
from registry.services.audit_trail import record
from registry.services.typed import (
    one_of_a_kind,
    typed_email,
    typed_line,
    typed_name,
    typed_phone,
)

LONGEST_REFERENCE = 40
TAKEN = "There is a patient with this reference already."


def add_patient(
    *,
    actor: Actor,
    clinic_id: int,
    reference: str,
    name: str,
    now: datetime,
    phone: str = "",
    email: str = "",
    language: str = "",
    letters: bool = False,
) -> Patient:
    """Whoever may book may add. Raises NotAllowed, NotFound, BadInput at the field."""
    subject = Subject(frozenset({clinic_id}))
    with transaction() as session:
        if session.get(Clinic, clinic_id) is None:
            raise NotFound("There is no such record.", action=Action.BOOK, subject=subject)
        require(actor, Action.BOOK, subject)
        patient = Patient(
            clinic_id=clinic_id,
            reference=typed_line(reference, field="reference", longest=LONGEST_REFERENCE),
            **_particulars(name, phone, email, language, letters),
        )
        same = (Patient.clinic_id == clinic_id, Patient.reference == patient.reference)
        if session.scalar(select(Patient.id).where(*same)) is not None:
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


def change_patient(
    *,
    actor: Actor,
    patient_id: int,
    seen_version: int,
    name: str,
    phone: str,
    email: str,
    language: str,
    letters: bool,
    now: datetime,
) -> None:
    """
    Raises Overtaken, NotAllowed, NotFound, BadInput at the field.

    The entry says what was changed and not to what: more people read the trail than may see the
    patient.
    """
    with transaction() as session:
        patient = patient_to_change(session, actor, patient_id)
        if patient.version != seen_version:
            raise Overtaken("Somebody changed this record while you looked at it. Look again.")
        told = _particulars(name, phone, email, language, letters)
        changed = [field for field, value in told.items() if getattr(patient, field) != value]
        for field in changed:
            setattr(patient, field, told[field])
        session.flush()
        if {"email", "letters"}.intersection(changed):
            goes_to = patient.email if patient.letters else ""
            send_elsewhere(session, patient.id, goes_to, now)
        record(
            session,
            actor=actor,
            action="change patient",
            subject=f"patient:{patient.id}",
            at=now,
            clinic_id=patient.clinic_id,
            after={"changed": ", ".join(changed) or "nothing"},
        )


def patient_to_change(session: Session, actor: Actor, patient_id: int) -> Patient:
    """Raises NotFound, NotAllowed. Nobody else changes it, nor what is noted, until the end."""
    locked = select(Patient).where(Patient.id == patient_id).with_for_update()
    found = session.scalar(locked)
    if found is None:
        raise NotFound("There is no such record.")
    require(actor, Action.CHANGE_PATIENT, Subject(frozenset({found.clinic_id})))
    return found


def _particulars(name: str, phone: str, email: str, language: str, letters: bool) -> dict[str, Any]:
    if language and language not in LANGUAGES:
        raise BadInput("Choose a language of the list.", field="language")
    if letters and not email.strip():
        raise BadInput("Give the address that letters go to, or untick them.", field="email")
    return {
        "name": typed_name(name),
        "phone": typed_phone(phone),
        "email": typed_email(email, needed=False),
        "language": language,
        "letters": letters,
    }
