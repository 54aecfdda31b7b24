"""The work in the background: the server goes on with it, and the doctor knows what is due."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from registry.jobs import background
from registry.jobs.examinations.activations import activations as activations_examined
from registry.jobs.examinations.activations import what_ifs
from registry.jobs.examinations.privileges import privileges
from registry.jobs.sweeps import SWEEPS
from registry.jobs.turns import Turns
from registry.models import Activation, Phase, Privilege, WhatIf, db
from registry.queries.activations import waiting_activation
from registry.queries.what_if_answers import waiting_what_if
from registry.services import activations
from registry.services.activations import activate_adoption
from registry.services.what_ifs import ask_about_adoption
from tests import given
from tests.services.activating import asking, being_activated, derived, few_at_a_time, steps, stored


@pytest.fixture
def under_way(app, monkeypatch):
    """Five people, three with 60 hours; a version that asks for 80 is being activated."""
    harbour = given.clinic(adopted=False)
    given.adopt("US-MT", asking(50))
    people = [given.practitioner(f"Person {n}", at=harbour) for n in range(5)]
    for number, who in enumerate(people):
        given.certified(who, hours_total=90 if number % 2 else 60)
    few_at_a_time(monkeypatch)
    made = given.proposed("US-MT", asking(80))
    activate_adoption(actor=given.adopter(), adoption_id=made.id, now=given.NOW)
    return [who.id for who in people], made.id


def found(examination):
    db.session.rollback()
    return list(examination(db.session()))


def test_the_worker_goes_on_with_all_that_waits_and_takes_its_turn(app, under_way):
    ids, _ = under_way
    other = given.proposed("US-GA")
    ask_about_adoption(actor=given.adopter(), adoption_id=other.id, now=given.NOW)
    db.session.remove()
    long_work = next(sweep for sweep in SWEEPS if sweep.name == "long work")
    turns = Turns(app, long_work, threading.Event())
    workers = [threading.Thread(target=turns.take) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    db.session.remove()
    assert waiting_activation() is None
    assert waiting_what_if(given.NOW) is None
    assert stored(ids) == derived(ids)


def test_at_every_step_the_doctor_finds_the_privileges_as_they_must_be(under_way):
    assert found(privileges) == []
    phases = set()
    for _ in steps():
        assert found(privileges) == []
        phases |= set(db.session.scalars(select(Activation.phase)))
    assert phases == set(Phase)


def test_the_doctor_sees_what_no_version_explains_while_one_is_activated(under_way):
    ids, _ = under_way
    for _ in steps():
        db.session.execute(
            delete(Privilege).where(Privilege.practitioner_id == ids[-2], Privilege.site == "thigh")
        )
        [fault] = [*privileges(db.session())]
        assert f"practitioner {ids[-2]} are not what the rules derive" in fault
        db.session.rollback()


def test_the_doctor_sees_who_was_passed_over_although_an_activation_goes_on(under_way):
    ids, made = under_way
    row = db.session.get_one(Activation, made)
    row.reached = ids[-1]
    db.session.commit()
    assert len(found(privileges)) == 3


def test_the_doctor_tells_of_an_activation_that_stands_still_or_fails(under_way):
    _, made = under_way
    assert found(activations_examined) == []
    row = db.session.get_one(Activation, made)
    row.moved_at = given.NOW - timedelta(days=700)
    db.session.commit()
    [fault] = found(activations_examined)
    assert "version 2 for US-MT stands still at 0 of 10 since" in fault
    row.failed_with = "RuntimeError: the disk is full"
    db.session.commit()
    [fault] = found(activations_examined)
    assert "fails at 0 of 10: RuntimeError: the disk is full" in fault
    assert activations.AT_ONCE == 2


def test_the_doctor_tells_of_a_what_if_that_fails(app):
    other = given.proposed("US-GA")
    ask_about_adoption(actor=given.adopter(), adoption_id=other.id, now=given.NOW)
    assert found(what_ifs) == []
    db.session.scalars(select(WhatIf)).one().failed_with = "RuntimeError: no"
    db.session.commit()
    assert ["fails at 0 of 0: RuntimeError: no" in fault for fault in found(what_ifs)] == [True]


@pytest.fixture
def question(app):
    """What a proposal for Georgia would do; nobody works there."""
    other = given.proposed("US-GA")
    return ask_about_adoption(actor=given.adopter(), adoption_id=other.id, now=given.NOW)


def test_where_nothing_is_being_activated_a_step_answers_a_what_if(question):
    assert (waiting_activation(), waiting_what_if(given.NOW)) == (None, question)
    assert background.go_on(given.NOW) is True
    db.session.remove()
    assert waiting_what_if(given.NOW) is None


def test_an_activation_goes_before_a_what_if_which_is_answered_after_it(under_way, question):
    for _ in steps():
        assert waiting_what_if(given.NOW) == question
    assert background.go_on(given.NOW) is True
    db.session.remove()
    assert waiting_what_if(given.NOW) is None


def test_an_activation_that_fails_keeps_no_what_if_waiting(under_way, question, monkeypatch):
    monkeypatch.setattr(activations, "rederive", _fails)
    assert background.go_on(given.NOW) is True
    db.session.remove()
    assert (waiting_activation(), waiting_what_if(given.NOW)) == (under_way[1], None)
    assert background.go_on(given.NOW) is False


def _fails(*_args, **_known):
    raise RuntimeError("the disk is full")


def test_a_what_if_that_fails_waits_a_minute_and_lets_others_have_their_turn(app, monkeypatch):
    made = given.proposed("US-GA").id
    first, second = (
        ask_about_adoption(actor=given.adopter(), adoption_id=made, now=given.NOW) for _ in range(2)
    )
    monkeypatch.setattr(background, "next_part", _fails)
    now, turns = given.NOW, []
    for _ in range(4):
        turns.append(waiting_what_if(now))
        assert background.go_on(now) is False
        now += timedelta(seconds=40)
    assert turns == [first, second, first, second]
    assert waiting_what_if(now - timedelta(seconds=39)) is None


def test_activations_that_fail_take_turns(under_way, monkeypatch):
    first = under_way[1]
    second = being_activated("US-GA").id
    monkeypatch.setattr(background, "go_on_with_activation", _fails)
    now, turns = given.NOW, []
    for _ in range(4):
        db.session.remove()
        turns.append(waiting_activation())
        background.go_on(now)
        now += timedelta(seconds=2)
    assert turns == [first, second, first, second]
