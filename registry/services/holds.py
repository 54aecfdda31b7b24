"""Holds: appointments that lost their ground are held, never silently kept and never cancelled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry.models import Appointment, Practitioner
from registry.models.appointments import WORKS_THERE
from registry.rules.access import Actor
from registry.rules.days import Span, cover
from registry.rules.vocabulary import AT_STAKE, AppointmentState, Treatment
from registry.services.audit_trail import record
from registry.services.clinic_letters import tell_clinic

#: Needling stands on privileges, which an archived practitioner keeps for that one day.
NOBODY_FOR_IT = or_(
    Practitioner.archived_at.is_not(None),
    and_(Appointment.treatment != Treatment.NEEDLING, ~WORKS_THERE),
)


@dataclass(frozen=True, slots=True)
class LostGround:
    """An appointment whose ground went; `begun` if it had started when that happened."""

    id: int
    clinic_id: int
    starts_at: datetime
    begun: bool


class Occasion(NamedTuple):
    """
    On which ground is lost or comes back: who did it, why, in a sentence, and when.

    `cause` is what took the ground, as the audit trail names it.
    """

    actor: Actor
    because: str
    now: datetime
    cause: str = ""


def hold_uncovered(
    session: Session,
    on: Occasion,
    practitioner_id: int,
    covered: Mapping[tuple[int, str], Sequence[Span]],
    since: date,
) -> list[LostGround]:
    """
    Put on hold exactly the confirmed appointments that `covered` no longer covers.

    `since` is the first day on which anything was taken away. What has started already may have
    been given: it is marked for look-back, a confirmed one as begun, and otherwise left as it is.
    """
    at_stake = session.scalars(
        select(Appointment).where(
            Appointment.practitioner_id == practitioner_id,
            Appointment.state.in_(AT_STAKE),
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.last_day >= since,
            Appointment.ground_lost_at.is_(None),
        )
    )
    lost = [
        lose_ground(session, on, appointment)
        for appointment in at_stake
        if not _is_covered(appointment, covered)
    ]
    session.flush()
    return lost


def hold_unengaged(
    session: Session, on: Occasion, practitioner_ids: Collection[int]
) -> list[LostGround]:
    """
    Put on hold what is to come with somebody who does not work there any more.

    Nothing that has started is looked back upon for want of a contract.
    """
    at_stake = session.scalars(
        select(Appointment)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .where(
            Appointment.practitioner_id.in_(practitioner_ids),
            Appointment.state == AppointmentState.CONFIRMED,
            Appointment.starts_at > on.now,
            NOBODY_FOR_IT,
        )
    )
    lost = [lose_ground(session, on, appointment) for appointment in at_stake]
    session.flush()
    return lost


def tell_of_holds(
    session: Session, lost: Collection[LostGround], because: str, now: datetime
) -> None:
    """One letter to each who must act at a clinic, of all that was put on hold there at once."""
    for clinic_id in sorted({one.clinic_id for one in lost}):
        held = [one.id for one in lost if one.clinic_id == clinic_id and not one.begun]
        if held:
            tell_clinic(session, clinic_id, "held_work", held, because, now)


def _is_covered(
    appointment: Appointment, covered: Mapping[tuple[int, str], Sequence[Span]]
) -> bool:
    days = Span(appointment.first_day, appointment.last_day)
    return all(
        cover(covered.get((appointment.clinic_id, site), ()), days) for site in appointment.sites
    )


def lose_ground(session: Session, on: Occasion, appointment: Appointment) -> LostGround:
    """On hold, or begun if it had started; what was provisional never has."""
    before = appointment.state
    provisional = before is AppointmentState.PROVISIONAL
    stood = provisional or before is AppointmentState.CONFIRMED
    begun = not stood or (appointment.starts_at <= on.now and not provisional)
    if stood:
        appointment.state = AppointmentState.BEGUN if begun else AppointmentState.HELD
        if not begun:
            appointment.checked_in_at = appointment.checked_in_by = None
    appointment.ground_lost_because = on.because[:500]
    appointment.ground_lost_at, appointment.ground_lost_by = on.now, on.cause
    record(
        session,
        actor=on.actor,
        action="list for look-back" if begun else "hold appointment",
        subject=f"appointment:{appointment.id}",
        at=on.now,
        clinic_id=appointment.clinic_id,
        practitioner_id=appointment.practitioner_id,
        before={"state": before},
        after={"state": appointment.state, "ground_lost_by": on.cause},
        reason=on.because,
    )
    return LostGround(appointment.id, appointment.clinic_id, appointment.starts_at, begun)
