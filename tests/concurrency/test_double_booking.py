"""
Two people, one diary, the same second.

The first test takes the lock and the database's guards away and shows that the race is then lost:
without it, the others might pass for no reason.
"""

from __future__ import annotations

import contextlib
import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.errors import DiaryClash, Overtaken, RegistryError
from registry.models import Appointment, db
from registry.rules.diary import Slot
from registry.rules.vocabulary import AppointmentState, Role
from registry.services import booking_checks, new_bookings, scheduling
from registry.services.scheduling import book_appointment
from tests import given
from tests.concurrency.together import together
from tests.guards.taking_off import without


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return harbour, dana, given.somebody(Role.FRONT_DESK, harbour)


def deed(scene, room=0, when=None):
    harbour, dana, desk = scene
    wanted = given.booking(
        harbour,
        dana,
        given.patient(harbour),
        when or given.slot(harbour, 10),
        room_id=given.rooms(harbour)[room],
    )
    return lambda: book_appointment(actor=desk, booking=wanted, now=given.NOW)


def live():
    db.session.rollback()
    return db.session.scalar(
        select(func.count(Appointment.id)).where(Appointment.state == AppointmentState.CONFIRMED)
    )


@pytest.fixture
def everybody_looks_before_anybody_writes(monkeypatch):
    gate = threading.Barrier(2, timeout=0.5)
    look = booking_checks._refuse_clash

    def look_and_wait(*args):
        look(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait()

    monkeypatch.setattr(booking_checks, "_refuse_clash", look_and_wait)


@pytest.fixture
def no_lock(monkeypatch, database):
    """
    Nobody waits for anybody. On SQLite the lock is the one writer's seat, which cannot be taken
    away; there each looks in a transaction of its own that has ended before it writes.
    """
    monkeypatch.setattr(scheduling, "lock_diaries", lambda *_: None)
    if database.name == "sqlite":
        look = new_bookings.checked_values

        def look_outside(session, *args, **known):
            session.rollback()
            values = look(session, *args, **known)
            session.rollback()
            session.connection(execution_options={"registry_writes": True})
            return values

        monkeypatch.setattr(new_bookings, "checked_values", look_outside)


def test_without_lock_or_guard_the_race_is_lost(
    app, database, scene, everybody_looks_before_anybody_writes, no_lock
):
    deeds = deed(scene, 0), deed(scene, 1)
    with without(database, "practitioner_taken"):
        outcomes = together(app, *deeds)
        assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
        assert live() == 2


def test_the_lock_alone_prevents_a_double_booking(
    app, database, scene, everybody_looks_before_anybody_writes
):
    deeds = deed(scene, 0), deed(scene, 1)
    with without(database, "practitioner_taken"):
        outcomes = together(app, *deeds)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DiaryClash", "int"]
        assert live() == 1


def test_the_guard_alone_prevents_a_double_booking(
    app, scene, everybody_looks_before_anybody_writes, no_lock
):
    outcomes = together(app, deed(scene, 0), deed(scene, 1))
    assert live() == 1
    assert sum(isinstance(outcome, RegistryError) for outcome in outcomes) == 1, outcomes


def test_thirty_two_at_once_and_one_gets_it(app, scene):
    outcomes = together(app, *[deed(scene, number % 2) for number in range(32)])
    won = [outcome for outcome in outcomes if isinstance(outcome, int)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, DiaryClash | Overtaken)]
    assert (len(won), len(lost)) == (1, 31), outcomes
    assert live() == 1


def test_random_overlapping_bookings_never_overlap(app, scene):
    harbour, _, _ = scene
    chance = random.Random(7)  # noqa: S311 - the same story each time
    first = given.slot(harbour, 9).starts_at
    starts = [first + timedelta(minutes=5 * chance.randrange(96)) for _ in range(40)]
    wishes = [Slot(at, at + timedelta(minutes=chance.choice([15, 30, 60]))) for at in starts]
    deeds = [deed(scene, number % 2, wish) for number, wish in enumerate(wishes)]

    outcomes = [outcome for at in range(0, 40, 8) for outcome in together(app, *deeds[at : at + 8])]

    taken = [
        wish for wish, outcome in zip(wishes, outcomes, strict=True) if isinstance(outcome, int)
    ]
    assert len(taken) == live() > 5
    assert not any(a.overlaps(b) for n, a in enumerate(taken) for b in taken[:n])
    refused = [o for o in outcomes if not isinstance(o, int)]
    assert all(isinstance(o, DiaryClash | Overtaken) for o in refused), refused
