"""Somebody wants no letters any more, at the very moment there is something to tell them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.models import Account, Appointment, Letter, Patient, db
from registry.rules.vocabulary import Role
from registry.services import calendars, patients
from registry.services.outbox import claim_letter, settle_letter
from registry.services.scheduling import cancel_appointment
from tests import given
from tests.concurrency.test_notes_meanwhile import dawdling
from tests.concurrency.together import after, together

PATIENT, DANA = "pat@test.example", "dana.okafor@test.example"


@pytest.fixture
def scene(app):
    """Booked, and everybody has heard of it."""
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)
    number = given.booked(harbour, dana, email=PATIENT)
    later = given.NOW.replace(hour=given.NOW.hour + 1)
    while letter := claim_letter(now=later):
        settle_letter(letter_id=letter.id, now=later)
    return number, [given.somebody(Role.FRONT_DESK, harbour) for _ in range(2)]


def cancelling(scene):
    number, desks = scene
    told = dict(appointment_id=number, seen_version=1, reason="Ill.", now=given.NOW)
    return lambda: cancel_appointment(actor=desks[0], **told)


def agreeing_no_more(scene):
    number, desks = scene
    patient = db.session.get_one(Patient, db.session.get_one(Appointment, number).patient_id)
    told = dict(name=patient.name, phone="", email=PATIENT, language="", letters=False)
    whom = dict(patient_id=patient.id, seen_version=patient.version, now=given.NOW)
    return lambda: patients.change_patient(actor=desks[1], **whom, **told)


def choosing_none():
    herself = db.session.scalars(select(Account).where(Account.email == DANA)).one().as_actor()
    return lambda: calendars.choose_calendar_letters(actor=herself, wanted=False, now=given.NOW)


def waiting():
    db.session.rollback()
    return set(db.session.scalars(select(Letter.to).where(Letter.sent_at.is_(None))))


def test_a_patient_who_agrees_no_more_gets_no_letter_of_what_is_cancelled_meanwhile(
    app, scene, monkeypatch
):
    kept = dawdling(monkeypatch, patients, "record")
    deeds = agreeing_no_more(scene), after(kept, cancelling(scene))
    assert together(app, *deeds) == [None, None]
    assert waiting() == {DANA}


def test_whoever_wants_no_letters_gets_none_of_what_is_cancelled_meanwhile(app, scene, monkeypatch):
    kept = dawdling(monkeypatch, calendars, "record")
    deeds = choosing_none(), after(kept, cancelling(scene))
    assert together(app, *deeds) == [None, None]
    assert waiting() == {PATIENT}
