"""What has become of an appointment on its day, by its state, the check-in and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.rules.arrivals import Arrival, arrival_of, is_recent, may_be_missed, stands
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState

STARTS = datetime(2027, 3, 1, 9, tzinfo=UTC)
SLOT = Slot(STARTS, STARTS + timedelta(minutes=30))
A_MOMENT = timedelta(microseconds=1)
CONFIRMED = AppointmentState.CONFIRMED


@pytest.mark.parametrize(
    ("checked_in", "now", "arrival"),
    [
        (False, STARTS - A_MOMENT, Arrival.EXPECTED),
        (True, STARTS - A_MOMENT, Arrival.ARRIVED),
        (False, STARTS, Arrival.LATE),
        (True, STARTS, Arrival.UNDER_WAY),
        (False, SLOT.ends_at - A_MOMENT, Arrival.LATE),
        (True, SLOT.ends_at - A_MOMENT, Arrival.UNDER_WAY),
        (False, SLOT.ends_at, Arrival.NOT_NOTED),
        (True, SLOT.ends_at, Arrival.NOT_NOTED),
    ],
)
def test_a_confirmed_one_is_where_the_check_in_and_the_clock_say(checked_in, now, arrival):
    assert arrival_of(CONFIRMED, checked_in, SLOT, now) is arrival


@pytest.mark.parametrize("state", [each for each in AppointmentState if each is not CONFIRMED])
def test_whatever_somebody_decided_is_that_at_any_time(state):
    for now in (STARTS - A_MOMENT, STARTS, SLOT.ends_at):
        assert arrival_of(state, False, SLOT, now) == state


@pytest.mark.parametrize("state", AppointmentState)
def test_only_who_is_waited_for_can_have_failed_to_come(state):
    waited_for = state in (CONFIRMED, AppointmentState.BEGUN)
    assert may_be_missed(state, False, STARTS, STARTS) is waited_for


def test_nobody_failed_to_come_before_the_start_nor_once_they_are_checked_in():
    assert not may_be_missed(CONFIRMED, False, STARTS, STARTS - A_MOMENT)
    assert not may_be_missed(CONFIRMED, True, STARTS, STARTS)


def test_it_is_recent_for_three_days_to_the_moment():
    assert is_recent(STARTS, STARTS + timedelta(days=3) - A_MOMENT)
    assert not is_recent(STARTS, STARTS + timedelta(days=3))


def test_where_it_stands_is_said_in_words():
    assert stands(AppointmentState.NO_SHOW) == "marked “did not come”"
    assert stands(AppointmentState.HELD) == "held"
