"""Takers: who may not take an appointment on which of some days, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from registry.leave import require
from registry.models import db
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.appointments import AppointmentPage
from registry.queries.candidates import MOST_EXPLAINED, reasons_of
from registry.queries.staff import Person, staff_for
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span
from registry.rules.eligibility import decide, gravest_of
from registry.rules.facts import Facts
from registry.rules.questions import Question
from registry.rules.rulebooks import Rulebook
from registry.rules.wording import day_in_words

MAY_NOT, NOT_THERE = "May not", "Not there"


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody who may not take it on these days: a short word, and the gravest reason."""

    practitioner_id: int
    days: tuple[date, ...]
    word: str
    sentence: str


def refused_takers(actor: Actor, seen: AppointmentPage, days: Span) -> list[Refused]:
    """
    Of those who work there on any of these days. The same number of statements for any number.

    Whether somebody is free is not asked: the board shows it, and the drop is judged anew.
    """
    require(actor, Action.MOVE, Subject(frozenset({seen.place.id}), seen.practitioner_id))
    clinic_id = seen.place.id
    working = staff_for([clinic_id], (), days, None).get(clinic_id, [])
    able = staff_for([clinic_id], seen.sites, days, None).get(clinic_id, []) if seen.sites else []
    privileged = {person.id: person for person in able}
    asked = _each(days)
    away: list[Refused] = []
    unable: list[tuple[Person, tuple[date, ...]]] = []
    for person in working:
        there = [day for day in asked if person.may_on(day, ())]
        if missing := tuple(day for day in asked if day not in there):
            away.append(_away(person, missing, seen.place.name))
        if missing := tuple(
            day for day in there if seen.sites and not _may(privileged.get(person.id), day, seen)
        ):
            unable.append((person, missing))
    return away + _explained(seen, unable)


def _may(person: Person | None, day: date, seen: AppointmentPage) -> bool:
    return person is not None and person.may_on(day, seen.sites)


def _away(person: Person, days: Sequence[date], clinic: str) -> Refused:
    sentence = f"{person.name} does not work at {clinic} on {day_in_words(days[0])}."
    return Refused(person.id, tuple(days), NOT_THERE, sentence)


def _explained(
    seen: AppointmentPage, unable: Sequence[tuple[Person, tuple[date, ...]]]
) -> list[Refused]:
    """The gravest reason of the first of their days; the drop tells all of them."""
    if not unable:
        return []
    told = [person.id for person, _ in unable[:MOST_EXPLAINED]]
    facts = facts_on_record(db.session(), told)
    rulebook = rulebook_on_record(db.session(), [seen.place.jurisdiction])
    return [
        Refused(
            person.id,
            days,
            MAY_NOT,
            _gravest(seen, rulebook, facts[person.id], days[:1])
            if person.id in facts
            else f"{person.name} may not needle this then.",
        )
        for person, days in unable
    ]


def _gravest(seen: AppointmentPage, rulebook: Rulebook, facts: Facts, days: Iterable[date]) -> str:
    questions = [
        Question(seen.place.id, seen.place.jurisdiction, site, day)
        for site, day in product(seen.sites, days)
    ]
    found = gravest_of(reasons_of(decide(facts, rulebook, each) for each in questions))
    return found.sentence if found else "A new version of the rules is being put in force."


def _each(days: Span) -> list[date]:
    return [days.first + timedelta(days=n) for n in range((days.last - days.first).days + 1)]
