"""Activations: which one to go on with, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registry.leave import require
from registry.models import Activation, Phase, db
from registry.rules.access import Action, Actor, Subject


@dataclass(frozen=True, slots=True)
class ActivationSeen:
    """`done` of `total` over both phases; `held` and `begun` lost their ground so far."""

    adoption_id: int
    phase: Phase
    by: str
    started_at: datetime
    moved_at: datetime
    done: int
    total: int
    held: int
    begun: int
    failed_with: str


def waiting_activation() -> int | None:
    """The adoption whose activation waits longest for its next step; failed ones come last."""
    return db.session.scalar(
        select(Activation.adoption_id)
        .where(Activation.phase != Phase.DONE)
        .order_by(Activation.failed_with != "", Activation.moved_at, Activation.adoption_id)
        .limit(1)
    )


def activation_seen(actor: Actor, adoption_id: int) -> ActivationSeen | None:
    """Nothing for what nobody activated. Raises NotAllowed."""
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    row = db.session.get(Activation, adoption_id)
    if row is None:
        return None
    return ActivationSeen(
        row.adoption_id,
        row.phase,
        row.started_by_name,
        row.started_at,
        row.moved_at,
        row.done,
        row.total,
        row.held,
        row.begun,
        row.failed_with,
    )
