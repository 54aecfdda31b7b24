"""The sheet of a day: who works at a clinic, what each may needle, until when, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)

from registry.models import Engagement, Practitioner, Privilege, db
from registry.models.hours_on_record import hours_on_record
from registry.queries.decisions import gravest_reasons
from registry.queries.roster import SOON
from registry.queries.scope import ClinicSeen
from registry.rules.days import days_later
from registry.rules.opening_hours import OpeningHours
from registry.rules.regions import MUSCLES, summed_up
from registry.rules.stretches import Stretches
from registry.rules.vocabulary import Profession


class Allowed(NamedTuple):
    """
    What may be needled that day; `but`: ordinary muscles of these regions that may not.

    `lapsing`: each last day that is near, and what ends with it.
    """

    regions: tuple[str, ...]
    muscles: tuple[str, ...]
    but: tuple[str, ...]
    lapsing: tuple[tuple[date, tuple[str, ...], tuple[str, ...]], ...]

    @property
    def nothing(self) -> bool:
        return not self.regions and not self.muscles


@dataclass(frozen=True, slots=True)
class SheetLine:
    """`works`: when, that day; empty for who is off. `why`: of somebody who may needle nothing."""

    practitioner_id: int
    name: str
    profession: Profession
    works: Stretches
    allowed: Allowed
    why: str


@dataclass(frozen=True, slots=True)
class DaySheet:
    place: ClinicSeen
    day: date
    opening: OpeningHours
    lines: list[SheetLine]
    off: list[SheetLine]


def day_sheet(place: ClinicSeen, day: date) -> DaySheet:
    """
    All of them, by name. Two statements, and those of the reasons.

    Leave was asked when the place was found. Reasons are worked out for who is there that day.
    """
    asked = {"clinic": place.id, "day": day, "soon": days_later(day, SOON)}
    rows = db.session.connection().execute(_people(), asked).all()
    hours = hours_on_record(db.session(), [place.id], day, day)
    works = {row.id: hours.bookable(row.id, place.id, day) for row in rows}
    allowed = {row.id: allowed_told(row.sites or "") for row in rows}
    idle = [number for number, one in allowed.items() if one.nothing and works[number]]
    found = gravest_reasons(place, practitioner_ids=idle, day=day)
    why = {reason.practitioner_id: reason.sentence for reason in found}
    every = [
        SheetLine(
            row.id, row.name, row.profession, works[row.id], allowed[row.id], why.get(row.id, "")
        )
        for row in rows
    ]
    return DaySheet(
        place,
        day,
        hours.at(place.id),
        [line for line in every if line.works],
        [line for line in every if not line.works],
    )


UNTIL = "<"  # between a site and a last day that is near


@cache
def _people() -> Any:
    day: BindParameter[date] = bindparam("day")
    clinic: BindParameter[int] = bindparam("clinic")
    works_here = select(Engagement.id).where(
        Engagement.practitioner_id == Practitioner.id,
        Engagement.clinic_id == clinic,
        Engagement.first_day <= day,
        Engagement.last_day.is_(None) | (Engagement.last_day >= day),
    )
    return (
        select(
            Practitioner.id,
            Practitioner.name,
            Practitioner.profession,
            _sites(clinic, day).label("sites"),
        )
        .where(works_here.exists(), Practitioner.archived_at.is_(None))
        .order_by(Practitioner.name, Practitioner.id)
    )


def _sites(clinic: Any, day: Any) -> ColumnElement[str]:
    """All that one of them may needle there that day, as `allowed_told` reads it."""
    near = Privilege.last_day <= bindparam("soon")
    mark = case((near, literal(UNTIL) + cast(Privilege.last_day, String)), else_="")
    return (
        select(func.aggregate_strings(Privilege.site + mark, ","))
        .where(
            Privilege.practitioner_id == Practitioner.id,
            Privilege.clinic_id == clinic,
            Privilege.first_day <= day,
            Privilege.last_day >= day,
        )
        .scalar_subquery()
    )


@lru_cache(maxsize=1024)
def allowed_told(told: str) -> Allowed:
    """Many people may needle just the same: what that amounts to is found once for them."""
    pairs = [one.partition(UNTIL)[::2] for one in told.split(",") if one]
    lasts: dict[str, set[str]] = {}
    for site, last in pairs:
        if last:
            lasts.setdefault(last, set()).add(site)
    sites = frozenset(site for site, _ in pairs)
    regions, muscles = summed_up(sites)
    but = tuple(
        muscle.code
        for muscle in MUSCLES.values()
        if muscle.code not in sites and not muscle.pleural and muscle.regions & sites
    )
    lapsing = tuple(
        (date.fromisoformat(last), _kept(regions, ending), _kept(muscles, ending))
        for last, ending in sorted(lasts.items())
    )
    return Allowed(regions, muscles, but, lapsing)


def _kept(named: Iterable[str], sites: set[str]) -> tuple[str, ...]:
    return tuple(site for site in named if site in sites)
