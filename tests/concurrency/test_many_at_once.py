"""
Many appointments changed at once, by two people in the same second.

The first test takes the lock and the database's guard away and shows that the race is then lost.
"""

from __future__ import annotations

import contextlib
import threading

import pytest

from registry.errors import RegistryError
from registry.rules.vocabulary import Role
from registry.services import booking_checks, copying, new_bookings
from registry.services.hand_over import Given, hand_over
from registry.services.on_its_own import Outcome
from registry.services.scheduling import book_appointment, cancel_appointment
from registry.services.series import book_series
from registry.services.undoing import undo
from registry.services.week_copies import copy_week
from tests import given
from tests.concurrency.together import together
from tests.guards.taking_off import without
from tests.services.many import DAY, WEEK, confirmed, weekly


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return harbour, dana, given.somebody(Role.FRONT_DESK, harbour)


def repeating(scene, number, room=0, times=3):
    harbour, _, desk = scene
    chosen = weekly(harbour, number, times, room=room)
    return lambda: book_series(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        every_weeks=1,
        chosen=chosen,
        now=given.NOW,
    )


def copying_a_week(scene, number, room=0):
    harbour, _, desk = scene
    chosen = weekly(harbour, number, 1, room=room)
    return lambda: copy_week(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW)


def two_patterns(scene, whom=None):
    """Of two patients, a day apart, each to be repeated at the same hours."""
    harbour, dana, _ = scene
    first = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    when = given.slot(harbour, 10, day=given.TODAY)
    return first, given.booked(harbour, whom or dana, when)


@pytest.fixture
def everybody_looks_before_anybody_writes(monkeypatch):
    gate = threading.Barrier(2, timeout=2)
    look = booking_checks._refuse_clash

    def look_and_wait(*args):
        look(*args)
        if threading.current_thread() is threading.main_thread():
            return  # what is booked for the scene has nobody to wait for
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait()

    monkeypatch.setattr(booking_checks, "_refuse_clash", look_and_wait)


@pytest.fixture
def no_lock(monkeypatch, database):
    """
    Nobody waits for anybody. On SQLite the lock is the one writer's seat, which cannot be taken
    away; there each looks in a transaction of its own that has ended before it writes.
    """
    monkeypatch.setattr(copying, "lock_for_many", lambda *_: None)
    if database.name == "sqlite":
        look = new_bookings.checked_values

        def look_outside(session, *args, **known):
            session.rollback()
            values = look(session, *args, **known)
            session.rollback()
            session.connection(execution_options={"registry_writes": True})
            return values

        monkeypatch.setattr(new_bookings, "checked_values", look_outside)
        monkeypatch.setattr(copying, "on_its_own", lambda _session: contextlib.nullcontext())


def test_without_lock_or_guard_the_race_is_lost(
    app, database, scene, everybody_looks_before_anybody_writes, no_lock
):
    first, second = two_patterns(scene)
    with without(database, "practitioner_taken"):
        outcomes = together(app, copying_a_week(scene, first), copying_a_week(scene, second, 1))
        assert [len(outcome.done) for outcome in outcomes] == [1, 1], outcomes
        assert confirmed() == 4


def test_the_guard_alone_prevents_it(app, scene, everybody_looks_before_anybody_writes, no_lock):
    first, second = two_patterns(scene)
    together(app, copying_a_week(scene, first), copying_a_week(scene, second, 1))
    assert confirmed() == 3


def test_the_lock_alone_prevents_it(app, database, scene, everybody_looks_before_anybody_writes):
    first, second = two_patterns(scene)
    with without(database, "practitioner_taken"):
        outcomes = together(app, repeating(scene, first, 0), repeating(scene, second, 1))
        assert sorted(len(outcome.done) for outcome in outcomes) == [0, 3], outcomes
        assert confirmed() == 5


def test_a_series_sent_twice_at_once_is_booked_once(app, scene):
    first, _ = two_patterns(scene)
    outcomes = together(app, repeating(scene, first), repeating(scene, first))
    done = sorted(len(o.done) for o in outcomes if isinstance(o, Outcome))
    assert done[-1] == 3, outcomes
    assert confirmed() == 5


def test_two_series_of_other_people_that_want_the_same_rooms_do_not_stand_still(app, scene):
    harbour, _, _ = scene
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    first, second = two_patterns(scene, ana)
    there, back = repeating(scene, first, times=8), repeating(scene, second, times=8)
    outcomes = together(app, there, back)
    assert all(isinstance(outcome, Outcome) for outcome in outcomes), outcomes
    assert sum(len(outcome.done) for outcome in outcomes) == 8
    assert confirmed() == 10


def test_two_who_hand_over_to_each_other_do_not_stand_still(app, scene):
    harbour, dana, desk = scene
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    of_dana = [given.booked(harbour, dana, given.slot(harbour, h, day=DAY)) for h in (9, 10)]
    of_ana = [given.booked(harbour, ana, given.slot(harbour, h, day=DAY)) for h in (14, 15)]

    def giving(numbers, whom):
        chosen = [Given(number, 1, whom.id) for number in numbers]
        return lambda: hand_over(actor=desk, clinic_id=harbour.id, chosen=chosen, now=given.NOW)

    outcomes = together(app, giving(of_dana, ana), giving(of_ana, dana))
    assert [len(outcome.done) for outcome in outcomes] == [2, 2], outcomes


def test_undo_and_a_booking_for_the_same_time_and_one_gets_it(app, scene):
    harbour, dana, desk = scene
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY + WEEK))
    cancel_appointment(actor=desk, appointment_id=number, seen_version=1, reason="x", now=given.NOW)
    slot = given.slot(harbour, 10, day=DAY + WEEK)
    wanted = given.booking(harbour, dana, given.patient(harbour), slot)
    outcomes = together(
        app,
        lambda: undo(actor=desk, step_id=1, now=given.NOW),
        lambda: book_appointment(actor=desk, booking=wanted, now=given.NOW),
    )
    assert sum(isinstance(outcome, RegistryError) for outcome in outcomes) == 1, outcomes
    assert confirmed() == 1


def test_pressed_twice_at_once_it_is_undone_once(app, scene):
    harbour, dana, desk = scene
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    cancel_appointment(actor=desk, appointment_id=number, seen_version=1, reason="x", now=given.NOW)
    outcomes = together(
        app, *[lambda: undo(actor=desk, step_id=1, now=given.NOW) for _ in range(2)]
    )
    assert sum(isinstance(outcome, Outcome) for outcome in outcomes) == 1, outcomes
    assert confirmed() == 1
