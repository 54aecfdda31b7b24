"""How days and moments read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from registry.web import formats

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 6, 30), "Tue 30 June 2026"),
        ("2026-06-30", "Tue 30 June 2026"),
        ("undated page", "undated page"),
        ("2025-04", "2025-04"),
        ("2026-02-30", "2026-02-30"),
        (date.max, "Fri 31 December 9999"),
        (None, "not given"),
    ],
)
def test_a_day_is_written_out(value: date | str | None, words: str) -> None:
    assert formats.day(value) == words


@pytest.mark.parametrize("value", [None, date.max])
def test_a_last_day_in_the_last_year_there_is_is_none(value: date | None) -> None:
    assert formats.day(value, "no last day") == "no last day"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 11, 26), "today"),
        (date(2026, 11, 27), "tomorrow"),
        (date(2026, 11, 25), "yesterday"),
        (date(2026, 12, 8), "in 12 days"),
        (date(2026, 11, 23), "3 days ago"),
        (date(2027, 1, 25), "in 60 days"),
        (date(2027, 6, 30), "in about 7 months"),
        (date(2030, 11, 26), "in about 4 years"),
        (date.max, "in about 7973 years"),
        (date.min, "about 2026 years ago"),
        (None, ""),
    ],
)
def test_a_distance_is_said_in_words(value: date | None, words: str) -> None:
    assert formats.in_days(value, TODAY) == words


def test_a_moment_is_shown_on_the_clock_of_the_clinic() -> None:
    moment = datetime(2026, 7, 1, 3, 30, tzinfo=UTC)
    assert formats.clock(moment, "America/New_York") == "23:30"
    assert formats.stamp(moment, "America/New_York") == "Tue 30 June 2026, 23:30 EDT"


def test_a_source_is_known_by_its_house() -> None:
    assert formats.host("https://www.example.org/rules/490") == "example.org"
