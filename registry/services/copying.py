"""Copies of appointments at other times, each checked as if it were booked alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, DiaryClash, NotFound, Overtaken, Refused, RegistryError
from registry.models import Appointment
from registry.models.same_booking import is_just
from registry.rules.access import Actor
from registry.rules.diary import Slot
from registry.rules.same_booking import JustThis
from registry.services.booking_checks import Booking
from registry.services.bookings_like import booking_of
from registry.services.diary_lock import lock_for_many
from registry.services.new_bookings import NOTHING_ALONG, Along, put_on_record
from registry.services.on_its_own import NotDone, Outcome, on_its_own
from registry.services.undo_steps import Changed, remember


class Copy(NamedTuple):
    """Of which appointment, when it starts, and in which room."""

    appointment_id: int
    starts_at: datetime
    room_id: int


def patterns_of(
    session: Session, chosen: Sequence[Copy], clinic_id: int
) -> Mapping[int, Appointment]:
    """
    The appointments copied, with their diaries locked.

    Raises NotFound for another clinic's, Overtaken where one was given to somebody else meanwhile.
    """
    wanted = {one.appointment_id for one in chosen}
    found = select(Appointment).where(
        Appointment.id.in_(wanted), Appointment.clinic_id == clinic_id
    )
    patterns = {one.id: one for one in session.scalars(found)}
    if wanted - patterns.keys():
        raise NotFound("There is no such record.")
    whose = {one.id: one.practitioner_id for one in patterns.values()}
    lock_for_many(session, list(whose.values()), clinic_id)
    for one in patterns.values():
        session.refresh(one)
        if one.practitioner_id != whose[one.id]:
            raise Overtaken("One of these was given to somebody else just now. Look at them again.")
    return patterns


def make_copies(
    session: Session,
    actor: Actor,
    chosen: Sequence[Copy],
    patterns: Mapping[int, Appointment],
    what: str,
    now: datetime,
    along: Along = NOTHING_ALONG,
) -> Outcome:
    """Soonest first. What does not fit is told, and leaves the others as they are."""
    outcome = Outcome()
    for copy in sorted(set(chosen), key=lambda one: (one.starts_at, one.room_id)):
        pattern = patterns[copy.appointment_id]
        try:
            wanted = _as_wanted(copy, pattern)
            with on_its_own(session):
                outcome.done.append(put_on_record(session, actor, wanted, now, along))
        except (BadInput, NotFound, Refused) as no:
            _note(session, outcome, copy, pattern, no)
    if outcome.done:
        changed = [Changed(number, 1, None) for number in outcome.done]
        clinic_id = patterns[chosen[0].appointment_id].clinic_id
        outcome.step_id = remember(session, actor, what, clinic_id, changed, now)
    return outcome


def _as_wanted(copy: Copy, pattern: Appointment) -> Booking:
    """With the time around it that its type asks for by now."""
    slot = Slot(copy.starts_at, copy.starts_at + pattern.slot.length)
    return booking_of(pattern)._replace(slot=slot, room_id=copy.room_id, busy=None)


def _note(
    session: Session, outcome: Outcome, copy: Copy, pattern: Appointment, no: RegistryError
) -> None:
    """A form that is sent twice finds what it made before, which is no clash."""
    twin = _twin(session, copy, pattern) if isinstance(no, DiaryClash) else None
    if twin is None:
        outcome.refused.append(NotDone.because(copy.appointment_id, copy.starts_at, no))
    else:
        outcome.already.append(twin)


def _twin(session: Session, copy: Copy, pattern: Appointment) -> int | None:
    this = JustThis(
        pattern.clinic_id,
        pattern.practitioner_id,
        pattern.patient_id,
        pattern.treatment_type_id,
        copy.starts_at,
        copy.starts_at + pattern.slot.length,
    )
    return session.scalar(select(Appointment.id).where(is_just(this)))
