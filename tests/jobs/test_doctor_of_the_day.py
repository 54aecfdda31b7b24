"""The doctor on the day's own records: who did not come, what is noted of patients, and hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, update

from registry.jobs.doctor import examine, notice
from registry.models import Appointment, NoteClearance, PatientNote, db
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.contraindications import clear_notes
from registry.services.no_shows import record_no_show
from registry.services.time_off import record_time_off
from tests import given
from tests.guards.taking_off import owner, without

TABLE = Appointment.__table__


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana)


def planted(database, *statements):
    db.session.rollback()
    with owner(database) as engine, engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def change(number, **values):
    return update(TABLE).where(TABLE.c.id == number).values(values)


def about(sentences, words):
    return [one for one in sentences if words in one]


def untold():
    """What the trail does not tell of notes and clearances: the scene's own papers were planted."""
    return [one for one in examine() if "every note" in one or "every clearance" in one]


def starts(number):
    db.session.expire_all()
    return db.session.get_one(Appointment, number).starts_at


def test_a_sound_no_show_is_no_fault(harbour, number):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    record_no_show(actor=desk, appointment_id=number, seen_version=1, now=starts(number))
    assert not about(examine(), "not come to")


def test_one_recorded_before_its_start_or_of_somebody_who_is_here(database, harbour, dana, number):
    other = given.booked(harbour, dana, given.slot(harbour, 16))
    at = starts(number)
    with without(database, "appointment_no_show"):
        planted(
            database,
            change(number, state="no_show", missed_at=at - timedelta(hours=1)),
            change(other, state="no_show", missed_at=starts(other), checked_in_at=at),
        )

        found = about(examine(), "not come to")

    assert found == [
        f"Appointment {number} is recorded as not come to, but that was before its start.",
        f"Appointment {other} is recorded as not come to, but its patient is checked in.",
    ]


def test_a_patient_let_in_past_a_note(database, number):
    given.noted(number, "diabetes")
    with without(database, "notes_cleared"):
        planted(database, change(number, checked_in_at=given.NOW))

        [fault] = about(examine(), "checked in past")

        assert "1 patient is checked in past a note" in fault
        assert f"ppointment {number}" not in fault
        with time_machine.travel(starts(number) + timedelta(days=1)):
            assert not about(examine(), "checked in past"), "it is over"


def test_a_note_or_a_clearance_that_the_trail_does_not_tell_of(database, harbour, number):
    note = given.noted(number, "diabetes", "epilepsy")[0]
    assert not untold()
    whose = db.session.get_one(Appointment, number)
    desk = given.somebody(Role.FRONT_DESK, harbour)
    by = dict(recorded_by=desk.account_id, recorded_by_name="Desk", recorded_at=given.NOW)
    told = dict(patient_id=whose.patient_id, word="allergy", change="added")
    planted(
        database,
        insert(PatientNote.__table__).values(**told, **by),
        insert(NoteClearance.__table__).values(
            note_id=note,
            appointment_id=number,
            practitioner_id=whose.practitioner_id,
            sites=["thigh"],
            **by,
        ),
    )

    assert untold() == [
        f"The audit trail does not tell of every note of patient {whose.patient_id}: "
        "3 on record, 2 told of.",
        f"The audit trail does not tell of every clearance for appointment {number}: "
        "1 on record, 0 told of.",
    ]


def test_what_was_cleared_by_the_use_case_is_told_of(harbour, number):
    ids = given.noted(number, "diabetes")
    desk = given.somebody(Role.FRONT_DESK, harbour)
    told = dict(appointment_id=number, seen_version=1, cleared=ids, now=given.NOW)
    clear_notes(actor=desk, **told)
    assert not untold()
    assert notice() == []


@pytest.mark.parametrize("word", ["diabetes", "lymphoedema"])
def test_notes_on_patients_ahead_are_a_notice_of_how_many_and_not_of_whom(
    harbour, dana, number, word
):
    given.noted(number, word)
    [told] = notice()
    assert told == (
        f"At clinic {harbour.id} 1 needling ahead waits for a note to be settled before it is "
        "checked in. The desk there sees which."
    )
    assert not about(examine(), "a note")
    other = given.booked(harbour, dana, given.slot(harbour, 16))
    given.noted(other, word)
    assert f"At clinic {harbour.id} 2 needling ahead wait" in notice()[0]
    with time_machine.travel(starts(other) + timedelta(minutes=1)):
        assert notice() == []


def test_what_came_to_lie_outside_the_hours_is_a_notice_and_no_fault(harbour, dana, number):
    assert notice() == []
    record_time_off(
        actor=given.somebody(Role.MANAGER, harbour),
        practitioner_id=dana.id,
        first_day=given.TODAY,
        last_day=given.TODAY,
        now=given.NOW,
        seen=[number],
    )
    [told] = notice()
    assert f"Appointment {number} on 2027-03-01 with practitioner {dana.id} lies outside" in told
    assert not about(examine(), "outside the hours")
    db.session.get_one(Appointment, number).state = AppointmentState.CANCELLED
    db.session.commit()
    assert notice() == []
