"""A search in a line of words: nothing is guessed, and what means nothing is told."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.days import Span
from registry.rules.parts_of_day import PartOfDay
from registry.rules.regions import REGIONS, SITES
from registry.rules.search_words import REGION_WORDS, Heard, heard

TODAY = date(2027, 3, 3)  # a Wednesday
CLINICS = {1: "Harbour Clinic", 2: "Hill Clinic", 3: "Hill Street Annexe"}
TREATMENTS = {7: "Dry needling", 8: "Dry needling, follow-up", 9: "Exercise"}
NEXT_WEEK = Span(date(2027, 3, 8), date(2027, 3, 14))


def hear(line):
    return heard(line, TODAY, CLINICS, TREATMENTS)


@pytest.mark.parametrize(
    "line",
    [
        "neck 45 next week mornings harbour hill clinic",
        "Who can needle the neck, 45 minutes, next week, mornings, at Harbour or Hill Clinic?",
        "Hill Clinic and HARBOUR; morning: 45min next week - Neck",
    ],
)
def test_the_same_question_is_heard_however_it_is_put(line):
    found = hear(line)
    found.clinics.sort()
    assert found == Heard(
        sites=["neck"],
        minutes=45,
        days=NEXT_WEEK,
        parts=[PartOfDay.MORNING],
        clinics=[1, 2],
    )


def test_what_means_nothing_is_told_as_it_was_typed():
    assert hear("Zebra neck 45 quux").unheard == ["Zebra", "quux"]


def test_a_word_that_two_clinics_have_means_neither():
    found = hear("neck hill")
    assert (found.clinics, found.unheard) == ([], ["hill"])
    assert hear("neck annexe").clinics == [3]


def test_regions_that_could_be_several_are_not_guessed():
    found = hear("back 30")
    assert (found.sites, found.unheard) == ([], ["back"])
    assert hear("low back and upper trapezius").sites == ["lumbar_abdomen", "upper_trapezius"]


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("45", 45),
        ("45 min", 45),
        ("45mins", 45),
        ("an hour", 60),
        ("half an hour", 30),
        ("2 hours", 120),
        ("1h", 60),
        ("480", 480),
    ],
)
def test_a_length_is_heard(words, minutes):
    found = hear(f"neck {words}")
    assert (found.minutes, found.unheard) == (minutes, [])


@pytest.mark.parametrize("words", ["4", "481", "0", "9999"])
def test_a_length_that_no_appointment_has_is_not(words):
    assert hear(words).unheard == [words]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("tomorrow", date(2027, 3, 4), date(2027, 3, 4)),
        ("this week", TODAY, date(2027, 3, 7)),
        ("next 30 days", TODAY, date(2027, 4, 1)),
        ("next 10 days", TODAY, date(2027, 3, 12)),
        ("friday", date(2027, 3, 5), date(2027, 3, 5)),
        ("wed", TODAY, TODAY),
        ("2027-06-30", date(2027, 6, 30), date(2027, 6, 30)),
    ],
)
def test_days_are_heard(words, first, last):
    assert hear(words).days == Span(first, last)


@pytest.mark.parametrize("words", ["2027-02-30", "next 99 days"])
def test_days_that_there_are_not_are_not(words):
    found = hear(words)
    assert found.days is None
    assert found.unheard


def test_a_treatment_is_known_by_its_name_or_a_word_only_it_has():
    assert hear("exercise 30").treatment == 9
    assert hear("dry needling follow-up neck").treatment == 8
    assert hear("dry needling neck").treatment == 7


def test_names_follow_with_and_for():
    found = hear("neck 45 with Dana Okafor tomorrow for P-77")
    assert (found.practitioner, found.patient) == ("Dana Okafor", "P-77")
    assert hear("neck for 45 minutes").patient == ""
    assert hear("neck with").practitioner == ""


def test_every_region_has_a_word_and_no_word_two_regions():
    words = [word for some in REGION_WORDS.values() for word in some.split(", ")]
    assert set(REGION_WORDS) == set(REGIONS)
    assert len(words) == len(set(words))
    assert all(code in SITES for code in REGION_WORDS)
