"""Activating for many: in steps, and at none is the gate open wider than either version."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import NotInThatState, NotPrivileged
from registry.jobs import background
from registry.models import Activation, Adoption, AdoptionState, Phase, Practitioner, db
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.activations import activation_seen, waiting_activation
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Role
from registry.services import activations
from registry.services.activations import activate_adoption
from registry.services.engagements import engage_practitioner
from registry.services.scheduling import book_appointment
from tests import given
from tests.services.activating import (
    asking,
    derived,
    few_at_a_time,
    finish,
    steps,
    stored,
    within,
)

HOURS = (30, 60, 90, 60, 30, 90, 60)
NEXT_YEAR = date(2028, 1, 1)


@pytest.fixture
def staff(app, monkeypatch):
    """Seven people of whom the old version lets those with 50 hours needle, the new with 80."""
    few_at_a_time(monkeypatch)
    harbour = given.clinic(adopted=False)
    monkeypatch.setattr(activations, "AT_ONCE", 200)
    given.adopt("US-MT", asking(50))
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(len(HOURS))]
    for who, hours in zip(people, HOURS, strict=True):
        given.certified(who, hours_total=hours)
    monkeypatch.setattr(activations, "AT_ONCE", 2)
    return harbour, [who.id for who in people]


def begin(*sets):
    actor = given.adopter()
    made = given.proposed("US-MT", *sets, by=actor)
    activated = activate_adoption(actor=actor, adoption_id=made.id, now=given.NOW)
    assert activated.in_background
    assert activated.lost == []
    return made.id


def state(adoption_id):
    db.session.rollback()
    return db.session.scalar(select(Adoption.state).where(Adoption.id == adoption_id))


VERSIONS = {
    "stricter": [asking(80)],
    "looser": [asking(20)],
    "stricter for one year, then looser": [
        asking(80, last_day=date(2027, 12, 31)),
        asking(20, first_day=NEXT_YEAR),
    ],
    "for a time only": [asking(20, first_day=date(2026, 1, 1), last_day=NEXT_YEAR)],
}


@pytest.mark.parametrize("sets", VERSIONS.values(), ids=VERSIONS.keys())
def test_at_no_step_does_anybody_hold_what_either_version_would_not_give(staff, sets):
    _, ids = staff
    old = stored(ids)
    made = begin(*sets)
    seen = [stored(ids)]
    switched = [state(made) is AdoptionState.ACTIVE]
    for _ in steps():
        seen.append(stored(ids))
        switched.append(state(made) is AdoptionState.ACTIVE)
    new = derived(ids)
    assert seen[-1] == new
    assert new != old
    assert switched.index(True) > 1
    for held, after in zip(seen, switched, strict=True):
        allowed = new if after else old
        for who in ids:
            assert within(held.get(who, {}), allowed.get(who, {})), (who, after)


def test_it_is_told_how_far_it_is(staff):
    harbour, ids = staff
    booked = given.booked(harbour, _person(ids[1]))
    made = begin(asking(80))
    reader = given.somebody(Role.AUDITOR)
    far = []
    for _ in steps():
        seen = activation_seen(reader, made)
        far.append(seen.done)
    assert far == sorted(far)
    assert (seen.phase, seen.done, seen.total, seen.held) == (Phase.DONE, 14, 14, 1)
    assert given.state_of(booked) == "held"


def _person(number):
    return db.session.get_one(Practitioner, number)


def test_a_booking_meanwhile_is_refused_with_reasons_for_whoever_will_lose(staff):
    harbour, ids = staff
    begin(asking(80))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    wanted = given.booking(harbour, _person(ids[1]), given.patient(harbour))
    with pytest.raises(NotPrivileged) as caught:
        book_appointment(actor=desk, booking=wanted, now=given.NOW)
    assert {"HOURS_SHORT"} <= {str(r) for d in caught.value.decisions for r in d.reasons}
    given.booked(harbour, _person(ids[2]))


def test_who_comes_to_work_there_meanwhile_is_judged_by_both(staff):
    harbour, ids = staff
    newcomers = [given.practitioner(f"New {n}") for n in range(2)]
    for who, hours in zip(newcomers, (60, 90), strict=True):
        given.certified(who, hours_total=hours)
    begin(asking(80))
    new = [who.id for who in newcomers]
    for who in new:
        engage_practitioner(
            actor=given.EVERYBODY,
            practitioner_id=who,
            clinic_id=harbour.id,
            first_day=date(2027, 1, 1),
            now=given.NOW,
        )
    assert set(stored(new)) == {new[1]}
    finish()
    assert stored([*ids, *new]) == derived([*ids, *new])


def test_one_activation_waits_for_the_other(staff):
    begin(asking(80))
    second = given.proposed("US-MT", asking(20))
    with pytest.raises(NotInThatState, match="still being activated"):
        activate_adoption(actor=given.adopter(), adoption_id=second.id, now=given.NOW)
    finish()
    activate_adoption(actor=given.adopter(), adoption_id=second.id, now=given.NOW)
    assert waiting_activation() == second.id


def test_the_first_version_of_a_place_opens_the_gate_only_at_the_switch(app, monkeypatch):
    monkeypatch.setattr(activations, "AT_ONCE", 2)
    harbour = given.clinic(adopted=False)
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(5)]
    for who in people:
        given.certified(who)
    ids = [who.id for who in people]
    made = begin(asking(50))
    for _ in steps():
        if state(made) is AdoptionState.ACTIVATING:
            assert stored(ids) == {}
    assert stored(ids) == derived(ids)
    assert len(stored(ids)) == 5


def test_a_step_that_fails_is_noted_and_tried_again(staff, monkeypatch):
    _, ids = staff
    made = begin(asking(80))
    with monkeypatch.context() as broken:
        broken.setattr(activations, "rederive", _fails)
        assert background.go_on(given.NOW) is False
    db.session.rollback()
    row = db.session.get_one(Activation, made)
    assert "RuntimeError: the disk is full" in row.failed_with
    assert row.done == 0
    finish()
    db.session.rollback()
    assert db.session.get_one(Activation, made).failed_with == ""
    assert stored(ids) == derived(ids)


def _fails(*_args, **_known):
    raise RuntimeError("the disk is full")


def test_the_number_of_statements_of_a_step_does_not_grow_with_its_people(
    staff, statements, monkeypatch
):
    harbour, _ = staff
    for number in range(6):
        given.certified(given.practitioner(f"More {number}", at=harbour), hours_total=60)

    def counted(most):
        monkeypatch.setattr(activations, "AT_ONCE", 2)
        begin(asking(80))
        monkeypatch.setattr(activations, "AT_ONCE", most)
        statements.clear()
        background.go_on(given.NOW)
        taken = len(statements)
        finish()
        given.adopt("US-MT", asking(50))
        finish()
        return taken

    assert counted(3) == counted(13)


def test_the_rulebook_is_read_in_one_statement_whatever_is_on_record(staff, statements):
    begin(asking(80))
    db.session.rollback()
    statements.clear()
    book: Rulebook = rulebook_on_record(db.session(), ["US-MT", "US-GA"])
    assert (len(statements), len(book.adoptions), len(book.coming)) == (1, 1, 1)


def test_nothing_is_left_of_the_old_version_after_the_last_step(staff):
    made = begin(asking(20))
    finish()
    db.session.rollback()
    row = db.session.get_one(Adoption, made)
    assert row.active_since == given.NOW
    assert background.go_on(given.NOW + timedelta(days=1)) is False
