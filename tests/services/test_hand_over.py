"""Handing over many appointments: each decided on its own, for whoever takes it."""

from __future__ import annotations

from datetime import date

import pytest

from registry.errors import BadInput, NotAllowed, NotFound
from registry.rules.vocabulary import AppointmentState, Role, Treatment, VersionState
from registry.services.hand_over import Given, hand_over
from tests import given
from tests.services.many import DAY, entries, hold, on_record


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana, last_day=DAY)
    return ana


def give(desk, harbour, *chosen):
    return hand_over(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW)


def booked(harbour, whom, hour, day=DAY, **known):
    return given.booked(harbour, whom, given.slot(harbour, hour, day=day), **known)


def test_a_day_goes_to_a_colleague_and_each_leaves_an_entry(desk, harbour, dana, ana):
    numbers = [booked(harbour, dana, hour) for hour in (9, 10, 11)]

    outcome = give(desk, harbour, *[Given(one, 1, ana.id) for one in numbers])

    assert (outcome.done, outcome.refused) == (numbers, [])
    assert {on_record(one).practitioner_id for one in numbers} == {ana.id}
    subjects = [entry.subject for entry in entries("hand over appointment")]
    assert subjects == [f"appointment:{one}" for one in numbers]


def test_each_is_decided_on_its_own_day_for_whoever_takes_it(desk, harbour, dana, ana):
    covered = booked(harbour, dana, 9)
    after = booked(harbour, dana, 9, day=date(2027, 3, 3))
    busy = booked(harbour, dana, 11)
    booked(harbour, ana, 11, room_id=given.rooms(harbour)[1])
    una = given.practitioner("Una Uncertified", at=harbour)
    to_una = booked(harbour, dana, 14)
    exercise = booked(harbour, dana, 15, treatment=Treatment.EXERCISE, sites=())

    outcome = give(
        desk,
        harbour,
        *[Given(one, 1, ana.id) for one in (covered, after, busy)],
        *[Given(one, 1, una.id) for one in (to_una, exercise)],
    )

    assert outcome.done == [covered, exercise]
    said = {one.appointment_id: one for one in outcome.refused}
    assert "Ana Ruiz may not needle the thigh" in said[after].message
    assert said[after].decisions
    assert "Ana Ruiz is already taken" in said[busy].message
    assert "Una Uncertified may not needle" in said[to_una].message
    kept = {on_record(one).practitioner_id for one in (after, busy, to_una)}
    assert kept == {dana.id}


def test_what_is_on_hold_is_confirmed_by_going_to_somebody_who_may(desk, harbour, dana, ana):
    number = booked(harbour, dana, 9)
    version = hold(number)
    give(desk, harbour, Given(number, version, ana.id))
    assert on_record(number).state is AppointmentState.CONFIRMED


def test_a_certificate_that_waits_for_a_check_hands_nothing_over(desk, harbour, dana):
    luis = given.practitioner("Luis Prado", at=harbour)
    given.licence(luis)
    given.certificate(luis, state=VersionState.SUBMITTED)
    number = booked(harbour, dana, 9)
    outcome = give(desk, harbour, Given(number, 1, luis.id))
    assert (outcome.done, len(outcome.refused)) == ([], 1)
    assert on_record(number).practitioner_id == dana.id


def test_pressed_twice_it_is_handed_over_once(desk, harbour, dana, ana):
    number = booked(harbour, dana, 9)
    give(desk, harbour, Given(number, 1, ana.id))
    again = give(desk, harbour, Given(number, 1, ana.id))
    assert (again.done, again.already, again.refused) == ([], [number], [])
    assert len(entries("hand over appointment")) == 1


def test_what_somebody_changed_meanwhile_is_left_and_told(desk, harbour, dana, ana):
    number = booked(harbour, dana, 9)
    outcome = give(desk, harbour, Given(number, 7, ana.id))
    assert "Somebody changed" in outcome.refused[0].message
    assert on_record(number).practitioner_id == dana.id


def test_two_that_overlap_do_not_both_go_to_one_colleague(desk, harbour, dana, ana):
    bo = given.practitioner("Bo Lind", at=harbour)
    given.certified(bo)
    first = booked(harbour, dana, 9)
    second = booked(harbour, bo, 9, room_id=given.rooms(harbour)[1])
    outcome = give(desk, harbour, Given(first, 1, ana.id), Given(second, 1, ana.id))
    assert (len(outcome.done), len(outcome.refused)) == (1, 1)


def test_only_of_ones_own_clinic_and_not_too_many_at_once(desk, harbour, dana, ana):
    number = booked(harbour, dana, 9)
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, refusal in (
        (given.somebody(Role.AUDITOR), NotAllowed),
        (given.somebody(Role.MANAGER, hill), NotFound),
    ):
        with pytest.raises(refusal):
            give(who, harbour, Given(number, 1, ana.id))
    with pytest.raises(NotFound):
        give(given.somebody(Role.MANAGER, hill), hill, Given(number, 1, ana.id))
    for chosen, words in (
        ([], "at least one"),
        ([Given(n, 1, ana.id) for n in range(201)], "At most 200"),
    ):
        with pytest.raises(BadInput, match=words):
            give(desk, harbour, *chosen)
    assert on_record(number).practitioner_id == dana.id


def test_a_colleague_of_another_clinic_takes_nothing_and_is_not_named(desk, harbour, dana):
    hill = given.clinic("Hill Clinic", adopted=False)
    stranger = given.practitioner("Zed Stranger", at=hill)
    number = booked(harbour, dana, 9)
    outcome = give(desk, harbour, Given(number, 1, stranger.id))
    assert outcome.done == []
    assert "Zed" not in outcome.refused[0].message
