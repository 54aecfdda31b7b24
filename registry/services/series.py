"""Series: the same appointment every so many weeks; booked, extended, and cut short."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState, Refused
from registry.models import Appointment, Series, transaction
from registry.rules.access import Action, Actor
from registry.rules.series import EVERY, MOST_APPOINTMENTS, MOST_DATES
from registry.rules.vocabulary import AppointmentState
from registry.services.appointment_changes import (
    appointment_of,
    refuse_overtaken,
    refuse_settled,
)
from registry.services.before_change import called_off
from registry.services.copying import Copy, make_copies, patterns_of
from registry.services.diary_lock import lock_for_many
from registry.services.gates import Told
from registry.services.new_bookings import Along
from registry.services.on_its_own import NotDone, Outcome, on_its_own, refuse_too_many
from registry.services.undo_steps import remember

TABLE = Appointment.metadata.tables[Appointment.__tablename__]
#: Past the mapper, which would count a version: to belong to a series changes no appointment.
BELONGS = (
    update(TABLE).where(TABLE.c.id == bindparam("number")).values(series_id=bindparam("series_id"))
)


class Seen(NamedTuple):
    """An appointment as the person looked at it."""

    appointment_id: int
    version: int


def book_series(
    *,
    actor: Actor,
    appointment_id: int,
    seen_version: int,
    every_weeks: int,
    chosen: Sequence[Copy],
    now: datetime,
    told: Told | None = None,
    cleared: Collection[int] = (),
) -> Outcome:
    """
    Book the appointment again at these times; it and they are one series, or its series grows.

    Each is checked as if it were booked alone, and what does not fit is told. `told` is what was
    said of the patient, for needling, and `cleared` the notes about them that the practitioner was
    asked about: both hold for every date. Raises BadInput, NotFound or NotAllowed, and Overtaken
    where the appointment is not as it was looked at: its practitioner may be another by now.
    """
    refuse_too_many(chosen, MOST_DATES, "dates")
    if every_weeks not in EVERY:
        raise BadInput("A series goes on every 1, 2, 3 or 4 weeks.", field="every")
    with transaction() as session:
        first = appointment_of(session, actor, appointment_id, Action.BOOK)
        copies = [one._replace(appointment_id=first.id) for one in chosen]
        patterns = patterns_of(session, copies, first.clinic_id)
        refuse_overtaken(first, seen_version)
        if first.state is AppointmentState.CANCELLED:
            raise NotInThatState(
                "This appointment is cancelled. Repeat another one, or restore it."
            )
        series = _series_of(session, first, every_weeks, now)
        along = Along(told, cleared, series.id)
        outcome = make_copies(session, actor, copies, patterns, "Series booked", now, along)
        if not outcome.done and first.series_id is None:
            session.delete(series)
        elif first.series_id is None:
            session.execute(BELONGS, {"number": first.id, "series_id": series.id})
        return outcome


def cancel_rest(
    *, actor: Actor, appointment_id: int, chosen: Sequence[Seen], reason: str, now: datetime
) -> Outcome:
    """
    Cancel these of the appointment's series. What somebody changed meanwhile is left, and told.

    Raises BadInput, NotFound or NotAllowed.
    """
    refuse_too_many(chosen, MOST_APPOINTMENTS, "appointments")
    with transaction() as session:
        first = appointment_of(session, actor, appointment_id, Action.CANCEL)
        found = _of_its_series(session, first, [one.appointment_id for one in chosen])
        lock_for_many(session, [one.practitioner_id for one in found.values()], first.clinic_id)
        outcome, changed = Outcome(), []
        for seen in sorted(set(chosen)):
            one = found[seen.appointment_id]
            try:
                with on_its_own(session):
                    session.refresh(one)
                    refuse_overtaken(one, seen.version)
                    refuse_settled(one)
                    changed.append(called_off(session, actor, one, reason, now))
                outcome.done.append(one.id)
            except Refused as no:
                outcome.refused.append(NotDone.because(one.id, one.starts_at, no))
        if changed:
            outcome.step_id = remember(
                session, actor, "Rest of the series cancelled", first.clinic_id, changed, now
            )
        return outcome


def _series_of(session: Session, first: Appointment, every_weeks: int, now: datetime) -> Series:
    if first.series_id is not None:
        return session.get_one(Series, first.series_id)
    made = Series(clinic_id=first.clinic_id, every_weeks=every_weeks, started_at=now)
    session.add(made)
    session.flush()
    return made


def _of_its_series(
    session: Session, first: Appointment, numbers: Sequence[int]
) -> dict[int, Appointment]:
    rows = session.scalars(
        select(Appointment).where(
            Appointment.id.in_(numbers),
            Appointment.series_id == first.series_id,
            Appointment.clinic_id == first.clinic_id,
        )
    )
    found = {one.id: one for one in rows}
    if first.series_id is None or set(numbers) - found.keys():
        raise NotFound("There is no such record.")
    return found
