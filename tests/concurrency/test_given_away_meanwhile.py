"""An appointment is given to somebody else between the look at whose it is and the lock."""

from __future__ import annotations

import threading

import pytest

from registry.errors import Overtaken
from registry.models import db
from registry.models.appointments import GateRecord
from registry.rules.vocabulary import Consent, Role
from registry.services import appointment_changes as changing
from registry.services.check_in import record_gates
from registry.services.scheduling import rebook_appointment
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
