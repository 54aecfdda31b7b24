"""The reader of dates: every day that a printed date may mean."""

from __future__ import annotations

from datetime import date

import pytest

from registry.adapters.date_reader import possible_days


@pytest.mark.parametrize(
    "text", ["14 March 2026", "14 marzo 2026", "14 mars 2026", "14 März 2026", "14 marz 2026"]
)
def test_a_month_by_name_is_read_in_four_languages_marks_or_none(text):
    assert possible_days(text) == (date(2026, 3, 14),)


def test_figures_that_may_mean_two_days_give_both():
    assert possible_days("11/09/2025") == (date(2025, 9, 11), date(2025, 11, 9))


@pytest.mark.parametrize("text", ["14/03/2026", "03/14/2026", "14.03.2026"])
def test_figures_that_can_mean_one_day_only_give_that(text):
    assert possible_days(text) == (date(2026, 3, 14),)


def test_a_day_written_from_the_year_down_is_never_turned_round():
    assert possible_days("2026-03-04") == (date(2026, 3, 4),)


@pytest.mark.parametrize("text", ["March 2026", "31 02 2026", "27 hours 2026", "tomorrow", "2026"])
def test_what_is_no_whole_day_is_none(text):
    assert possible_days(text) == ()
