"""A repair is accepted: all of it or what was chosen, each decided anew on its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session, undefer

from registry.errors import BadInput, NotFound, Refused
from registry.leave import require
from registry.models import Appointment, Repair, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.diary import Slot
from registry.rules.repair_answers import Answer, Placement, answers_kept
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import refuse_overtaken, refuse_settled
from registry.services.bookings_like import booked_otherwise
from registry.services.on_its_own import NotDone, Outcome, on_its_own, refuse_too_many
from registry.services.standing_anew import confirm_anew, with_diaries_locked
from registry.services.undo_steps import Changed, remember


class Accepted(NamedTuple):
    """`cleared`: the notes about its patient that whoever takes it was asked about."""

    appointment_id: int
    cleared: tuple[int, ...] = ()


def accept_repair(
    *, actor: Actor, repair_id: int, chosen: Sequence[Accepted], now: datetime
) -> Outcome:
    """
    Place each as the repair says, at its time or another.

    Each is checked anew: what changed since the repair was worked out stays on hold, and is told.
    Raises BadInput for what it does not place, NotFound or NotAllowed.
    """
    refuse_too_many(chosen, MOST_APPOINTMENTS, "appointments")
    with transaction() as session:
        asked = session.get(Repair, repair_id, options=[undefer(Repair.result)])
        if asked is None:
            raise NotFound("There is no such record.")
        require(actor, Action.MOVE, Subject(frozenset({asked.clinic_id})))
        placed = _placed(asked)
        if any(one.appointment_id not in placed for one in chosen):
            raise BadInput("Something was chosen that this repair does not place.", field="take")
        numbers = {one.appointment_id for one in chosen}
        takers = [placed[number][1].practitioner_id for number in numbers]
        found = with_diaries_locked(session, asked.clinic_id, numbers, takers)
        outcome, changed = Outcome(), []
        for one in sorted(set(chosen), key=lambda each: found[each.appointment_id].starts_at):
            appointment, answer = found[one.appointment_id], placed[one.appointment_id]
            try:
                with on_its_own(session):
                    session.refresh(appointment)
                    change = _place(session, actor, appointment, answer, one.cleared, now)
                (outcome.done if change else outcome.already).append(appointment.id)
                changed += [change] if change else []
            except (BadInput, NotFound, Refused) as no:
                starts_at = appointment.starts_at
                outcome.refused.append(NotDone.because(appointment.id, starts_at, no))
        if changed:
            outcome.step_id = remember(session, actor, "Repaired", asked.clinic_id, changed, now)
        return outcome


def _placed(asked: Repair) -> dict[int, tuple[Answer, Placement]]:
    kept = answers_kept((asked.result or {}).get("answers", []))
    return {one.id: (one, one.best) for one in kept if one.best is not None}


def _place(
    session: Session,
    actor: Actor,
    one: Appointment,
    answer: tuple[Answer, Placement],
    cleared: tuple[int, ...],
    now: datetime,
) -> Changed | None:
    """None where it is so already, as when a form is sent twice."""
    known_then, to = answer
    slot = Slot(datetime.fromtimestamp(to.starts, UTC), datetime.fromtimestamp(to.ends, UTC))
    as_placed = (one.practitioner_id, one.room_id, one.slot) == (
        to.practitioner_id,
        to.room_id,
        slot,
    )
    if as_placed and one.state is AppointmentState.CONFIRMED:
        return None
    refuse_overtaken(one, known_then.version)
    refuse_settled(one)
    wanted = booked_otherwise(
        session,
        one,
        {"practitioner_id": to.practitioner_id, "room_id": to.room_id, "slot": slot},
    )
    return confirm_anew(session, actor, "repair appointment", one, wanted, now, cleared)
