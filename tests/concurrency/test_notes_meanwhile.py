"""Something is noted of a patient at the very moment they are checked in."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy.orm.exc import StaleDataError

from registry.errors import NotCleared, Overtaken, RegistryError
from registry.models import Appointment, db
from registry.rules.vocabulary import Role
from registry.services import check_in as checking
from registry.services import patient_notes as noting
from registry.services.scheduling import rebook_appointment
from tests import given
from tests.concurrency.together import after, together


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


@pytest.fixture
def changes_hands(scene, monkeypatch):
    """
    The deeds: to note something; to give the appointment to Ana, once it is read whose it is, and
    check the patient in; to undo that, just before the note takes the check-in back.
    """
    number, _, desks = scene
    harbour = db.session.get_one(Appointment, number).clinic
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    told = dict(actor=desks[0], appointment_id=number, now=given.NOW)
    whom = ana.id
    read, given_away, takes_back, undone = (threading.Event() for _ in range(4))

    def give_away():
        read.wait(5)
        rebook_appointment(seen_version=1, practitioner_id=whom, **told)
        checking.check_in(**told)
        given_away.set()

    def undo():
        takes_back.wait(5)
        checking.undo_check_in(**told)
        undone.set()

    _pause(monkeypatch, "lock_diaries", read, given_away)
    _pause(monkeypatch, "take_back_check_in", takes_back, undone)
    return changing(scene, "diabetes"), give_away, undo


def _pause(monkeypatch, name, tells, waits_for):
    """Before it does so, the note tells that it got there, and lets the others go on."""
    deed = getattr(noting, name)

    def pause_and_do(*args):
        tells.set()
        waits_for.wait(2)
        return deed(*args)

    monkeypatch.setattr(noting, name, pause_and_do)


def test_what_changes_hands_while_something_is_noted_is_told_and_tried_again(
    app, scene, changes_hands
):
    """On SQLite the note has the one writer's seat, and the others come after it."""
    note, give_away, _ = changes_hands
    noted, given_away = together(app, note, give_away)
    if noted is None:
        assert isinstance(given_away, NotCleared), given_away
    else:
        assert isinstance(noted, Overtaken), noted
        assert "given to somebody else" in noted.message
        assert given_away is None
        changing(scene, "diabetes")()
    assert not is_checked_in(scene)


def test_without_the_second_look_it_is_told_all_the_same_and_nothing_breaks(
    app, scene, changes_hands, monkeypatch
):
    look = noting._who_is_to_needle
    monkeypatch.setattr(noting, "_who_is_to_needle", lambda *args: Everybody(look(*args)))
    noted, given_away, undone = together(app, *changes_hands)
    outcomes = [noted, given_away, undone]
    assert all(one is None or isinstance(one, RegistryError) for one in outcomes), outcomes
    if noted is not None:
        assert isinstance(noted.__cause__, StaleDataError)
    assert not is_checked_in(scene)


class Everybody(set):
    """As if whoever has an appointment were locked."""

    def __ge__(self, _other):
        return True

    def __le__(self, _other):
        return True
