from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.stretches import (
    ALL_DAY,
    MIDNIGHT,
    Stretch,
    common,
    in_words,
    joined,
    pairs_of,
    stretches_told,
    week_kept,
    week_told,
    without,
)


def _stretch(ends):
    return Stretch(*sorted(ends))


some_minutes = st.lists(st.integers(0, MIDNIGHT), min_size=2, max_size=2, unique=True)
some_stretches = st.lists(some_minutes.map(_stretch), max_size=4).map(
    lambda found: joined(sorted(found))
)


def minutes_of(stretches):
    """The plainest way to say it: every minute that lies in one of them."""
    return {minute for each in stretches for minute in range(each.starts, each.ends)}


@given(some_stretches, some_stretches)
def test_what_two_share_and_what_is_left_of_one_is_so_minute_by_minute(some, others):
    assert minutes_of(common(some, others)) == minutes_of(some) & minutes_of(others)
    assert minutes_of(without(some, others)) == minutes_of(some) - minutes_of(others)


@given(some_stretches, some_stretches)
def test_what_comes_of_it_is_in_order_and_no_two_touch(some, others):
    for found in (common(some, others), without(some, others)):
        ends = [end for each in found for end in each]
        assert ends == sorted(set(ends))


@given(some_stretches)
def test_what_is_kept_is_read_as_it_was(stretches):
    first = stretches[:3]
    assert stretches_told(pairs_of(first)) == first
    week = (first, (), ALL_DAY, (), first, (), ())
    assert week_told(week_kept(week)) == week


def test_midnight_as_an_end_is_the_end_of_the_day():
    assert stretches_told([["13:00", "00:00"]]) == (Stretch(780, 1440),)
    assert stretches_told([["00:00", "00:00"]]) == ALL_DAY
    assert pairs_of((Stretch(780, 1440),)) == [["13:00", "00:00"]]


def test_stretches_that_touch_are_one_and_the_order_they_are_told_in_is_nothing():
    assert stretches_told([["12:00", "18:00"], ["08:00", "12:00"]]) == (Stretch(480, 1080),)


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([["18:00", "08:00"]], "ends before it begins"),
        ([["08:00", "08:00"]], "ends before it begins"),
        ([["08:00", ""]], "both times"),
        ([["8:00", "9:00"]], "both times"),
        ([["08:00", "24:00"]], "both times"),
        ([["08:00", "09:00", "10:00"]], "both times"),
        ([["08:00", "12:00"], ["11:59", "13:00"]], "overlap"),
        ([[f"{hour:02}:00", f"{hour:02}:30"] for hour in range(4)], "3 stretches"),
    ],
)
def test_times_that_cannot_be_are_refused_with_the_reason(pairs, why):
    with pytest.raises(ValueError, match=why):
        stretches_told(pairs)


def test_a_week_says_which_day_is_wrong():
    with pytest.raises(ValueError, match=r"Tuesday: it ends before it begins\."):
        week_told({"1": [["18:00", "08:00"]]})
    with pytest.raises(ValueError, match="seven days"):
        week_told({"7": []})


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([["08:00", "18:00"]], "08:00 to 18:00"),
        ([["08:00", "12:00"], ["13:00", "18:00"]], "08:00 to 12:00 and 13:00 to 18:00"),
        (
            [["08:00", "10:00"], ["11:00", "12:00"], ["22:00", "00:00"]],
            "08:00 to 10:00, 11:00 to 12:00 and 22:00 to midnight",
        ),
        ([["00:00", "00:00"]], "round the clock"),
    ],
)
def test_they_are_said_as_a_colleague_would(pairs, words):
    assert in_words(stretches_told(pairs)) == words
