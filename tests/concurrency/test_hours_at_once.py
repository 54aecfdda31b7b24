"""Somebody goes on leave while they are being booked: one of the two is told of the other."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.models import Appointment, TimeOff, db
from registry.rules.vocabulary import Role, Treatment
from registry.services import new_bookings, off_hours, scheduling, time_off
from tests import given
from tests.concurrency.together import together

DAY = given.TODAY + timedelta(days=1)


@pytest.fixture
def looked():
    """Whoever books has looked at the hours."""
    return threading.Event()


@pytest.fixture
def deeds(app, looked):
    """To book, and to record time off on the very day."""
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    mara = given.somebody(Role.MANAGER, harbour)
    on_foot = dict(treatment=Treatment.EXERCISE, sites=())
    when = given.slot(harbour, 10, day=DAY)
    wanted = given.booking(harbour, dana, given.patient(harbour), when, **on_foot)
    leave = dict(practitioner_id=dana.id, first_day=DAY, last_day=DAY)

    def go_on_leave():
        looked.wait(5)
        time_off.record_time_off(actor=mara, now=given.NOW, **leave)

    return (
        lambda: scheduling.book_appointment(actor=mara, booking=wanted, now=given.NOW),
        go_on_leave,
    )


@pytest.fixture
def both_look_before_either_writes(monkeypatch, looked):
    """As far as the lock lets them: whoever waits in vain goes on."""
    gate = threading.Barrier(2, timeout=2)
    look, fallen = new_bookings.checked_values, off_hours.outside_hours

    def wait():
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait()

    def look_and_wait(*args, **known):
        values = look(*args, **known)
        looked.set()
        wait()
        return values

    def find_and_wait(session, *args):
        found = fallen(session, *args)
        if session.scalar(select(TimeOff.id)) is not None:
            wait()
        return found

    monkeypatch.setattr(new_bookings, "checked_values", look_and_wait)
    monkeypatch.setattr(off_hours, "outside_hours", find_and_wait)


@pytest.fixture
def no_lock(monkeypatch, database, both_look_before_either_writes):
    """On SQLite the lock is the one writer's seat: there the booking looks before it sits down."""
    for module in (scheduling, time_off):
        monkeypatch.setattr(module, "lock_diaries", lambda *_: None)
    if database.name == "sqlite":
        look = new_bookings.checked_values

        def look_outside(session, *args, **known):
            session.rollback()
            values = look(session, *args, **known)
            session.rollback()
            session.connection(execution_options={"registry_writes": True})
            return values

        monkeypatch.setattr(new_bookings, "checked_values", look_outside)


def on_record():
    return [len(db.session.scalars(select(kind.id)).all()) for kind in (Appointment, TimeOff)]


def test_without_the_lock_neither_is_told(app, deeds, no_lock):
    outcomes = together(app, *deeds)
    assert [type(outcome).__name__ for outcome in outcomes] == ["int", "NoneType"], outcomes
    assert on_record() == [1, 1]


def test_with_the_lock_one_is_told_of_the_other(app, deeds, both_look_before_either_writes):
    outcomes = together(app, *deeds)
    names = [type(outcome).__name__ for outcome in outcomes]
    assert names in (["int", "FallsOutside"], ["NotWorking", "NoneType"]), outcomes
    assert sum(on_record()) == 1
