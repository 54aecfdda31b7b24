"""One patient: how to reach them, what was noted of them, and what they came and will come for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Appointment,
    NoteChange,
    Patient,
    PatientNote,
    Practitioner,
    Room,
    TreatmentType,
    db,
)
from registry.models.contraindications import forbids_needling, waits_for_clearance
from registry.queries.contraindications import NOT_AT_ALL, TO_BE_CONFIRMED
from registry.queries.diary import treatment_in_words
from registry.queries.premises import Place, place
from registry.rules.access import Action, Actor, Answer, Subject, may
from registry.rules.contraindications import IN_WORDS, Contraindication, Weight, weight_of
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NoteEvent:
    id: int
    word: Contraindication
    added: bool
    by: str
    at: datetime

    @property
    def words(self) -> str:
        return IN_WORDS[self.word]

    @property
    def forbids(self) -> bool:
        return weight_of(self.word) is Weight.ABSOLUTE


@dataclass(frozen=True, slots=True)
class Visit:
    """
    One appointment of the patient; `named`: its type.

    Something noted of them `forbids` the needling, or it `waits` to be confirmed.
    """

    id: int
    state: AppointmentState
    starts_at: datetime
    ends_at: datetime
    practitioner: str
    room: str
    named: str
    sites: tuple[str, ...]
    forbids: bool
    waits: bool

    @property
    def noted(self) -> str:
        """What its patient's notes make of it, in short; "" where nothing, or where it is over."""
        if self.state not in KEEPS_ITS_SLOT:
            return ""
        return NOT_AT_ALL if self.forbids else TO_BE_CONFIRMED if self.waits else ""

    @property
    def what(self) -> str:
        return treatment_in_words(self.named, self.sites)


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """
    `phone`, `email` and whether letters go there are None for a practitioner, who sees their own
    appointments only.

    `events` is all that was noted and withdrawn, the latest first. What was cancelled is `past`.
    """

    id: int
    version: int
    place: Place
    reference: str
    name: str
    phone: str | None
    email: str | None
    language: str
    letters: bool | None
    events: list[NoteEvent]
    coming: list[Visit]
    past: list[Visit]
    may_change: bool
    may_book: bool

    @property
    def notes(self) -> list[NoteEvent]:
        """What is on record now: of each word the latest counts."""
        latest: dict[Contraindication, NoteEvent] = {}
        for event in self.events:
            latest.setdefault(event.word, event)
        return sorted((e for e in latest.values() if e.added), key=lambda event: event.id)

    @property
    def stopped(self) -> list[Visit]:
        """What is to come and was noted to be no needling: it needs another treatment."""
        return [one for one in self.coming if one.noted == NOT_AT_ALL]

    @property
    def unconfirmed(self) -> list[Visit]:
        """What is to come and waits for its practitioner's word."""
        return [one for one in self.coming if one.noted == TO_BE_CONFIRMED]

    @property
    def latest(self) -> int:
        return self.events[0].id if self.events else 0


def patient_record(actor: Actor, patient_id: int, now: datetime) -> PatientRecord:
    """
    Some statements, whatever is on record. Raises NotFound, NotAllowed.

    A practitioner sees a patient of their own: one with whom they have, or had, an appointment.
    """
    found = db.session.get(Patient, patient_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such record.")
    subject = Subject(frozenset({found.clinic_id}), _treats(actor, patient_id))
    whole = require(actor, Action.SEE_PATIENT_RECORD, subject) is Answer.ALLOWED
    own = None if whole else actor.practitioner_id
    return PatientRecord(
        id=found.id,
        version=found.version,
        place=place(found.clinic_id),
        reference=found.reference,
        name=found.name,
        phone=found.phone if whole else None,
        email=found.email if whole else None,
        language=found.language,
        letters=found.letters if whole else None,
        events=_events(patient_id),
        coming=_visits(_booked(patient_id, own, coming_at=now)),
        past=_visits(_booked(patient_id, own, past_at=now)),
        may_change=may(actor, Action.CHANGE_PATIENT, subject),
        may_book=may(actor, Action.BOOK, subject),
    )


def _treats(actor: Actor, patient_id: int) -> int | None:
    """The practitioner who asks, if this is a patient of theirs."""
    if actor.practitioner_id is None:
        return None
    return db.session.scalar(
        select(Appointment.practitioner_id)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.practitioner_id == actor.practitioner_id,
            Appointment.state != AppointmentState.CANCELLED,
        )
        .limit(1)
    )


def _events(patient_id: int) -> list[NoteEvent]:
    rows = db.session.scalars(
        select(PatientNote)
        .where(PatientNote.patient_id == patient_id)
        .order_by(PatientNote.id.desc())
    )
    return [
        NoteEvent(
            row.id, row.word, row.change is NoteChange.ADDED, row.recorded_by_name, row.recorded_at
        )
        for row in rows
    ]


def _booked(
    patient_id: int,
    practitioner_id: int | None,
    *,
    coming_at: datetime | None = None,
    past_at: datetime | None = None,
) -> Select[*tuple[Any, ...]]:
    """On either side of now, the nearest first; what was cancelled lies on the far side."""
    found = (
        select(
            Appointment.id,
            Appointment.state,
            Appointment.starts_at,
            Appointment.ends_at,
            Practitioner.name.label("practitioner"),
            Room.name.label("room"),
            TreatmentType.name.label("named"),
            Appointment.sites,
            forbids_needling().label("forbids"),
            waits_for_clearance().label("waits"),
        )
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .where(Appointment.patient_id == patient_id)
        .limit(MOST_SHOWN)
    )
    if practitioner_id is not None:
        found = found.where(Appointment.practitioner_id == practitioner_id)
    off = Appointment.state == AppointmentState.CANCELLED
    if coming_at is not None:
        ahead = (Appointment.starts_at >= coming_at) & ~off
        return found.where(ahead).order_by(Appointment.starts_at)
    over = (Appointment.starts_at < past_at) | off
    return found.where(over).order_by(Appointment.starts_at.desc())


def _visits(booked: Select[*tuple[Any, ...]]) -> list[Visit]:
    rows: Sequence[Any] = db.session.execute(booked).all()
    return [
        Visit(
            id=row.id,
            state=row.state,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            practitioner=row.practitioner,
            room=row.room,
            named=row.named,
            sites=tuple(row.sites),
            forbids=bool(row.forbids),
            waits=bool(row.waits),
        )
        for row in rows
    ]
