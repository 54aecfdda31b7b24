"""Working hours as setting up shows them: somebody's week at each clinic, and their time off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Clinic,
    Engagement,
    Practitioner,
    TimeOff,
    WorkingDay,
    WorkingWeek,
    db,
)
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.stretches import Stretch, Stretches, Week, week_told


@dataclass(frozen=True, slots=True)
class WeekLine:
    """No week: whenever the clinic is open. `holds`: today; else from its first day on."""

    id: int
    first_day: date
    week: Week | None
    holds: bool


@dataclass(frozen=True, slots=True)
class DayLine:
    id: int
    day: date
    stretches: Stretches


@dataclass(frozen=True, slots=True)
class HoursAt:
    """
    At one clinic: the week that holds and those to come, the days from today on.

    `kept_weeks` and `kept_days` are all that is on record, as it is kept: by first day, by day.
    """

    clinic_id: int
    clinic: str
    opening: Week
    weeks: list[WeekLine]
    days: list[DayLine]
    kept_weeks: dict[str, Any]
    kept_days: dict[str, Any]
    may_change: bool

    @property
    def now(self) -> Week:
        """When they can be booked in a week like this one, the clinic's hours aside."""
        held = next((line.week for line in self.weeks if line.holds), None)
        return self.opening if held is None else held


@dataclass(frozen=True, slots=True)
class TimeOffLine:
    id: int
    first_day: date
    last_day: date
    part: Stretch | None
    may_remove: bool


@dataclass(frozen=True, slots=True)
class PractitionerHours:
    """
    `clinics` names only those whose hours this person may see; `subject` those they work at still.
    """

    id: int
    name: str
    archived: bool
    clinics: list[HoursAt]
    time_off: list[TimeOffLine]
    subject: Subject
    may_change: bool


def practitioner_hours(actor: Actor, practitioner_id: int, now: datetime) -> PractitionerHours:
    """Six statements. Raises NotFound, NotAllowed."""
    whom = db.session.get(Practitioner, practitioner_id)
    clinics = _clinics(practitioner_id)
    subject = Subject(frozenset(clinic.id for clinic in clinics), practitioner_id)
    if whom is None:
        raise NotFound("There is no such record.", action=Action.SEE_HOURS, subject=subject)
    require(actor, Action.SEE_HOURS, subject)
    weeks, days = _rows(WorkingWeek, practitioner_id), _rows(WorkingDay, practitioner_id)
    archived, still = whom.archived_at is not None, whom.as_subject_since(now.date())
    return PractitionerHours(
        id=whom.id,
        name=whom.name,
        archived=archived,
        clinics=[
            _at(actor, whom, clinic, weeks, days, now)
            for clinic in clinics
            if may(actor, Action.SEE_HOURS, Subject(frozenset({clinic.id}), practitioner_id))
        ],
        time_off=_time_off(actor, whom, now),
        subject=still,
        may_change=not archived and may(actor, Action.CHANGE_HOURS, still),
    )


def _at(
    actor: Actor, whom: Practitioner, clinic: Clinic, weeks: Any, days: Any, now: datetime
) -> HoursAt:
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    subject = Subject(frozenset({clinic.id}), whom.id)
    here = sorted((w for w in weeks if w.clinic_id == clinic.id), key=lambda w: w.first_day)
    held = max((w.first_day for w in here if w.first_day <= today), default=date.min)
    return HoursAt(
        clinic_id=clinic.id,
        clinic=clinic.name,
        opening=week_told(clinic.hours),
        weeks=[
            WeekLine(
                week.id,
                week.first_day,
                None if week.week is None else week_told(week.week),
                week.first_day <= today,
            )
            for week in here
            if week.first_day >= held
        ],
        days=[
            DayLine(one.id, one.day, one.stretches)
            for one in sorted(days, key=lambda one: one.day)
            if one.clinic_id == clinic.id and one.day >= today
        ],
        kept_weeks={week.first_day.isoformat(): week.week for week in here},
        kept_days={one.day.isoformat(): one.hours for one in days if one.clinic_id == clinic.id},
        may_change=whom.archived_at is None and may(actor, Action.CHANGE_HOURS, subject),
    )


def _clinics(practitioner_id: int) -> list[Clinic]:
    """Where they work or worked, by name."""
    works_at = select(Engagement.clinic_id).where(Engagement.practitioner_id == practitioner_id)
    return list(
        db.session.scalars(select(Clinic).where(Clinic.id.in_(works_at)).order_by(Clinic.name))
    )


def _rows(kind: Any, practitioner_id: int) -> list[Any]:
    return list(db.session.scalars(select(kind).where(kind.practitioner_id == practitioner_id)))


def _time_off(actor: Actor, whom: Practitioner, now: datetime) -> list[TimeOffLine]:
    """What has not ended; a day more, for it may still be yesterday at a clinic."""
    rows = db.session.scalars(
        select(TimeOff)
        .where(TimeOff.practitioner_id == whom.id, TimeOff.last_day >= now.date())
        .order_by(TimeOff.first_day, TimeOff.id)
    )
    return [
        TimeOffLine(
            row.id,
            row.first_day,
            row.last_day,
            row.part,
            may(actor, Action.CHANGE_HOURS, whom.as_subject_since(row.first_day)),
        )
        for row in rows
    ]
