"""Working off what is on hold: restored, given, moved, converted or cancelled, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState, Refused
from registry.leave import require
from registry.models import Appointment, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.arrivals import stands
from registry.rules.diary import Slot
from registry.rules.holds import Settling
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import refuse_overtaken
from registry.services.before_change import called_off
from registry.services.bookings_like import Otherwise, booked_otherwise
from registry.services.on_its_own import NotDone, Outcome, on_its_own, refuse_too_many
from registry.services.standing_anew import confirm_anew, with_diaries_locked
from registry.services.typed import typed_text
from registry.services.undo_steps import Changed, remember

CALLED = {
    Settling.RESTORE: "restore appointment",
    Settling.GIVE: "hand over appointment",
    Settling.MOVE: "change appointment",
    Settling.CONVERT: "change appointment",
}
LONGEST_REASON = 300
REASON_NEEDED = "Say why it is cancelled: that is kept with it."


class Chosen(NamedTuple):
    """
    An appointment as the person looked at it, and what is to become of it.

    What is None stays. `starts_at` moves it, as long as it is; `treatment_type_id` is one that
    needles nothing. `cleared` are the notes about its patient that whoever is to treat was asked
    about, for just this appointment. `reason` is why it is cancelled, if it is.
    """

    appointment_id: int
    version: int
    settling: Settling
    practitioner_id: int | None = None
    starts_at: datetime | None = None
    room_id: int | None = None
    treatment_type_id: int | None = None
    cleared: tuple[int, ...] = ()
    reason: str = ""


def work_off_holds(
    *, actor: Actor, clinic_id: int, chosen: Sequence[Chosen], now: datetime
) -> Outcome:
    """
    Each is checked anew; what is refused stays on hold, and is told. One step undoes all.

    Raises BadInput, also at `reason-` and the number of the appointment, NotFound or NotAllowed.
    """
    refuse_too_many(chosen, MOST_APPOINTMENTS, "appointments")
    chosen = [_with_reason(one) for one in chosen]
    with transaction() as session:
        for action in (Action.MOVE, Action.CANCEL):
            require(actor, action, Subject(frozenset({clinic_id})))
        numbers = {one.appointment_id for one in chosen}
        takers = [one.practitioner_id for one in chosen if one.practitioner_id is not None]
        found = with_diaries_locked(session, clinic_id, numbers, takers)
        outcome, changed = Outcome(), []
        for wanted in sorted(set(chosen), key=lambda one: found[one.appointment_id].starts_at):
            one = found[wanted.appointment_id]
            try:
                with on_its_own(session):
                    session.refresh(one)
                    change = _settle(session, actor, one, wanted, now)
                (outcome.done if change else outcome.already).append(one.id)
                changed += [change] if change else []
            except (BadInput, NotFound, Refused) as no:
                outcome.refused.append(NotDone.because(one.id, one.starts_at, no))
        if changed:
            outcome.step_id = remember(session, actor, "Worked off", clinic_id, changed, now)
        return outcome


def _with_reason(one: Chosen) -> Chosen:
    """Only what is cancelled needs one, and only there it is kept. Raises BadInput."""
    if one.settling is not Settling.CANCEL:
        return one._replace(reason="")
    field = f"reason-{one.appointment_id}"
    reason = typed_text(one.reason, field=field, longest=LONGEST_REASON, needed=False)
    if not reason:
        raise BadInput(REASON_NEEDED, field=field)
    return one._replace(reason=reason)


def _settle(
    session: Session, actor: Actor, one: Appointment, wanted: Chosen, now: datetime
) -> Changed | None:
    """None where it is so already, as when a form is sent twice or the ground came back first."""
    if _is_so(one, wanted):
        return None
    if one.state is not AppointmentState.HELD:
        raise NotInThatState(f"This appointment is {stands(one.state)}: it is no longer on hold.")
    refuse_overtaken(one, wanted.version)
    if wanted.settling is Settling.CANCEL:
        return called_off(session, actor, one, wanted.reason, now)
    booking = booked_otherwise(session, one, _otherwise(one, wanted))
    called = CALLED[wanted.settling]
    return confirm_anew(session, actor, called, one, booking, now, wanted.cleared)


def _otherwise(one: Appointment, wanted: Chosen) -> Otherwise:
    starts = wanted.starts_at
    otherwise: Otherwise = {
        "practitioner_id": wanted.practitioner_id,
        "room_id": wanted.room_id,
        "slot": Slot(starts, starts + one.slot.length) if starts else None,
        "treatment_type_id": wanted.treatment_type_id,
    }
    if wanted.settling is Settling.CONVERT:
        otherwise["sites"] = ()
    return otherwise


def _is_so(one: Appointment, wanted: Chosen) -> bool:
    if wanted.settling is Settling.CANCEL:
        return one.state is AppointmentState.CANCELLED
    asked = (
        (wanted.practitioner_id, one.practitioner_id),
        (wanted.starts_at, one.starts_at),
        (wanted.treatment_type_id, one.treatment_type_id),
    )
    return one.state is AppointmentState.CONFIRMED and all(
        is_now == wish for wish, is_now in asked if wish is not None
    )
