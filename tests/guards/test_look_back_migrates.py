"""The migration of the look-back: incidents are opened of what is listed, also a second time."""

from __future__ import annotations

from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from registry.models import Appointment, Incident, IncidentTreatment, KnownPersonRow, db
from registry.models.guards import missing_guards
from registry.rules.vocabulary import AppointmentState
from tests import given
from tests.guards.test_requirements_migrate import migrate, rows

TABLES = {
    "known_people",
    "known_places",
    "incidents",
    "incident_steps",
    "incident_treatments",
}
NAMED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def tables(database):
    return {name for (name,) in rows(database, NAMED[database.name])}


def test_back_its_tables_go_and_forth_incidents_are_opened_of_what_is_listed(app, database):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    number = given.booked(harbour, dana)
    listed = db.session.get_one(Appointment, number)
    listed.state, listed.ground_lost_at = AppointmentState.BEGUN, given.NOW
    listed.ground_lost_because = "The certificate was forged."
    db.session.commit()
    given.incident_of(number)
    assert tables(database) >= TABLES

    migrate(app, database, downgrade, "0018")
    assert not tables(database) & TABLES
    [(state,)] = rows(database, "SELECT state FROM appointments")
    assert state == "begun"

    migrate(app, database, upgrade, "head")
    [incident] = db.session.scalars(select(Incident))
    assert (incident.because, incident.opened_at) == ("The certificate was forged.", given.NOW)
    assert db.session.scalars(select(IncidentTreatment.appointment_id)).all() == [number]
    assert len(incident.steps) == 3
    assert db.session.scalars(select(KnownPersonRow.practitioner_id)).all() == [dana.id]
    assert missing_guards(db.session.connection()) == []
