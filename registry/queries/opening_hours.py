"""Opening hours as setting up shows them: a clinic's week, the days that differ, its holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.adapters.public_holidays import coming_holidays
from registry.errors import NotFound
from registry.leave import require
from registry.models import Clinic, ClinicDay, db
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.stretches import Stretches, Week, week_told


@dataclass(frozen=True, slots=True)
class DifferentDayLine:
    id: int
    day: date
    name: str
    stretches: Stretches


@dataclass(frozen=True, slots=True)
class ClinicHours:
    """`kept` is the week as it is on record; `days` those that differ, from today on."""

    id: int
    name: str
    jurisdiction: str
    today: date
    week: Week
    kept: Mapping[str, Any]
    days: list[DifferentDayLine]
    may_change: bool


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """`closed`: the clinic closes on it; `other`: it is open then, at hours of that day."""

    day: date
    name: str
    closed: bool
    other: bool


def clinic_hours(actor: Actor, clinic_id: int, now: datetime) -> ClinicHours:
    """Two statements. Raises NotFound, NotAllowed."""
    subject = Subject(frozenset({clinic_id}))
    require(actor, Action.SEE_CLINIC, subject)
    clinic = db.session.get(Clinic, clinic_id)
    if clinic is None:
        raise NotFound("There is no such record.", action=Action.SEE_CLINIC, subject=subject)
    today = now.astimezone(ZoneInfo(clinic.zone)).date()
    rows = db.session.scalars(
        select(ClinicDay)
        .where(ClinicDay.clinic_id == clinic_id, ClinicDay.day >= today)
        .order_by(ClinicDay.day)
    )
    return ClinicHours(
        id=clinic.id,
        name=clinic.name,
        jurisdiction=clinic.jurisdiction,
        today=today,
        week=week_told(clinic.hours),
        kept=clinic.hours,
        days=[DifferentDayLine(row.id, row.day, row.name, row.stretches) for row in rows],
        may_change=may(actor, Action.CHANGE_CLINIC, subject),
    )


def holidays_of(hours: ClinicHours) -> list[HolidayLine] | None:
    """The public holidays of the next two years; None where nobody knows those of the place."""
    offered = coming_holidays(hours.jurisdiction, hours.today)
    if offered is None:
        return None
    known = {one.day: one for one in hours.days}
    return [
        HolidayLine(
            one.day,
            one.name,
            closed=one.day in known and not known[one.day].stretches,
            other=one.day in known and bool(known[one.day].stretches),
        )
        for one in offered
    ]
