"""The catalogue of courses: what was seen is known, what was not seen stays unknown."""

from __future__ import annotations

import pytest

from registry.rules.course_catalogue import COURSES, PROVIDERS, known_course, known_provider
from registry.rules.regions import REGIONS


@pytest.mark.parametrize(
    ("provider", "course"),
    [
        ("Spinal Manipulation Institute", "DN-2"),
        ("SPINAL MANIPULATION INSTITUTE", "DN 2"),
        ("American Academy of Manipulative Therapy", "Dry Needling 2"),
        ("Spinal Manipulaton Institute", "dn-2"),
    ],
)
def test_a_course_is_known_however_it_is_spelt(provider, course):
    found = known_course(provider, course)
    assert (found.name, found.hours) == ("DN-2", 27)


def test_a_number_is_never_taken_for_another():
    house = "KinetaCore"
    assert known_course(house, "Functional Dry Needling 1").name == "Functional Dry Needling 1"
    assert known_course(house, "Functional Dry Needling 3") is None


def test_the_same_name_with_another_provider_is_another_course():
    assert known_course("Myopain Seminars", "DN-2").hours is None
    assert known_course("Pine Valley Institute", "DN-2") is None
    assert known_provider("Pine Valley Institute") is None


def test_what_was_not_seen_is_not_made_up():
    first = known_course("Spinal Manipulation Institute", "DN-1")
    assert (first.hours, first.regions) == (27, ())


def test_each_says_where_and_when_it_was_seen_and_how_sure_that_is():
    for course in COURSES:
        assert course.source
        assert course.confidence
        assert course.seen_on.year == 2026
        assert course.provider in PROVIDERS
        assert set(course.regions) <= set(REGIONS)
        assert known_course(course.provider, course.name) == course
