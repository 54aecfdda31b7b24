"""Something is noted of a patient at the very moment they are checked in."""

from __future__ import annotations

import threading
import time

import pytest

from registry.errors import NotCleared, RegistryError
from registry.models import Appointment, db
from registry.rules.vocabulary import Role
from registry.services import check_in as checking
from registry.services import patient_notes as noting
from tests import given
from tests.concurrency.test_check_in import after
from tests.concurrency.together import together


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    number = given.booked(harbour, dana)
    patient = db.session.get_one(Appointment, number).patient_id
    desks = [given.somebody(Role.FRONT_DESK, harbour) for _ in range(2)]
    return number, patient, desks


def arriving(scene):
    number, _, desks = scene
    return lambda: checking.check_in(actor=desks[0], appointment_id=number, now=given.NOW)


def changing(scene, *words):
    _, patient, desks = scene
    told = dict(actor=desks[1], patient_id=patient, seen_note=0, now=given.NOW)
    return lambda: noting.change_notes(words=words, **told)


def is_checked_in(scene):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, scene[0]).checked_in_at is not None


def dawdling(monkeypatch, module, name):
    """The event that tells that it got there; then it takes its time."""
    there, deed = threading.Event(), getattr(module, name)

    def do_and_dawdle(*args, **known):
        found = deed(*args, **known)
        there.set()
        time.sleep(0.5)
        return found

    monkeypatch.setattr(module, name, do_and_dawdle)
    return there


def test_a_note_waits_for_a_check_in_in_progress_and_takes_it_back(app, scene, monkeypatch):
    looked = dawdling(monkeypatch, checking, "refuse_uncleared")
    deeds = arriving(scene), after(looked, changing(scene, "diabetes"))
    assert together(app, *deeds) == [None, None]
    assert not is_checked_in(scene)


def test_a_check_in_waits_for_a_note_in_progress_and_is_refused(app, scene, monkeypatch):
    kept = dawdling(monkeypatch, noting, "record")
    noted, refused = together(app, changing(scene, "diabetes"), after(kept, arriving(scene)))
    assert noted is None
    assert isinstance(refused, NotCleared), refused
    assert not is_checked_in(scene)


def test_at_the_same_instant_nobody_stays_checked_in_past_a_note(app, scene):
    arrived, noted = together(app, arriving(scene), changing(scene, "needle_phobia"))
    assert noted is None
    assert arrived is None or isinstance(arrived, RegistryError), arrived
    assert not is_checked_in(scene)


def test_of_two_who_note_at_once_one_is_told_to_look_again(app, scene):
    outcomes = together(app, changing(scene, "diabetes"), changing(scene, "child"))
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Overtaken"]
