"""What if: the answer before is what happens after, and nothing is written by asking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState
from registry.jobs import background
from registry.models import AdoptionState, Appointment, Privilege, WhatIf, WhatIfPart, db
from registry.queries import what_if_answers
from registry.queries.what_if import found_out, supposed_by
from registry.queries.what_if_answers import latest_what_if, waiting_what_if, what_if_answer
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.activations import activate_adoption
from registry.services.house_rules import set_house_rules
from registry.services.requirement_sets import withdraw_proposal
from registry.services.what_ifs import ask_about_adoption, ask_about_house_rules, keep_part
from tests import given
from tests.services.activating import asking, derived, stored

HOURS = {"kind": "total_hours", "hours": 80}
HOURS_OF = (30, 60, 90, 60)


@pytest.fixture
def scene(app):
    """Those with 50 hours may needle; an appointment of each who may, one already under way."""
    harbour, hill = given.clinic(adopted=False), given.clinic("Hill Clinic", adopted=False)
    given.adopt("US-MT", asking(50))
    people = []
    for number, hours in enumerate(HOURS_OF):
        at = hill if number == 3 else harbour
        people.append(given.practitioner(f"Person {number}", at=at))
        given.certified(people[-1], hours_total=hours)
    booked = [
        given.booked(harbour, people[1]),
        given.booked(harbour, people[2], given.slot(harbour, 15), room_id=given.rooms(harbour)[1]),
        given.booked(hill, people[3]),
    ]
    started = given.booked(harbour, people[1], given.slot(harbour, 9))
    return harbour, hill, people, booked, started


LATER = given.NOW + timedelta(hours=6)  # the one at nine has started


def asked_about(*sets):
    actor = given.adopter()
    made = given.proposed("US-MT", *sets, by=actor)
    number = ask_about_adoption(actor=actor, adoption_id=made.id, now=LATER)
    return actor, made, number


def by_name(movers):
    return {mover.name: mover.sites for mover in movers}


def record():
    db.session.rollback()
    spans = db.session.scalar(select(func.count()).select_from(Privilege))
    states = db.session.execute(select(Appointment.id, Appointment.state)).all()
    return spans, sorted(map(tuple, states))


def test_who_loses_and_what_would_be_held_clinic_by_clinic(scene):
    harbour, hill, people, booked, started = scene
    before = record()
    actor, made, number = asked_about(asking(80))
    answer = what_if_answer(actor, number, LATER)
    at = {one.clinic_id: one for one in answer.clinics}
    assert by_name(at[harbour.id].loses) == {"Person 1": ("thigh", "leg_foot")}
    assert by_name(at[hill.id].loses) == {"Person 3": ("thigh", "leg_foot")}
    assert [one.gains for one in answer.clinics] == [(), ()]
    assert [one.appointment_id for one in at[harbour.id].held] == [booked[0]]
    assert (at[harbour.id].begun, at[hill.id].begun) == (1, 0)
    assert (answer.answered, answer.as_of, answer.done, answer.total) == (True, LATER, 4, 4)
    assert record() == before

    lost = activate_adoption(actor=actor, adoption_id=made.id, now=LATER).lost
    told = {one.appointment_id for clinic in answer.clinics for one in clinic.held}
    assert {one.id for one in lost if not one.begun} == told
    assert {one.id for one in lost if one.begun} == {started}
    assert given.state_of(booked[1]) is AppointmentState.CONFIRMED
    assert stored([who.id for who in people]) == derived([who.id for who in people])


def test_who_gains(scene):
    harbour, *_ = scene
    actor, _, number = asked_about(asking(20))
    [clinic] = what_if_answer(actor, number, LATER).clinics
    assert clinic.clinic_id == harbour.id
    assert by_name(clinic.gains) == {"Person 0": ("thigh", "leg_foot")}
    assert (clinic.loses, clinic.held, clinic.begun) == ((), (), 0)


def test_the_same_version_again_changes_nothing(scene):
    actor, _, number = asked_about(asking(50))
    assert what_if_answer(actor, number, LATER).clinics == ()


def test_house_rules_are_asked_about_for_their_clinic_alone(scene):
    harbour, hill, _people, booked, started = scene
    manager = given.somebody(Role.MANAGER, harbour)
    known = dict(
        actor=manager, clinic_id=harbour.id, requirements=[HOURS], first_day=given.TODAY, now=LATER
    )
    answer = what_if_answer(manager, ask_about_house_rules(**known), LATER)
    [clinic] = answer.clinics
    assert (clinic.name, by_name(clinic.loses)) == (
        harbour.name,
        {"Person 1": ("thigh", "leg_foot")},
    )
    lost = set_house_rules(**known, reason="More practice.")
    assert {one.id for one in lost} == {booked[0], started}
    assert clinic.begun == 1
    with pytest.raises(NotFound):
        ask_about_house_rules(**{**known, "actor": given.somebody(Role.MANAGER, hill)})
    with pytest.raises(BadInput):
        ask_about_house_rules(**{**known, "requirements": [{"kind": "barred"}]})


def test_for_many_it_is_found_out_part_by_part_with_the_same_answer(scene, monkeypatch):
    actor, _, number = asked_about(asking(80))
    at_once = what_if_answer(actor, number, LATER)
    monkeypatch.setattr(what_if_answers, "AT_ONCE", 1)
    far = []
    while not what_if_answer(actor, number, LATER).answered:
        answer = what_if_answer(actor, number, LATER)
        far.append(answer.done)
        assert background.go_on(LATER)
        db.session.remove()
    assert far == [0, 1, 2, 3, 4]
    in_parts = what_if_answer(actor, number, LATER + timedelta(days=1))
    assert in_parts.clinics == at_once.clinics
    assert in_parts.as_of == LATER
    assert background.go_on(LATER) is False


def test_a_part_found_out_twice_is_kept_once(scene, monkeypatch):
    _, _, number = asked_about(asking(80))
    known = dict(what_if_id=number, after=0, reached=2, count=2, content=[], now=LATER)
    keep_part(**known)
    keep_part(**known)
    db.session.rollback()
    row = db.session.get_one(WhatIf, number)
    assert (row.reached, row.done) == (2, 2)
    assert db.session.scalar(select(func.count()).select_from(WhatIfPart)) == 1


def test_asking_again_drops_the_earlier_answer(scene, monkeypatch):
    actor, made, number = asked_about(asking(80))
    background.go_on(LATER)
    again = ask_about_adoption(actor=actor, adoption_id=made.id, now=LATER)
    assert latest_what_if(actor, adoption_id=made.id) == again
    db.session.rollback()
    assert list(db.session.scalars(select(WhatIf.id))) == [again]
    assert number != again or db.session.scalar(select(func.count()).select_from(WhatIfPart)) == 0


def test_only_who_may_adopt_asks_and_those_concerned_read(scene):
    _actor, made, number = asked_about(asking(80))
    for role in set(Role) - {Role.ADMINISTRATOR}:
        if role in (Role.MANAGER, Role.AUDITOR):
            assert len(what_if_answer(given.somebody(role), number, LATER).clinics) == 2
        else:
            with pytest.raises(NotAllowed):
                what_if_answer(given.somebody(role), number, LATER)
        with pytest.raises(NotAllowed):
            ask_about_adoption(actor=given.somebody(role), adoption_id=made.id, now=LATER)
    theirs = what_if_answer(given.somebody(Role.MANAGER, scene[1]), number, LATER)
    assert [one.clinic_id for one in theirs.clinics] == [scene[1].id]
    with pytest.raises(NotFound):
        what_if_answer(given.adopter(), number + 99, LATER)
    activate_adoption(actor=given.adopter(), adoption_id=made.id, now=LATER)
    with pytest.raises(NotInThatState):
        ask_about_adoption(actor=given.adopter(), adoption_id=made.id, now=LATER)


def test_the_number_of_statements_does_not_grow_with_the_people(scene, statements):
    _, _, people, *_ = scene
    _, _, number = asked_about(asking(80))
    db.session.rollback()
    supposed = supposed_by(db.session(), db.session.get_one(WhatIf, number))

    def counted(ids):
        statements.clear()
        found_out(db.session(), supposed, ids, LATER)
        return len(statements)

    assert counted([people[1].id]) == counted([who.id for who in people]) == 8


def test_of_what_was_put_in_force_meanwhile_it_says_that_and_not_that_nothing_changes(scene):
    actor, made, number = asked_about(asking(80))
    assert what_if_answer(actor, number, LATER).overtaken_by is None
    activate_adoption(actor=actor, adoption_id=made.id, now=LATER)
    told = what_if_answer(actor, number, LATER)
    assert (told.overtaken_by, told.clinics) == (AdoptionState.ACTIVE, ())


@pytest.mark.parametrize("parts_before", [0, 1])
def test_of_what_was_withdrawn_meanwhile_nothing_more_is_found_out(
    scene, monkeypatch, parts_before
):
    monkeypatch.setattr(what_if_answers, "AT_ONCE", 2)
    actor, made, number = asked_about(asking(80))
    for _ in range(parts_before):
        assert background.go_on(LATER)
    withdraw_proposal(actor=actor, adoption_id=made.id, reason="A slip.", now=LATER)
    assert background.go_on(LATER)
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(WhatIfPart)) == parts_before
    assert waiting_what_if(given.NOW) is None
    told = what_if_answer(actor, number, LATER)
    assert (told.overtaken_by, told.clinics) == (AdoptionState.WITHDRAWN, ())


def test_house_rules_are_overtaken_by_no_adoption(scene):
    harbour, *_ = scene
    manager = given.somebody(Role.MANAGER, harbour)
    known = {"clinic_id": harbour.id, "requirements": [HOURS], "first_day": given.TODAY}
    number = ask_about_house_rules(actor=manager, now=LATER, **known)
    assert what_if_answer(manager, number, LATER).overtaken_by is None
