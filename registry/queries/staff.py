"""Staff: who may be asked for a treatment at a clinic, and on which days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, String, bindparam, func, literal, select

from registry.models import Engagement, Practitioner, Privilege, db
from registry.rules.days import Span

NO_SITE = ""
CLINICS = bindparam("clinics", expanding=True, type_=Integer)
FIRST, LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)


@dataclass(slots=True)
class Person:
    """Somebody who may be asked, and on which days for which site (for none: works there)."""

    id: int
    name: str
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def may_throughout(self, days: Span, sites: Collection[str]) -> bool:
        """On each of these days, by one span for each site."""
        for site in sites or (NO_SITE,):
            for span in self.spans.get(site, ()):
                if span.first <= days.first and days.last <= span.last:
                    break
            else:
                return False
        return True

    def may_on(self, day: date, sites: Collection[str]) -> bool:
        wanted = sites or (NO_SITE,)
        return all(any(day in span for span in self.spans.get(site, ())) for site in wanted)


def staff_for(
    clinic_ids: Collection[int],
    sites: Collection[str],
    days: Span,
    practitioner_ids: Collection[int] | None,
) -> dict[int, list[Person]]:
    """
    By clinic, in the order of their names: who may needle any of these sites on any of these days.

    Without sites: who works there. One statement.
    """
    asked = {
        "clinics": list(clinic_ids),
        "sites": list(sites),
        "first": days.first,
        "last": days.last,
        "people": list(practitioner_ids or ()),
    }
    rows = _asked(bool(sites), practitioner_ids is not None)
    found: defaultdict[int, dict[int, Person]] = defaultdict(dict)
    for practitioner_id, name, clinic_id, site, first, last in (
        db.session.connection().execute(rows, asked).all()
    ):
        here = found[clinic_id]
        if (person := here.get(practitioner_id)) is None:
            person = here[practitioner_id] = Person(practitioner_id, name)
        person.spans.setdefault(site, []).append(Span(first, last or date.max))
    return {
        clinic_id: sorted(people.values(), key=lambda person: (person.name, person.id))
        for clinic_id, people in found.items()
    }


@cache
def _asked(needles: bool, of_some: bool) -> Any:
    """Put together once; numbers and days are given when it is asked."""
    rows = _privileged() if needles else _working()
    people = bindparam("people", expanding=True, type_=Integer)
    return rows.where(Practitioner.id.in_(people)) if of_some else rows


def _privileged() -> Any:
    return (
        select(
            Practitioner.id,
            Practitioner.name,
            Privilege.clinic_id,
            Privilege.site,
            Privilege.first_day,
            Privilege.last_day,
        )
        .join(Practitioner, Practitioner.id == Privilege.practitioner_id)
        .where(
            Practitioner.archived_at.is_(None),
            Privilege.clinic_id.in_(CLINICS),
            Privilege.site.in_(bindparam("sites", expanding=True, type_=String)),
            Privilege.first_day <= LAST,
            Privilege.last_day >= FIRST,
        )
    )


def _working() -> Any:
    return (
        select(
            Practitioner.id,
            Practitioner.name,
            Engagement.clinic_id,
            literal(NO_SITE),
            Engagement.first_day,
            Engagement.last_day,
        )
        .join(Practitioner, Practitioner.id == Engagement.practitioner_id)
        .where(
            Practitioner.archived_at.is_(None),
            Engagement.clinic_id.in_(CLINICS),
            Engagement.first_day <= LAST,
            func.coalesce(Engagement.last_day, date.max) >= FIRST,
        )
    )
