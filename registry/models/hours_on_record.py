"""The hours on record, read as the plain times that the rules judge."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.hours import ClinicDay, TimeOff, WorkingDay, WorkingWeek
from registry.rules.opening_hours import DifferentDay, OpeningHours
from registry.rules.stretches import Stretches, Week, stretches_told, week_told
from registry.rules.working_hours import AS_THE_CLINIC, Away, Pattern, WorkingHours


@dataclass(frozen=True, slots=True)
class HoursOnRecord:
    """`working` and `away` name only those of whom anything is on record for these days."""

    clinics: dict[int, OpeningHours] = field(default_factory=dict)
    working: dict[tuple[int, int], WorkingHours] = field(default_factory=dict)
    away: dict[int, tuple[Away, ...]] = field(default_factory=dict)

    def at(self, clinic_id: int) -> OpeningHours:
        return self.clinics.get(clinic_id) or OpeningHours()

    def of(self, practitioner_id: int, clinic_id: int) -> WorkingHours:
        if (found := self.working.get((practitioner_id, clinic_id))) is not None:
            return found
        away = self.away.get(practitioner_id)
        return WorkingHours(away=away) if away else AS_THE_CLINIC

    def bookable(self, practitioner_id: int, clinic_id: int, day: date) -> Stretches:
        """When they work there that day, while the clinic is open."""
        return self.of(practitioner_id, clinic_id).on(day, self.at(clinic_id).on(day))


def hours_on_record(
    session: Session,
    clinic_ids: Collection[int],
    first: date,
    last: date,
    practitioner_ids: Collection[int] | None = None,
) -> HoursOnRecord:
    """
    What holds at these clinics on these days, both included; of these practitioners or of all.

    One statement, however many work there.
    """
    found = _Gathered()
    asked = {
        "clinics": list(clinic_ids),
        "first": first,
        "last": last,
        "people": list(practitioner_ids or ()),
    }
    for row in session.connection().execute(_hours(practitioner_ids is not None), asked):
        found.take(*row)
    return found.as_record()


class _Gathered:
    """Rows of five kinds on their way to be hours."""

    def __init__(self) -> None:
        self.weeks: dict[int, Week] = {}
        self.different: dict[int, dict[date, DifferentDay]] = {}
        self.patterns: dict[tuple[int, int], list[Pattern]] = {}
        self.days: dict[tuple[int, int], dict[date, Stretches]] = {}
        self.away: dict[int, list[Away]] = {}

    def take(
        self, kind: str, whom: int, clinic: int, first: date, last: date, told: str, name: str
    ) -> None:
        if kind == "week":
            self.weeks[clinic] = _week(told)
        elif kind == "different":
            different = DifferentDay(name, _stretches(told))
            self.different.setdefault(clinic, {})[first] = different
        elif kind == "pattern":
            pattern = Pattern(first, _week(told) if told else None)
            self.patterns.setdefault((whom, clinic), []).append(pattern)
        elif kind == "day":
            self.days.setdefault((whom, clinic), {})[first] = _stretches(told)
        else:
            part = stretches_told([told.split("-")])[0] if told else None
            self.away.setdefault(whom, []).append(Away(first, last, part))

    def as_record(self) -> HoursOnRecord:
        away = {whom: tuple(every) for whom, every in self.away.items()}
        return HoursOnRecord(
            {at: OpeningHours(week, self.different.get(at, {})) for at, week in self.weeks.items()},
            {
                one: WorkingHours(
                    tuple(sorted(self.patterns.get(one, ()), key=lambda each: each.first_day)),
                    self.days.get(one, {}),
                    away.get(one[0], ()),
                )
                for one in {*self.patterns, *self.days}
            },
            away,
        )


@cache
def _hours(of_some: bool) -> Any:
    """Put together once; numbers and days are given when it is asked."""
    here = bindparam("clinics", expanding=True, type_=Integer)
    first, last = bindparam("first", type_=Date), bindparam("last", type_=Date)
    of_clinics = [
        _rows("week", clinic=Clinic.id, told=_text(Clinic.hours)).where(Clinic.id.in_(here)),
        _rows(
            "different",
            clinic=ClinicDay.clinic_id,
            first=ClinicDay.day,
            told=_text(ClinicDay.hours),
            name=ClinicDay.name,
        ).where(ClinicDay.clinic_id.in_(here), ClinicDay.day.between(first, last)),
    ]
    return union_all(*of_clinics, *_of_people(here, first, last, of_some))


def _of_people(here: Any, first: Any, last: Any, of_some: bool) -> list[Any]:
    week, day, off = WorkingWeek, WorkingDay, TimeOff
    of_people = [
        _rows(
            "pattern", week.practitioner_id, week.clinic_id, week.first_day, told=_text(week.week)
        ).where(week.clinic_id.in_(here), week.first_day <= last),
        _rows("day", day.practitioner_id, day.clinic_id, day.day, told=_text(day.hours)).where(
            day.clinic_id.in_(here), day.day.between(first, last)
        ),
        _rows(
            "away",
            off.practitioner_id,
            None,
            off.first_day,
            off.last_day,
            off.starts + "-" + off.ends,
        ).where(off.first_day <= last, off.last_day >= first),
    ]
    if not of_some:
        return of_people
    people = bindparam("people", expanding=True, type_=Integer)
    whose = (week.practitioner_id, day.practitioner_id, off.practitioner_id)
    return [rows.where(one.in_(people)) for rows, one in zip(of_people, whose, strict=True)]


def _rows(
    kind: str,
    whom: Any = None,
    clinic: Any = None,
    first: Any = None,
    last: Any = None,
    told: Any = None,
    name: Any = None,
) -> Select[*tuple[Any, ...]]:
    """Of each kind the same columns, so that one statement reads them all."""
    return select(
        literal(kind).label("kind"),
        _column(whom, Integer).label("whom"),
        _column(clinic, Integer).label("clinic"),
        _column(first, Date).label("first"),
        _column(last, Date).label("last"),
        _column(told, Text).label("told"),
        _column(name, String).label("name"),
    )


def _column(value: Any, kind: Any) -> Any:
    return cast(null(), kind) if value is None else value


def _text(hours: Any) -> Any:
    """As it is kept: the same text is parsed once."""
    return cast(hours, Text)


@lru_cache(maxsize=4096)
def _week(told: str) -> Week:
    return week_told(json.loads(told))


@lru_cache(maxsize=4096)
def _stretches(told: str) -> Stretches:
    return stretches_told(json.loads(told))
