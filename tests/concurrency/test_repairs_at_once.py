"""Several workers at the same instant: one of them takes the step of a repair."""

from __future__ import annotations

from datetime import timedelta

from registry.services.repairs import claim_repair
from tests import given
from tests.concurrency.together import together
from tests.services.repairing import Scene


def test_of_many_who_want_a_step_at_the_same_instant_one_has_it(app):
    scene = Scene()
    scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.ask()

    def claim():
        until = given.NOW + timedelta(minutes=2)
        return claim_repair(repair_id=number, now=given.NOW, until=until)

    outcomes = together(app, *[claim] * 6)
    assert sorted(map(str, outcomes)) == ["False"] * 5 + ["True"]
