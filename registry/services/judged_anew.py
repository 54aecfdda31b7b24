"""Judged anew: everybody who works at a clinic, once something else is asked there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Engagement
from registry.rules.access import Actor
from registry.services.gates import ask_gates_anew
from registry.services.holds import LostGround
from registry.services.privileges import rederive


def judge_anew_at(
    session: Session, actor: Actor, clinic_id: int, because: str, cause: str, now: datetime
) -> list[LostGround]:
    """What lost its ground by it. `cause` is the record that asks something else: `clinic:7`."""
    there = select(Engagement.practitioner_id).where(Engagement.clinic_id == clinic_id)
    ids = session.scalars(there.distinct()).all()
    lost = rederive(
        session, actor=actor, practitioner_ids=ids, because=because, now=now, cause=cause
    )
    ask_gates_anew(session, actor=actor, practitioner_ids=ids, because=because, now=now)
    return lost
