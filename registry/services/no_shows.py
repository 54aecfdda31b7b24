"""No-shows: the desk records that somebody did not come, and takes it back while that is recent."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from registry.errors import NotInThatState
from registry.models import Appointment, transaction
from registry.models.derived_privileges import stored_privileges
from registry.rules.access import Action, Actor
from registry.rules.arrivals import is_recent, may_be_missed, stands
from registry.rules.days import Span, cover
from registry.rules.treatments import is_fit
from registry.rules.vocabulary import AppointmentState, Treatment
from registry.services.appointment_changes import appointment_to_change, as_audited, record_change
from registry.services.booking_questions import WORKS_HERE
from registry.services.holds import LostGround
from registry.services.incidents import look_back_upon

LOST_MEANWHILE = "Its ground went while it was marked “did not come”, and that was taken back."
ROOM_CLOSED = "Its room was closed while it was marked “did not come”, and that was taken back."
ROOM_UNFIT = (
    "Its room became unfit for it while it was marked “did not come”, and that was taken back."
)


def record_no_show(*, actor: Actor, appointment_id: int, seen_version: int, now: datetime) -> None:
    """
    The patient did not come. Its time stays taken, and no letter is written.

    Raises NotInThatState before its start, of whoever is checked in, and of what is not awaited.
    """
    with transaction() as session:
        old = appointment_to_change(session, actor, appointment_id, seen_version, Action.MARK_DONE)
        if why := _why_not_missed(old, now):
            raise NotInThatState(why)
        before = as_audited(old)
        old.state = AppointmentState.NO_SHOW
        old.missed_at, old.missed_by = now, actor.account_id
        session.flush()
        record_change(session, actor, "record no-show", old.id, before, as_audited(old), old, now)


def undo_no_show(*, actor: Actor, appointment_id: int, seen_version: int, now: datetime) -> None:
    """
    They did come: it is confirmed again, if all that a confirmed one stands on is still there.

    Where something of it went meanwhile, privilege, engagement or room, it has begun without that,
    and is listed for look-back: what happened is never refused. Its days are those of the clinic's
    clock as it is now. Raises NotInThatState once it is no longer recent.
    """
    with transaction() as session:
        old = appointment_to_change(session, actor, appointment_id, seen_version, Action.MARK_DONE)
        if old.state is not AppointmentState.NO_SHOW or old.missed_at is None:
            raise NotInThatState(f"This appointment is {stands(old.state)}.")
        if not is_recent(old.missed_at, now):
            raise NotInThatState(
                "That they did not come was recorded more than three days ago, and stays."
            )
        before = as_audited(old)
        old.first_day, old.last_day = old.slot.days_in(ZoneInfo(old.clinic.zone))
        found_now = _what_went(session, old) if old.ground_lost_at is None else ""
        if found_now:
            old.ground_lost_because, old.ground_lost_at = found_now, now
        lost = old.ground_lost_at is not None
        old.state = AppointmentState.BEGUN if lost else AppointmentState.CONFIRMED
        old.missed_at = old.missed_by = None
        session.flush()
        because = old.ground_lost_because if lost else ""
        after = as_audited(old)
        record_change(session, actor, "undo no-show", old.id, before, after, old, now, because)
        if found_now:
            begun = [LostGround(old.id, old.clinic_id, old.starts_at, begun=True)]
            look_back_upon(session, actor=actor, lost=begun, because=because, cause="", now=now)


def _why_not_missed(old: Appointment, now: datetime) -> str:
    """In a sentence; "" where it can be recorded."""
    if may_be_missed(old.state, old.checked_in_at is not None, old.starts_at, now):
        return ""
    if old.state not in (AppointmentState.CONFIRMED, AppointmentState.BEGUN):
        return f"This appointment is {stands(old.state)}."
    if old.checked_in_at is not None:
        return "The patient is checked in, so they came. If that is wrong, undo the check-in first."
    return "This appointment has not started yet: the patient may still come."


def _what_went(session: Session, old: Appointment) -> str:
    """Of what the database wants of a confirmed one, in a sentence; "" if all is there."""
    days = Span(old.first_day, old.last_day)
    if not _is_theirs_to_give(session, old, days):
        return LOST_MEANWHILE
    if old.room.closed_from is not None and old.room.closed_from <= days.last:
        return ROOM_CLOSED
    judged_since = old.room.fit_since or days.first
    if judged_since <= days.last and not is_fit(old.room.fit_for, old.treatment_type_id):
        return ROOM_UNFIT
    return ""


def _is_theirs_to_give(session: Session, old: Appointment, days: Span) -> bool:
    if old.treatment is not Treatment.NEEDLING:
        asked = {"practitioner_id": old.practitioner_id, "clinic_id": old.clinic_id}
        asked_on = {**asked, "first_day": days.first, "last_day": days.last}
        works_here = session.scalar(WORKS_HERE, asked_on) is not None
        return works_here and old.practitioner.archived_at is None
    held = stored_privileges(session, [old.practitioner_id])[old.practitioner_id]
    return all(cover(held.get((old.clinic_id, site), ()), days) for site in old.sites)
