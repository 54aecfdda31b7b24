"""Staff: who may be asked for a treatment at a clinic, and on which days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, select

from registry.models import Engagement, Practitioner, Privilege, db
from registry.rules.days import Span, cover

NO_SITE = ""


@dataclass(slots=True)
class Person:
    """Somebody who may be asked, and on which days for which site (for none: works there)."""

    id: int
    name: str
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def may_throughout(self, days: Span, sites: Collection[str]) -> bool:
        """On each of these days, by one span for each site."""
        return all(cover(self.spans.get(site, ()), days) for site in sites or (NO_SITE,))

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
    rows = _privileged(clinic_ids, sites, days) if sites else _working(clinic_ids, days)
    if practitioner_ids is not None:
        rows = rows.where(Practitioner.id.in_(practitioner_ids))
    found: defaultdict[int, dict[int, Person]] = defaultdict(dict)
    for practitioner_id, name, clinic_id, site, first, last in (
        db.session.connection().execute(rows).all()
    ):
        here = found[clinic_id]
        if (person := here.get(practitioner_id)) is None:
            person = here[practitioner_id] = Person(practitioner_id, name)
        person.spans.setdefault(site, []).append(Span(first, last or date.max))
    return {
        clinic_id: sorted(people.values(), key=lambda person: (person.name, person.id))
        for clinic_id, people in found.items()
    }


def _privileged(
    clinic_ids: Collection[int], sites: Collection[str], days: Span
) -> Select[Any, Any, Any, Any, Any, Any]:
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
            Privilege.clinic_id.in_(clinic_ids),
            Privilege.site.in_(sites),
            Privilege.first_day <= days.last,
            Privilege.last_day >= days.first,
        )
    )


def _working(clinic_ids: Collection[int], days: Span) -> Select[Any, Any, Any, Any, Any, Any]:
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
            Engagement.clinic_id.in_(clinic_ids),
            Engagement.first_day <= days.last,
            func.coalesce(Engagement.last_day, date.max) >= days.first,
        )
    )
