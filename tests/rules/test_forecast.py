"""Hours ahead against hours needed, and what is lost with the end of something."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.capacity import Weeks, weeks_from
from registry.rules.days import Span
from registry.rules.forecast import (
    ANY,
    Outlook,
    Shortage,
    days_lost,
    shortages,
    together,
    usual_week,
)

DAY = date(2027, 3, 1)


def day(number):
    return date(2027, 3, number)


def outlook(capacity=(10, 10, 10, 10), renewed=None, booked=(0, 0, 0, 0), expected=0):
    return Outlook(capacity, renewed or capacity, booked, expected)


@pytest.mark.parametrize("number", range(1, 8))
def test_weeks_begin_with_the_monday_of_the_day(number):
    assert weeks_from(day(number), 2) == Weeks(day(1), 2)


def test_weeks_are_whole_and_end_on_a_sunday():
    weeks = Weeks(day(1), 2)
    assert weeks.days == Span(day(1), day(14))
    assert weeks.mondays == [day(1), day(8)]


def test_needed_is_what_is_expected_or_what_is_booked_if_that_is_more():
    found = outlook(booked=(0, 12, 0, 0), expected=7)
    assert [found.needed(week) for week in range(4)] == [7, 12, 7, 7]


def test_without_history_needed_is_what_is_booked():
    found = outlook(booked=(0, 12, 0, 0), expected=None)
    assert [found.needed(week) for week in range(4)] == [0, 12, 0, 0]
    assert found.asked_for
    assert not outlook(expected=None).asked_for


def test_just_enough_is_not_short_and_a_minute_less_is():
    found = outlook(capacity=(10, 9, 11, 0), expected=10)
    assert found.short_weeks == [1, 3]
    assert found.short_by(3) == 10


def test_a_week_that_a_renewal_would_not_help_is_none_to_renew_for():
    found = outlook(capacity=(5, 5, 5, 5), renewed=(5, 5, 6, 20), expected=10)
    assert found.short_weeks == [0, 1, 2, 3]
    assert found.first_to_renew_for == 2


def test_a_loss_that_leaves_enough_is_none_to_renew_for():
    assert outlook(capacity=(10,) * 4, renewed=(20,) * 4, expected=10).first_to_renew_for is None


def test_clinics_together_help_one_another_out():
    some, others = outlook(capacity=(4,) * 4, expected=6), outlook(capacity=(8,) * 4, expected=2)
    both = together([some, others])
    assert some.short_weeks == [0, 1, 2, 3]
    assert (both.expected, list(both.capacity), both.short_weeks) == (8, [12] * 4, [])


def test_clinics_without_history_add_nothing_to_what_is_expected():
    assert together([outlook(expected=None), outlook(expected=3)]).expected == 3
    assert together([outlook(expected=None)]).expected is None


ALWAYS = [Span(date.min, date.max)]


@pytest.mark.parametrize(
    ("spans", "engaged", "lost"),
    [
        ([], ALWAYS, [(11, 31)]),
        ([Span(day(1), day(10))], ALWAYS, [(11, 31)]),
        ([Span(day(20), date.max)], ALWAYS, [(11, 19)]),
        ([Span(day(11), date.max)], ALWAYS, []),
        ([], [Span(day(1), day(15))], [(11, 15)]),
        ([], [Span(day(1), day(10))], []),
        ([], [Span(day(1), day(12)), Span(day(14), date.max)], [(11, 12), (14, 31)]),
        ([], [], []),
    ],
)
def test_lost_are_the_days_they_work_there_until_it_comes_back(spans, engaged, lost):
    found = days_lost(spans, engaged, Span(day(11), day(31)))
    assert [(one.first.day, one.last.day) for one in found] == lost


@pytest.mark.parametrize(
    ("lost", "usual"), [([Span(day(4), day(31))], 15), ([Span(day(4), day(9))], 32), ([], 32)]
)
def test_the_usual_week_is_the_mean_of_whole_ones_or_all_there_is(lost, usual):
    assert usual_week((2, 10, 20), Weeks(day(1), 3), lost) == usual


def test_a_lapse_is_blamed_for_what_it_took_and_no_more():
    outlooks = {"neck": outlook(capacity=(10, 6, 0, 0), expected=8)}
    assert shortages(outlooks, {"neck": (0, 4, 5, 0)}) == [Shortage("neck", 1, 6, 8, 2, 2 + 5)]


def test_a_lapse_that_leaves_enough_is_blamed_for_nothing():
    outlooks = {"neck": outlook(expected=8)}
    assert shortages(outlooks, {"neck": (0, 4, 5, 0)}) == []


def test_the_worst_shortage_comes_first():
    outlooks = {
        ANY: outlook(capacity=(0,) * 4, expected=1),
        "neck": outlook(capacity=(0,) * 4, expected=5),
        "thigh": outlook(capacity=(0,) * 4, expected=5),
    }
    found = shortages(outlooks, dict.fromkeys(("thigh", ANY, "neck"), (9, 9, 9, 9)))
    assert [one.site for one in found] == ["neck", "thigh", ANY]
