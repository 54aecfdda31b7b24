"""Provisional appointments: kept until what they wait for was checked, then confirmed or held."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotPrepared, NotPrivileged, Refused
from registry.models import Appointment
from registry.models.provisional_ground import why_not_provisional
from registry.rules.access import Actor
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import stand_anew
from registry.services.before_change import before_change, follow_up
from registry.services.booking_checks import checked_values
from registry.services.bookings_like import booking_of
from registry.services.gates import known_of
from registry.services.holds import LostGround, lose_ground
from registry.services.on_its_own import on_its_own


def settle_provisional(
    session: Session,
    actor: Actor,
    practitioner_ids: Collection[int],
    because: str,
    now: datetime,
    clinic_id: int | None = None,
    cause: str = "",
) -> list[LostGround]:
    """
    After anything on record of them changed: what is covered by now is confirmed, what waits for
    nothing any more is put on hold, and the rest goes on waiting.

    Of one clinic only, if it is told. Returns what was put on hold. One statement where none is
    provisional.
    """
    if not practitioner_ids:
        return []
    waiting = session.scalars(
        select(Appointment)
        .where(
            Appointment.practitioner_id.in_(practitioner_ids),
            Appointment.state == AppointmentState.PROVISIONAL,
            Appointment.clinic_id == clinic_id if clinic_id is not None else true(),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    lost = [
        lose_ground(session, actor, one, why, now, cause)
        for one in waiting
        if (why := _why_held(session, actor, one, because, now))
    ]
    session.flush()
    return lost


def _why_held(session: Session, actor: Actor, one: Appointment, because: str, now: datetime) -> str:
    """Empty where it was confirmed, or goes on waiting."""
    try:
        _confirm(session, actor, one, now)
    except NotPrepared as no:
        return f"{because} {no.message}"
    except NotPrivileged as no:
        whose = (one.practitioner_id, one.clinic_id, one.sites)
        asked = [decision.question for decision in no.decisions]
        return because if why_not_provisional(session, *whose, asked, now) else ""
    except (BadInput, NotFound, Refused) as no:
        return f"{because} {no.message}"
    return ""


def _confirm(session: Session, actor: Actor, one: Appointment, now: datetime) -> None:
    before, known = before_change(session, one), known_of(session, one.id)
    values = checked_values(session, booking_of(one), now, but=one.id, known=known)
    with on_its_own(session):
        stand_anew(one, values)
        follow_up(session, actor, "confirm provisional appointment", one, before, now)
