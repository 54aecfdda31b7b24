"""Undo, for a while: what was is put back, checked anew; and a cancelled appointment restored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState, Overtaken, Refused
from registry.leave import require
from registry.models import Appointment, Room, UndoLine, UndoStep, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.arrivals import stands
from registry.rules.diary import Slot
from registry.rules.series import UNDO_FOR
from registry.rules.treatments import is_fit
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import (
    appointment_to_change,
)
from registry.services.before_change import before_change, follow_up
from registry.services.bookings_like import booking_of
from registry.services.contraindications import keep_clearances
from registry.services.holds import tell_of_holds
from registry.services.on_its_own import NotDone, Outcome, on_its_own
from registry.services.provisional import settle_provisional
from registry.services.standing_anew import stand_checked, with_diaries_locked
from registry.services.undo_steps import remember, restored

#: Of a booking as it was, besides when and where in the body.
PUT_BACK = ("room_id", "practitioner_id", "treatment", "treatment_type_id")
PROVISIONAL = AppointmentState.PROVISIONAL
NOTHING_WAITS = "It was put back as it was, and no renewal waits for it any more."
CHANGED_SINCE = "Somebody changed this appointment since, so it stays as it is now."


def undo(*, actor: Actor, step_id: int, now: datetime, cleared: Collection[int] = ()) -> Outcome:
    """
    Put back what a step changed, each appointment on its own and checked anew.

    What it booked is cancelled. `cleared` are notes, made since, that the practitioner was asked
    about. Raises the refusal where nothing can be put back, NotInThatState
    where it was undone before or is too long ago, NotFound or NotAllowed.
    """
    with transaction() as session:
        step = session.get(UndoStep, step_id)
        if step is None:
            raise NotFound("There is no such record.")
        for action in (Action.MOVE, Action.CANCEL):
            require(actor, action, Subject(frozenset({step.clinic_id})))
        lines = session.scalars(
            select(UndoLine).where(UndoLine.step_id == step_id).order_by(UndoLine.id.desc())
        ).all()
        numbers = [line.appointment_id for line in lines]
        before_with = [line.before["practitioner_id"] for line in lines if line.before]
        found = with_diaries_locked(session, step.clinic_id, numbers, before_with)
        session.refresh(step)
        _refuse_too_late(step, now)
        both = [(found[line.appointment_id], line) for line in lines]
        outcome = _put_all_back(session, actor, both, cleared, now)
        back = [one for one in found.values() if one.state is PROVISIONAL]
        these = Appointment.id.in_([one.id for one in back])
        whose = {one.practitioner_id for one in back}
        lost = settle_provisional(session, actor, whose, NOTHING_WAITS, now, these)
        tell_of_holds(session, lost, NOTHING_WAITS, now)
        step.undone_at = now
        return outcome


def restore_cancelled(
    *,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    now: datetime,
    cleared: Collection[int] = (),
) -> None:
    """
    A cancelled appointment stands again, at its own time, if nothing speaks against it by now.

    Raises NotPrivileged, NotCleared, Contraindicated, DiaryClash, BadInput where its time has
    passed, Overtaken.
    """
    with transaction() as session:
        one = appointment_to_change(session, actor, appointment_id, seen_version, Action.MOVE)
        if one.state is not AppointmentState.CANCELLED:
            raise NotInThatState(
                f"This appointment is {stands(one.state)}: there is nothing to restore."
            )
        before = before_change(session, one)
        stand_checked(session, one, booking_of(one), now, cleared)
        changed = follow_up(session, actor, "restore appointment", one, before, now)
        keep_clearances(session, actor, one.id, one, cleared, now)
        remember(session, actor, "Restored", one.clinic_id, [changed], now)


def _refuse_too_late(step: UndoStep, now: datetime) -> None:
    if step.undone_at is not None:
        raise NotInThatState("This was undone already.")
    if now - step.done_at > UNDO_FOR:
        minutes = int(UNDO_FOR.total_seconds()) // 60
        raise NotInThatState(
            f"This can be undone for {minutes} minutes only. Change the appointment instead."
        )


def _put_all_back(
    session: Session,
    actor: Actor,
    both: Sequence[tuple[Appointment, UndoLine]],
    cleared: Collection[int],
    now: datetime,
) -> Outcome:
    """Raises the first refusal where nothing could be put back."""
    outcome, refusals = Outcome(), list[BadInput | Refused]()
    for one, line in both:
        try:
            with on_its_own(session):
                session.refresh(one)
                _put_back(session, actor, one, line, cleared, now)
            outcome.done.append(one.id)
        except (BadInput, Refused) as no:
            refusals.append(no)
            # A step is undone once: what must be cleared first is restored on its own.
            refused = NotDone.because(one.id, one.starts_at, no)
            outcome.refused.append(refused._replace(to_clear=None))
    if not outcome.done:
        raise refusals[0]
    return outcome


def _put_back(
    session: Session,
    actor: Actor,
    one: Appointment,
    line: UndoLine,
    cleared: Collection[int],
    now: datetime,
) -> None:
    if one.version != line.version:
        raise Overtaken(CHANGED_SINCE)
    before = before_change(session, one)
    if line.before is None:
        one.state = AppointmentState.CANCELLED
    else:
        _as_before(session, one, restored(line.before), cleared, now)
    follow_up(session, actor, "undo change", one, before, now)
    if one.state is AppointmentState.CONFIRMED:
        keep_clearances(session, actor, one.id, one, cleared, now)


def _as_before(
    session: Session,
    one: Appointment,
    was: Mapping[str, Any],
    cleared: Collection[int],
    now: datetime,
) -> None:
    """Confirmed only if nothing speaks against it; what was on hold goes back on hold."""
    if was["state"] is AppointmentState.CANCELLED:
        one.state = AppointmentState.CANCELLED
        return
    slot = Slot(was["starts_at"], was["ends_at"])
    days = slot.days_in(ZoneInfo(one.clinic.zone))
    if was["state"] is AppointmentState.CONFIRMED:
        same = {name: was[name] for name in PUT_BACK}
        busy = Slot(was["busy_from"], was["busy_until"])
        wanted = booking_of(one)._replace(**same, sites=tuple(was["sites"]), slot=slot, busy=busy)
        stand_checked(session, one, wanted, now, cleared)
    else:
        room = session.get_one(Room, was["room_id"])
        _refuse_to_hold(room, was["treatment_type_id"], slot, days[1], now)
    for name, value in was.items():
        setattr(one, name, value)
    one.first_day, one.last_day = days


def _refuse_to_hold(room: Room, type_id: int, slot: Slot, last_day: date, now: datetime) -> None:
    """It lacks its ground, whoever is archived too, and nothing else: a room it can be in."""
    if slot.starts_at < now:
        raise BadInput("The time it had before has passed.")
    if room.closed_from is not None and room.closed_from <= last_day:
        raise NotInThatState(f"{room.name}, where it was, is closed by then.")
    if (room.fit_since or last_day) <= last_day and not is_fit(room.fit_for, type_id):
        raise NotInThatState(f"{room.name}, where it was, is no longer fit for it.")
