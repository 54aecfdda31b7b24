from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from registry.adapters.public_holidays import coming_holidays, public_holidays

YEAR = date(2027, 1, 1), date(2027, 12, 31)


@pytest.mark.parametrize(
    ("jurisdiction", "day", "name"),
    [
        ("US-GA", date(2027, 11, 25), "Thanksgiving Day"),
        ("CA-AB", date(2027, 10, 11), "Thanksgiving Day"),
        ("GB", date(2027, 12, 25), "Christmas Day"),
        ("NZ", date(2027, 2, 6), "Waitangi Day"),
        ("DE-BY", date(2027, 1, 6), "Epiphany"),
        ("US-PR", date(2027, 11, 25), "Thanksgiving Day"),
    ],
)
def test_holidays_are_those_of_the_jurisdiction_by_their_english_names(jurisdiction, day, name):
    assert (day, name) in public_holidays(jurisdiction, *YEAR)


def test_a_part_of_a_country_has_holidays_that_another_has_not():
    family_day = date(2027, 2, 15)
    assert family_day in {one.day for one in public_holidays("CA-AB", *YEAR)}
    assert family_day not in {one.day for one in public_holidays("CA-QC", *YEAR)}


@pytest.mark.parametrize("jurisdiction", ["US-ZZ", "XX", "GB-XYZ", "ZZ-1"])
def test_a_place_the_library_does_not_know_has_none_rather_than_no_holidays(jurisdiction):
    assert public_holidays(jurisdiction, *YEAR) is None


def test_the_coming_ones_begin_today_and_reach_two_years_ahead_in_order():
    found = [one.day for one in coming_holidays("US-GA", date(2027, 12, 25))]
    assert found[0] == date(2027, 12, 25)
    assert found == sorted(found)
    assert date(2029, 12, 25) in found
    assert max(found) <= date(2029, 12, 25)


def test_the_library_is_loaded_only_by_who_asks_for_holidays():
    code = "import registry, sys; registry.create_app; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
