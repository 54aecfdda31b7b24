"""An activation is given up at the instant something else happens: one waits for the other."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from registry.errors import NotInThatState
from registry.jobs.examinations.privileges import privileges
from registry.models import Activation, Adoption, AdoptionState, db
from registry.services import activations, activations_given_up, engagements
from registry.services.activations import activate_adoption, go_on_with_activation
from registry.services.activations_given_up import give_up_activation
from registry.services.engagements import engage_practitioner
from tests import given
from tests.concurrency.test_records_meanwhile import dawdling
from tests.concurrency.together import after, together
from tests.services.activating import asking, derived, few_at_a_time, finish, steps, stored


@pytest.fixture
def under_way(app, monkeypatch):
    """A stricter version is being activated for three; two at a time are judged."""
    harbour = given.clinic(adopted=False)
    given.adopt("US-MT", asking(50))
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(3)]
    for who in people:
        given.certified(who, hours_total=60)
    few_at_a_time(monkeypatch)
    actor = given.adopter()
    made = given.proposed("US-MT", asking(80), by=actor).id
    activate_adoption(actor=actor, adoption_id=made, now=given.NOW)
    return harbour, [who.id for who in people], made


def giving_up(adoption_id):
    known = {"adoption_id": adoption_id, "reason": "A mistake.", "now": given.NOW}
    actor = given.adopter()
    return lambda: give_up_activation(actor=actor, **known)


def going_on(adoption_id):
    return lambda: go_on_with_activation(adoption_id=adoption_id, now=given.NOW)


def all_but_the_switch(ids):
    for _ in steps():
        if db.session.scalars(select(Activation.reached)).all()[-1] == ids[-1]:
            return
    raise AssertionError("it was switched before everybody was judged")


def state(adoption_id):
    db.session.rollback()
    return db.session.scalar(select(Adoption.state).where(Adoption.id == adoption_id))


def test_what_is_being_switched_is_not_given_up_meanwhile(app, under_way, monkeypatch):
    _, ids, made = under_way
    all_but_the_switch(ids)
    switched = dawdling(monkeypatch, activations, "_finish_phase")
    outcomes = together(app, going_on(made), after(switched, giving_up(made)))
    assert outcomes[0] is None, outcomes
    assert isinstance(outcomes[1], NotInThatState), outcomes
    assert state(made) is AdoptionState.ACTIVE
    assert stored(ids) == derived(ids) == {}


def test_what_is_being_given_up_is_not_switched_meanwhile(app, under_way, monkeypatch):
    _, ids, made = under_way
    all_but_the_switch(ids)
    locked = dawdling(monkeypatch, activations_given_up, "lock_every_diary")
    assert together(app, giving_up(made), after(locked, going_on(made))) == [None, None]
    assert state(made) is AdoptionState.WITHDRAWN
    finish()
    assert stored(ids) == derived(ids)
    assert len(stored(ids)) == 3


def test_a_step_and_giving_up_do_not_block_each_other(app, under_way, monkeypatch):
    _, ids, made = under_way
    judged = dawdling(monkeypatch, activations, "rederive")
    assert together(app, going_on(made), after(judged, giving_up(made))) == [None, None]
    finish()
    assert stored(ids) == derived(ids)
    assert len(stored(ids)) == 3


def test_another_activation_and_giving_up_do_not_block_each_other(app, under_way, monkeypatch):
    _, ids, made = under_way
    actor = given.adopter()
    other = given.proposed("US-MT", asking(20), by=actor).id
    locked = dawdling(monkeypatch, activations_given_up, "lock_every_diary")
    activating = {"actor": actor, "adoption_id": other, "now": given.NOW}
    deeds = giving_up(made), after(locked, lambda: activate_adoption(**activating))
    assert not any(isinstance(one, Exception) for one in together(app, *deeds))
    finish()
    assert stored(ids) == derived(ids)
    assert (state(made), state(other)) == (AdoptionState.WITHDRAWN, AdoptionState.ACTIVE)


def test_who_is_judged_by_both_while_it_is_given_up_is_widened_after(app, under_way, monkeypatch):
    harbour, _, made = under_way
    late = given.practitioner("Late")
    given.certified(late, hours_total=60)
    known = {"clinic_id": harbour.id, "first_day": date(2027, 1, 1), "now": given.NOW}
    who = late.id
    judged = dawdling(monkeypatch, engagements, "rederive")
    outcomes = together(
        app,
        lambda: engage_practitioner(actor=given.EVERYBODY, practitioner_id=who, **known),
        after(judged, giving_up(made)),
    )
    assert not any(isinstance(one, Exception) for one in outcomes), outcomes
    assert stored([who]) == {}
    assert [*privileges(db.session())] == []
    finish()
    assert stored([who]) == derived([who]) != {}
