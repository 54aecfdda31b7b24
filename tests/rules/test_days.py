"""Days and spans of days, up to both ends of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.days import (
    Span,
    cover,
    day_after,
    day_before,
    days_later,
    merged,
    months_after,
    years_after,
)

JUNE = Span(date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), True),
        (date(2026, 6, 30), date(2026, 6, 30), True),
        (date(2026, 5, 31), date(2026, 6, 1), False),
        (date(2026, 6, 30), date(2026, 7, 1), False),
    ],
)
def test_days_are_covered_only_by_one_span_that_holds_all_of_them(first, last, covered):
    july = Span(date(2026, 7, 1), date(2026, 7, 31))
    assert cover([july, JUNE], Span(first, last)) is covered
    assert cover([], Span(first, last)) is False


def test_a_span_holds_its_first_day_and_its_last():
    assert JUNE.first in JUNE
    assert JUNE.last in JUNE
    assert date(2026, 5, 31) not in JUNE
    assert date(2026, 7, 1) not in JUNE
    assert "2026-06-15" not in JUNE


def test_the_calendar_has_two_ends_that_nothing_falls_off():
    assert day_after(date(2026, 6, 30)) == date(2026, 7, 1)
    assert day_before(date(2026, 7, 1)) == date(2026, 6, 30)
    assert day_after(date.max) == days_later(date.max, 1) == date.max
    assert day_before(date.min) == date.min
    assert days_later(date(2026, 6, 30), 30) == date(2026, 7, 30)
    assert years_after(date(9999, 1, 1), 1) == date.max
    assert years_after(date(9998, 1, 1), 1) == date(9999, 1, 1)
    assert months_after(date(9999, 12, 1), 1) == date.max
    assert months_after(date(9999, 11, 30), 1) == date(9999, 12, 30)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2015, 9, 15), 18, date(2017, 3, 15)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),
        (date(2024, 1, 29), 1, date(2024, 2, 29)),
        (date(2023, 1, 29), 1, date(2023, 3, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_so_many_months_end_on_the_same_day_or_else_on_the_first_of_the_next(day, months, later):
    assert months_after(day, months) == later


def test_spans_that_touch_or_overlap_become_one_and_a_day_between_keeps_them_apart():
    def span(first, last):
        return Span(date(2026, 6, first), date(2026, 6, last))

    assert merged([span(5, 9), span(1, 4)]) == [span(1, 9)]
    assert merged([span(1, 9), span(2, 3)]) == [span(1, 9)]
    assert merged([span(1, 3), span(5, 9)]) == [span(1, 3), span(5, 9)]
    assert merged([Span(date(2026, 6, 1), date.max), span(5, 9)]) == [
        Span(date(2026, 6, 1), date.max)
    ]
