"""What was known: written down and read back unchanged, and the right row for every moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as for_any

from registry.rules.house_rules import HouseRules
from registry.rules.knowledge import (
    AdoptedOnce,
    HouseRulesOnce,
    Knowledge,
    KnownPerson,
    KnownPlace,
    Told,
    last_told,
    person_as_text,
    person_from,
    place_as_text,
    place_from,
)
from tests.rules import given
from tests.rules.at_random import people

THEN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = KnownPlace("Harbour Clinic", "America/New_York", "US-GA")


@for_any(people())
def test_whatever_is_known_of_a_person_reads_back_as_it_was(facts):
    person = KnownPerson("Dana Okafor-Bell", facts)
    text = person_as_text(person)
    assert person_from(text) == person
    assert person_as_text(person_from(text)) == person_as_text(person_from(text))


def test_what_is_known_of_a_place_reads_back_as_it_was():
    assert place_from(place_as_text(PLACE)) == PLACE


@pytest.mark.parametrize(
    ("moment", "known"),
    [(-HOUR, None), (timedelta(), "a"), (HOUR - timedelta(seconds=1), "a"), (HOUR, "c")],
)
def test_what_was_known_at_a_moment_is_the_last_row_that_is_not_after_it(moment, known):
    rows = [Told(THEN, "a"), Told(THEN + HOUR, "b"), Told(THEN + HOUR, "c")]
    found = last_told(rows, THEN + moment)
    assert (found and found.text) == known


@pytest.fixture
def sets():
    return (given.only_set("US-GA"),)


@pytest.mark.parametrize(
    ("after", "in_force", "coming"),
    [(-1, 0, 0), (0, 0, 1), (1, 0, 1), (2, 1, 0), (9, 1, 0)],
)
def test_an_adoption_is_coming_from_its_beginning_and_then_in_force(sets, after, in_force, coming):
    known = Knowledge(1, (), (), (AdoptedOnce(sets, THEN, THEN + 2 * HOUR),), ())
    rulebook = known.rulebook_at(THEN + after * HOUR)
    assert (len(rulebook.adoptions), len(rulebook.coming)) == (in_force, coming)


@pytest.mark.parametrize(("after", "coming"), [(0, 1), (1, 1), (2, 0), (3, 0)])
def test_what_was_given_up_is_coming_until_then_and_never_in_force(sets, after, coming):
    given_up = AdoptedOnce(sets, THEN, None, THEN + 2 * HOUR)
    rulebook = Knowledge(1, (), (), (given_up,), ()).rulebook_at(THEN + after * HOUR)
    assert (len(rulebook.adoptions), len(rulebook.coming)) == (0, coming)


def test_while_it_is_coming_nobody_can_tell_since_when_it_is_in_force(sets):
    known = Knowledge(1, (), (), (AdoptedOnce(sets, THEN, THEN + HOUR),), ())
    assert all(
        version.since is None
        for adopted in known.rulebook_at(THEN).coming
        for one in adopted
        for version in one.adoptions
    )


def test_house_rules_count_from_when_they_were_made_whatever_day_they_begin():
    rules = HouseRulesOnce(THEN + HOUR, HouseRules(1, given.LONG_AGO, None, ()))
    known = Knowledge(1, (), (), (), (rules,))
    assert known.rulebook_at(THEN).house_rules == ()
    assert len(known.rulebook_at(THEN + HOUR).house_rules) == 1


def test_where_nothing_was_known_nothing_is_decided(sets):
    facts = given.facts()
    person = (Told(THEN, person_as_text(KnownPerson("Dana", facts))),)
    place = (Told(THEN + HOUR, place_as_text(PLACE)),)
    known = Knowledge(given.CLINIC, person, place, (AdoptedOnce(sets, THEN, THEN),), ())
    assert known.decision("neck", given.TODAY, THEN - HOUR) is None
    assert known.decision("neck", given.TODAY, THEN) is None
    assert known.decision("neck", given.TODAY, THEN + HOUR) is not None
