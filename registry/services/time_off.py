"""Time off: days, or a part of one, on which a practitioner works at no clinic."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.models import Appointment, TimeOff, transaction
from registry.rules.access import Action, Actor, Subject
from registry.services.diary_lock import lock_diaries
from registry.services.off_hours import told_what_falls_outside
from registry.services.opening_hours import Seen, checked_pairs
from registry.services.practitioners import locked_practitioner, record_change
from registry.services.working_hours import refuse_archived, refuse_far_day

ACTION = Action.CHANGE_HOURS
ONE_DAY = timedelta(days=1)  # it may still be yesterday at a clinic


def record_time_off(
    *,
    actor: Actor,
    practitioner_id: int,
    first_day: date,
    last_day: date,
    starts: str = "",
    ends: str = "",
    now: datetime,
    seen: Seen = (),
) -> None:
    """
    Both days included, by the clock of each clinic; `starts` and `ends` for a part of one day.

    For whoever manages a clinic that has them then or later. `seen` as in `set_hours`. Raises
    NotAllowed, NotFound, NotInThatState for one who is archived, BadInput at the field,
    FallsOutside.
    """
    with transaction() as session:
        lock_diaries(session, [practitioner_id])
        practitioner = locked_practitioner(session, practitioner_id, ACTION, actor)
        refuse_archived(practitioner)
        require(actor, ACTION, practitioner.as_subject_since(first_day))
        made = TimeOff(
            practitioner_id=practitioner_id,
            first_day=first_day,
            last_day=last_day,
        )
        _refuse_odd_days(made, now)
        if starts or ends:
            _set_part(made, starts, ends)
        _refuse_twice(session, made)
        booked = Appointment.practitioner_id == practitioner_id
        with told_what_falls_outside(session, booked, now, seen):
            session.add(made)
        after = _shown(made)
        record_change(session, actor, "record time off", practitioner, now, after=after)


def remove_time_off(*, actor: Actor, practitioner_id: int, time_off_id: int, now: datetime) -> None:
    """They can be booked then again. Raises NotAllowed, NotFound."""
    with transaction() as session:
        lock_diaries(session, [practitioner_id])
        practitioner = locked_practitioner(session, practitioner_id, ACTION, actor)
        found = session.get(TimeOff, time_off_id)
        if found is None or found.practitioner_id != practitioner_id:
            subject = Subject(frozenset(), practitioner_id)
            raise NotFound("There is no such record.", action=ACTION, subject=subject)
        require(actor, ACTION, practitioner.as_subject_since(found.first_day))
        session.delete(found)
        before = _shown(found)
        record_change(session, actor, "remove time off", practitioner, now, before=before)


def _refuse_odd_days(one: TimeOff, now: datetime) -> None:
    refuse_far_day(one.first_day, now, field="first_day")
    refuse_far_day(one.last_day, now, field="last_day")
    if one.last_day < one.first_day:
        raise BadInput("The last day is before the first.", field="last_day")
    if one.last_day < (now - ONE_DAY).date():
        raise BadInput("These days have passed.", field="last_day")


def _set_part(one: TimeOff, starts: str, ends: str) -> None:
    if one.first_day != one.last_day:
        raise BadInput("Only a single day can be off in part.", field="starts")
    try:
        [[one.starts, one.ends]] = checked_pairs([[starts, ends]])
    except BadInput as wrong:
        wrong.field = "ends"
        raise


def _refuse_twice(session: Session, one: TimeOff) -> None:
    """A form that is sent twice."""
    same = select(TimeOff.id).where(
        TimeOff.practitioner_id == one.practitioner_id,
        TimeOff.first_day == one.first_day,
        TimeOff.last_day == one.last_day,
        TimeOff.starts.is_not_distinct_from(one.starts),
        TimeOff.ends.is_not_distinct_from(one.ends),
    )
    if session.scalar(same.limit(1)) is not None:
        raise BadInput("This time off is on record already.", field="first_day")


def _shown(one: TimeOff) -> dict[str, object]:
    return {
        "first_day": one.first_day,
        "last_day": one.last_day,
        "starts": one.starts,
        "ends": one.ends,
    }
