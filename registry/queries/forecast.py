"""Forecast: needling capacity by clinic, region and week, against demand; what each lapse takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.models import db
from registry.models.hours_on_record import hours_on_record
from registry.queries.demand import Demand, demand_at
from registry.queries.ending import Ending, ending_in
from registry.queries.privileged_work import PrivilegedWork
from registry.queries.scope import ClinicSeen
from registry.queries.staff import NO_SITE, staff_for
from registry.rules.capacity import Weeks
from registry.rules.days import Span, merged
from registry.rules.forecast import (
    ANY,
    LINES,
    Outlook,
    Shortage,
    added,
    shortages,
    usual_week,
)
from registry.rules.regions import REGIONS

Lost = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Taken:
    """
    What the end of a credential takes from a clinic: regions, and minutes of work a week.

    `shortages`: where it leaves too little, the worst first.
    """

    clinic: ClinicSeen
    ending: Ending
    regions: tuple[str, ...]
    a_week: int
    shortages: tuple[Shortage, ...]

    @property
    def hurts(self) -> int:
        return sum(one.minutes for one in self.shortages)


@dataclass(frozen=True, slots=True)
class ClinicForecast:
    """By region, and of any. `counted`: of how many weeks the expected demand is the mean."""

    clinic: ClinicSeen
    outlooks: dict[str, Outlook]
    counted: int


@dataclass(frozen=True, slots=True)
class Forecast:
    weeks: Weeks
    clinics: list[ClinicForecast]
    taken: list[Taken]  # what hurts most first


def forecast_of(
    clinics: Sequence[ClinicSeen], weeks: Weeks, *, today: date, site: str = ANY
) -> Forecast:
    """
    Five statements, however many clinics, people and weeks.

    With a site, only what is taken from that region is listed.
    """
    ids, days = [one.id for one in clinics], weeks.days
    people = staff_for(ids, list(REGIONS), days, None)
    working = sorted({person.id for here in people.values() for person in here})
    hours = hours_on_record(db.session(), ids, *days, working)
    demand = demand_at(ids, weeks)
    ending = ending_in(ids, Span(today, days.last))
    engaged = staff_for(ids, (), days, {one.practitioner_id for one in ending})
    found: list[ClinicForecast] = []
    taken: list[Taken] = []
    for clinic in clinics:
        here = {person.id: person for person in people.get(clinic.id, ())}
        there = {person.id: person.spans[NO_SITE] for person in engaged.get(clinic.id, ())}
        work = PrivilegedWork(clinic, weeks, here, hours, there)
        known, gone = _forecast(work, demand[clinic.id], ending)
        found.append(known)
        taken += gone
    return Forecast(weeks, found, _ranked(taken, site))


def _forecast(
    work: PrivilegedWork, demand: Demand, ending: Iterable[Ending]
) -> tuple[ClinicForecast, list[Taken]]:
    capacity = work.capacity()
    losses = [
        (one, work.lost(one.practitioner_id, one.last_day))
        for one in ending
        if one.practitioner_id in work.people
    ]
    renewed = _renewed(work, capacity, losses)
    outlooks = {
        site: Outlook(capacity[site], renewed[site], demand.booked[site], demand.expected(site))
        for site in LINES
    }
    taken = [_taken(work, one, lost, outlooks) for one, lost in losses if lost]
    return ClinicForecast(work.clinic, outlooks, demand.counted), taken


def _renewed(
    work: PrivilegedWork,
    capacity: Mapping[str, Sequence[int]],
    losses: Iterable[tuple[Ending, Lost]],
) -> dict[str, Sequence[int]]:
    """Two credentials that end on one day take the same away: it is given back once."""
    back = {
        (one.practitioner_id, site, one.last_day): days
        for one, lost in losses
        for site, days in lost.items()
    }
    found = dict(capacity)
    for (whom, site, _), days in back.items():
        found[site] = added([found[site], work.worked(whom, days)])
    return found


def _taken(work: PrivilegedWork, one: Ending, lost: Lost, outlooks: Mapping[str, Outlook]) -> Taken:
    days = merged(span for spans in lost.values() for span in spans)
    minutes = {site: work.worked(one.practitioner_id, spans) for site, spans in lost.items()}
    return Taken(
        work.clinic,
        one,
        tuple(site for site in REGIONS if site in lost),
        usual_week(work.worked(one.practitioner_id, days), work.weeks, days),
        tuple(shortages(outlooks, minutes)),
    )


def _ranked(taken: Iterable[Taken], site: str) -> list[Taken]:
    if site != ANY:
        taken = (_only(one, site) for one in taken if site in one.regions)
    return sorted(
        taken,
        key=lambda one: (-one.hurts, -one.a_week, one.ending.last_day, one.ending.practitioner),
    )


def _only(taken: Taken, site: str) -> Taken:
    return replace(taken, shortages=tuple(one for one in taken.shortages if one.site == site))
