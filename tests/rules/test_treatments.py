"""Treatments: the time kept around them, and the rooms that are fit for them."""

from __future__ import annotations

from datetime import UTC, datetime

from registry.rules.diary import Slot
from registry.rules.treatments import NOTHING_MORE, Needs, is_fit

SLOT = Slot(datetime(2027, 3, 1, 10, tzinfo=UTC), datetime(2027, 3, 1, 10, 30, tzinfo=UTC))


def test_preparation_lies_before_and_clean_up_after():
    busy = Needs(1, 5, 10).busy(SLOT)
    assert busy.starts_at == datetime(2027, 3, 1, 9, 55, tzinfo=UTC)
    assert busy.ends_at == datetime(2027, 3, 1, 10, 40, tzinfo=UTC)


def test_without_either_nobody_is_busy_for_longer_than_the_patient():
    assert NOTHING_MORE.busy(SLOT) == SLOT


def test_a_room_of_which_nobody_said_what_it_is_fit_for_is_fit_for_everything():
    assert is_fit((), 7)


def test_a_room_is_fit_for_what_was_said_and_for_nothing_else():
    assert is_fit((3, 7), 7)
    assert not is_fit((3, 7), 8)


def test_what_asks_for_no_room_in_particular_may_have_any():
    assert is_fit((3, 7), None)
