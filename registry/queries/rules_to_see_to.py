"""What of a place's rules needs somebody: readings to look at again, an activation on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from registry.models import Activation, Adoption, Phase, db
from registry.models.requirement_sets import AdoptionState
from registry.queries.requirement_pages import AdoptionSeen
from registry.queries.requirement_sets import seen_as
from registry.rules.days import days_later

SOON = 30  # days
MOST_AT_ONCE = 4  # one in force, one on its way, and some given up
TOO_LONG = timedelta(minutes=10)  # since an activation got on: then it stands still


@dataclass(frozen=True, slots=True)
class Relook:
    """`number` readings of a version fall due by `SOON`; the first on `first_day`."""

    by: str
    number: int
    first_day: date


@dataclass(frozen=True, slots=True)
class OnItsWay:
    version: int
    done: int
    total: int
    moved_at: datetime
    switched: bool  # the new version is in force; what it allows besides is being added
    given_up: bool  # it never will be; what it took away is being given back
    stands_still: bool


@dataclass(frozen=True, slots=True)
class RulesToSeeTo:
    relook: Relook | None = None
    on_its_way: OnItsWay | None = None


def rules_to_see_to(jurisdiction: str, *, today: date, now: datetime) -> RulesToSeeTo:
    """In one statement: of what was adopted only the newest holds, or is about to, or was."""
    rows = db.session.execute(
        select(Adoption, Activation)
        .outerjoin(Activation, Activation.adoption_id == Adoption.id)
        .where(
            Adoption.jurisdiction == jurisdiction,
            or_(
                Adoption.state.in_([AdoptionState.ACTIVE, AdoptionState.ACTIVATING]),
                (Adoption.state == AdoptionState.WITHDRAWN) & (Activation.phase != Phase.DONE),
            ),
        )
        .order_by(Adoption.version.desc())
        .limit(MOST_AT_ONCE)
        .execution_options(populate_existing=True)
    ).all()
    in_force = next((one for one, _ in rows if one.state is AdoptionState.ACTIVE), None)
    moving = ((one, by) for one, by in rows if by is not None and by.phase is not Phase.DONE)
    return RulesToSeeTo(
        relook(seen_as(in_force), today) if in_force else None,
        next((_on_its_way(one, by, now) for one, by in moving), None),
    )


def relook(seen: AdoptionSeen, today: date) -> Relook | None:
    days = [one.look_again_on for one in seen.settled.values() if one.look_again_on]
    due = [day for day in days if day <= days_later(today, SOON)]
    return Relook(seen.by, len(due), min(due)) if due else None


def _on_its_way(adoption: Adoption, row: Activation, now: datetime) -> OnItsWay:
    still = bool(row.failed_with) or row.moved_at < now - TOO_LONG
    switched = adoption.state is AdoptionState.ACTIVE
    given_up = adoption.state is AdoptionState.WITHDRAWN
    return OnItsWay(adoption.version, row.done, row.total, row.moved_at, switched, given_up, still)
