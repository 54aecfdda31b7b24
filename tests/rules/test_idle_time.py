"""What stays idle beside an appointment, in steps of five minutes."""

from __future__ import annotations

import pytest

from registry.rules.idle_time import idle_beside


def day(drawn):
    """`.` is free, `x` is not; the first letter is the first step."""
    return sum(1 << step for step, letter in enumerate(drawn) if letter == ".")


@pytest.mark.parametrize(
    ("drawn", "first", "until", "minutes"),
    [
        ("xx....xx", 2, 6, 0),
        ("xx....xx", 2, 5, 5),
        ("xx....xx", 3, 5, 10),
        ("......xx", 3, 6, 15),
        ("xx......", 2, 4, 20),
        ("........", 0, 8, 0),
        (".x....x.", 2, 4, 10),
        ("xx....xx", 1, 3, 15),  # preparation before they begin to work
        ("xx....xx", 5, 7, 15),  # clean-up after they end
    ],
)
def test_it_is_the_time_to_the_neighbours_or_to_where_work_begins_and_ends(
    drawn, first, until, minutes
):
    assert idle_beside(day(drawn), first, until) == minutes
