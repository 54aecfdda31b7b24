"""Contra-indications on record: what was noted of patients, and what was cleared for whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Index, String, and_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from registry.models.appointments import Appointment
from registry.models.base import Json, Model, UtcMoment, key, words
from registry.rules.contraindications import ABSOLUTE, Clearance, Contraindication, Note
from registry.rules.vocabulary import Treatment


class NoteChange(StrEnum):
    ADDED = "added"
    WITHDRAWN = "withdrawn"


class PatientNote(Model):
    """
    That a word was noted of a patient, or withdrawn again. Of each word the latest row counts.

    Never rewritten. The number of the row that added it is the note's own.
    """

    __tablename__ = "patient_notes"
    __table_args__ = (Index("ix_patient_notes_patient", "patient_id", "word", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = key("patients.id", index=False)
    word: Mapped[Contraindication] = mapped_column(words(Contraindication))
    change: Mapped[NoteChange] = mapped_column(words(NoteChange))
    recorded_by: Mapped[int] = key("accounts.id")
    recorded_by_name: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcMoment)

    @property
    def note(self) -> Note:
        return Note(self.id, self.word)


class NoteClearance(Model):
    """
    That a practitioner was asked about a note, for one appointment and these sites; who says so.

    Never rewritten: another practitioner, or more sites, is a clearance of its own.
    """

    __tablename__ = "note_clearances"
    __table_args__ = (Index("ix_note_clearances_appointment", "appointment_id", "note_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = key("appointments.id", index=False)
    note_id: Mapped[int] = key("patient_notes.id")
    practitioner_id: Mapped[int] = key("practitioners.id")
    sites: Mapped[list[str]] = mapped_column(Json)
    recorded_by: Mapped[int] = key("accounts.id")
    recorded_by_name: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcMoment)

    @property
    def clearance(self) -> Clearance:
        return Clearance(self.note_id, self.practitioner_id, tuple(self.sites))


def is_on_record() -> ColumnElement[bool]:
    """In SQL: this row added a note, and nothing followed it."""
    later = aliased(PatientNote)
    followed = (
        select(later.id)
        .where(
            later.patient_id == PatientNote.patient_id,
            later.word == PatientNote.word,
            later.id > PatientNote.id,
        )
        .correlate(PatientNote)
        .exists()
    )
    return and_(PatientNote.change == NoteChange.ADDED, ~followed)


def forbids_needling() -> ColumnElement[bool]:
    """In SQL: an appointment is to be needled, and a note on its patient forbids it."""
    return _is_noted(PatientNote.word.in_(ABSOLUTE))


def waits_for_clearance() -> ColumnElement[bool]:
    """
    In SQL: an appointment is to be needled, and its practitioner was not asked about every note.

    For which sites does not matter here: none are changed without all being cleared for them.
    """
    asked = select(NoteClearance.id).where(
        NoteClearance.appointment_id == Appointment.id,
        NoteClearance.note_id == PatientNote.id,
        NoteClearance.practitioner_id == Appointment.practitioner_id,
    )
    cleared = asked.correlate(Appointment, PatientNote).exists()
    return _is_noted(PatientNote.word.not_in(ABSOLUTE), ~cleared)


def _is_noted(*how: ColumnElement[bool]) -> ColumnElement[bool]:
    noted = select(PatientNote.id).where(
        PatientNote.patient_id == Appointment.patient_id, is_on_record(), *how
    )
    return and_(Appointment.treatment == Treatment.NEEDLING, noted.correlate(Appointment).exists())
