"""What rests on a credential: appointments at stake, and those on hold already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true

from registry.models import Appointment, Clinic, db
from registry.rules.access import Actor
from registry.rules.vocabulary import STANDS, AppointmentState, Role, Treatment

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OnHold:
    """An appointment that lost its ground; `state` is held, or begun where it had started."""

    id: int
    starts_at: datetime
    clinic: str
    zone: str
    state: AppointmentState
    because: str


def on_hold(*, actor: Actor, practitioner_id: int) -> list[OnHold]:
    """Of one practitioner, at the clinics of whoever asks, the soonest first."""
    wanted = (
        select(
            Appointment.id,
            Appointment.starts_at,
            Clinic.name,
            Clinic.zone,
            Appointment.state,
            Appointment.ground_lost_because,
        )
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .where(
            Appointment.practitioner_id == practitioner_id,
            Appointment.state.in_([AppointmentState.HELD, AppointmentState.BEGUN]),
            _reached(actor),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_SHOWN)
    )
    return [OnHold(*row) for row in db.session.execute(wanted)]


def at_stake(*, actor: Actor, practitioner_id: int, from_day: date) -> int:
    """
    Their needling appointments from the day on, confirmed or provisional, at the clinics of
    whoever asks.
    """
    wanted = select(func.count()).where(
        Appointment.practitioner_id == practitioner_id,
        Appointment.state.in_(STANDS),
        Appointment.treatment == Treatment.NEEDLING,
        Appointment.last_day >= from_day,
        _reached(actor),
    )
    return db.session.scalar(wanted) or 0


def _reached(actor: Actor) -> ColumnElement[bool]:
    reached = actor.clinics(*Role)
    return true() if reached is None else Appointment.clinic_id.in_(reached)
