from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.adapters.one_time_codes import in_fours, new_secret, picture_of, step_of

# The secret and the moment of RFC 6238, Appendix B, of whose eight digits these are the last six.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
AT = datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC)
CODE, STEP = "081804", 37037036


def test_a_code_belongs_to_its_step_of_half_a_minute():
    assert step_of(SECRET, CODE, AT) == STEP
    assert step_of(SECRET, " 081 804 ", AT) == STEP


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step_each_way(seconds, good):
    found = step_of(SECRET, CODE, AT + timedelta(seconds=seconds))
    assert (found == STEP) is good


@pytest.mark.parametrize("typed", ["", "08180", "0818040", "٠٨١٨٠٤", "abcdef", "\x00", "0" * 99999])
def test_nonsense_is_no_code(typed):
    assert step_of(SECRET, typed, AT) is None


def test_a_secret_has_a_hundred_and_sixty_bits_and_is_read_in_fours():
    one, other = new_secret(), new_secret()
    assert one != other
    assert [len(group) for group in in_fours(one).split()] == [4] * 8


def test_the_picture_runs_nothing_and_loads_nothing():
    drawn = picture_of(SECRET, "dana@harbour.example")
    assert drawn.startswith("<svg")
    assert "style" not in drawn
    assert "http" not in drawn
