"""Days and parts of the day as people ask for them."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.day_choices import DayChoice, days_of, next_weekday
from registry.rules.days import Span
from registry.rules.parts_of_day import WHEN, PartOfDay, part_of_day, starts_within
from registry.rules.stretches import ALL_DAY, MIDNIGHT, Stretch, joined

MONDAY, SUNDAY = date(2027, 3, 1), date(2027, 3, 7)


@pytest.mark.parametrize(
    ("choice", "today", "first", "last"),
    [
        (DayChoice.TODAY, MONDAY, MONDAY, MONDAY),
        (DayChoice.TOMORROW, SUNDAY, date(2027, 3, 8), date(2027, 3, 8)),
        (DayChoice.THIS_WEEK, MONDAY, MONDAY, SUNDAY),
        (DayChoice.THIS_WEEK, SUNDAY, SUNDAY, SUNDAY),
        (DayChoice.NEXT_WEEK, MONDAY, date(2027, 3, 8), date(2027, 3, 14)),
        (DayChoice.NEXT_WEEK, SUNDAY, date(2027, 3, 8), date(2027, 3, 14)),
        (DayChoice.NEXT_30_DAYS, MONDAY, MONDAY, date(2027, 3, 30)),
    ],
)
def test_a_choice_of_days_is_counted_from_today(choice, today, first, last):
    assert days_of(choice, today) == Span(first, last)


def test_a_weekday_is_the_next_one_and_today_counts():
    assert next_weekday(0, MONDAY) == MONDAY
    assert next_weekday(6, MONDAY) == SUNDAY
    assert next_weekday(0, SUNDAY) == date(2027, 3, 8)


def test_the_parts_of_a_day_are_the_whole_of_it_and_do_not_overlap():
    assert joined(WHEN.values()) == ALL_DAY
    assert sum(when.ends - when.starts for when in WHEN.values()) == MIDNIGHT


def test_an_hour_belongs_to_the_part_it_lies_in():
    assert [part_of_day(hour) for hour in (0, 11, 12, 16, 17, 23)] == [
        *[PartOfDay.MORNING] * 2,
        *[PartOfDay.AFTERNOON] * 2,
        *[PartOfDay.EVENING] * 2,
    ]


def test_parts_beside_one_another_become_one_stretch_and_none_is_the_whole_day():
    assert starts_within([]) == ALL_DAY
    assert starts_within([PartOfDay.AFTERNOON, PartOfDay.MORNING]) == (Stretch(0, 17 * 60),)
    assert len(starts_within([PartOfDay.EVENING, PartOfDay.MORNING])) == 2
