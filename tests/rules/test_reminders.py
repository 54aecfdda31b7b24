from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from registry.rules.reminders import (
    BANDS,
    LAPSED,
    Audience,
    Due,
    away_in_words,
    band_in_words,
    bands_for,
    bands_in_words,
    bands_told,
    due,
    is_acted_on,
    may_stop,
    snooze_fault,
)

LAST = date(2027, 6, 30)
#: Nights on which the job ran, as days before (or after) the last one.
NIGHTS = some.lists(some.integers(-40, 120), max_size=40, unique=True).map(
    lambda away: sorted(away, reverse=True)
)
SETS = some.sets(some.integers(1, 366), max_size=12).map(
    lambda days: tuple(sorted(days | {0, LAPSED}, reverse=True))
)


def days_before(days):
    return LAST - timedelta(days=days)


def run(nights, bands):
    """What was told on each night, and all that was promised."""
    told, promised = [], []
    for night in nights:
        if found := due(LAST, bands, promised, days_before(night)):
            promised += [*found.caught_up, found.band]
            told.append((night, found))
    return told, promised


@settings(max_examples=300)
@given(nights=NIGHTS, bands=some.one_of(some.just(BANDS), SETS))
def test_on_any_nights_each_band_is_promised_once_never_backwards_and_none_is_missing(
    nights, bands
):
    told, promised = run(nights, bands)
    assert len(promised) == len(set(promised))
    assert promised == sorted(promised, reverse=True)
    assert set(promised) == {band for band in bands if nights and nights[-1] <= band}
    assert all(found.band >= night for night, found in told)
    assert len(told) <= len(nights)


@settings(max_examples=200)
@given(nights=NIGHTS, more=some.integers(0, 20))
def test_running_again_on_the_same_day_changes_nothing(nights, more):
    often = [night for night in nights for _ in range(1 + more % 3)]
    assert run(often, BANDS) == run(nights, BANDS)


@settings(max_examples=200)
@given(nights=NIGHTS, first=SETS, then=SETS, when=some.integers(-40, 120))
def test_other_bands_in_between_never_lead_backwards_or_tell_one_twice(nights, first, then, when):
    promised = []
    for night in nights:
        if found := due(LAST, first if night > when else then, promised, days_before(night)):
            promised += [*found.caught_up, found.band]
    assert promised == sorted(set(promised), reverse=True)


def test_what_was_jumped_over_is_told_with_the_nearest_in_one():
    assert due(LAST, BANDS, [90], days_before(5)) == Due(7, (60, 30, 14))


def test_a_band_is_crossed_on_its_day_and_not_the_day_before():
    assert due(LAST, BANDS, [90, 60], days_before(31)) is None
    assert due(LAST, BANDS, [90, 60], days_before(30)) == Due(30, ())


def test_through_the_last_day_it_has_not_lapsed_and_the_day_after_it_has():
    told = [90, 60, 30, 14, 7, 1]
    assert due(LAST, BANDS, told, LAST) == Due(0, ())
    assert due(LAST, BANDS, [*told, 0], LAST) is None
    assert due(LAST, BANDS, [*told, 0], LAST + timedelta(days=1)) == Due(LAPSED, ())


def test_what_lapsed_long_ago_is_told_of_once():
    assert due(LAST, BANDS, [], date(2037, 1, 1)) == Due(LAPSED, BANDS[:-1])
    assert due(LAST, BANDS, BANDS, date(2037, 1, 1)) is None


@pytest.mark.parametrize(("last", "today"), [(date.max, date.min), (date.min, date.max)])
def test_the_ends_of_the_calendar_are_days_too(last, today):
    assert bool(due(last, BANDS, [], today)) is (today > last)


def test_managers_are_told_from_thirty_days_on_and_administrators_from_seven():
    assert bands_for(Audience.HOLDER, BANDS) == BANDS
    assert bands_for(Audience.MANAGERS, BANDS) == (30, 14, 7, 1, 0, LAPSED)
    assert bands_for(Audience.ADMINISTRATORS, BANDS) == (7, 1, 0, LAPSED)


@pytest.mark.parametrize(
    ("typed", "bands"),
    [
        ("90, 60,30", (90, 60, 30, 0, LAPSED)),
        (" 7 30;7 \n 366", (366, 30, 7, 0, LAPSED)),
        ("0", (0, LAPSED)),
    ],
)
def test_bands_are_sorted_and_the_day_itself_and_the_lapse_are_always_among_them(typed, bands):
    assert bands_told(typed) == bands


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "at least one day"),
        (" , ", "at least one day"),
        ("-7", "Write numbers of days"),
        ("thirty", "Write numbers of days"),
        ("7.5", "Write numbers of days"),
        ("٣٠", "Write numbers of days"),
        ("²", "Write numbers of days"),
        ("1e999", "Write numbers of days"),
        ("99999999999999999999", "Write numbers of days"),
        ("367", "366 days before"),
        (",".join(str(n) for n in range(1, 14)), "At most 12"),
    ],
)
def test_odd_bands_are_refused_with_a_sentence(typed, said):
    with pytest.raises(ValueError, match=said):
        bands_told(typed)


@pytest.mark.parametrize(
    ("said_on", "today", "acted"),
    [
        (None, LAST, False),
        (days_before(40), days_before(7), True),
        (days_before(40), LAST, True),
        (days_before(40), LAST + timedelta(days=1), False),
        (LAST + timedelta(days=1), LAST + timedelta(days=9), True),
    ],
)
def test_what_somebody_said_before_the_last_day_holds_until_it_has_passed(said_on, today, acted):
    known = dict(acknowledged_on=said_on, last_day=LAST, today=today)
    assert is_acted_on(renewal_waits=False, **known) is acted
    assert is_acted_on(renewal_waits=True, **known)


def test_nothing_is_snoozed_past_its_last_day_nor_once_it_has_lapsed_nor_backwards():
    today = days_before(10)
    assert snooze_fault(LAST, LAST, today) is None
    assert snooze_fault(today, LAST, today) is None
    assert "past its last day" in snooze_fault(LAST + timedelta(days=1), LAST, today)
    assert "a day to come" in snooze_fault(today - timedelta(days=1), LAST, today)
    assert "has lapsed" in snooze_fault(LAST, LAST, LAST + timedelta(days=1))


def test_only_early_letters_may_be_asked_not_to_come():
    assert may_stop([30, 14])
    assert not may_stop([30, 7])
    assert not may_stop([LAPSED])


def test_bands_and_distances_are_said_in_words():
    assert [band_in_words(band) for band in (30, 1, 0, LAPSED)] == [
        "30 days before", "1 day before", "on the last day", "lapsed"
    ]  # fmt: skip
    assert bands_in_words((30, 7, 0, LAPSED)).startswith("30 and 7 days before the last day")
    assert bands_in_words((1, 0, LAPSED)).startswith("1 day before")
    assert bands_in_words((0, LAPSED)) == "On the last day, and once it has passed"
    assert [away_in_words(LAST, days_before(n)) for n in (9, 1, 0, -1, -3)] == [
        "in 9 days", "tomorrow", "today", "yesterday", "3 days ago"
    ]  # fmt: skip
