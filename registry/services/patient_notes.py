"""Notes on patients: what speaks against needling them, added and withdrawn, each kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from registry.errors import BadInput, Overtaken
from registry.models import Appointment, NoteChange, Patient, PatientNote, transaction
from registry.rules.access import Actor
from registry.rules.contraindications import Contraindication
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.appointment_changes import take_back_check_in
from registry.services.audit_trail import record
from registry.services.contraindications import notes_of
from registry.services.diary_lock import lock_diaries
from registry.services.patients import patient_to_change

CHANGED_HANDS = "An appointment of this patient was given to somebody else just now. Try again."


def change_notes(
    *, actor: Actor, patient_id: int, words: Collection[str], seen_note: int, now: datetime
) -> None:
    """
    What speaks against needling this patient is from now on just these words.

    `seen_note` is the latest row the person looked at, or 0: raises Overtaken if there is a later
    one, or if an appointment changed hands at that moment. Where something is added, whoever waits
    to be needled is checked in no longer. The entry says how many notes there are and not which:
    more people read the trail than may see them.
    """
    wanted = _known(words)
    with transaction() as session:
        patient = _patient_and_diaries(session, actor, patient_id, now)
        if _latest(session, patient_id) != seen_note:
            raise Overtaken("Somebody changed the notes meanwhile. Look again.")
        there = {note.word for note in notes_of(session, patient_id)}
        added, withdrawn = wanted - there, there - wanted
        _keep(session, actor, patient_id, NoteChange.ADDED, added, now)
        _keep(session, actor, patient_id, NoteChange.WITHDRAWN, withdrawn, now)
        record(
            session,
            actor=actor,
            action="change patient notes",
            subject=f"patient:{patient_id}",
            at=now,
            clinic_id=patient.clinic_id,
            before={"notes": len(there)},
            after={"notes": len(wanted), "added": len(added), "withdrawn": len(withdrawn)},
        )
        if added:
            for waiting in session.scalars(_to_be_needled(patient_id, now)):
                if waiting.checked_in_at is not None:
                    take_back_check_in(session, actor, waiting, now)


def _known(words: Collection[str]) -> set[Contraindication]:
    try:
        return {Contraindication(word) for word in words}
    except ValueError as error:
        raise BadInput("Choose from the list.", field="words") from error


def _latest(session: Session, patient_id: int) -> int:
    latest = select(func.max(PatientNote.id)).where(PatientNote.patient_id == patient_id)
    return session.scalar(latest) or 0


def _keep(
    session: Session,
    actor: Actor,
    patient_id: int,
    change: NoteChange,
    words: Collection[Contraindication],
    now: datetime,
) -> None:
    session.add_all(
        PatientNote(
            patient_id=patient_id,
            word=word,
            change=change,
            recorded_by=actor.account_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        for word in sorted(words)
    )
    session.flush()


def _to_be_needled(patient_id: int, now: datetime) -> Select[Appointment]:
    """What is not over yet."""
    return select(Appointment).where(
        Appointment.patient_id == patient_id,
        Appointment.treatment == Treatment.NEEDLING,
        Appointment.state == AppointmentState.CONFIRMED,
        Appointment.ends_at > now,
    )


def _patient_and_diaries(session: Session, actor: Actor, patient_id: int, now: datetime) -> Patient:
    """
    Locked, diaries before patients, as checking in does: neither waits for the other.

    Who has an appointment is read before it can be locked, and once more when nobody can be given
    one any more: what is in a diary that is not ours is not ours to change.
    """
    locked = _who_is_to_needle(session, patient_id, now)
    lock_diaries(session, locked)
    patient = patient_to_change(session, actor, patient_id)
    if not _who_is_to_needle(session, patient_id, now) <= locked:
        raise Overtaken(CHANGED_HANDS)
    return patient


def _who_is_to_needle(session: Session, patient_id: int, now: datetime) -> set[int]:
    waiting = _to_be_needled(patient_id, now).with_only_columns(Appointment.practitioner_id)
    return set(session.scalars(waiting))
