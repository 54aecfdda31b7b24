"""Demand: how long needling takes people up, by region and week, booked and on average before."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Date, Integer, Text, bindparam, cast, func, select

from registry.models import Appointment, db
from registry.models.base import UtcMoment
from registry.queries.bookings import epoch
from registry.rules.capacity import Weeks
from registry.rules.days import days_later
from registry.rules.forecast import ANY, LINES, LOOKED_BACK
from registry.rules.regions import regions_of
from registry.rules.vocabulary import AppointmentState, Treatment

A_DAY_AROUND = timedelta(days=2)  # of any clock, and of preparation before midnight


@dataclass(slots=True)
class Demand:
    """
    Of one clinic, in minutes: preparation and clean-up count, what was cancelled does not.

    An appointment counts in full for each region it is for, and for each region of a muscle it
    names; it counts in the week in which it starts. `counted` are the weeks of the mean: eight,
    or as many as have passed since the first of them with needling.
    """

    booked: dict[str, list[int]]
    before: dict[str, int] = field(default_factory=dict)
    counted: int = 0

    def expected(self, site: str) -> int | None:
        return round(self.before.get(site, 0) / self.counted) if self.counted else None


def demand_at(clinic_ids: Collection[int], weeks: Weeks) -> dict[int, Demand]:
    """In one statement."""
    found = {at: Demand({site: [0] * weeks.number for site in LINES}) for at in clinic_ids}
    first, last = days_later(weeks.monday, -7 * LOOKED_BACK), weeks.days.last
    asked = {
        "clinics": list(clinic_ids),
        "first": first,
        "last": last,
        "since": datetime.combine(first, time(), UTC) - A_DAY_AROUND,
        "until": datetime.combine(last, time(), UTC) + A_DAY_AROUND,
    }
    for clinic_id, day, told, seconds in db.session.connection().execute(_needling(), asked):
        week, minutes = (day - weeks.monday).days // 7, round(seconds / 60)
        _count(found[clinic_id], week, minutes, told)
    return found


def _count(demand: Demand, week: int, minutes: int, told: str) -> None:
    demand.counted = max(demand.counted, -week)
    for site in _lines_of(told):
        if week < 0:
            demand.before[site] = demand.before.get(site, 0) + minutes
        else:
            demand.booked[site][week] += minutes


@lru_cache(maxsize=4096)
def _lines_of(told: str) -> frozenset[str]:
    return frozenset({ANY}).union(*_regions(json.loads(told)))


def _regions(sites: list[str]) -> Iterator[frozenset[str]]:
    """Sites that are no region any more belong to none."""
    return (regions_of(site) & frozenset(LINES) for site in sites)


@cache
def _needling() -> Any:
    """Put together once. The moments bound what is read; the days, the clinics' own, decide."""
    one, sites = Appointment, cast(Appointment.sites, Text)
    first, last = bindparam("first", type_=Date), bindparam("last", type_=Date)
    since, until = bindparam("since", type_=UtcMoment), bindparam("until", type_=UtcMoment)
    taken = func.sum(epoch(one.busy_until) - epoch(one.busy_from))
    return (
        select(one.clinic_id, one.first_day, sites, cast(taken, Integer))
        .where(
            one.clinic_id.in_(bindparam("clinics", expanding=True, type_=Integer)),
            one.starts_at.between(since, until),
            one.first_day.between(first, last),
            one.treatment == Treatment.NEEDLING,
            one.state != AppointmentState.CANCELLED,
        )
        .group_by(one.clinic_id, one.first_day, sites)
    )
