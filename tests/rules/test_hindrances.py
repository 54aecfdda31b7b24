"""What a search that found nothing says."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.days import Span
from registry.rules.hindrances import Hindrance, Looked, why_nothing
from registry.rules.parts_of_day import PartOfDay

DAY, WEEK = Span(date(2027, 3, 2), date(2027, 3, 2)), Span(date(2027, 3, 8), date(2027, 3, 14))
HILL, BOTH = ("Hill Clinic",), ("Harbour Clinic", "Hill Clinic")
NECK = ("neck",)
FOUR = ("Ana", "Bo", "Cy", "Dee")
MORNING, EVENING = PartOfDay.MORNING, PartOfDay.EVENING


@pytest.mark.parametrize(
    ("hindrance", "looked", "sentence"),
    [
        (
            Hindrance.CLOSED,
            Looked(HILL, NECK, 45, DAY),
            "Hill Clinic is not open for 45 minutes together on Tue 2 March 2027.",
        ),
        (
            Hindrance.NOT_THEN,
            Looked(BOTH, NECK, 45, WEEK, (EVENING, MORNING)),
            "Harbour Clinic and Hill Clinic are not open in the morning or in the evening "
            "from Mon 8 March 2027 to Sun 14 March 2027.",
        ),
        (
            Hindrance.PASSED,
            Looked(HILL, NECK, 45, DAY),
            "These times have passed. Choose later ones.",
        ),
        (
            Hindrance.NOBODY_MAY,
            Looked(BOTH, ("neck", "thigh"), 45, DAY),
            "Nobody may needle the neck and the thigh at Harbour Clinic or Hill Clinic "
            "on Tue 2 March 2027.",
        ),
        (
            Hindrance.NOBODY_MAY,
            Looked(HILL, (), 45, DAY, named="Zed"),
            "Nobody called “Zed” works at Hill Clinic on Tue 2 March 2027.",
        ),
        (
            Hindrance.PATIENT_ELSEWHERE,
            Looked(HILL, NECK, 45, DAY, patient="Pat Doe"),
            "Pat Doe has other appointments at all these times.",
        ),
        (
            Hindrance.NOBODY_WORKS,
            Looked(HILL, NECK, 45, DAY, people=("Ana",)),
            "Ana may, but does not work at these times.",
        ),
        (
            Hindrance.NOBODY_WORKS,
            Looked(HILL, NECK, 45, DAY, people=("Ana", "Bo")),
            "Ana and Bo may, but do not work at these times.",
        ),
        (
            Hindrance.ALL_BOOKED,
            Looked(HILL, NECK, 45, DAY, people=FOUR),
            "Ana, Bo and 2 others may, but are booked at all these times.",
        ),
        (
            Hindrance.ALL_BOOKED,
            Looked(HILL, NECK, 45, DAY, people=FOUR[:1]),
            "Ana may, but is booked at all these times.",
        ),
        (
            Hindrance.NO_ROOM,
            Looked(HILL, NECK, 45, DAY, people=FOUR[:3]),
            "Ana, Bo and Cy have time, but no room that is fit for it is free then.",
        ),
        (
            Hindrance.NO_ROOM,
            Looked(HILL, NECK, 45, DAY, people=FOUR[:1]),
            "Ana has time, but no room that is fit for it is free then.",
        ),
    ],
)
def test_it_says_what_is_in_the_way(hindrance, looked, sentence):
    assert why_nothing(hindrance, looked) == sentence
