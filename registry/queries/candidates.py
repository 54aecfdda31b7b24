"""Candidates: who can take a booking, and everybody else at the clinic with all their reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import product

from sqlalchemy import and_, func, select

from registry.leave import require
from registry.models import Engagement, Practitioner, Privilege, db
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.bookings import busy_between
from registry.queries.colleagues import Candidates, Colleague, Wish
from registry.queries.free_starts import day_for, starts_of
from registry.queries.gates import AskedAtBooking
from registry.queries.off_hours import does_not_work, hours_of, is_off
from registry.queries.premises import Place
from registry.queries.provisional import last_days_of_waiting
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span
from registry.rules.diary import Slot
from registry.rules.eligibility import Decision, decide
from registry.rules.findings import Finding
from registry.rules.openings import grid_of
from registry.rules.questions import Question
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession
from registry.rules.working_hours import closed_sentence

#: How many refusals are worked out for one page; the roster tells of the rest.
MOST_EXPLAINED = 60


def candidates_on(actor: Actor, place: Place, wish: Wish, after: datetime) -> Candidates:
    """
    With the free starts of each on that day, at which the patient is free too.

    Eight statements, nine with a patient, however many work there; one more where a renewal waits.
    """
    require(actor, Action.BOOK, Subject(frozenset({place.id})))
    hours = hours_of(place, wish.day)
    at, theirs = day_for(place, wish.day, hours, wish.minutes, after, wish.needs, wish.patient_id)
    sites = wish.sites
    may, may_not = _staff(place, sites, Span(wish.day, wish.day))
    rulebook = rulebook_on_record(db.session(), [place.jurisdiction]) if sites else Rulebook()
    asked = AskedAtBooking(rulebook, place, sites, wish.day)
    found = [
        Colleague(
            *one,
            starts=starts_of(at, one[0]),
            asked=asked.of(one[2]),
            off=does_not_work(hours, place, wish.day, one[:2]),
        )
        for one in may
    ]
    ready = sorted((one for one in found if one.starts), key=lambda one: one.starts[0].starts_at)
    explained = _explained(rulebook, place, may_not[:MOST_EXPLAINED], sites, [wish.day])
    waiting = tuple(
        replace(one, starts=starts, asked=asked.of(one.profession))
        for one in _waiting(rulebook, place, explained, wish, after)
        if (starts := starts_of(at, one.id))
    )
    offered = {one.id for one in waiting}
    return Candidates(
        ready,
        [one for one in found if not one.starts],
        [one for one in explained if one.id not in offered],
        len(may_not) - len(explained),
        "" if at.opening else closed_sentence(place.name, wish.day, hours.at(place.id)),
        theirs,
        waiting,
    )


def candidates_for(
    actor: Actor, place: Place, slot: Slot, sites: tuple[str, ...], but: int, around: Slot
) -> Candidates:
    """
    Who else could take appointment `but` at its very time, whichever room it has.

    `around` is what it keeps of its practitioner's time, preparation and clean-up included.
    """
    require(actor, Action.MOVE, Subject(frozenset({place.id})))
    starts, ends = int(around.starts_at.timestamp()), int(around.ends_at.timestamp())
    first_day, last_day = slot.days_in(place.zone)
    busy = busy_between([place.id], starts, ends, but)
    grids = [grid_of(day, place.zone) for day in sorted({*around.days_in(place.zone)})]

    hours = hours_of(place, first_day)

    def is_free(practitioner_id: int) -> bool:
        return not any(
            grid.taken(starts, ends) & ~busy.free_of_person(practitioner_id, grid) for grid in grids
        )

    days = Span(first_day, last_day)
    may, may_not = _staff(place, sites, days)
    rulebook = rulebook_on_record(db.session(), [place.jurisdiction]) if sites else Rulebook()
    found = [Colleague(*one, off=is_off(hours, place, slot, one[:2])) for one in may]
    explained = _explained(
        rulebook, place, may_not[:MOST_EXPLAINED], sites, sorted({first_day, last_day})
    )
    return Candidates(
        [one for one in found if is_free(one.id) and not one.off],
        [one for one in found if not is_free(one.id) or one.off],
        explained,
        len(may_not) - len(explained),
    )


def refused_on(
    actor: Actor, place: Place, sites: tuple[str, ...], day: date, most: int
) -> tuple[list[Colleague], int]:
    """Some who work there and may not, with their reasons, and how many more. Four statements."""
    require(actor, Action.BOOK, Subject(frozenset({place.id})))
    _, may_not = _staff(place, sites, Span(day, day))
    rulebook = rulebook_on_record(db.session(), [place.jurisdiction]) if sites else Rulebook()
    found = _explained(rulebook, place, may_not[:most], sites, [day])
    return found, len(may_not) - len(found)


Known = tuple[int, str, Profession]


def _staff(place: Place, sites: Sequence[str], days: Span) -> tuple[list[Known], list[Known]]:
    """Those who work there on these days, by name: who may needle all the sites, who may not."""
    covered = and_(
        Privilege.practitioner_id == Practitioner.id,
        Privilege.clinic_id == place.id,
        Privilege.site.in_(sites),
        Privilege.first_day <= days.first,
        Privilege.last_day >= days.last,
    )
    rows = db.session.execute(
        select(
            Practitioner.id,
            Practitioner.name,
            Practitioner.profession,
            func.count(Privilege.site.distinct()),
        )
        .join(Engagement, Engagement.practitioner_id == Practitioner.id)
        .outerjoin(Privilege, covered)
        .where(
            Practitioner.archived_at.is_(None),
            Engagement.clinic_id == place.id,
            Engagement.first_day <= days.first,
            func.coalesce(Engagement.last_day, date.max) >= days.last,
        )
        .group_by(Practitioner.id, Practitioner.name, Practitioner.profession)
        .order_by(Practitioner.name, Practitioner.id)
    ).all()
    may = [(row[0], row[1], row[2]) for row in rows if row[3] == len(set(sites))]
    return may, [(row[0], row[1], row[2]) for row in rows if row[3] != len(set(sites))]


def _waiting(
    rulebook: Rulebook, place: Place, refused: Sequence[Colleague], wish: Wish, now: datetime
) -> list[Colleague]:
    """Those of the refused who could be booked provisionally, with their last valid day."""
    asked = [Question(place.id, place.jurisdiction, site, wish.day) for site in wish.sites]
    facts = {one.id: one.reasons[0].case.facts for one in refused if one.reasons}
    last_days = last_days_of_waiting(place, facts, rulebook, asked, now)
    return [replace(one, until=last_days[one.id]) for one in refused if one.id in last_days]


def _explained(
    rulebook: Rulebook,
    place: Place,
    people: Sequence[Known],
    sites: Collection[str],
    days: Sequence[date],
) -> list[Colleague]:
    if not people:
        return []
    facts = facts_on_record(db.session(), [person[0] for person in people])
    questions = [
        Question(place.id, place.jurisdiction, site, day) for site, day in product(sites, days)
    ]
    return [
        Colleague(
            *person, reasons=reasons_of(decide(facts[person[0]], rulebook, q) for q in questions)
        )
        for person in people
    ]


def reasons_of(decisions: Iterable[Decision]) -> tuple[Finding, ...]:
    """Every reason once, whichever site and day it was found for; the nearest to a cure first."""
    unmet: dict[str, Finding] = {}
    for decision in decisions:
        for finding in decision.refusals:
            unmet.setdefault(finding.sentence, finding)
    return tuple(sorted(unmet.values(), key=lambda finding: finding.turn))
