"""Where a search finds nothing: why, who may not and for which reasons, and what is nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from registry.queries.candidates import refused_on
from registry.queries.colleagues import Colleague
from registry.queries.offers import Offer, SearchField, offers
from registry.queries.searched_days import Search, SearchedDay
from registry.queries.staff import Person
from registry.rules.access import Actor
from registry.rules.days import Span, day_after, days_later
from registry.rules.hindrances import Hindrance
from registry.rules.openings import starts_in
from registry.rules.stretches import ALL_DAY

LOOKED_FURTHER = timedelta(days=60)
MOST_REFUSED = 8


class Otherwise(StrEnum):
    """What of a search was given up to find something, in the order in which it is shown."""

    PART_OF_DAY = "at another time of the day"
    PRACTITIONER = "with somebody else"
    CLINIC = "at another clinic"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Nearest:
    otherwise: Otherwise
    search: Search
    offer: Offer


@dataclass(frozen=True, slots=True)
class NoOffers:
    """`people` are the names of those who may. `refused`: some who may not, each with reasons."""

    hindrance: Hindrance
    people: list[str]
    refused: list[Colleague]
    unexplained: int
    nearest: list[Nearest]


def no_offers(actor: Actor, search: Search, also_at: Sequence[int]) -> NoOffers:
    """
    What the furthest was that anybody came to; reasons only where nobody may.

    `also_at` are the clinics at which they book besides. However many people there are, the same
    statements; for each clinic asked three more, where nobody may. Raises NotAllowed, NotFound.
    """
    field = SearchField(actor, search)
    hindrance = max(
        _come_to(field.at(clinic_id, day), field.may(clinic_id, day))
        for clinic_id in field.places
        for day in field.days
    )
    nobody_may = hindrance is Hindrance.NOBODY_MAY
    refused, unexplained = _refused(actor, field) if nobody_may else ([], 0)
    return NoOffers(
        hindrance,
        _names(field),
        refused,
        unexplained,
        list(_nearest(actor, search, also_at)),
    )


def _come_to(at: SearchedDay, people: Sequence[Person]) -> Hindrance:
    """What is in the way at one clinic on one day."""
    turns = (
        (Hindrance.CLOSED, at.opened),
        (Hindrance.NOT_THEN, at.asked),
        (Hindrance.PASSED, at.ahead),
        (Hindrance.NOBODY_MAY, people),
        (Hindrance.PATIENT_ELSEWHERE, at.starts),
    )
    for hindrance, left in turns:
        if not left:
            return hindrance
    works = [(person, starts) for person in people if (starts := at.workable(person))]
    if not works:
        return Hindrance.NOBODY_WORKS
    around = at.before + at.over
    free = (
        starts & starts_in(at.busy.free_of_person(one.id, at.grid, at.before, at.over), around)
        for one, starts in works
    )
    return Hindrance.NO_ROOM if any(free) else Hindrance.ALL_BOOKED


def _names(field: SearchField) -> list[str]:
    """Of those who may on one of the days, each once."""
    there = {
        one.id: one.name
        for clinic_id in field.places
        for day in field.days
        for one in field.may(clinic_id, day)
    }
    return sorted(there.values())


def _refused(actor: Actor, field: SearchField) -> tuple[list[Colleague], int]:
    day, found, left = field.days[0], list[Colleague](), 0
    for place in field.places.values():
        people, more = refused_on(actor, place, field.search.sites, day, MOST_REFUSED)
        found += [one for one in people if one.id not in {other.id for other in found}]
        left += more
    return found[:MOST_REFUSED], left + max(0, len(found) - MOST_REFUSED)


def _nearest(actor: Actor, search: Search, also_at: Sequence[int]) -> Iterator[Nearest]:
    for otherwise, other in _others(search, also_at):
        if found := offers(actor, other, 1):
            yield Nearest(otherwise, other, found[0])


def _others(search: Search, also_at: Sequence[int]) -> Iterator[tuple[Otherwise, Search]]:
    if search.parts != ALL_DAY:
        yield Otherwise.PART_OF_DAY, replace(search, parts=ALL_DAY)
    if search.named:
        yield Otherwise.PRACTITIONER, replace(search, named="")
    if elsewhere := tuple(one for one in also_at if one not in search.clinic_ids):
        yield Otherwise.CLINIC, replace(search, clinic_ids=elsewhere)
    since = day_after(search.days.last)
    later = Span(since, days_later(since, LOOKED_FURTHER.days - 1))
    yield Otherwise.LATER, replace(search, days=later)
