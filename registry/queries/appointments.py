"""One appointment: what it is, and what this person may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Account,
    Appointment,
    Patient,
    Practitioner,
    Room,
    TreatmentType,
    db,
)
from registry.models.ground_back import ground_is_back
from registry.models.same_booking import is_just
from registry.queries.diary import treatment_in_words
from registry.queries.premises import Place, place
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.diary import Slot
from registry.rules.same_booking import JustThis
from registry.rules.treatments import Needs
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState, Treatment


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    id: int
    version: int
    place: Place
    practitioner_id: int
    practitioner: str
    room_id: int
    room: str
    patient_id: int
    patient: str | None
    reference: str | None
    treatment: Treatment
    named: str
    needs: Needs
    sites: tuple[str, ...]
    slot: Slot
    busy: Slot
    state: AppointmentState
    ground_lost_because: str
    missed_at: datetime | None
    missed_by: str | None
    ground_back: bool  # it is on hold, but need not be
    actions: frozenset[Action]

    @property
    def what(self) -> str:
        return treatment_in_words(self.named, self.sites)

    @property
    def around(self) -> str:
        """The time that practitioner and room keep before and after it, in words."""
        before = self.slot.starts_at - self.busy.starts_at
        after = self.busy.ends_at - self.slot.ends_at
        kept = ((before, "preparation before it"), (after, "clean-up after it"))
        return ", ".join(
            f"{int(long.total_seconds()) // 60} minutes of {what}" for long, what in kept if long
        )

    @property
    def open(self) -> bool:
        """It can still be changed."""
        return self.state in KEEPS_ITS_SLOT


def appointment(actor: Actor, appointment_id: int) -> AppointmentPage:
    """
    Two statements, three for one on hold.

    Raises NotFound, also where the schedule is not theirs to see.
    """
    row = db.session.execute(
        select(
            Appointment,
            Practitioner.name,
            Room.name,
            Patient.name,
            Patient.reference,
            TreatmentType,
            Account.name,
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .outerjoin(Account, Account.id == Appointment.missed_by)
        .where(Appointment.id == appointment_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    subject = _subject(row[0])
    require(actor, Action.SEE_SCHEDULE, subject)
    return _page(
        row, place(row[0].clinic_id), frozenset(a for a in Action if may(actor, a, subject))
    )


def same_booking(actor: Actor, this: JustThis) -> int | None:
    """The number of an appointment that is just this: a form sent twice leads to the first."""
    require(actor, Action.BOOK, Subject(frozenset({this.clinic_id})))
    return db.session.scalar(select(Appointment.id).where(is_just(this)))


def _subject(booked: Appointment) -> Subject:
    return Subject(frozenset({booked.clinic_id}), booked.practitioner_id)


def _page(row: Any, where: Place, actions: frozenset[Action]) -> AppointmentPage:
    booked, practitioner, room, patient, reference, its_type, missed_by = row
    named = Action.SEE_PATIENT in actions
    return AppointmentPage(
        id=booked.id,
        version=booked.version,
        place=where,
        practitioner_id=booked.practitioner_id,
        practitioner=practitioner,
        room_id=booked.room_id,
        room=room,
        patient_id=booked.patient_id,
        patient=patient if named else None,
        reference=reference if named else None,
        treatment=booked.treatment,
        named=its_type.name,
        needs=its_type.needs,
        sites=tuple(booked.sites),
        slot=booked.slot,
        busy=Slot(booked.busy_from, booked.busy_until),
        state=booked.state,
        ground_lost_because=booked.ground_lost_because,
        missed_at=booked.missed_at,
        missed_by=missed_by,
        ground_back=booked.state is AppointmentState.HELD
        and bool(ground_is_back(db.session(), Appointment.id == booked.id)),
        actions=actions,
    )
