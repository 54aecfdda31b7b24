"""Contra-indications, as pages show them: what is to be cleared before somebody is needled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select

from registry.leave import require
from registry.models import Appointment, NoteClearance, PatientNote, db
from registry.models.contraindications import is_on_record
from registry.queries.appointments import AppointmentPage
from registry.queries.diary import Entry
from registry.rules.access import Action, Actor, Subject
from registry.rules.contraindications import Note, forbidding, uncleared
from registry.rules.vocabulary import KEEPS_ITS_SLOT, Treatment

NOT_AT_ALL = "Not to be needled"
TO_BE_CONFIRMED = "To be confirmed"


@dataclass(frozen=True, slots=True)
class NoteCleared:
    """Who said last, and when, that it was cleared for the appointment as it is now."""

    note: Note
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NotesBefore:
    """What was noted of the patient of one appointment; `open` is still to be cleared."""

    cleared: list[NoteCleared]
    forbidding: list[Note]
    open: list[Note]

    @property
    def holds_back(self) -> bool:
        return bool(self.forbidding or self.open)


def notes_for_booking(actor: Actor, clinic_id: int, patient_id: int) -> list[Note]:
    """Of a patient who is found there by those who book. One statement."""
    require(actor, Action.BOOK, Subject(frozenset({clinic_id})))
    rows = db.session.execute(
        select(PatientNote.id, PatientNote.word)
        .where(PatientNote.patient_id == patient_id, is_on_record())
        .order_by(PatientNote.id)
    )
    return [Note(*row) for row in rows]


def notes_of_patients(patient_ids: Collection[int]) -> dict[int, list[Note]]:
    """By patient. One statement. Whoever calls it has asked leave for their records."""
    if not patient_ids:
        return {}
    found: defaultdict[int, list[Note]] = defaultdict(list)
    rows = db.session.execute(
        select(PatientNote.patient_id, PatientNote.id, PatientNote.word)
        .where(PatientNote.patient_id.in_(patient_ids), is_on_record())
        .order_by(PatientNote.id)
    )
    for patient_id, number, word in rows:
        found[patient_id].append(Note(number, word))
    return dict(found)


def notes_before(actor: Actor, page: AppointmentPage) -> NotesBefore | None:
    """One statement. None where nothing is needled, or the record is not theirs to see."""
    if page.treatment is not Treatment.NEEDLING or Action.SEE_PATIENT_RECORD not in page.actions:
        return None
    require(
        actor, Action.SEE_PATIENT_RECORD, Subject(frozenset({page.place.id}), page.practitioner_id)
    )
    rows = db.session.execute(_noted().where(Appointment.id == page.id)).all()
    notes, made = _notes(rows), [row.NoteClearance for row in rows if row.NoteClearance]
    asked = (page.practitioner_id, page.sites)
    settled = {
        note: one for note in notes for one in made if one.clearance.covers(note, *asked)
    }  # the last one wins
    return NotesBefore(
        [NoteCleared(note, one.recorded_by_name, one.recorded_at) for note, one in settled.items()],
        forbidding(notes),
        uncleared(notes, [one.clearance for one in made], *asked),
    )


def to_be_confirmed(entries: Iterable[Entry]) -> dict[int, list[str]]:
    """In short, for each of these that is still to come and waits for it."""
    return {
        one.id: [NOT_AT_ALL if one.forbids else TO_BE_CONFIRMED]
        for one in entries
        if one.state in KEEPS_ITS_SLOT and (one.forbids or one.waits)
    }


def with_notes(
    missing: Mapping[int, Sequence[str]], noted: Mapping[int, Sequence[str]]
) -> dict[int, list[str]]:
    """What is noted first, then what is missing otherwise."""
    numbers = {*missing, *noted}
    return {number: [*noted.get(number, ()), *missing.get(number, ())] for number in numbers}


def _notes(rows: Iterable[Any]) -> list[Note]:
    return list(dict.fromkeys(row.PatientNote.note for row in rows))


def _noted() -> Select[*tuple[Any, ...]]:
    """Notes on record of an appointment's patient, each with every clearance for it."""
    return (
        select(PatientNote, NoteClearance)
        .select_from(Appointment)
        .join(PatientNote, and_(PatientNote.patient_id == Appointment.patient_id, is_on_record()))
        .outerjoin(
            NoteClearance,
            and_(
                NoteClearance.appointment_id == Appointment.id,
                NoteClearance.note_id == PatientNote.id,
            ),
        )
        .order_by(PatientNote.id, NoteClearance.id)
    )
