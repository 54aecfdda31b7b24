"""The roster: who works at a clinic on a day, and what each of them may needle then."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from registry.models import Engagement, Practitioner, Privilege, db
from registry.queries.scope import ClinicSeen
from registry.rules.days import days_later
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import Profession

PEOPLE_A_PAGE = 50
SOON = 30  # days


@dataclass(frozen=True, slots=True)
class RosterLine:
    """
    `kinds` holds the status of each region in the order of REGIONS. `ends_on` is the earliest
    last day of what they may needle now, where that is soon; `starts_on` the first day ahead.
    """

    practitioner_id: int
    name: str
    profession: Profession
    kinds: tuple[str, ...]
    regions: int
    ends_on: date | None
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Roster:
    lines: list[RosterLine]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    name: str
    profession: Profession
    total: int


@dataclass(frozen=True, slots=True)
class _Sites:
    """The regions that share one span of days."""

    first_day: date
    last_day: date
    sites: frozenset[str]


def roster_on(place: ClinicSeen, *, day: date, name: str = "", page: int = 1) -> Roster:
    """One page of people by name, in two statements. Leave was asked when the place was found."""
    first = (page - 1) * PEOPLE_A_PAGE
    people = _people(place, day, name, first)
    spans = _spans(place, day, [person.id for person in people])
    lines = [
        _line(person.id, person.name, person.profession, spans[person.id], place, day)
        for person in people
    ]
    return Roster(lines, first + 1, people[0].total if people else 0)


def _people(place: ClinicSeen, day: date, name: str, offset: int) -> list[_Person]:
    """Walks the names in order and stops at a page; how many there are is counted beside it."""
    here = (
        Engagement.clinic_id == place.id,
        Engagement.first_day <= day,
        Engagement.last_day.is_(None) | (Engagement.last_day >= day),
        Engagement.practitioner_id == Practitioner.id,
    )
    wanted: list[ColumnElement[bool]] = [Practitioner.archived_at.is_(None)]
    if name:
        wanted.append(Practitioner.name.icontains(name, autoescape=True))
    counted = (
        select(func.count(Practitioner.id.distinct()))
        .select_from(Engagement)
        .join(Practitioner, Practitioner.id == Engagement.practitioner_id)
        .where(*here, *wanted)
    )
    rows = db.session.execute(
        select(
            Practitioner.id, Practitioner.name, Practitioner.profession, counted.scalar_subquery()
        )
        .where(select(Engagement.id).where(*here).exists(), *wanted)
        .order_by(Practitioner.name, Practitioner.id)
        .offset(offset)
        .limit(PEOPLE_A_PAGE)
    )
    return [_Person(*row) for row in rows]


def _spans(place: ClinicSeen, day: date, ids: list[int]) -> defaultdict[int, list[_Sites]]:
    """A row for each span rather than for each region: a tenth of them."""
    found: defaultdict[int, list[_Sites]] = defaultdict(list)
    if not ids:
        return found
    rows = db.session.execute(
        select(
            Privilege.practitioner_id,
            Privilege.first_day,
            Privilege.last_day,
            func.aggregate_strings(Privilege.site, ","),
        )
        .where(
            Privilege.practitioner_id.in_(ids),
            Privilege.clinic_id == place.id,
            Privilege.last_day >= day,
            Privilege.site.in_(REGIONS),
        )
        .group_by(Privilege.practitioner_id, Privilege.first_day, Privilege.last_day)
    )
    for practitioner_id, first_day, last_day, sites in rows:
        found[practitioner_id].append(_Sites(first_day, last_day, frozenset(sites.split(","))))
    return found


def _line(
    practitioner_id: int,
    name: str,
    profession: Profession,
    spans: list[_Sites],
    place: ClinicSeen,
    day: date,
) -> RosterLine:
    kinds = dict.fromkeys(REGIONS, "may_not" if place.adopted else "not_known")
    for span in spans:
        if span.first_day > day:
            kinds.update(dict.fromkeys(span.sites, "not_yet"))
    soon = days_later(day, SOON)
    ends, now = [], 0
    for span in spans:
        if span.first_day <= day:
            lapses = span.last_day <= soon
            kinds.update(dict.fromkeys(span.sites, "lapses_soon" if lapses else "may_needle"))
            now += len(span.sites)
            ends += [span.last_day] if lapses else []
    starts = [span.first_day for span in spans if span.first_day > day]
    return RosterLine(
        practitioner_id,
        name,
        profession,
        tuple(kinds.values()),
        now,
        min(ends, default=None),
        min(starts, default=None),
    )
