"""What is booked in a room that it would no longer be fit for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registry.models import Appointment, TreatmentType, db
from registry.models.appointments import does_not_fit
from registry.queries.premises import Place
from registry.rules.access import Action, Actor, Subject, may

MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Misfit:
    id: int
    starts_at: datetime
    named: str


def no_longer_fitting(
    actor: Actor, place: Place, room_id: int, fit_for: Collection[int], now: datetime
) -> list[Misfit]:
    """The first of them, from today on; none for whoever may not see the schedule there."""
    if not fit_for or not may(actor, Action.SEE_SCHEDULE, Subject(frozenset({place.id}))):
        return []
    rows = db.session.execute(
        select(Appointment.id, Appointment.starts_at, TreatmentType.name)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(Appointment.clinic_id == place.id, does_not_fit(room_id, fit_for, place.today(now)))
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_LISTED)
    )
    return [Misfit(row.id, row.starts_at, row.name) for row in rows]
