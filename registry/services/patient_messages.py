"""Messages to patients: written by somebody, sent as a letter only where the patient agreed."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotInThatState
from registry.models import Appointment, Clinic, Letter, Patient, transaction
from registry.rules.access import Action, Actor
from registry.rules.patient_messages import LONGEST_MESSAGE, MAY_BE_TOLD
from registry.services.appointment_changes import appointment_to_change, record_change
from registry.services.appointment_letters import about_message
from registry.services.outbox import promise_letter
from registry.services.typed import typed_text

NO_LETTERS = "This patient did not agree to letters, or left no address. Ring them instead."


def write_to_patient(
    *, actor: Actor, appointment_id: int, seen_version: int, text: str, now: datetime
) -> bool:
    """
    A letter with just these words; False where the same went, or is to go, already, whatever became
    of the appointment since: a draft that says when it is differs once that does.

    The trail says that one was written, and how long it is: more people read that than may see the
    patient. Raises BadInput at `text`, NotInThatState, Overtaken, NotFound or NotAllowed.
    """
    with transaction() as session:
        old = appointment_to_change(session, actor, appointment_id, seen_version, Action.MOVE)
        words = typed_text(text, field="text", longest=LONGEST_MESSAGE)
        if old.state not in MAY_BE_TOLD or old.ends_at <= now:
            raise NotInThatState("There is nothing to write about this appointment any more.")
        to = _address(session, old)
        digest = sha256(words.encode()).hexdigest()[:16]
        key = f"message:{appointment_id}:{digest}"
        if session.scalar(select(Letter.id).where(Letter.dedup_key == key)) is not None:
            return False
        promise_letter(
            session,
            dedup_key=key,
            to=to,
            template="patient_message",
            particulars={
                "clinic": session.get_one(Clinic, old.clinic_id).name,
                "lines": words.split("\n"),
                "path": "",
            },
            now=now,
            about=about_message(appointment_id),
        )
        told = {"letter_of_characters": len(words)}
        record_change(session, actor, "write to patient", old.id, None, told, old, now)
        return True


def _address(session: Session, appointment: Appointment) -> str:
    """Nobody takes back until the end that they want letters."""
    patient = session.scalars(
        select(Patient)
        .where(Patient.id == appointment.patient_id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if not (patient.letters and patient.email):
        raise NotInThatState(NO_LETTERS)
    return patient.email
