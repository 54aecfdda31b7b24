"""Somebody asks how all that is on hold could be placed; the answer is worked out step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from registry.errors import BadInput
from registry.leave import require
from registry.models import Appointment, Repair, RepairPhase, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.vocabulary import AppointmentState
from registry.services.audit_trail import record

AFTER_A_FAULT = timedelta(minutes=1)


def ask_for_repair(
    *, actor: Actor, clinic_id: int, practitioner_id: int | None, now: datetime
) -> int:
    """
    The number of the question; what they asked for there before is dropped.

    Raises NotAllowed, NotFound, and BadInput where nothing is on hold.
    """
    with transaction() as session:
        require(actor, Action.MOVE, Subject(frozenset({clinic_id})))
        if not _held_to_come(session, clinic_id, practitioner_id, now):
            raise BadInput("Nothing to come is on hold there any more.", field="practitioner")
        session.execute(
            delete(Repair).where(Repair.clinic_id == clinic_id, Repair.asked_by == actor.account_id)
        )
        asked = Repair(
            clinic_id=clinic_id,
            practitioner_id=practitioner_id,
            asked_by=actor.account_id,
            asked_by_name=actor.name,
            asked_at=now,
            phase=RepairPhase.READING,
            moved_at=now,
        )
        session.add(asked)
        session.flush()
        _record(session, actor, asked)
        return asked.id


def _held_to_come(
    session: Session, clinic_id: int, practitioner_id: int | None, now: datetime
) -> int:
    """How many are on hold there and have not begun; of one practitioner, if told."""
    held = select(func.count(Appointment.id)).where(
        Appointment.clinic_id == clinic_id,
        Appointment.state == AppointmentState.HELD,
        Appointment.starts_at > now,
    )
    if practitioner_id is not None:
        held = held.where(Appointment.practitioner_id == practitioner_id)
    return session.scalar(held) or 0


def _record(session: Session, actor: Actor, asked: Repair) -> None:
    whose = {"clinic_id": asked.clinic_id, "practitioner_id": asked.practitioner_id}
    record(
        session,
        actor=actor,
        action="ask for a repair",
        subject=f"repair:{asked.id}",
        at=asked.asked_at,
        clinic_id=asked.clinic_id,
        practitioner_id=asked.practitioner_id,
        after=whose,
    )


def claim_repair(*, repair_id: int, now: datetime, until: datetime) -> bool:
    """Whether the next step is the caller's until then; not if somebody else has it."""
    with transaction() as session:
        claimed = session.scalar(
            update(Repair)
            .where(
                Repair.id == repair_id, Repair.phase != RepairPhase.ANSWERED, Repair.moved_at <= now
            )
            .values(moved_at=until)
            .returning(Repair.id)
        )
        return claimed is not None


def keep_claim(*, repair_id: int, held: datetime, until: datetime) -> bool:
    """Whoever claimed a step until `held` has it for longer; not if somebody else took it over."""
    with transaction() as session:
        kept = session.scalar(
            update(Repair)
            .where(Repair.id == repair_id, Repair.moved_at == held)
            .values(moved_at=until)
            .returning(Repair.id)
        )
        return kept is not None


def keep_repair_step(
    *,
    repair_id: int,
    after: RepairPhase,
    reached: RepairPhase,
    work: dict[str, Any] | None,
    result: dict[str, Any] | None,
    as_of: datetime | None,
    now: datetime,
) -> None:
    """What a step found. Dropped if the question is gone, or somebody else took the step."""
    with transaction() as session:
        asked = session.get(Repair, repair_id, with_for_update=True)
        if asked is None or asked.phase is not after:
            return
        asked.phase, asked.work, asked.result = reached, work, result
        asked.as_of, asked.moved_at, asked.failed_with = as_of, now, ""


def note_failed_repair(*, repair_id: int, error: str, now: datetime) -> None:
    """It is tried again after a while, and after those that get on or failed before it."""
    with transaction() as session:
        asked = session.get(Repair, repair_id, with_for_update=True)
        if asked is not None:
            asked.failed_with, asked.moved_at = error[:300], now + AFTER_A_FAULT
