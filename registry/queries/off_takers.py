"""Off takers: the hours of some days in which those who work there cannot be booked, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from registry.leave import require
from registry.queries.appointments import AppointmentPage
from registry.queries.off_hours import hours_between
from registry.queries.staff import staff_for
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span
from registry.rules.stretches import Stretches, without
from registry.rules.working_hours import off_sentence


@dataclass(frozen=True, slots=True)
class OffThen:
    """While the clinic is open they are not there; `all_day`: at no time of it."""

    practitioner_id: int
    day: date
    stretches: Stretches
    all_day: bool
    sentence: str


def off_takers(actor: Actor, seen: AppointmentPage, days: Span) -> list[OffThen]:
    """Two statements for any number; days on which they are not engaged there are left out."""
    require(actor, Action.MOVE, Subject(frozenset({seen.place.id}), seen.practitioner_id))
    place = seen.place
    hours = hours_between(place, days.first, days.last)
    opening = hours.at(place.id)
    asked = [days.first + timedelta(days=n) for n in range((days.last - days.first).days + 1)]
    found = []
    for person in staff_for([place.id], (), days, None).get(place.id, []):
        working = hours.of(person.id, place.id)
        for day in asked:
            opened = opening.on(day)
            there = working.on(day, opened)
            if there != opened and person.may_on(day, ()):
                sentence = off_sentence(person.name, place.name, day, opening, working)
                missing = without(opened, there)
                found.append(OffThen(person.id, day, missing, not there, sentence))
    return found
