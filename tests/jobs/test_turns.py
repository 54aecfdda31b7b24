"""A sweep takes its turns: once at a time, once more if called, and it leaves a heartbeat."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from registry.errors import Overtaken
from registry.jobs.examinations.heartbeats import heartbeats
from registry.jobs.sweeps import SWEEPS, Sweep
from registry.jobs.turns import BETWEEN_BEATS, Turns
from registry.jobs.worker import Every
from registry.models import Heartbeat, db
from tests import given


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def clock(_on_a_monday):
    return _on_a_monday


def turns(app, run, stop=None):
    return Turns(app, Sweep("letters", 5, run), stop or threading.Event())


def beat():
    db.session.rollback()
    return db.session.get_one(Heartbeat, "letters")


def fails(_now, _enough):
    raise RuntimeError("the disk is full")


def test_each_sweep_there_is_has_its_row_from_the_beginning(app):
    assert set(db.session.scalars(select(Heartbeat.sweep))) == {sweep.name for sweep in SWEEPS}


def test_a_sweep_says_when_it_began_that_it_ran_through_and_how_long_it_took(app):
    turns(app, lambda _now, _enough: False).take()
    row = beat()
    assert (row.begun_at, row.finished_at, row.failed_with) == (given.NOW, given.NOW, "")
    assert row.took_ms >= 0


def test_a_sweep_that_fails_says_so_and_when_it_last_ran_through_stays(app, clock):
    turns(app, lambda _now, _enough: False).take()
    clock.move_to(given.NOW + timedelta(minutes=1))
    failing = turns(app, fails)
    failing.take()
    row = beat()
    assert (row.finished_at, row.failed_at) == (given.NOW, given.NOW + timedelta(minutes=1))
    assert row.failed_with == "RuntimeError: the disk is full"

    failing.sweep = Sweep("letters", 5, lambda _now, _enough: False)
    failing.take()  # a moment later: that it is well again is said at once
    row = beat()
    assert (row.finished_at, row.failed_with) == (given.NOW + timedelta(minutes=1), "")


def test_a_sweep_that_somebody_else_overtook_did_not_fail(app):
    def overtaken(_now, _enough):
        raise Overtaken("Somebody else was quicker.")

    turns(app, overtaken).take()
    assert beat().failed_with == ""


def test_a_heart_beats_now_and_then_and_not_at_every_round(app, clock, statements):
    often = turns(app, lambda _now, _enough: False)
    often.take()
    statements.clear()
    often.take()
    assert statements == []
    clock.move_to(given.NOW + BETWEEN_BEATS)
    often.take()
    assert beat().finished_at == given.NOW + BETWEEN_BEATS


def test_called_for_while_it_runs_a_sweep_runs_once_more_and_never_twice_at_once(app):
    under_way, go_on, ran = threading.Event(), threading.Event(), []

    def slow(_now, _enough):
        ran.append("begins")
        under_way.set()
        assert go_on.wait(20)
        ran.append("ends")
        return False

    one = turns(app, slow)
    first = threading.Thread(target=one.take)
    first.start()
    assert under_way.wait(20)
    for _ in range(3):
        one.take()  # comes back at once
    go_on.set()
    first.join(20)
    assert ran == ["begins", "ends"] * 2


def test_what_gets_on_goes_on_until_it_is_asked_to_stop(app):
    stop, steps = threading.Event(), []

    def step(_now, enough):
        steps.append(enough())
        if len(steps) == 3:
            stop.set()
        return True

    turns(app, step, stop).take()
    assert steps == [False] * 3


def test_it_is_time_again_after_a_while_and_when_the_clock_was_set_back():
    every = Every(5)
    moments = [given.NOW + timedelta(seconds=away) for away in (0, 4, 5, 9, 10, -3600, -3596)]
    assert [every(moment) for moment in moments] == [True, False, True, False, True, True, False]


def test_the_doctor_misses_a_sweep_that_is_late_fails_or_was_never_there(app):
    assert list(heartbeats(db.session())) == []
    app.config["LATE_AFTER"], before = timedelta(minutes=5), app.config["LATE_AFTER"]
    try:
        long_ago = given.NOW - timedelta(minutes=6)
        db.session.execute(update(Heartbeat).values(finished_at=given.NOW))
        db.session.get_one(Heartbeat, "letters").finished_at = long_ago
        db.session.get_one(Heartbeat, "letters").failed_with = "RuntimeError: no"
        db.session.delete(db.session.get_one(Heartbeat, "long work"))
        db.session.commit()
        late, missing = heartbeats(db.session())
    finally:
        app.config["LATE_AFTER"] = before
    assert "letters has not run through since" in late
    assert "It fails: RuntimeError: no" in late
    assert "long work has no heartbeat" in missing
