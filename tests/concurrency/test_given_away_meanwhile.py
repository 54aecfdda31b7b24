"""An appointment is given to somebody else between the look at whose it is and the lock."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from registry.errors import Overtaken
from registry.models import db
from registry.models.appointments import Appointment, GateRecord
from registry.rules.vocabulary import Consent, Role
from registry.services import appointment_changes as changing
from registry.services import copying
from registry.services.check_in import record_gates
from registry.services.copying import Copy
from registry.services.scheduling import rebook_appointment
from registry.services.week_copies import copy_week
from tests import given
from tests.concurrency.together import together


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    ana = given.practitioner("Ana Ruiz", at=harbour)
    for one in (dana, ana):
        given.certified(one)
    herself = given.somebody(Role.PRACTITIONER, harbour, name=dana.name, practises_as=dana)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    return given.booked(harbour, dana), herself, desk, ana.id


def test_whoever_had_it_before_writes_nothing_about_it_any_more(app, scene, database, monkeypatch):
    """On SQLite the record has the one writer's seat, and is made before it is given away."""
    number, herself, desk, ana = scene
    about_to_lock, given_away = threading.Event(), threading.Event()
    lock, recorder = changing.lock_diaries, []

    def pause_and_lock(*args):
        if threading.get_ident() in recorder:
            about_to_lock.set()
            given_away.wait(2)
        return lock(*args)

    monkeypatch.setattr(changing, "lock_diaries", pause_and_lock)

    def give_away():
        about_to_lock.wait(5)
        whom = dict(appointment_id=number, seen_version=1, practitioner_id=ana)
        rebook_appointment(actor=desk, now=given.NOW, **whom)
        given_away.set()

    def write_down():
        recorder.append(threading.get_ident())
        told = {"consent": Consent.WRITTEN}
        record_gates(actor=herself, appointment_id=number, told=told, now=given.NOW)

    written, handed = together(app, write_down, give_away)

    assert handed is None
    db.session.rollback()
    records = db.session.query(GateRecord).filter_by(recorded_by=herself.account_id).count()
    if database.name == "sqlite":
        assert (written, records) == (None, 1)
    else:
        assert isinstance(written, Overtaken), written
        assert records == 0


def test_a_week_is_not_copied_into_a_diary_that_nobody_locked(app, scene, database, monkeypatch):
    """On SQLite the copy has the one writer's seat, and is made before it is given away."""
    number, _, desk, ana = scene
    about_to_lock, given_away = threading.Event(), threading.Event()
    lock, copier = copying.lock_for_many, []

    def pause_and_lock(*args):
        if threading.get_ident() in copier:
            about_to_lock.set()
            given_away.wait(2)
        return lock(*args)

    monkeypatch.setattr(copying, "lock_for_many", pause_and_lock)
    one = db.session.get_one(Appointment, number)
    copy = Copy(number, one.starts_at + timedelta(weeks=1), one.room_id)
    clinic_id, hers = one.clinic_id, one.practitioner_id
    db.session.remove()

    def give_away():
        about_to_lock.wait(5)
        whom = dict(appointment_id=number, seen_version=1, practitioner_id=ana)
        rebook_appointment(actor=desk, now=given.NOW, **whom)
        given_away.set()

    def copy_it():
        copier.append(threading.get_ident())
        return copy_week(actor=desk, clinic_id=clinic_id, chosen=[copy], now=given.NOW)

    copied, handed = together(app, copy_it, give_away)

    assert handed is None
    db.session.rollback()
    made = db.session.query(Appointment).filter(Appointment.id != number).all()
    if database.name == "sqlite":
        assert [each.practitioner_id for each in made] == [hers]
    else:
        assert isinstance(copied, Overtaken), copied
        assert made == []
