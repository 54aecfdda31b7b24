"""The roster: who works at a clinic on a day, and what each of them may needle then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, func, select

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


class _Person(NamedTuple):
    id: int
    name: str
    profession: Profession
    total: int


class _Sites(NamedTuple):
    """The regions that share one span of days, by their codes with commas between."""

    first_day: date
    last_day: date
    sites: str


def roster_on(place: ClinicSeen, *, day: date, name: str = "", page: int = 1) -> Roster:
    """One page of people by name, in two statements. Leave was asked when the place was found."""
    first = (page - 1) * PEOPLE_A_PAGE
    statement = _people_named(name) if name else _people()
    asked = {"clinic": place.id, "day": day, "first": first}
    people = [_Person(*row) for row in db.session.execute(statement, asked)]
    spans = _spans(place, day, [person.id for person in people])
    lines = [_line(person, spans.get(person.id, ()), place, day) for person in people]
    return Roster(lines, first + 1, people[0].total if people else 0)


# Statements are made once, for that costs as much as asking them.
CLINIC: BindParameter[int] = bindparam("clinic")
DAY: BindParameter[date] = bindparam("day")


@cache
def _people() -> Any:
    return _people_who()


def _people_named(name: str) -> Any:
    return _people_who(Practitioner.name.icontains(name, autoescape=True))


def _people_who(*are: ColumnElement[bool]) -> Any:
    """Walks the names in order and stops at a page; how many there are is counted beside it."""
    here = (
        Engagement.clinic_id == CLINIC,
        Engagement.first_day <= DAY,
        Engagement.last_day.is_(None) | (Engagement.last_day >= DAY),
        Engagement.practitioner_id == Practitioner.id,
    )
    wanted = (Practitioner.archived_at.is_(None), *are)
    counted = (
        select(func.count(Practitioner.id.distinct()))
        .select_from(Engagement)
        .join(Practitioner, Practitioner.id == Engagement.practitioner_id)
        .where(*here, *wanted)
    )
    return (
        select(
            Practitioner.id, Practitioner.name, Practitioner.profession, counted.scalar_subquery()
        )
        .where(select(Engagement.id).where(*here).exists(), *wanted)
        .order_by(Practitioner.name, Practitioner.id)
        .offset(bindparam("first", type_=Integer))
        .limit(PEOPLE_A_PAGE)
    )


def _spans(place: ClinicSeen, day: date, ids: list[int]) -> Mapping[int, list[_Sites]]:
    found: defaultdict[int, list[_Sites]] = defaultdict(list)
    asked = {"clinic": place.id, "day": day, "ids": ids}
    for practitioner_id, *span in db.session.execute(_privileges(), asked) if ids else ():
        found[practitioner_id].append(_Sites(*span))
    return found


@cache
def _privileges() -> Any:
    """A row for each span rather than for each region: a tenth of them."""
    return (
        select(
            Privilege.practitioner_id,
            Privilege.first_day,
            Privilege.last_day,
            func.aggregate_strings(Privilege.site, ","),
        )
        .where(
            Privilege.practitioner_id.in_(bindparam("ids", expanding=True)),
            Privilege.clinic_id == CLINIC,
            Privilege.last_day >= DAY,
            Privilege.site.in_(REGIONS),
        )
        .group_by(Privilege.practitioner_id, Privilege.first_day, Privilege.last_day)
    )


def _line(person: _Person, spans: Sequence[_Sites], place: ClinicSeen, day: date) -> RosterLine:
    soon = days_later(day, SOON)
    ahead = [span for span in spans if span.first_day > day]
    lapsing = [span for span in spans if span.first_day <= day and span.last_day <= soon]
    lasting = [span for span in spans if span.first_day <= day and span.last_day > soon]
    otherwise = "may_not" if place.adopted else "not_known"
    kinds = _kinds(otherwise, _codes(ahead), _codes(lapsing), _codes(lasting))
    return RosterLine(
        person.id,
        person.name,
        person.profession,
        kinds,
        kinds.count("may_needle") + kinds.count("lapses_soon"),
        min([span.last_day for span in lapsing], default=None),
        min([span.first_day for span in ahead], default=None),
    )


def _codes(spans: list[_Sites]) -> str:
    return ",".join([span.sites for span in spans])


@lru_cache(maxsize=1024)
def _kinds(otherwise: str, ahead: str, lapsing: str, lasting: str) -> tuple[str, ...]:
    """Many people may needle just the same: the status of each region is found once for them."""
    kinds = dict.fromkeys(REGIONS, otherwise)
    for sites, kind in ((ahead, "not_yet"), (lapsing, "lapses_soon"), (lasting, "may_needle")):
        kinds.update(dict.fromkeys(sites.split(",") if sites else (), kind))
    return tuple(kinds.values())
