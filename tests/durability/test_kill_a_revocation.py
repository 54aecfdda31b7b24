"""A revocation killed in its midst left nothing: no decision, no incident, nothing in doubt."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.jobs.examinations.knowledge import known_people, without_incident
from registry.models import Appointment, Incident, IncidentTreatment, Verification, db
from registry.rules.vocabulary import AppointmentState, Outcome, Role
from tests import given

PLAIN = (str, int, bool)
POINTS = (
    "INSERT INTO verifications",
    "INSERT INTO incidents",
    "INSERT INTO incident_treatments",
    "INSERT INTO known_people",
)


def revoke(app, scene, at):
    """What the process ended with."""
    settings = {name: value for name, value in app.config.items() if isinstance(value, PLAIN)}
    db.session.remove()
    told = json.dumps([settings, scene | {"at": at}])
    return subprocess.run(
        [sys.executable, "-m", "tests.durability.revoker", told], check=False
    ).returncode


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    paper = given.certified(dana)
    return {
        "credential": paper.id,
        "appointment": given.booked(harbour, dana, given.slot(harbour, 10)),
        "manager": given.somebody(Role.MANAGER, harbour).account_id,
        "now": (given.NOW + timedelta(hours=9)).isoformat(),
    }


def on_record(scene):
    db.session.rollback()
    revoked = Verification.outcome == Outcome.REVOKED
    return (
        db.session.get_one(Appointment, scene["appointment"]).state,
        len(db.session.scalars(select(Verification).where(revoked)).all()),
        len(db.session.scalars(select(Incident)).all()),
        db.session.scalars(select(IncidentTreatment.appointment_id)).all(),
    )


def test_killed_anywhere_it_left_nothing_and_carried_out_it_left_all_of_it(app, scene):
    for point in POINTS:
        assert revoke(app, scene, point) == -signal.SIGKILL, point
        assert on_record(scene) == (AppointmentState.CONFIRMED, 0, 0, []), point
        assert list(known_people(db.session())) == []
    assert revoke(app, scene, "nowhere") == 0
    assert on_record(scene) == (AppointmentState.BEGUN, 1, 1, [scene["appointment"]])
    assert [*known_people(db.session()), *without_incident(db.session())] == []
