"""Repairs: worked out step by step from what is on record, and accepted by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from registry.adapters.repair_solver import Found
from registry.errors import BadInput, NotAllowed, NotFound, Overtaken
from registry.jobs import background, repairing
from registry.jobs.examinations.activations import repairs
from registry.jobs.repairing import take_repair_step
from registry.models import Patient, Repair, RepairPhase, db
from registry.queries.repair_options import read_problem
from registry.queries.repair_page import repair_page
from registry.queries.repairs import waiting_repair
from registry.rules.repair import Nobody, is_legal
from registry.rules.repair_answers import Why
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.accept_repair import Accepted, accept_repair
from registry.services.repairs import ask_for_repair, claim_repair, keep_repair_step
from registry.services.undoing import undo
from tests import given
from tests.services.many import DAY, entries, on_record
from tests.services.repairing import Scene, answers_of, finish


@pytest.fixture
def scene(app):
    return Scene()


def accept(scene, number, *chosen, who=None, now=given.NOW):
    return accept_repair(
        actor=who or scene.desk,
        repair_id=number,
        chosen=[one if isinstance(one, Accepted) else Accepted(one) for one in chosen],
        now=now,
    )


def read(scene, whom=None):
    problem = read_problem(scene.harbour.id, whom, given.NOW)
    db.session.rollback()
    return problem


def starts_at(number):
    return on_record(number).starts_at


def options(scene, number):
    return next(one for one in read(scene).items if one.id == number).options


def test_all_on_hold_is_placed_at_its_time_and_shared_between_colleagues(scene):
    held = [scene.booked(scene.dana, hour) for hour in (9, 10, 11, 13)]
    scene.revoke()
    number = scene.worked_out()
    page = repair_page(scene.desk, number)
    assert (page.answer.best.placed, page.answer.best.kept) == (4, 4)
    assert (page.answer.best_shared, page.answer.proven) == ((2, 2), True)
    assert page.as_of == given.NOW
    assert {given.state_of(one) for one in held} == {AppointmentState.HELD}

    outcome = accept(scene, number, *held)

    assert (outcome.done, outcome.refused) == (held, [])
    rows = [on_record(one) for one in held]
    assert {one.state for one in rows} == {AppointmentState.CONFIRMED}
    assert {one.practitioner_id for one in rows} == {scene.ana.id, scene.bo.id}
    assert len(entries("repair appointment")) == 4


def test_whoever_alone_can_take_one_is_not_given_another(scene):
    """By hand the first goes to Cy, whom its patient knows; then nobody is left for the second."""
    neck = dict(taught=frozenset({"thigh", "neck"}))
    cy, _ = scene.certified("Cy Neck", **neck)
    dee, paper = scene.certified("Dee Two", **neck)
    first = scene.booked(scene.dana, 10)
    second = scene.booked(dee, 10, room=1, sites=("neck",))
    scene.treated(cy, on_record(first).patient_id)
    scene.revoke()
    scene.revoke(paper)
    number = scene.worked_out()
    told = {one.work.pattern.id: one for one in repair_page(scene.desk, number).answer.lines}
    assert told[first].plain.who == cy.name
    assert told[second].plain.placement.kept is False
    assert (told[first].why, told[first].rival) == (Why.MAKES_WAY, starts_at(second))
    assert told[second].best.who == cy.name
    assert [told[one].best.placement.kept for one in (first, second)] == [True, True]
    assert accept(scene, number, first, second).refused == []


def test_where_nobody_is_free_at_its_time_the_nearest_other_time_is_found(scene):
    held = scene.booked(scene.dana, 10)
    scene.booked(scene.ana, 9, 45, room=1)
    scene.booked(scene.bo, 10, 15, room=1)
    scene.revoke()
    before = starts_at(held)
    number = scene.worked_out()
    assert accept(scene, number, held).done == [held]
    moved = on_record(held)
    assert moved.starts_at != before
    assert abs(moved.starts_at - before) <= timedelta(minutes=30)
    assert moved.state is AppointmentState.CONFIRMED


def test_it_is_moved_to_no_time_at_which_the_patient_is_elsewhere(scene):
    """Other days of theirs, long before and after, are in nobody's way."""
    held = scene.booked(scene.dana, 10)
    patient = db.session.get_one(Patient, on_record(held).patient_id)
    for busy in (scene.ana, scene.bo):
        given.time_off(busy, DAY, None, "08:00", "11:00")
    for day, hour in ((DAY, 11), (given.TODAY, 12), (DAY + timedelta(days=30), 12)):
        when = given.slot(scene.harbour, hour, day=day)
        like = dict(treatment=Treatment.EXERCISE, sites=(), room_id=given.rooms(scene.harbour)[1])
        wanted = given.booking(scene.harbour, scene.dana, patient, when, **like)
        given.book_appointment(actor=scene.desk, booking=wanted, now=given.NOW)
    scene.revoke()
    theirs = given.slot(scene.harbour, 11, day=DAY)
    found = options(scene, held)
    assert found
    for one in found:
        assert not (
            one.starts < theirs.ends_at.timestamp() and theirs.starts_at.timestamp() < one.ends
        )
    assert accept(scene, scene.worked_out(), held).refused == []


