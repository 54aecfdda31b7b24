"""Giving an activation up: the version before stays, alone, and never is the gate wider than it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState, NotPrivileged
from registry.jobs import background
from registry.jobs.examinations.journal import unrecorded_changes
from registry.jobs.examinations.privileges import privileges
from registry.models import (
    Activation,
    ActivationGivenUp,
    Adoption,
    AdoptionState,
    AuditEntry,
    Phase,
    db,
)
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.activations import activation_seen, waiting_activation
from registry.rules.vocabulary import Role
from registry.services import activations
from registry.services.activations import activate_adoption
from registry.services.activations_given_up import give_up_activation
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
WHY = "The board took its circular back."


@pytest.fixture
def staff(app, monkeypatch):
    """Seven people of whom the version in force lets those with 50 hours needle."""
    harbour = given.clinic(adopted=False)
    given.adopt("US-MT", asking(50))
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(len(HOURS))]
    for who, hours in zip(people, HOURS, strict=True):
        given.certified(who, hours_total=hours)
    few_at_a_time(monkeypatch)
    return harbour, people


def begin(*sets):
    actor = given.adopter()
    made = given.proposed("US-MT", *sets, by=actor)
    assert activate_adoption(actor=actor, adoption_id=made.id, now=given.NOW).in_background
    return made.id


def give_up(adoption_id, *, by=None, reason=WHY):
    actor = by or given.adopter()
    give_up_activation(actor=actor, adoption_id=adoption_id, reason=reason, now=given.NOW)


def some_steps(number):
    for done in steps() if number else ():
        if done + 1 == number:
            return


def state(adoption_id):
    db.session.rollback()
    return db.session.scalar(select(Adoption.state).where(Adoption.id == adoption_id))


@pytest.mark.parametrize("narrowed", [0, 1, 3, 4])
@pytest.mark.parametrize("hours", [80, 20])
def test_afterwards_everybody_holds_what_the_version_in_force_gives(staff, hours, narrowed):
    ids = [who.id for who in staff[1]]
    old = stored(ids)
    made = begin(asking(hours))
    some_steps(narrowed)
    give_up(made)
    assert state(made) is AdoptionState.WITHDRAWN
    seen = [stored(ids)]
    for _ in steps():
        assert state(made) is AdoptionState.WITHDRAWN
        assert [*privileges(db.session())] == []
        seen.append(stored(ids))
    for held in seen:
        assert all(within(held.get(who, {}), old.get(who, {})) for who in ids)
    assert seen[-1] == derived(ids) == old
    assert waiting_activation() is None


def test_who_was_narrowed_ahead_of_the_steps_is_widened_too(staff):
    harbour, _ = staff
    made = begin(asking(80))
    late = given.practitioner("Late")
    given.certified(late, hours_total=60)
    first = date(2027, 1, 1)
    known = {"clinic_id": harbour.id, "first_day": first, "now": given.NOW}
    engage_practitioner(actor=given.EVERYBODY, practitioner_id=late.id, **known)
    assert stored([late.id]) == {}
    give_up(made)
    finish()
    assert stored([late.id]) == derived([late.id]) != {}


def test_a_booking_is_judged_by_the_version_in_force_as_soon_as_it_is_widened(staff):
    harbour, people = staff
    desk = given.somebody(Role.FRONT_DESK, harbour)
    wanted = given.booking(harbour, people[1], given.patient(harbour))
    made = begin(asking(80))
    some_steps(2)
    give_up(made)
    with pytest.raises(NotPrivileged):
        book_appointment(actor=desk, booking=wanted, now=given.NOW)
    given.booked(harbour, people[6], given.slot(harbour, 15))  # whom the steps had yet to reach
    finish()
    book_appointment(actor=desk, booking=wanted, now=given.NOW)


def test_what_was_put_on_hold_stands_again_once_its_practitioner_is_judged_anew(staff):
    harbour, people = staff
    booked = given.booked(harbour, people[1])
    made = begin(asking(80))
    some_steps(1)
    assert given.state_of(booked) == "held"
    give_up(made)
    assert given.state_of(booked) == "held"
    finish()
    assert given.state_of(booked) == "confirmed"


def test_past_the_switch_it_is_refused_with_why_and_what_to_do_instead(staff):
    made = begin(asking(80))
    for _ in steps():
        if state(made) is AdoptionState.ACTIVE:
            with pytest.raises(
                NotInThatState, match=r"Version 2 is in force since .* UTC"
            ) as caught:
                give_up(made)
            assert "put another version in force" in caught.value.message
    with pytest.raises(NotInThatState, match="is in force since"):
        give_up(made)
    assert state(made) is AdoptionState.ACTIVE


def test_what_is_not_being_activated_cannot_be_given_up(staff):
    made = given.proposed("US-MT", asking(80))
    with pytest.raises(NotInThatState, match="is proposed: it is not being activated"):
        give_up(made.id)
    with pytest.raises(NotFound):
        give_up(9999)
    given_up = begin(asking(20))
    give_up(given_up)
    with pytest.raises(NotInThatState, match="is withdrawn: it is not being activated"):
        give_up(given_up)


def test_only_an_administrator_may_and_says_why(staff):
    harbour, _ = staff
    made = begin(asking(80))
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            give_up(made, by=given.somebody(role, harbour))
    with pytest.raises(BadInput) as caught:
        give_up(made, reason=" ")
    assert caught.value.field == "reason"
    assert state(made) is AdoptionState.ACTIVATING


def test_it_is_told_who_gave_it_up_why_and_how_far_the_widening_is(staff):
    made = begin(asking(80))
    some_steps(2)
    give_up(made)
    db.session.rollback()
    seen = activation_seen(given.adopter(), made)
    assert (seen.given_up.by, seen.given_up.at, seen.given_up.reason) == (
        "Ada Adopter",
        given.NOW,
        WHY,
    )
    assert (seen.phase, seen.done, seen.total, seen.may_be_given_up) == (
        Phase.WIDENING,
        0,
        7,
        False,
    )
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "give up activation")
    ).one()
    assert (entry.subject, WHY in entry.body) == (f"adoption:{made}", True)
    assert not [said for said in unrecorded_changes(db.session()) if "given up" in said]


def test_the_doctor_misses_the_entry_of_what_was_given_up_by_hand(staff):
    made = begin(asking(80))
    who = given.adopter().account_id
    told = {"given_up_by": who, "given_up_by_name": "x", "given_up_at": given.NOW}
    db.session.add(ActivationGivenUp(adoption_id=made, reason="x", **told))
    db.session.commit()
    [said] = [said for said in unrecorded_changes(db.session()) if "given up" in said]
    assert f"activation given up {made}: 1 on record, 0 told of" in said


def test_the_next_version_need_not_wait_for_the_widening(staff):
    ids = [who.id for who in staff[1]]
    old = stored(ids)
    first = begin(asking(80))
    some_steps(2)
    give_up(first)
    some_steps(1)
    begin(asking(20))
    for _ in steps():
        assert [*privileges(db.session())] == []
        if not rulebook_on_record(db.session(), ["US-MT"]).coming:
            continue
        assert all(within(held, old[who]) for who, held in stored(ids).items())
    assert stored(ids) == derived(ids)
    assert state(first) is AdoptionState.WITHDRAWN


def test_one_that_can_never_finish_blocks_nothing_once_it_is_given_up(staff, monkeypatch):
    made = begin(asking(80))
    with monkeypatch.context() as broken:
        broken.setattr(activations, "rederive", _fails)
        assert background.go_on(given.NOW) is False
    with pytest.raises(NotInThatState, match="Wait for it, or give it up"):
        begin(asking(20))
    give_up(made)
    db.session.rollback()
    assert db.session.get_one(Activation, made).failed_with == ""
    again = begin(asking(20))
    finish()
    assert state(again) is AdoptionState.ACTIVE


def _fails(*_args, **_known):
    raise RuntimeError("these two versions cannot be judged together")


def test_the_first_version_of_a_place_given_up_leaves_nobody_allowed(app, monkeypatch):
    harbour = given.clinic(adopted=False)
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(4)]
    for who in people:
        given.certified(who)
    few_at_a_time(monkeypatch)
    made = begin(asking(50))
    some_steps(1)
    give_up(made)
    finish()
    assert stored([who.id for who in people]) == {}
    assert background.go_on(given.NOW + timedelta(days=1)) is False
