"""Every kind of requirement is tried, and every reason has its place."""

from __future__ import annotations

from registry.rules.findings import NEAREST_FIRST
from registry.rules.reasons import Reason
from registry.rules.requirement_kinds import KINDS
from tests.rules import (
    test_kinds_of_appointments,
    test_kinds_of_courses,
    test_kinds_of_standing,
    test_kinds_of_training,
)

TABLES = (
    test_kinds_of_appointments,
    test_kinds_of_courses,
    test_kinds_of_standing,
    test_kinds_of_training,
)


def test_every_kind_is_tried():
    assert {row[0].kind for table in TABLES for row in table.ROWS} == KINDS.keys()


def test_every_reason_has_its_place_between_the_nearest_and_the_farthest_from_a_cure():
    assert sorted(NEAREST_FIRST) == sorted(Reason)
