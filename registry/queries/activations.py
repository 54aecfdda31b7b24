"""Activations: which one to go on with, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registry.leave import require
from registry.models import Activation, ActivationGivenUp, Phase, db
from registry.rules.access import Action, Actor, Subject


@dataclass(frozen=True, slots=True)
class GivenUp:
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ActivationSeen:
    """
    `done` of `total` over both phases; `held` and `begun` lost their ground so far.

    Where it was `given_up`, the total is of those who are judged anew since.
    """

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
    given_up: GivenUp | None

    @property
    def may_be_given_up(self) -> bool:
        """As long as the new version is not in force."""
        return self.phase is Phase.NARROWING


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
        _given_up(adoption_id),
    )


def _given_up(adoption_id: int) -> GivenUp | None:
    row = db.session.get(ActivationGivenUp, adoption_id)
    return GivenUp(row.given_up_by_name, row.given_up_at, row.reason) if row else None
