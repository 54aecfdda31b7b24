"""An activation step by step, with few enough people for a test to be quick."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.jobs import background
from registry.models import Activation, Adoption, AdoptionState, Phase, db
from registry.models.derived_privileges import derive, stored_privileges
from registry.queries.activations import waiting_activation
from registry.rules.findings import Citation
from registry.rules.hours import TotalHours
from registry.rules.requirement_sets import RequirementSet
from registry.services import activations
from tests import given

[MONTANA] = load_jurisdictions()["US-MT"].sets
BOARD = Citation("https://board.example/2027", "2027-02-01")


def being_activated(place: str, phase: Phase = Phase.NARROWING) -> Adoption:
    """As if an activation had come so far and stood still; nobody is judged."""
    made = given.proposed(place)
    begun = {"started_by": made.adopted_by, "started_by_name": "Ada", "started_at": given.NOW}
    made.state = AdoptionState.ACTIVATING
    db.session.add(Activation(adoption_id=made.id, phase=phase, moved_at=given.NOW, **begun))
    db.session.commit()
    return made


def asking(hours: int, **changed: object) -> RequirementSet:
    """Montana's set, with so many hours of training in all asked for besides."""
    more = TotalHours(hours, citation=BOARD)
    return replace(MONTANA, requirements=(*MONTANA.requirements, more), **changed)  # type: ignore[arg-type]


def few_at_a_time(monkeypatch: pytest.MonkeyPatch, most: int = 2) -> None:
    monkeypatch.setattr(activations, "AT_ONCE", most)


def steps():
    """Go on step by step, until nothing waits; told after each."""
    for number in range(200):
        db.session.remove()
        if waiting_activation() is None:
            return
        assert background.go_on(given.NOW), "the step failed"
        yield number
    raise AssertionError("it never ends")


def finish() -> None:
    for _ in steps():
        pass


def stored(ids):
    db.session.rollback()
    return {who: dict(spans) for who, spans in stored_privileges(db.session(), ids).items()}


def derived(ids):
    db.session.rollback()
    return {who: spans for who, spans in derive(db.session(), ids).items() if spans}


def within(some, other) -> bool:
    """Whether every day of `some` is one of `other`."""
    return all(
        any(kept.first <= span.first and span.last <= kept.last for kept in other.get(where, ()))
        for where, spans in some.items()
        for span in spans
    )
