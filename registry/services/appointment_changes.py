"""An appointment taken up to be changed: with its diary locked; and the entry that tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from registry.errors import NotFound, NotInThatState, Overtaken
from registry.leave import require
from registry.models import Appointment
from registry.rules.access import Action, Actor, Subject
from registry.rules.arrivals import stands
from registry.rules.vocabulary import KEEPS_ITS_SLOT, AppointmentState
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_diaries

WHO_AND_WHAT = ("practitioner_id", "room_id", "treatment", "treatment_type_id", "sites")
AUDITED = (*WHO_AND_WHAT, "starts_at", "ends_at", "state", "checked_in_at")
OVERTAKEN = "Somebody changed this appointment while you looked at it. Look again."

#: What an appointment has once nothing speaks against it any more.
STANDS_ANEW = {
    "state": AppointmentState.CONFIRMED,
    "ground_lost_because": "",
    "ground_lost_at": None,
    "ground_lost_by": "",
    "checked_in_at": None,
    "checked_in_by": None,
}


class Whose(Protocol):
    """A booking, or an appointment."""

    @property
    def clinic_id(self) -> int: ...

    @property
    def practitioner_id(self) -> int: ...


def appointment_to_change(
    session: Session,
    actor: Actor,
    appointment_id: int,
    seen_version: int | None,
    action: Action,
    goes_to: int | None = None,
) -> Appointment:
    """
    With its practitioner's diary locked, and that of the one it `goes_to`.

    Raises NotFound, NotAllowed, and Overtaken where it has another version than the one seen, or
    was given to somebody else before the lock: leave was asked for the one before.
    """
    found = appointment_of(session, actor, appointment_id, action)
    whose = found.practitioner_id
    lock_diaries(session, {whose, goes_to or whose})
    session.refresh(found)
    if found.practitioner_id != whose:
        raise Overtaken(OVERTAKEN)
    if seen_version is not None:
        refuse_overtaken(found, seen_version)
    return found


def appointment_of(
    session: Session, actor: Actor, appointment_id: int, action: Action
) -> Appointment:
    """Not locked yet. Raises NotFound, NotAllowed."""
    found = session.get(Appointment, appointment_id)
    if found is None:
        raise NotFound("There is no such record.")
    require(actor, action, Subject(frozenset({found.clinic_id}), found.practitioner_id))
    return found


def refuse_overtaken(appointment: Appointment, seen_version: int) -> None:
    if appointment.version != seen_version:
        raise Overtaken(OVERTAKEN)


def refuse_settled(appointment: Appointment) -> None:
    """What is given or cancelled stays as it is."""
    if appointment.state not in KEEPS_ITS_SLOT:
        raise NotInThatState(
            f"This appointment is {stands(appointment.state)} and can no longer be changed."
        )


def stand_anew(appointment: Appointment, values: Mapping[str, object]) -> None:
    """Confirmed with these values, which were checked; whoever was checked in no longer is."""
    for name, value in {**values, **STANDS_ANEW}.items():
        setattr(appointment, name, value)


def as_audited(appointment: Appointment) -> dict[str, object]:
    return {name: getattr(appointment, name) for name in AUDITED}


def take_back_check_in(
    session: Session, actor: Actor, old: Appointment, now: datetime, because: str = ""
) -> None:
    """What was decided at the check-in does not hold any more."""
    before = as_audited(old)
    old.checked_in_at = old.checked_in_by = None
    session.flush()
    after = as_audited(old)
    record_change(session, actor, "undo check-in", old.id, before, after, old, now, because)


def record_change(
    session: Session,
    actor: Actor,
    action: str,
    appointment_id: int,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    whose: Whose,
    now: datetime,
    reason: str = "",
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"appointment:{appointment_id}",
        at=now,
        clinic_id=whose.clinic_id,
        practitioner_id=whose.practitioner_id,
        before=before,
        after=after,
        reason=reason,
    )
