from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.openings import (
    STEP,
    DayGrid,
    grid_of,
    open_steps,
    starts_in,
    steps_for,
    steps_of,
)
from registry.rules.stretches import stretches_told

NEW_YORK = ZoneInfo("America/New_York")
A_DAY = DayGrid(date(2027, 3, 1), 1_000_000 * STEP, 288)


@given(
    st.lists(st.tuples(st.integers(-9_000, 90_000), st.integers(1, 28_800)), max_size=8),
    st.integers(1, 100),
)
def test_a_start_is_free_when_no_booking_touches_any_of_its_steps(bookings, steps):
    taken = [(A_DAY.first + starts, A_DAY.first + starts + length) for starts, length in bookings]

    free = A_DAY.whole
    for starts, ends in taken:
        free &= ~A_DAY.taken(starts, ends)
    found = set(steps_of(starts_in(free, steps)))

    plainly = {
        step
        for step in range(288 - steps + 1)
        if not any(
            starts < A_DAY.first + (step + steps) * STEP and ends > A_DAY.first + step * STEP
            for starts, ends in taken
        )
    }
    assert found == plainly


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2027, 3, 14), 23),
        ("America/New_York", date(2027, 11, 7), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight itself does not exist
        ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
        ("Asia/Kathmandu", date(2027, 3, 14), 24),
    ],
)
def test_a_day_has_as_many_real_hours_as_its_clock(zone, day, hours):
    grid = grid_of(day, ZoneInfo(zone))

    assert grid.steps * STEP == hours * 3600
    assert grid.moment(0).astimezone(ZoneInfo(zone)).date() == day
    before = grid.moment(0) - timedelta(seconds=1)
    assert before.astimezone(ZoneInfo(zone)).date() == day - timedelta(days=1)


def times(*pairs):
    return stretches_told([pair.split("-") for pair in pairs])


def test_opening_hours_are_read_on_the_clinics_clock_also_after_it_has_changed():
    grid = grid_of(date(2027, 3, 14), NEW_YORK)  # a Sunday; 02:00 to 03:00 is skipped

    steps = list(steps_of(open_steps(grid, NEW_YORK, times("08:00-09:00"))))

    assert grid.moment(steps[0]) == datetime(2027, 3, 14, 12, tzinfo=UTC)
    assert len(steps) == 12


def test_nothing_is_open_where_the_hours_do_not_say_so():
    assert open_steps(grid_of(date(2027, 3, 1), NEW_YORK), NEW_YORK, ()) == 0


def test_closing_at_midnight_means_the_end_of_the_day():
    grid = grid_of(date(2027, 3, 1), NEW_YORK)
    assert open_steps(grid, NEW_YORK, times("00:00-00:00")) == grid.whole


def test_starts_are_offered_on_the_quarter_hour():
    assert [step * 5 for step in steps_of(A_DAY.offered())][:4] == [0, 15, 30, 45]


@pytest.mark.parametrize(("minutes", "steps"), [(5, 1), (6, 2), (45, 9), (46, 10), (480, 96)])
def test_a_length_is_rounded_up_to_whole_steps(minutes, steps):
    assert steps_for(minutes) == steps
