"""Privileges as the rules derive them from the record, and as the table has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.facts_on_record import facts_on_record
from registry.models.people import Engagement
from registry.models.privileges import Privilege
from registry.models.rules_on_record import rulebook_on_record
from registry.rules.days import Span, day_after
from registry.rules.facts import Facts
from registry.rules.privileges import spans
from registry.rules.rulebooks import Rulebook

#: Where: a clinic and a site there, and the spans of days on which the site may be needled.
Spans = dict[tuple[int, str], tuple[Span, ...]]
#: For each practitioner the clinics where they ever work, each with its jurisdiction.
Places = Mapping[int, Collection[tuple[int, str]]]


def derive(session: Session, practitioner_ids: Collection[int]) -> dict[int, Spans]:
    """What the rules say of each practitioner, at every clinic where they ever work."""
    places = places_of(session, practitioner_ids)
    rulebook = rulebook_on_record(session, jurisdictions_of(places))
    return derived_by(rulebook, facts_on_record(session, practitioner_ids), places)


def places_of(session: Session, practitioner_ids: Collection[int]) -> Places:
    clinics = defaultdict(list)
    for practitioner_id, clinic_id, jurisdiction in session.execute(
        select(Engagement.practitioner_id, Clinic.id, Clinic.jurisdiction)
        .join(Clinic, Clinic.id == Engagement.clinic_id)
        .where(Engagement.practitioner_id.in_(practitioner_ids))
        .distinct()
    ):
        clinics[practitioner_id].append((clinic_id, jurisdiction))
    return clinics


def jurisdictions_of(places: Places) -> set[str]:
    return {jurisdiction for there in places.values() for _, jurisdiction in there}


def derived_by(rulebook: Rulebook, facts: Mapping[int, Facts], places: Places) -> dict[int, Spans]:
    """By this rulebook, whether or not it is the one on record."""
    return {
        practitioner_id: {
            (clinic_id, site): tuple(days)
            for clinic_id, jurisdiction in places.get(practitioner_id, ())
            for site, days in spans(known, rulebook, clinic_id, jurisdiction).items()
        }
        for practitioner_id, known in facts.items()
    }


def stored_privileges(session: Session, practitioner_ids: Collection[int]) -> Mapping[int, Spans]:
    """What the table says of each of them; nothing of those it does not name."""
    found: defaultdict[int, defaultdict[tuple[int, str], list[Span]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in session.execute(
        select(
            Privilege.practitioner_id,
            Privilege.clinic_id,
            Privilege.site,
            Privilege.first_day,
            Privilege.last_day,
        )
        .where(Privilege.practitioner_id.in_(practitioner_ids))
        .order_by(Privilege.first_day)
    ):
        days = Span(row.first_day, row.last_day)
        found[row.practitioner_id][row.clinic_id, row.site].append(days)
    kept: defaultdict[int, Spans] = defaultdict(dict)
    for practitioner_id, where in found.items():
        kept[practitioner_id] = {place: tuple(days) for place, days in where.items()}
    return kept


def first_day_lost(old: Spans, new: Spans) -> date:
    """The first day that some site loses; date.max where nothing is lost."""
    lost = [date.max]
    for where, before in old.items():
        lost += (uncovered_from(span, new.get(where, ())) for span in before)
    return min(lost)


def uncovered_from(span: Span, kept: Iterable[Span]) -> date:
    """The first day of the span that is not kept; date.max where all are."""
    here = next((one for one in kept if one.first <= span.first <= one.last), None)
    if here is None:
        return span.first
    return date.max if here.last >= span.last else day_after(here.last)
