"""Handing over: many appointments of one practitioner given to others, each decided on its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Refused
from registry.leave import require
from registry.models import Appointment, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import refuse_overtaken, refuse_settled
from registry.services.bookings_like import booking_of
from registry.services.on_its_own import NotDone, Outcome, on_its_own, refuse_too_many
from registry.services.standing_anew import confirm_anew, with_diaries_locked
from registry.services.undo_steps import Changed, remember


class Given(NamedTuple):
    """
    An appointment as the person looked at it, and to whom it goes.

    `cleared` are the notes about its patient that just this practitioner was asked about, for just
    this appointment.
    """

    appointment_id: int
    version: int
    practitioner_id: int
    cleared: tuple[int, ...] = ()


def hand_over(*, actor: Actor, clinic_id: int, chosen: Sequence[Given], now: datetime) -> Outcome:
    """
    Give each to whom it was chosen for, at its own time and in its own room.

    Each is checked anew for whoever takes it; what may not be taken stays where it is, and is
    told. What is on record of the patient stays. Raises BadInput, NotFound or NotAllowed.
    """
    refuse_too_many(chosen, MOST_APPOINTMENTS, "appointments")
    with transaction() as session:
        require(actor, Action.MOVE, Subject(frozenset({clinic_id})))
        numbers = {given.appointment_id for given in chosen}
        takers = [given.practitioner_id for given in chosen]
        found = with_diaries_locked(session, clinic_id, numbers, takers)
        outcome, changed = Outcome(), []
        for given in sorted(set(chosen), key=lambda one: found[one.appointment_id].starts_at):
            one = found[given.appointment_id]
            try:
                with on_its_own(session):
                    session.refresh(one)
                    change = _give(session, actor, one, given, now)
                (outcome.done if change else outcome.already).append(one.id)
                changed += [change] if change else []
            except (BadInput, NotFound, Refused) as no:
                outcome.refused.append(NotDone.because(one.id, one.starts_at, no))
        if changed:
            outcome.step_id = remember(session, actor, "Handed over", clinic_id, changed, now)
        return outcome


def _give(
    session: Session, actor: Actor, one: Appointment, given: Given, now: datetime
) -> Changed | None:
    """None where they have it already, as when a form is sent twice."""
    taken_over = one.practitioner_id == given.practitioner_id
    if taken_over and one.state is AppointmentState.CONFIRMED:
        return None
    refuse_overtaken(one, given.version)
    refuse_settled(one)
    wanted = booking_of(one)._replace(practitioner_id=given.practitioner_id)
    return confirm_anew(session, actor, "hand over appointment", one, wanted, now, given.cleared)
