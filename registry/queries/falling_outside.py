"""What would fall outside the hours: the appointments somebody looks at before hours change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.models import Appointment, Clinic, Practitioner, TreatmentType, db
from registry.queries.diary import treatment_in_words
from registry.rules.access import Action, Actor, Subject, may

MOST_READ = 500
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FallingLine:
    id: int
    starts_at: datetime
    zone: ZoneInfo
    clinic: str
    practitioner: str
    what: str


@dataclass(frozen=True, slots=True)
class Falling:
    """`lines`: the soonest that this person may see; `others`: how many more there are."""

    lines: list[FallingLine]
    others: int


def falling_outside(actor: Actor, numbers: Sequence[int]) -> Falling:
    """Of these appointments, the soonest first. One statement, of as many as are read."""
    rows = db.session.execute(
        select(Appointment, Clinic.name, Clinic.zone, Practitioner.name, TreatmentType.name)
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(TreatmentType, TreatmentType.id == Appointment.treatment_type_id)
        .where(Appointment.id.in_(numbers[:MOST_READ]))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    lines = [
        FallingLine(
            one.id,
            one.starts_at,
            ZoneInfo(zone),
            clinic,
            practitioner,
            treatment_in_words(named, one.sites),
        )
        for one, clinic, zone, practitioner, named in rows
        if may(actor, Action.SEE_SCHEDULE, Subject(frozenset({one.clinic_id}), one.practitioner_id))
    ][:MOST_SHOWN]
    return Falling(lines, len(numbers) - len(lines))