def test_a_colleague_the_patient_knows_comes_first(scene):
    held = scene.booked(scene.dana, 10)
    scene.treated(scene.bo, on_record(held).patient_id)
    scene.booked(scene.bo, 14)
    scene.booked(scene.bo, 15)
    scene.revoke()
    number = scene.worked_out()
    assert answers_of(number)[held][2][0] == scene.bo.id


def test_whoever_has_it_keeps_it_once_their_ground_is_back(scene):
    """What is noted of the patient keeps it from being restored by itself."""
    held = scene.booked(scene.dana, 10)
    notes = given.noted(held, "diabetes")
    scene.revoke()
    given.certified(scene.dana)
    number = scene.worked_out()
    assert answers_of(number)[held][2][0] == scene.dana.id
    assert accept(scene, number, Accepted(held, tuple(notes))).done == [held]
    assert on_record(held).practitioner_id == scene.dana.id


def test_what_nobody_can_have_says_why(scene):
    neck, paper = scene.certified("Nell Neck", taught=frozenset({"neck"}))
    only_hers = scene.booked(neck, 9, sites=("neck",))
    late = scene.booked(scene.dana, 11)
    scene.revoke()
    scene.revoke(paper)
    far = DAY + timedelta(days=40)
    for who in (scene.ana, scene.bo):
        given.time_off(who, given.TODAY, far)
    found = {one.id: one.nobody for one in read(scene).items}
    assert found[only_hers] is Nobody.UNABLE
    assert found[late] is Nobody.NO_TIME
    number = scene.worked_out()
    assert {one[2] for one in answers_of(number).values()} == {None}


