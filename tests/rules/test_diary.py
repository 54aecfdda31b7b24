"""Slots, local days and the hours that clocks skip or repeat."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.diary import NoSuchTime, Slot, TimeOccursTwice, local_moment, offsets

NEW_YORK = ZoneInfo("America/New_York")
AUCKLAND = ZoneInfo("Pacific/Auckland")
CAIRO = ZoneInfo("Africa/Cairo")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
DUBLIN = ZoneInfo("Europe/Dublin")
JUNE_30, JULY_1 = date(2026, 6, 30), date(2026, 7, 1)


def slot(day, at, zone, minutes):
    start = local_moment(day, at, zone)
    return Slot(start, start + timedelta(minutes=minutes))


def test_one_slot_may_start_as_another_ends():
    first = slot(JUNE_30, time(9), NEW_YORK, 30)
    assert not first.overlaps(slot(JUNE_30, time(9, 30), NEW_YORK, 30))
    assert first.overlaps(slot(JUNE_30, time(9, 29), NEW_YORK, 30))


@pytest.mark.parametrize(
    ("at", "minutes", "last"),
    [(time(23, 30), 30, JUNE_30), (time(23, 31), 30, JULY_1), (time(20, 30), 30, JUNE_30)],
)
def test_a_slot_that_ends_at_midnight_does_not_touch_the_next_day(at, minutes, last):
    assert slot(JUNE_30, at, NEW_YORK, minutes).days_in(NEW_YORK) == (JUNE_30, last)


def test_the_local_day_counts_where_it_is_already_tomorrow():
    morning = slot(JULY_1, time(9), AUCKLAND, 30)
    assert morning.starts_at.date() == JUNE_30
    assert morning.days_in(AUCKLAND) == (JULY_1, JULY_1)


def test_a_slot_needs_a_zone_and_ends_after_it_starts():
    naive = datetime(2026, 6, 30, 9)  # noqa: DTZ001
    aware = naive.replace(tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        Slot(naive, naive + timedelta(hours=1))
    with pytest.raises(ValueError, match="after it starts"):
        Slot(aware, aware)


def test_lengths_are_real_minutes_when_clocks_change():
    start = datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK)
    end = datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)
    assert Slot(start, end).length == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "at", "zone"),
    [
        (date(2026, 3, 8), time(2, 30), NEW_YORK),
        (date(2026, 3, 8), time(2, 0), NEW_YORK),
        (date(2026, 4, 24), time(0, 0), CAIRO),
        (date(2026, 10, 4), time(2, 15), LORD_HOWE),
        (date(2026, 3, 29), time(1, 30), DUBLIN),
        (date.max, time(23, 0), NEW_YORK),
    ],
)
def test_a_time_the_clocks_skip_does_not_exist(day, at, zone):
    with pytest.raises(NoSuchTime):
        local_moment(day, at, zone)


def test_the_first_hour_after_a_midnight_that_does_not_exist_does():
    assert local_moment(date(2026, 4, 24), time(1), CAIRO) == datetime(2026, 4, 23, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "zone", "hours_apart"),
    [
        (date(2026, 11, 1), time(1, 30), NEW_YORK, 1),
        (date(2026, 4, 5), time(1, 45), LORD_HOWE, 0.5),
        (date(2026, 10, 25), time(1, 30), DUBLIN, 1),
    ],
)
def test_a_time_that_occurs_twice_is_asked_for(day, at, zone, hours_apart):
    with pytest.raises(TimeOccursTwice) as caught:
        local_moment(day, at, zone)
    first, second = (local_moment(day, at, zone, fold) for fold in (0, 1))
    assert second - first == timedelta(hours=hours_apart)
    assert caught.value.offsets == tuple(
        moment.astimezone(zone).utcoffset() for moment in (first, second)
    )


def test_a_fold_says_nothing_about_an_hour_that_occurs_once():
    for fold in (None, 0, 1):
        assert local_moment(JUNE_30, time(9), NEW_YORK, fold).hour == 13


@given(
    st.sampled_from([NEW_YORK, AUCKLAND, CAIRO, LORD_HOWE, DUBLIN]),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001
)
def test_every_moment_is_found_again_by_its_local_day_and_time(zone, naive):
    moment = naive.replace(tzinfo=UTC)
    local = moment.astimezone(zone)
    assert local_moment(local.date(), local.time(), zone, local.fold) == moment


@pytest.mark.parametrize(
    ("name", "first_moment", "offset_seconds"),
    [
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC), -4 * 3600),
        ("Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC), 3 * 3600),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC), 10 * 3600 + 1800),
        ("Europe/Dublin", datetime(2026, 3, 29, 1, tzinfo=UTC), 3600),
    ],
)
def test_a_stretch_of_constant_offset_begins_to_the_second(name, first_moment, offset_seconds):
    [stretch] = [one for one in offsets(name, 2026, 2026) if one.from_utc == first_moment]
    assert stretch.offset_seconds == offset_seconds


@pytest.mark.parametrize("name", ["America/New_York", "Africa/Cairo", "UTC", "Africa/Casablanca"])
def test_stretches_of_offset_follow_without_gap_and_agree_with_the_zone(name):
    stretches = offsets(name, 2024, 2030)
    zone = ZoneInfo(name)
    assert stretches[0].from_utc == datetime(2024, 1, 1, tzinfo=UTC)
    assert stretches[-1].until_utc == datetime(2031, 1, 1, tzinfo=UTC)
    for one, other in pairwise(stretches):
        assert one.until_utc == other.from_utc
        assert one.offset_seconds != other.offset_seconds
    for stretch in stretches:
        for moment in (stretch.from_utc, stretch.until_utc - timedelta(seconds=1)):
            offset = moment.astimezone(zone).utcoffset()
            assert offset == timedelta(seconds=stretch.offset_seconds)


def test_a_time_that_the_clocks_skip_or_pass_twice_is_named_with_day_and_zone():
    denver = ZoneInfo("America/Denver")
    with pytest.raises(NoSuchTime) as skipped:
        local_moment(date(2026, 3, 8), time(2, 30), denver)
    assert str(skipped.value) == (
        "02:30 on 2026-03-08 does not exist in America/Denver: the clocks skip it"
    )
    with pytest.raises(TimeOccursTwice) as twice:
        local_moment(date(2026, 11, 1), time(1, 30), denver)
    assert str(twice.value) == "01:30 on 2026-11-01 occurs twice in America/Denver: say which"
