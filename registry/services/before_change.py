"""An appointment before a change, and what follows from it: the entry, letters, the way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from registry.models import Appointment
from registry.rules.access import Actor
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import as_audited, record_change
from registry.services.appointment_letters import tell_of_appointment
from registry.services.appointment_told import AppointmentTold, told_of
from registry.services.undo_steps import Changed, as_it_was


class Before(NamedTuple):
    """As the audit trail, its letters and undoing know it."""

    audited: Mapping[str, object]
    told: AppointmentTold
    columns: Mapping[str, Any]


def before_change(session: Session, appointment: Appointment) -> Before:
    return Before(as_audited(appointment), told_of(session, appointment.id), as_it_was(appointment))


def follow_up(
    session: Session,
    actor: Actor,
    action: str,
    appointment: Appointment,
    before: Before,
    now: datetime,
    after: Mapping[str, object] | None = None,
    reason: str = "",
) -> Changed:
    """
    What every change of a booking leaves behind; what is returned is to be remembered.

    `after` is what the entry tells, if not how the appointment is now.
    """
    session.flush()
    told = as_audited(appointment) if after is None else after
    record_change(
        session, actor, action, appointment.id, before.audited, told, appointment, now, reason
    )
    tell_of_appointment(session, appointment.id, before.told, now)
    return Changed(appointment.id, appointment.version, before.columns)


def called_off(
    session: Session, actor: Actor, appointment: Appointment, reason: str, now: datetime
) -> Changed:
    """Its slot is free from now on; whoever was to come is told."""
    before = before_change(session, appointment)
    appointment.state = AppointmentState.CANCELLED
    after = {"state": AppointmentState.CANCELLED, "reason": reason}
    return follow_up(session, actor, "cancel appointment", appointment, before, now, after)