def test_no_option_lies_on_the_time_of_another_that_is_on_hold(scene):
    """So any part of the plan may be accepted, in any order."""
    held = [scene.booked(scene.dana, 9 + n // 2, 30 * (n % 2)) for n in range(6)]
    for n in range(6):
        scene.booked(scene.ana, 9 + n // 2, 30 * (n % 2), room=1)
    given.time_off(scene.bo, DAY)
    scene.revoke()
    problem = read(scene)
    slots = {one: on_record(one).slot for one in held}
    room = given.rooms(scene.harbour)[0]
    for item in problem.items:
        for option in item.options:
            others = (slot for one, slot in slots.items() if one != item.id)
            clashes = [
                slot
                for slot in others
                if option.room_id == room
                and option.starts < slot.ends_at.timestamp()
                and slot.starts_at.timestamp() < option.ends
            ]
            assert clashes == []
    number = scene.worked_out()
    last, *rest = reversed(held)
    assert accept(scene, number, last).refused == []
    assert accept(scene, number, *rest).refused == []


def test_a_note_waits_for_its_tick_and_what_forbids_needling_is_not_placed(scene):
    noted, barred = scene.booked(scene.dana, 9), scene.booked(scene.dana, 10)
    [note] = given.noted(noted, "diabetes")
    scene.revoke()
    given.noted(barred, "unwilling")
    number = scene.worked_out()
    lines = {one.work.pattern.id: one for one in repair_page(scene.desk, number).answer.lines}
    assert [one.id for one in lines[noted].to_clear] == [note]
    assert (lines[barred].best, lines[barred].nobody) == (None, Nobody.FORBIDDEN)
    refused = accept(scene, number, noted).refused
    assert refused[0].to_clear is not None
    assert accept(scene, number, Accepted(noted, (note,))).done == [noted]


def test_what_changed_meanwhile_is_left_and_told_and_the_rest_is_done(scene):
    held = [scene.booked(scene.dana, hour) for hour in (9, 10, 11)]
    scene.revoke()
    number = scene.worked_out()
    taker = {scene.ana.id: scene.ana, scene.bo.id: scene.bo}
    scene.booked(taker[answers_of(number)[held[0]][2][0]], 9, room=1)
    on_record(held[1]).ground_lost_because = "Something else."
    db.session.commit()
    outcome = accept(scene, number, *held)
    assert outcome.done == [held[2]]
    said = {one.appointment_id: one.message for one in outcome.refused}
    assert "is already taken" in said[held[0]]
    assert "Somebody changed" in said[held[1]]


def test_sent_twice_it_is_done_once_and_one_step_undoes_it(scene):
    held = [scene.booked(scene.dana, hour) for hour in (9, 10)]
    scene.revoke()
    number = scene.worked_out()
    done = accept(scene, number, *held)
    again = accept(scene, number, *held)
    assert (again.done, again.already, again.step_id) == ([], held, None)
    assert len(entries("repair appointment")) == 2
    undo(actor=scene.desk, step_id=done.step_id, now=given.NOW)
    assert {given.state_of(one) for one in held} == {AppointmentState.HELD}


def test_only_one_practitioners_work_is_repaired_if_that_is_asked(scene):
    mine = scene.booked(scene.dana, 9)
    scene.booked(scene.bo, 10)
    scene.revoke()
    number = scene.worked_out(scene.dana)
    assert list(answers_of(number)) == [mine]
    with pytest.raises(BadInput, match="Nothing"):
        scene.ask(scene.ana)


def test_asking_anew_drops_what_was_asked_before_and_leaves_an_entry(scene):
    scene.booked(scene.dana, 9)
    scene.revoke()
    first, second = scene.ask(), scene.ask()
    assert list(db.session.scalars(select(Repair.id))) == [second]
    subjects = [entry.subject for entry in entries("ask for a repair")]
    assert subjects == [f"repair:{first}", f"repair:{second}"]


def test_only_who_may_move_there_asks_reads_or_accepts(scene):
    held = scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.worked_out()
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, refusal in (
        (given.somebody(Role.AUDITOR), NotAllowed),
        (given.somebody(Role.ADMINISTRATOR), NotAllowed),
        (given.somebody(Role.MANAGER, hill), NotFound),
    ):
        with pytest.raises(refusal):
            repair_page(who, number)
        with pytest.raises(refusal):
            accept(scene, number, held, who=who)
        with pytest.raises(refusal):
            ask_for_repair(
                actor=who, clinic_id=scene.harbour.id, practitioner_id=None, now=given.NOW
            )
    with pytest.raises(NotFound):
        repair_page(scene.desk, number + 99)
    for chosen, words in (([], "at least one"), ([held + 99], "does not place")):
        with pytest.raises(BadInput, match=words):
            accept(scene, number, *chosen)
    assert given.state_of(held) is AppointmentState.HELD


def test_a_step_taken_twice_is_kept_once(scene):
    scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.ask()
    known = dict(repair_id=number, after=RepairPhase.READING, result=None, as_of=given.NOW)
    keep_repair_step(**known, reached=RepairPhase.TIMES, work={"n": 1}, now=given.NOW)
    keep_repair_step(**known, reached=RepairPhase.ANSWERED, work={"n": 2}, now=given.NOW)
    db.session.rollback()
    row = db.session.get_one(Repair, number)
    assert (row.phase, row.work) == (RepairPhase.TIMES, {"n": 1})


def test_step_by_step_it_gets_on_and_says_how_far_it_is(scene):
    scene.booked(scene.dana, 9)
    scene.revoke()
    number, far = scene.ask(), []
    while waiting_repair(given.NOW) is not None:
        far.append(repair_page(scene.desk, number).done)
        assert background.go_on(given.NOW)
        db.session.remove()
    assert far == [0, 1, 2, 3]
    assert background.go_on(given.NOW) is False
    assert db.session.get_one(Repair, number).work is None


def test_other_treatments_are_repaired_too_by_anybody_who_works_there(scene):
    held = scene.booked(scene.dana, 9, treatment=Treatment.EXERCISE, sites=())
    una = given.practitioner("Una Uncertified", at=scene.harbour)
    for who in (scene.ana, scene.bo):
        given.time_off(who, DAY)
    row = on_record(held)
    row.state, row.ground_lost_because = AppointmentState.HELD, "They left."
    db.session.commit()
    takers = {option.practitioner_id for option in options(scene, held) if option.kept}
    assert takers == {scene.dana.id, una.id}


def test_nobody_uncertified_is_ever_an_option(scene):
    held = scene.booked(scene.dana, 9)
    given.practitioner("Una Uncertified", at=scene.harbour)
    scene.certified("Lena Lapsing", last_day=DAY - timedelta(days=1))
    scene.revoke()
    on_the_day = {option.practitioner_id for option in options(scene, held) if option.kept}
    assert on_the_day == {scene.ana.id, scene.bo.id}


def test_what_is_read_takes_as_many_statements_for_thirty_as_for_three(scene, statements):
    def counted():
        statements.clear()
        problem = read(scene)
        assert is_legal(problem, {})
        return len(statements)

    for n in range(3):
        scene.booked(scene.dana, 9 + n)
    scene.revoke()
    few = counted()
    for n in range(10):
        who, paper = scene.certified(f"Colleague {n}")
        scene.booked(who, 9 + n % 8, day=DAY + timedelta(days=1 + n // 8))
        scene.revoke(paper)
    assert counted() == few <= 13


def test_a_step_that_fails_is_noted_for_the_doctor_and_tried_again(scene, monkeypatch):
    scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.ask()
    monkeypatch.setitem(current_app.config, "REPAIR_SECONDS", "not a number")
    assert background.go_on(given.NOW) is False
    assert [one for one in repairs(db.session()) if f"Repair {number} fails" in one]
    monkeypatch.undo()
    finish(given.NOW + timedelta(minutes=2))
    assert list(repairs(db.session())) == []
    assert repair_page(scene.desk, number).answer.best.placed == 1


def test_one_that_fails_waits_a_minute_and_lets_others_have_their_turn(scene, monkeypatch):
    for hour in (9, 10):
        scene.booked(scene.dana, hour)
    scene.revoke()
    first = scene.ask()
    scene.desk = given.somebody(Role.FRONT_DESK, scene.harbour)
    second = scene.ask()
    monkeypatch.setitem(current_app.config, "REPAIR_SECONDS", "not a number")
    now, turns = given.NOW, []
    for _ in range(4):
        turns.append(waiting_repair(now))
        assert background.go_on(now) is False
        now += timedelta(seconds=40)
    assert turns == [first, second, first, second]
    last = now - timedelta(seconds=40)
    db.session.rollback()
    assert db.session.get_one(Repair, second).moved_at >= last + timedelta(minutes=1)
    assert waiting_repair(last + timedelta(seconds=1)) is None


def test_a_step_that_somebody_works_on_is_nobody_elses_until_they_must_be_dead(scene):
    scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.ask()
    until = given.NOW + timedelta(minutes=2)
    assert claim_repair(repair_id=number, now=given.NOW, until=until)
    assert not claim_repair(repair_id=number, now=given.NOW, until=until)
    assert waiting_repair(until - timedelta(seconds=1)) is None
    with pytest.raises(Overtaken):
        take_repair_step(repair_id=number, seconds=20, now=until - timedelta(seconds=1))
    assert waiting_repair(until) == number
    finish(until)
    assert repair_page(scene.desk, number).answer.best.placed == 1


def test_of_whoever_died_over_a_step_another_takes_over_within_half_a_minute(scene):
    scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.ask()
    repairing._Claim(number, given.NOW)
    assert waiting_repair(given.NOW + timedelta(seconds=29)) is None
    assert waiting_repair(given.NOW + timedelta(seconds=30)) == number


def test_while_the_solver_works_its_step_stays_its_own(scene, monkeypatch):
    for hour in (9, 10, 11):
        scene.booked(scene.dana, hour)
    scene.revoke()
    number = scene.ask()
    take_repair_step(repair_id=number, seconds=20, now=given.NOW)
    clock = iter(range(0, 1000, 25))
    monkeypatch.setattr(repairing, "ticks", lambda: next(clock))
    seen = []

    def long_solving(_problem, plan, _goal, _left, meanwhile):
        for _ in range(3):
            meanwhile()
            db.session.rollback()
            seen.append(db.session.get_one(Repair, number, populate_existing=True).moved_at)
        return Found(dict(plan), True, 60.0)

    monkeypatch.setattr(repairing, "improve", long_solving)
    take_repair_step(repair_id=number, seconds=20, now=given.NOW)
    assert seen == [given.NOW + timedelta(seconds=30 + 25 * n) for n in (1, 2, 3)]
    db.session.rollback()
    assert db.session.get_one(Repair, number).phase is RepairPhase.PATIENTS


def test_whose_step_was_taken_over_stops_working_on_it(scene, monkeypatch):
    scene.booked(scene.dana, 9)
    scene.revoke()
    number = scene.ask()
    take_repair_step(repair_id=number, seconds=20, now=given.NOW)
    later = given.NOW + timedelta(minutes=1)

    def overtaken(_problem, _plan, _goal, _left, meanwhile):
        assert claim_repair(repair_id=number, now=later, until=later + timedelta(minutes=1))
        meanwhile()

    monkeypatch.setattr(repairing, "improve", overtaken)
    with pytest.raises(Overtaken):
        take_repair_step(repair_id=number, seconds=20, now=given.NOW)
    db.session.rollback()
    assert db.session.get_one(Repair, number).phase is RepairPhase.TIMES
