"""Restoring: what is still on hold is confirmed again at the moment its ground comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Refused
from registry.models import Appointment
from registry.models.ground_back import ground_is_back
from registry.rules.access import Actor
from registry.rules.holds import RESTORED_BY_ITSELF
from registry.services.before_change import before_change, follow_up
from registry.services.bookings_like import booking_of
from registry.services.clinic_letters import tell_clinic
from registry.services.on_its_own import on_its_own
from registry.services.standing_anew import stand_checked


def restore_covered(
    session: Session,
    *,
    actor: Actor,
    practitioner_ids: Collection[int],
    because: str,
    now: datetime,
) -> list[int]:
    """
    Confirm what is on hold with these practitioners, if its ground is back and it still fits.

    Whoever calls it has locked their diaries. Each is decided anew as a booking would be; what may
    not stand stays on hold. Returns their numbers, the soonest first; one statement where nothing
    of theirs is on hold with its ground back.
    """
    back = [
        one
        for one in _with_their_ground(session, practitioner_ids, now)
        if _stands_again(session, actor, one, because, now)
    ]
    for clinic_id in sorted({one.clinic_id for one in back}):
        there = [one.id for one in back if one.clinic_id == clinic_id]
        tell_clinic(session, clinic_id, "restored_work", there, because, now)
    return [one.id for one in back]


def _with_their_ground(
    session: Session, practitioner_ids: Collection[int], now: datetime
) -> Sequence[Appointment]:
    theirs = Appointment.practitioner_id.in_(practitioner_ids)
    numbers = ground_is_back(session, theirs, Appointment.starts_at > now)
    if not numbers:
        return ()
    return session.scalars(
        select(Appointment)
        .where(Appointment.id.in_(numbers))
        .order_by(Appointment.starts_at, Appointment.id)
        .execution_options(populate_existing=True)
    ).all()


def _stands_again(
    session: Session, actor: Actor, one: Appointment, because: str, now: datetime
) -> bool:
    """On its own: what a guard refuses loses nothing else."""
    try:
        with on_its_own(session):
            before = before_change(session, one)
            stand_checked(session, one, booking_of(one), now)
            follow_up(session, actor, RESTORED_BY_ITSELF, one, before, now, reason=because)
    except (BadInput, NotFound, Refused):
        return False
    return True
