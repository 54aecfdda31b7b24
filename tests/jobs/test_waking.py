"""What was promised wakes the worker once it is committed, and nobody waits for that."""

from __future__ import annotations

import threading

import pytest

from registry.jobs.waking import EXTENSION, Waker
from registry.models import db, transaction
from registry.services.outbox import NewLetter, promise_letter, promise_letters
from registry.services.what_ifs import ask_about_adoption
from tests import given

SOON = 20  # seconds: as long as a machine with much to do may take


@pytest.fixture
def called(app):
    """The sweeps that were called for, in order."""
    heard: list[str] = []
    app.extensions[EXTENSION] = ear = Ear(heard)
    yield heard
    assert app.extensions.pop(EXTENSION) is ear


class Ear:
    def __init__(self, heard):
        self.heard = heard

    def want(self, sweeps):
        self.heard += sorted(sweeps)


def promise(session, key="one"):
    known = {"name": "Dana", "path": "/", "until": "Monday"}
    promise_letter(
        session,
        dedup_key=key,
        to="dana@test.example",
        template="invitation",
        particulars=known,
        now=given.NOW,
    )


def test_a_letter_promised_and_committed_calls_for_its_sweep_once(called):
    with transaction() as session:
        promise(session)
        session.flush()
        promise(session, "another")
        session.flush()
        assert called == []
    assert called == ["letters"]
    db.session.commit()
    assert called == ["letters"]


def test_many_letters_promised_at_once_call_for_their_sweep(called):
    known = {"name": "Dana", "path": "/", "until": "Monday"}
    new = [NewLetter(f"{n}", "dana@test.example", "invitation", known) for n in range(3)]
    with transaction() as session:
        assert promise_letters(session, new, given.NOW) == 3
        assert promise_letters(session, new, given.NOW) == 0
    assert called == ["letters"]


def test_a_promise_that_is_taken_back_calls_for_nothing(called):
    def promise_and_fail():
        with transaction() as session:
            promise(session)
            session.flush()
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        promise_and_fail()
    db.session.commit()
    assert called == []


def test_a_savepoint_calls_for_nothing_before_all_of_it_is_committed(called):
    with transaction() as session:
        with session.begin_nested():
            promise(session)
        with pytest.raises(RuntimeError), session.begin_nested():
            raise RuntimeError("no")
        assert called == []
    assert called == ["letters"]


def test_a_question_that_takes_long_calls_for_its_sweep(called):
    made = given.proposed("US-GA")
    called.clear()
    ask_about_adoption(actor=given.adopter(), adoption_id=made.id, now=given.NOW)
    assert called == ["long work"]


def test_a_queue_that_is_away_hinders_nobody_and_is_tried_again(app, monkeypatch):
    monkeypatch.setattr("registry.jobs.waking.AFTER_A_FAULT", 0.01)
    tried, through = [], threading.Event()

    def call():
        tried.append("a call")
        if len(tried) == 1:
            raise OSError("no such host")
        through.set()

    waker = Waker(app, {"letters": call})
    try:
        waker.start()
        for number in range(2):
            with transaction() as session:
                promise(session, str(number))
            while not tried:
                threading.Event().wait(0.01)
        assert through.wait(SOON)
    finally:
        waker.stop()
        del app.extensions[EXTENSION]
