"""Nobody is let through to be needled past a note, by raw SQL neither."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from registry.models import Appointment, PatientNote, db
from registry.rules.vocabulary import Role
from registry.services.contraindications import clear_notes
from registry.services.patient_notes import change_notes
from tests import given
from tests.guards.taking_off import without

CHECK_IN = {
    "checked in": "UPDATE appointments SET checked_in_at = starts_at WHERE id = :number",
    "given to a colleague while checked in": (
        "UPDATE appointments SET checked_in_at = starts_at, practitioner_id = :other"
        " WHERE id = :number"
    ),
    "copied as checked in": (
        "INSERT INTO appointments (clinic_id, room_id, practitioner_id, patient_id, treatment,"
        " treatment_type_id, sites, starts_at, ends_at, busy_from, busy_until, first_day,"
        " last_day, state, ground_lost_because, version, checked_in_at)"
        " SELECT clinic_id, :room, :other, :patient, treatment, treatment_type_id, sites,"
        " starts_at, ends_at, busy_from, busy_until, first_day, last_day, state, '', 1, starts_at"
        " FROM appointments"
        " WHERE id = :another"
    ),
}
CASES = [pytest.param(statement, id=words) for words, statement in CHECK_IN.items()]


@pytest.fixture
def scene(app):
    """Noted and cleared with Dana: diabetes; noted since: what the test says."""
    harbour = given.clinic()
    dana, ana = given.practitioner(at=harbour), given.practitioner("Ana Ruiz", at=harbour)
    for each in (dana, ana):
        given.certified(each)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    number = given.booked(harbour, dana)
    patient = db.session.get_one(Appointment, number).patient_id
    room, second = given.rooms(harbour)
    another = given.booked(harbour, dana, given.slot(harbour, 16), room_id=second)
    known = dict(number=number, patient=patient, other=ana.id, another=another, room=room)
    return desk, known


def note(desk, patient, *words):
    db.session.rollback()
    seen = max(db.session.scalars(select(PatientNote.id)), default=0)
    change_notes(actor=desk, patient_id=patient, words=words, seen_note=seen, now=given.NOW)
    return db.session.scalars(select(PatientNote.id)).all()


def run(statement, known):
    db.session.rollback()
    with db.engine.begin() as connection:
        made = text(statement)
        asked = {name: known[name] for name in made._bindparams}
        return connection.execute(made, asked).rowcount


@pytest.mark.parametrize("word", ["diabetes", "needle_phobia"])
@pytest.mark.parametrize("statement", CASES)
def test_raw_sql_lets_nobody_through_past_a_note(scene, statement, word):
    desk, known = scene
    note(desk, known["patient"], word)
    with pytest.raises(DBAPIError, match="notes_cleared"):
        run(statement, known)


@pytest.mark.parametrize("statement", CASES)
def test_without_the_guard_it_would(scene, database, statement):
    desk, known = scene
    note(desk, known["patient"], "diabetes")
    with without(database, "notes_cleared"):
        assert run(statement, known) == 1


HELD = "UPDATE appointments SET state = 'held', checked_in_at = starts_at WHERE id = :number"
CONFIRMED = "UPDATE appointments SET state = 'confirmed' WHERE id = :number"


def test_what_was_on_hold_is_not_confirmed_as_checked_in_past_a_note(scene, database):
    desk, known = scene
    run(HELD, known)
    note(desk, known["patient"], "diabetes")
    with pytest.raises(DBAPIError, match="notes_cleared"):
        run(CONFIRMED, known)
    with without(database, "notes_cleared"):
        assert run(CONFIRMED, known) == 1


def test_what_was_cleared_or_withdrawn_passes_and_only_for_whom_it_was_cleared(scene):
    desk, known = scene
    ids = note(desk, known["patient"], "diabetes")
    told = dict(appointment_id=known["number"], seen_version=1, cleared=ids, now=given.NOW)
    clear_notes(actor=desk, **told)
    with pytest.raises(DBAPIError, match="notes_cleared"):
        run(CHECK_IN["given to a colleague while checked in"], known)
    assert run(CHECK_IN["checked in"], known) == 1
    run("UPDATE appointments SET checked_in_at = NULL WHERE id = :number", known)
    note(desk, known["patient"], "diabetes", "child")
    with pytest.raises(DBAPIError, match="notes_cleared"):
        run(CHECK_IN["checked in"], known)
    note(desk, known["patient"], "diabetes")
    assert run(CHECK_IN["checked in"], known) == 1
