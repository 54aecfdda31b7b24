"""Researched cases and our own readings, each with the exact reasons it must give."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.rules.given import decided
from tests.rules.told import Told

SCENARIOS = yaml.safe_load(Path(__file__).with_name("scenarios.yaml").read_text("utf-8"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: f"{s['id']} {s['title']}")
def test_a_scenario_gives_exactly_its_reasons(scenario):
    told = Told(scenario)

    decisions = [
        decided(
            told.facts(),
            scenario["jurisdiction"],
            scenario["site"],
            day,
            sets=told.sets(),
            given=told.circumstances(),
            house_rules=told.house_rules(),
        )
        for day in told.days()
    ]

    found = {reason for decision in decisions for reason in decision.reasons}
    assert sorted(found) == sorted(scenario["reasons"])
    assert all(d.eligible for d in decisions) == (not scenario["reasons"])
    assert not told.stated.unheard(), "a fact of the scenario went unheard"


def test_every_scenario_has_a_name_of_its_own():
    names = [scenario["id"] for scenario in SCENARIOS]
    assert len(set(names)) == len(names) == 111
