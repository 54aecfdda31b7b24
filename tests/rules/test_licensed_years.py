"""How long somebody has been licensed, counted the way the rule of the place counts it."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.days import Span
from registry.rules.licensed_years import complete_on
from tests.rules.given import (
    LONG_AGO,
    facts,
    licence,
    reasons,
    reinstated,
    restricted,
    suspended,
)


def florida(day, *licences):
    return reasons(facts("US-FL", licences=licences), "US-FL", day=day)


def utah(day, **known):
    held = licence(jurisdiction="US-UT", **known)
    return reasons(facts("US-UT", licences=(held,)), "US-UT", day=day)


@pytest.mark.parametrize(
    ("licensed", "complete"),
    [
        (date(2024, 3, 15), date(2026, 3, 15)),
        (date(2024, 2, 29), date(2026, 3, 1)),
        (date(2022, 2, 28), date(2024, 2, 28)),
    ],
)
def test_two_years_are_complete_on_the_anniversary_and_from_29_february_on_1_march(
    licensed, complete
):
    assert complete_on([Span(licensed, date.max)], 2) == complete


def test_the_day_before_two_years_are_complete_is_too_early():
    held = licence(jurisdiction="US-FL", first_day=date(2024, 3, 15))
    assert florida(date(2026, 3, 14), held) == {"YEARS_SHORT"}
    assert florida(date(2026, 3, 15), held) == set()


def test_years_in_another_state_count_where_the_rule_says_anywhere():
    here = licence(jurisdiction="US-FL", first_day=date(2026, 1, 2))
    elsewhere = licence(id=2, first_day=date(2020, 1, 1), last_day=date(2026, 1, 1))
    assert florida(date(2026, 1, 2), here) == {"YEARS_SHORT"}
    assert florida(date(2026, 1, 2), here, elsewhere) == set()


def test_a_gap_between_licences_puts_the_years_off_by_its_length():
    year = Span(date(2020, 1, 1), date(2020, 12, 31))
    again = Span(date(2023, 1, 1), date.max)
    assert complete_on([year, again], 2) == date(2024, 1, 1)


def test_years_that_a_licence_did_not_last_for_are_never_complete():
    assert complete_on([Span(date(2020, 1, 1), date(2021, 12, 30))], 2) is None
    assert complete_on([Span(date(2020, 1, 1), date(2021, 12, 31))], 2) == date(2022, 1, 1)


def test_a_suspension_does_not_count_towards_the_years():
    pause = (suspended(date(2025, 1, 1)), reinstated(date(2025, 2, 1)))
    held = licence(jurisdiction="US-FL", first_day=date(2024, 3, 15), decisions=pause)
    assert florida(date(2026, 4, 14), held) == {"YEARS_SHORT"}
    assert florida(date(2026, 4, 15), held) == set()


def test_a_restriction_lifted_a_year_ago_breaks_years_that_must_be_unrestricted():
    lifted = (restricted(date(2024, 1, 1)), reinstated(date(2024, 6, 1)))
    assert utah(date(2025, 6, 1), decisions=lifted) == {"YEARS_SHORT"}
    assert utah(date(2026, 5, 31), decisions=lifted) == {"YEARS_SHORT"}
    assert utah(date(2026, 6, 1), decisions=lifted) == set()


def test_years_first_licensed_elsewhere_do_not_count_where_only_this_licence_does():
    assert utah(date(2026, 6, 1), first_day=date(2025, 1, 1), first_licensed=LONG_AGO) == {
        "YEARS_SHORT"
    }


def test_a_lapsed_licence_is_one_reason_not_two():
    assert utah(date(2026, 6, 1), last_day=date(2026, 5, 31)) == {"LICENCE_LAPSED"}


def test_an_earlier_day_never_puts_the_years_off():
    later = Span(date(2097, 1, 1), date.max)  # five years without a leap day
    day = Span(date(2000, 1, 1), date(2000, 1, 1))  # five years with two
    assert complete_on([later], 5) == complete_on([day, later], 5) == date(2102, 1, 1)


def test_years_beyond_the_calendar_do_not_break_it():
    assert complete_on([Span(date(9998, 1, 1), date.max)], 5) == date.max


def test_a_licence_renewed_without_a_gap_leaves_the_years_unbroken():
    def renewed_on(day):
        old = licence(jurisdiction="US-UT", last_day=date(2025, 12, 31))
        new = licence(id=2, jurisdiction="US-UT", first_day=day)
        return reasons(facts("US-UT", licences=(old, new)), "US-UT", day=date(2026, 6, 1))

    assert renewed_on(date(2026, 1, 1)) == set()
    assert renewed_on(date(2026, 1, 2)) == {"YEARS_SHORT"}
