"""Provisional appointments: kept until what they wait for was checked, then confirmed or held."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from registry.errors import (
    BadInput,
    Contraindicated,
    DiaryClash,
    NotCleared,
    NotFound,
    NotPrepared,
    NotPrivileged,
    Refused,
)
from registry.models import Appointment
from registry.models.provisional_ground import why_not_provisional
from registry.rules.access import Actor
from registry.rules.eligibility import Decision
from registry.rules.holds import CONFIRMED_LATER
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import stand_anew
from registry.services.before_change import before_change, follow_up
from registry.services.booking_checks import checked_values
from registry.services.bookings_like import booking_of
from registry.services.gates import known_of
from registry.services.holds import LostGround, Occasion, lose_ground
from registry.services.on_its_own import on_its_own

#: Without names: more people read the trail than may see the patient.
NOTED = "Something noted of the patient forbids it, or is to be confirmed first."
TAKEN = "Somebody, or the room, is taken at that time."


def settle_provisional(
    session: Session,
    actor: Actor,
    practitioner_ids: Collection[int],
    because: str,
    now: datetime,
    which: ColumnElement[bool] | None = None,
    cause: str = "",
) -> list[LostGround]:
    """
    After anything on record of them changed: what is covered by now is confirmed, what waits for
    nothing any more is put on hold, and the rest goes on waiting.

    `which` of theirs, if it is told. Returns what was put on hold; `cause` as in `rederive`. One
    statement where none is provisional.
    """
    if not practitioner_ids:
        return []
    waiting = session.scalars(
        select(Appointment)
        .where(
            Appointment.practitioner_id.in_(practitioner_ids),
            Appointment.state == AppointmentState.PROVISIONAL,
            true() if which is None else which,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()
    lost = [
        lose_ground(session, Occasion(actor, why, now, cause), one)
        for one in waiting
        if (why := _why_held(session, actor, one, because, now))
    ]
    session.flush()
    return lost


def _why_held(session: Session, actor: Actor, one: Appointment, because: str, now: datetime) -> str:
    """Empty where it was confirmed, or goes on waiting."""
    try:
        _confirm(session, actor, one, now)
    except (NotCleared, Contraindicated):
        return f"{because} {NOTED}"
    except NotPrepared as no:
        return f"{because} {no.message}"
    except NotPrivileged as no:
        return because if _waits_for_nothing(session, one, no.decisions, now) else ""
    except DiaryClash:
        return f"{because} {TAKEN}"
    except (BadInput, NotFound, Refused) as no:
        return f"{because} {no.message}"
    return ""


def _waits_for_nothing(
    session: Session, one: Appointment, refused: Iterable[Decision], now: datetime
) -> bool:
    """What goes on waiting falls on the days of the clinic's clock, which may be another by now."""
    whose = (one.practitioner_id, one.clinic_id, one.sites)
    asked = [decision.question for decision in refused]
    if why_not_provisional(session, *whose, asked, now):
        return True
    one.first_day, one.last_day = one.slot.days_in(ZoneInfo(one.clinic.zone))
    return False


def _confirm(session: Session, actor: Actor, one: Appointment, now: datetime) -> None:
    before, known = before_change(session, one), known_of(session, one.id)
    values = checked_values(session, booking_of(one), now, but=one.id, known=known)
    with on_its_own(session):
        stand_anew(one, values)
        follow_up(session, actor, CONFIRMED_LATER, one, before, now)
