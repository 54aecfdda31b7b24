"""What a privilege letter says of sites and last days, and what it may be told to show."""

from __future__ import annotations

from datetime import date

import pytest

from registry.rules.privilege_letters import (
    ALWAYS_SHOWN,
    PART_WORDS,
    LetterPart,
    last_day_in_words,
    parts_in,
    told_until,
)
from registry.rules.regions import MUSCLES, SITES

JUNE, JULY, NEVER = date(2026, 6, 30), date(2026, 7, 31), date.max
NECK = [code for code, muscle in MUSCLES.items() if "neck" in muscle.regions]


def in_words(until):
    return [(last_day_in_words(one.last_day), one.sites_in_words) for one in told_until(until)]


def test_regions_are_told_together_and_what_ends_first_comes_first():
    whole = dict.fromkeys(SITES, NEVER)
    whole |= dict.fromkeys(["thigh", *_muscles("thigh")], JUNE)
    (june, thigh), (never, rest) = in_words(whole)
    assert (june, never) == ("Tue 30 June 2026", "no last day")
    assert thigh.startswith("Thigh")
    assert "Neck" in rest
    assert "Thigh" not in rest


def test_a_muscle_that_may_not_be_needled_is_taken_out_of_its_region():
    until = dict.fromkeys(["neck", *NECK], JUNE)
    del until["scalenes"]
    assert in_words(until) == [("Tue 30 June 2026", "Neck (not: scalenes)")]


def test_a_muscle_that_ends_before_its_region_is_told_with_its_own_last_day():
    until = dict.fromkeys(["neck", *NECK], JULY) | {"scalenes": JUNE}
    assert in_words(until) == [
        ("Tue 30 June 2026", "Scalenes"),
        ("Fri 31 July 2026", "Neck (not: scalenes)"),
    ]


def test_a_muscle_that_outlasts_its_region_promises_no_more_than_the_region():
    until = dict.fromkeys(["neck", *NECK], JUNE) | {"scalenes": JULY}
    assert in_words(until) == [("Tue 30 June 2026", "Neck")]


def test_muscles_alone_are_told_by_name():
    assert in_words({"soleus": JUNE}) == [("Tue 30 June 2026", "Soleus")]


def test_nothing_is_told_of_nobody():
    assert told_until({}) == ()


@pytest.mark.parametrize("site", sorted(SITES))
def test_every_site_held_is_told_and_no_other_is(site):
    ((told,),) = [one.sites for one in told_until({site: JUNE})]
    assert told.site == site


def test_what_is_shown_is_kept_in_one_order_and_nothing_else_can_be():
    assert parts_in(["licence", "regions", "licence"]) == (LetterPart.REGIONS, LetterPart.LICENCE)
    assert parts_in([]) == ()
    with pytest.raises(ValueError, match="email"):
        parts_in(["email"])


def test_everything_that_can_be_shown_has_words_to_agree_to():
    assert set(PART_WORDS) == set(LetterPart)
    assert "name" in ALWAYS_SHOWN


def _muscles(region):
    return [code for code, muscle in MUSCLES.items() if region in muscle.regions]
