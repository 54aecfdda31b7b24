"""Working hours: a practitioner's week at a clinic from a day on, and the days that differ."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    Appointment,
    Engagement,
    Practitioner,
    WorkingDay,
    WorkingWeek,
    db,
    transaction,
)
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import days_later
from registry.rules.stretches import WeekTold
from registry.services.audit_trail import record
from registry.services.clinic_checks import checked_hours
from registry.services.diary_lock import lock_diaries
from registry.services.off_hours import told_what_falls_outside
from registry.services.opening_hours import (
    AHEAD,
    ByDay,
    Pairs,
    Seen,
    checked_pairs,
    refuse_unseen,
)

EARLIEST = date(2000, 1, 1)
Kept = WorkingWeek | WorkingDay


def set_working_week(
    *,
    actor: Actor,
    practitioner_id: int,
    clinic_id: int,
    first_day: date,
    week: WeekTold | None,
    now: datetime,
    seen: Seen = (),
    seen_weeks: ByDay | None = None,
) -> None:
    """
    From that day on they work there so; without a week, whenever the clinic is open.

    `week` and `seen` are as the hours of `set_hours`; `seen_weeks`: all weeks they were shown, by
    first day. Another week from the same day is replaced. Raises NotAllowed, NotFound,
    NotInThatState for one who is archived, BadInput at `first_day` or `hours`, Overtaken,
    FallsOutside.
    """
    with _changing(actor, practitioner_id, clinic_id, now, seen) as session:
        refuse_far_day(first_day, now, field="first_day")
        kept = None if week is None else checked_hours(week)
        refuse_unseen(seen_weeks, _weeks(session, practitioner_id, clinic_id))
        found = _on_day(session, WorkingWeek, practitioner_id, clinic_id, first_day)
        before = _shown(found) if found else None
        if not isinstance(found, WorkingWeek):
            found = WorkingWeek(
                practitioner_id=practitioner_id, clinic_id=clinic_id, first_day=first_day
            )
            session.add(found)
        found.week = kept
        _record(session, actor, "set working hours", found, now, before, _shown(found))


def set_working_day(
    *,
    actor: Actor,
    practitioner_id: int,
    clinic_id: int,
    day: date,
    hours: Pairs,
    now: datetime,
    seen: Seen = (),
    seen_days: ByDay | None = None,
) -> None:
    """
    On that day alone they work so there; without hours not at all.

    `seen_days`: the days that differ as they were shown. Raises as `set_working_week`, BadInput at
    `day` or `hours`.
    """
    with _changing(actor, practitioner_id, clinic_id, now, seen) as session:
        refuse_far_day(day, now, field="day")
        kept = checked_pairs(hours)
        found = _on_day(session, WorkingDay, practitioner_id, clinic_id, day)
        before = _shown(found) if found else None
        if seen_days is not None:
            shown = {on: kept for on, kept in seen_days.items() if on == day.isoformat()}
            refuse_unseen(shown, _by_day(found) if found else {})
        if not isinstance(found, WorkingDay):
            found = WorkingDay(practitioner_id=practitioner_id, clinic_id=clinic_id, day=day)
            session.add(found)
        found.hours = kept
        _record(session, actor, "set working hours of a day", found, now, before, _shown(found))


def remove_working_hours(
    *,
    actor: Actor,
    practitioner_id: int,
    kind: type[Kept],
    number: int,
    now: datetime,
    seen: Seen = (),
    seen_hours: ByDay | None = None,
) -> None:
    """
    A week: what held before it holds on. A day: it is like its weekday again.

    `seen_hours`: what was shown of it, by its day. Raises NotAllowed, NotFound, NotInThatState,
    Overtaken, FallsOutside.
    """
    clinic_id = _kept(db.session(), kind, number, practitioner_id).clinic_id
    with _changing(actor, practitioner_id, clinic_id, now, seen) as session:
        found = _kept(session, kind, number, practitioner_id)
        refuse_unseen(seen_hours, _by_day(found))
        session.delete(found)
        what = "week" if kind is WorkingWeek else "day"
        _record(session, actor, f"remove working {what}", found, now, _shown(found), None)


def refuse_far_day(day: date, now: datetime, *, field: str) -> None:
    if not EARLIEST <= day <= days_later(now.date(), AHEAD):
        raise BadInput("Choose a day no more than two years ahead.", field=field)


def refuse_archived(practitioner: Practitioner) -> None:
    if practitioner.archived_at is not None:
        raise NotInThatState("This practitioner is archived.")


@contextmanager
def _changing(
    actor: Actor, practitioner_id: int, clinic_id: int, now: datetime, seen: Seen
) -> Iterator[Session]:
    """Nobody books them meanwhile, and what falls outside by it has been looked at."""
    with transaction() as session:
        lock_diaries(session, [practitioner_id])
        practitioner = session.get(Practitioner, practitioner_id)
        subject = Subject(frozenset({clinic_id}), practitioner_id)
        works_there = select(Engagement.id).where(
            Engagement.practitioner_id == practitioner_id, Engagement.clinic_id == clinic_id
        )
        if practitioner is None or session.scalar(works_there.limit(1)) is None:
            raise _not_found(subject)
        require(actor, Action.CHANGE_HOURS, subject)
        refuse_archived(practitioner)
        booked = (Appointment.practitioner_id == practitioner_id) & (
            Appointment.clinic_id == clinic_id
        )
        with told_what_falls_outside(session, booked, now, seen):
            yield session


def _on_day(
    session: Session, kind: type[Kept], practitioner_id: int, clinic_id: int, day: date
) -> Kept | None:
    on = WorkingWeek.first_day if kind is WorkingWeek else WorkingDay.day
    found: Any = session.scalar(
        select(kind).where(
            kind.practitioner_id == practitioner_id, kind.clinic_id == clinic_id, on == day
        )
    )
    there: Kept | None = found
    return there


def _weeks(session: Session, practitioner_id: int, clinic_id: int) -> ByDay:
    rows = session.execute(
        select(WorkingWeek.first_day, WorkingWeek.week).where(
            WorkingWeek.practitioner_id == practitioner_id, WorkingWeek.clinic_id == clinic_id
        )
    )
    return {first_day.isoformat(): week for first_day, week in rows}


def _by_day(one: Kept) -> ByDay:
    if isinstance(one, WorkingWeek):
        return {one.first_day.isoformat(): one.week}
    return {one.day.isoformat(): one.hours}


def _kept(session: Session, kind: type[Kept], number: int, practitioner_id: int) -> Kept:
    found: Any = session.get(kind, number)
    if found is None or found.practitioner_id != practitioner_id:
        raise _not_found(Subject(frozenset(), practitioner_id))
    kept: Kept = found
    return kept


def _not_found(subject: Subject) -> NotFound:
    return NotFound("There is no such record.", action=Action.CHANGE_HOURS, subject=subject)


def _shown(one: Kept) -> dict[str, object]:
    if isinstance(one, WorkingWeek):
        return {"first_day": one.first_day, "week": one.week}
    return {"day": one.day, "hours": one.hours}


def _record(
    session: Session,
    actor: Actor,
    action: str,
    one: Kept,
    now: datetime,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"practitioner:{one.practitioner_id}",
        at=now,
        clinic_id=one.clinic_id,
        practitioner_id=one.practitioner_id,
        before=before,
        after=after,
    )
