"""Repairs asked for: which waits for its next step, how far it is, and whose work is on hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from registry.leave import require
from registry.models import Appointment, Practitioner, Repair, RepairPhase, db
from registry.queries.held_work import is_on_hold
from registry.rules.access import Action, Actor, Subject


class RepairStep(NamedTuple):
    """What the next step of a repair goes on from."""

    id: int
    phase: RepairPhase
    clinic_id: int
    practitioner_id: int | None
    as_of: datetime | None
    work: dict[str, Any] | None


class Whose(NamedTuple):
    """Somebody with work on hold, and how much of it."""

    id: int
    name: str
    held: int


def waiting_repair(now: datetime) -> int | None:
    """The one that waits longest for its next step and may be taken; failed ones come last."""
    return db.session.scalar(
        select(Repair.id)
        .where(Repair.phase != RepairPhase.ANSWERED, Repair.moved_at <= now)
        .order_by(Repair.failed_with != "", Repair.moved_at, Repair.id)
        .limit(1)
    )


def step_of_repair(repair_id: int) -> RepairStep | None:
    """None where it is gone, or answered."""
    asked = repair_with(repair_id, undefer(Repair.work))
    if asked is None or asked.answered:
        return None
    whose = (asked.clinic_id, asked.practitioner_id)
    return RepairStep(asked.id, asked.phase, *whose, asked.as_of, asked.work)


def whose_is_held(actor: Actor, clinic_id: int, now: datetime) -> list[Whose]:
    """By name. One statement."""
    require(actor, Action.MOVE, Subject(frozenset({clinic_id})))
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name, func.count(Appointment.id))
        .join(Appointment, Appointment.practitioner_id == Practitioner.id)
        .where(*is_on_hold(clinic_id, None, now))
        .group_by(Practitioner.id, Practitioner.name)
        .order_by(Practitioner.name, Practitioner.id)
    )
    return [Whose(*row) for row in rows]


def latest_repair(actor: Actor, clinic_id: int) -> int | None:
    """The one they asked for last at this clinic."""
    require(actor, Action.MOVE, Subject(frozenset({clinic_id})))
    mine = select(Repair.id).where(
        Repair.clinic_id == clinic_id, Repair.asked_by == actor.account_id
    )
    return db.session.scalar(mine.order_by(Repair.id.desc()).limit(1))


def repair_with(repair_id: int, *options: Any) -> Repair | None:
    """As it is on record now."""
    return db.session.get(Repair, repair_id, options=options, populate_existing=True)
