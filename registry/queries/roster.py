"""The roster: who works at a clinic on a day, and what each of them may needle then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
)

from registry.models import Engagement, Practitioner, Privilege, db
from registry.queries.scope import ClinicSeen
from registry.rules.days import days_later
from registry.rules.regions import REGIONS
from registry.rules.vocabulary import Profession

PEOPLE_A_PAGE = 50
SOON = 30  # days


class Standing(NamedTuple):
    """
    `kinds` holds the status of each region in the order of REGIONS. `ends_on` is the earliest
    last day of what they may needle now, where that is soon; `starts_on` the first day ahead.
    """

    kinds: tuple[str, ...]
    regions: int
    ends_on: date | None
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class RosterLine:
    practitioner_id: int
    name: str
    profession: Profession
    standing: Standing


@dataclass(frozen=True, slots=True)
class Roster:
    lines: list[RosterLine]
    first: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.lines) - 1


def roster_on(place: ClinicSeen, *, day: date, name: str = "", page: int = 1) -> Roster:
    """One page of people by name, in one statement. Leave was asked when the place was found."""
    first = (page - 1) * PEOPLE_A_PAGE
    statement = _people_named(name) if name else _people()
    if first:
        statement = statement.offset(first)
    asked = {"clinic": place.id, "day": day, "soon": days_later(day, SOON)}
    rows = db.session.connection().execute(statement, asked).all()
    otherwise = "may_not" if place.adopted else "not_known"
    lines = [RosterLine(row[0], row[1], row[2], standing(row[3], otherwise)) for row in rows]
    return Roster(lines, first + 1, rows[0][4] if rows else 0)


# Statements are made once, for that costs as much as asking them.
CLINIC: BindParameter[int] = bindparam("clinic")
DAY: BindParameter[date] = bindparam("day")
UNTIL: BindParameter[date] = bindparam("soon")
AHEAD, LAPSING = ">", "<"  # between a region and the day from which, or until which


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
    )
    wanted = (Practitioner.archived_at.is_(None), *are)
    staff = select(Engagement.practitioner_id).where(*here)
    counted = select(func.count()).where(Practitioner.id.in_(staff), *wanted)
    works_here = select(Engagement.id).where(*here, Engagement.practitioner_id == Practitioner.id)
    return (
        select(
            Practitioner.id,
            Practitioner.name,
            Practitioner.profession,
            _regions(),
            counted.scalar_subquery().correlate(None),
        )
        .where(works_here.exists(), *wanted)
        .order_by(Practitioner.name, Practitioner.id)
        .limit(literal_column(str(PEOPLE_A_PAGE), Integer))
    )


def _regions() -> ColumnElement[str]:
    """All that one of them may needle there, from that day on, as `standing` reads it."""
    mark = case(
        (Privilege.first_day > DAY, literal(AHEAD) + cast(Privilege.first_day, String)),
        (Privilege.last_day <= UNTIL, literal(LAPSING) + cast(Privilege.last_day, String)),
        else_="",
    )
    return (
        select(func.aggregate_strings(Privilege.site + mark, ","))
        .where(
            Privilege.practitioner_id == Practitioner.id,
            Privilege.clinic_id == CLINIC,
            Privilege.site.in_([literal_column(f"'{code}'") for code in REGIONS]),
            Privilege.last_day >= DAY,
        )
        .scalar_subquery()
    )


@lru_cache(maxsize=1024)
def standing(regions: str | None, otherwise: str) -> Standing:
    """Many people may needle just the same: what that amounts to is found once for them."""
    told = regions.split(",") if regions else []
    ahead = [one.split(AHEAD) for one in told if AHEAD in one]
    lapsing = [one.split(LAPSING) for one in told if LAPSING in one]
    lasting = [one for one in told if AHEAD not in one and LAPSING not in one]
    kinds = dict.fromkeys(REGIONS, otherwise)
    kinds.update({region: "not_yet" for region, _ in ahead})
    kinds.update({region: "lapses_soon" for region, _ in lapsing})
    kinds.update(dict.fromkeys(lasting, "may_needle"))
    found = tuple(kinds.values())
    return Standing(
        found,
        found.count("may_needle") + found.count("lapses_soon"),
        min([date.fromisoformat(day) for _, day in lapsing], default=None),
        min([date.fromisoformat(day) for _, day in ahead], default=None),
    )
