"""The days of a series, and the same time on the clinic's clock on another day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from registry.rules.diary import Slot
from registry.rules.series import MOST_DATES, days_of_series, same_time_on

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2027, 3, 1)


def at(day: date, hour: int, minute: int = 0, minutes: int = 30) -> Slot:
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)
    return Slot(start, start.astimezone(UTC) + timedelta(minutes=minutes))


def test_a_series_goes_on_after_its_first_day_so_many_times():
    assert days_of_series(MONDAY, 2, times=3) == [
        date(2027, 3, 15),
        date(2027, 3, 29),
        date(2027, 4, 12),
    ]


def test_a_series_goes_up_to_and_with_its_last_day():
    assert days_of_series(MONDAY, 1, until=date(2027, 3, 15))[-1] == date(2027, 3, 15)
    assert days_of_series(MONDAY, 1, until=date(2027, 3, 14))[-1] == date(2027, 3, 8)


def test_more_dates_than_can_be_booked_at_once_show_as_one_more():
    assert len(days_of_series(MONDAY, 1, until=date.max)) == MOST_DATES + 1


def test_the_end_of_the_calendar_ends_a_series():
    assert days_of_series(date(9999, 12, 20), 1, times=9) == [date(9999, 12, 27)]


def test_the_clinics_clock_shows_the_same_time_after_the_clocks_went_forward():
    found = same_time_on(date(2027, 3, 15), at(MONDAY, 9), NEW_YORK)
    assert found.slot is not None
    assert found.slot.starts_at.astimezone(NEW_YORK).hour == 9
    assert found.slot.starts_at.hour == 13  # 14 before the change
    assert found.slot.length == timedelta(minutes=30)


def test_a_time_that_does_not_exist_is_said_and_not_shifted():
    found = same_time_on(date(2027, 3, 14), at(date(2027, 3, 7), 2, 30), NEW_YORK)
    assert found.slot is None
    assert "there is no such time" in found.trouble


def test_a_time_that_comes_twice_is_said_and_not_guessed():
    found = same_time_on(date(2027, 11, 7), at(date(2027, 10, 31), 1, 30), NEW_YORK)
    assert found.slot is None
    assert "comes twice" in found.trouble


def test_from_the_second_passing_of_a_time_the_series_goes_on_at_that_time():
    second = datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK, fold=1)
    pattern = Slot(second, second.astimezone(UTC) + timedelta(minutes=30))
    found = same_time_on(date(2027, 11, 14), pattern, NEW_YORK)
    assert found.slot is not None
    assert f"{found.slot.starts_at.astimezone(NEW_YORK):%H:%M}" == "01:30"
