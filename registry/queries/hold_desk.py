"""The desk of what is on hold at a clinic: why, and every way to settle it, the best first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from registry.models import Appointment, Patient, Practitioner, Room, TreatmentType, db
from registry.queries.hold_proposals import NO_WAYS, Proposal, proposals
from registry.queries.premises import place as place_of
from registry.queries.restoring import AsItStands, held_as_they_stand
from registry.queries.scope import ClinicSeen
from registry.queries.standing_work import Work, work_of
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.holds import Cause, cause_of
from registry.rules.vocabulary import AppointmentState

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Hold:
    """
    One on hold: why and since when, what took its ground, and how it could be settled.

    For whoever may not move it, `proposal` has no ways.
    """

    work: Work
    because: str
    since: datetime
    cause: Cause | None
    stands: AsItStands
    proposal: Proposal

    @property
    def id(self) -> int:
        return self.work.pattern.id


@dataclass(frozen=True, slots=True)
class HoldDesk:
    """`ground_back` and `restorable` are of all there, not only of this page."""

    holds: list[Hold]
    first: int
    total: int
    ground_back: int
    restorable: int
    may_settle: bool

    @property
    def last(self) -> int:
        return self.first + len(self.holds) - 1


def hold_desk(actor: Actor, place: ClinicSeen, *, page: int, now: datetime) -> HoldDesk:
    """
    Soonest first. At most twenty-one statements for a page of any length; four for an auditor.

    Whoever calls it has asked leave to see the schedule there.
    """
    first = (page - 1) * A_PAGE
    rows = db.session.execute(_held(place.id).offset(first).limit(A_PAGE)).all()
    stands = held_as_they_stand(now, Appointment.clinic_id == place.id)
    may_settle = may(actor, Action.MOVE, Subject(frozenset({place.id})))
    works = [work_of(actor, *row[:6]) for row in rows]
    shown = [(work, stands[work.pattern.id]) for work in works]
    proposed = proposals(place_of(place.id), shown, now) if may_settle and shown else {}
    return HoldDesk(
        [
            _hold(row[0], work, stands[row[0].id], proposed.get(row[0].id, NO_WAYS))
            for row, work in zip(rows, works, strict=True)
        ],
        first + 1,
        rows[0].total if rows else 0,
        sum(one.ground_back for one in stands.values()),
        sum(one.restorable for one in stands.values()),
        may_settle,
    )


def _held(clinic_id: int) -> Any:
    return (
        select(
            Appointment,
            Practitioner.name,
            Room.name,
            Patient.name,
            Patient.language,
            TreatmentType,
            func.count().over().label("total"),
        )
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Room, Room.id == Appointment.room_id)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(
            Appointment.clinic_id == clinic_id,
            Appointment.state == AppointmentState.HELD,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )


def _hold(booked: Appointment, work: Work, stands: AsItStands, proposal: Proposal) -> Hold:
    return Hold(
        work,
        booked.ground_lost_because,
        booked.ground_lost_at or booked.starts_at,
        cause_of(booked.ground_lost_by),
        stands,
        proposal,
    )
