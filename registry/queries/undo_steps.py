"""What was done a little while ago, to one appointment or to many, and whether it can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Account,
    Appointment,
    Patient,
    Practitioner,
    Room,
    TreatmentType,
    UndoLine,
    UndoStep,
    db,
)
from registry.queries.appointments import AppointmentPage
from registry.queries.diary import treatment_in_words
from registry.queries.premises import Place, place
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.series import UNDO_FOR
from registry.rules.vocabulary import AppointmentState


@dataclass(frozen=True, slots=True)
class Recent:
    """Something that can still be undone; `appointments` is how many were changed with it."""

    step_id: int
    what: str
    by: str
    until: datetime
    appointments: int


@dataclass(frozen=True, slots=True)
class StepLine:
    id: int
    starts_at: datetime
    ends_at: datetime
    state: AppointmentState
    what: str
    practitioner: str
    room: str
    patient: str | None


@dataclass(frozen=True, slots=True)
class StepPage:
    id: int
    what: str
    by: str
    done_at: datetime
    place: Place
    lines: list[StepLine]
    undone: bool

    def can_be_undone(self, now: datetime) -> bool:
        return not self.undone and now - self.done_at <= UNDO_FOR


def to_be_undone(actor: Actor, page: AppointmentPage, now: datetime) -> Recent | None:
    """The last thing done to it, if it is not too long ago and theirs to undo. One statement."""
    if not {Action.MOVE, Action.CANCEL} <= page.actions:
        return None
    with_it = aliased(UndoLine)
    how_many = select(func.count(with_it.id)).where(with_it.step_id == UndoStep.id)
    row = db.session.execute(
        select(
            UndoStep.id,
            UndoStep.what,
            UndoStep.done_at,
            Account.name,
            how_many.scalar_subquery().label("appointments"),
        )
        .join(UndoLine, UndoLine.step_id == UndoStep.id)
        .outerjoin(Account, Account.id == UndoStep.account_id)
        .where(
            UndoLine.appointment_id == page.id,
            UndoLine.version == page.version,
            UndoStep.undone_at.is_(None),
            UndoStep.done_at >= now - UNDO_FOR,
        )
        .order_by(UndoStep.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Recent(row.id, row.what, row.name or "", row.done_at + UNDO_FOR, row.appointments)


def step_page(actor: Actor, step_id: int) -> StepPage:
    """Three statements. Raises NotFound, also where it is not theirs to see."""
    row = db.session.execute(
        select(UndoStep, Account.name)
        .outerjoin(Account, Account.id == UndoStep.account_id)
        .where(UndoStep.id == step_id)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such record.")
    step: UndoStep = row[0]
    require(actor, Action.MOVE, Subject(frozenset({step.clinic_id})))
    return StepPage(
        id=step.id,
        what=step.what,
        by=row.name or "",
        done_at=step.done_at,
        place=place(step.clinic_id),
        lines=_lines(actor, step),
        undone=step.undone_at is not None,
    )


def _lines(actor: Actor, step: UndoStep) -> list[StepLine]:
    rows = db.session.execute(
        select(Appointment, Practitioner.name, Room.name, Patient.name, TreatmentType.name)
        .join(UndoLine, UndoLine.appointment_id == Appointment.id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(UndoLine.step_id == step.id)
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return [
        StepLine(
            id=booked.id,
            starts_at=booked.starts_at,
            ends_at=booked.ends_at,
            state=booked.state,
            what=treatment_in_words(named, booked.sites),
            practitioner=practitioner,
            room=room,
            patient=patient if _may_name(actor, booked) else None,
        )
        for booked, practitioner, room, patient, named in rows
    ]


def _may_name(actor: Actor, booked: Appointment) -> bool:
    subject = Subject(frozenset({booked.clinic_id}), booked.practitioner_id)
    return may(actor, Action.SEE_PATIENT, subject)
