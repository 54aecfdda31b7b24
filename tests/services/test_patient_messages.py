"""Messages to patients: written by somebody, in plain words, sent only where the patient agreed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from registry.errors import BadInput, NotAllowed, NotFound, NotInThatState, Overtaken
from registry.jobs.outbox import written
from registry.models import Letter, db
from registry.rules.patient_messages import MAY_BE_TOLD, draft_of
from registry.rules.vocabulary import Role
from registry.services.outbox import claim_letter
from registry.services.patient_messages import write_to_patient
from registry.services.patients import change_patient
from registry.services.scheduling import cancel_appointment
from tests import given
from tests.services.many import entries, hold, on_record

TEXT = "Hello,\n\nplease ring us. <Harbour Clinic>"
ADDRESS = "pat@example.test"


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def number(harbour, dana):
    made = given.booked(harbour, dana, email=ADDRESS)
    hold(made)
    return made


def write(desk, number, text=TEXT, seen=2, now=given.NOW):
    return write_to_patient(
        actor=desk, appointment_id=number, seen_version=seen, text=text, now=now
    )


def messages():
    db.session.rollback()
    return db.session.scalars(select(Letter).where(Letter.template == "patient_message")).all()


def test_what_was_written_goes_as_a_letter_word_for_word_and_the_trail_has_none_of_it(desk, number):
    assert write(desk, number)
    [letter] = messages()
    assert (letter.to, letter.sent_at) == (ADDRESS, None)
    [entry] = entries("write to patient")
    assert json.loads(entry.body)["after"] == {"letter_of_characters": len(TEXT)}
    assert "ring us" not in entry.body
    while (promised := claim_letter(now=given.NOW)) is not None:
        if promised.template == "patient_message":
            with current_app.test_request_context():
                sent = written(promised, "https://registry.example")
            assert TEXT in sent.text
            assert "&lt;Harbour Clinic&gt;" in sent.html
            assert sent.subject == "About your appointment at Harbour Clinic"
            assert "needl" not in sent.text.lower()


def test_the_same_words_go_once_and_other_words_go_too(desk, number):
    assert write(desk, number)
    assert not write(desk, number)
    assert write(desk, number, "Something else.")
    assert len(messages()) == 2
    assert len(entries("write to patient")) == 2


def test_who_did_not_agree_to_letters_gets_none(desk, harbour, dana):
    number = given.booked(harbour, dana)
    with pytest.raises(NotInThatState, match="did not agree to letters"):
        write(desk, number, seen=1)
    assert messages() == []


def test_who_takes_it_back_before_it_went_gets_none(desk, number):
    write(desk, number)
    patient = on_record(number).patient
    change_patient(
        actor=desk,
        patient_id=patient.id,
        seen_version=patient.version,
        name=patient.name,
        phone="",
        email="",
        language="",
        letters=False,
        now=given.NOW,
    )
    assert messages() == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 1501, "a\x00b"])
def test_a_message_is_some_plain_words(desk, number, text):
    with pytest.raises(BadInput) as caught:
        write(desk, number, text)
    assert caught.value.field == "text"
    assert messages() == []


def test_what_is_cancelled_is_told_too_and_what_is_over_is_not(desk, number):
    cancel_appointment(actor=desk, appointment_id=number, seen_version=2, reason="x", now=given.NOW)
    assert write(desk, number, seen=3)
    with pytest.raises(NotInThatState):
        write(desk, number, "Later.", seen=3, now=given.NOW + timedelta(days=1))


def test_only_who_may_move_it_writes_and_only_as_they_saw_it(desk, harbour, dana, number):
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, refusal in (
        (given.somebody(Role.AUDITOR), NotAllowed),
        (given.somebody(Role.PRACTITIONER, harbour, practises_as=dana), NotAllowed),
        (given.somebody(Role.MANAGER, hill), NotFound),
    ):
        with pytest.raises(refusal):
            write(who, number)
    with pytest.raises(Overtaken):
        write(desk, number, seen=1)
    assert messages() == []


@pytest.mark.parametrize("state", MAY_BE_TOLD)
def test_a_draft_tells_day_time_and_place_and_nothing_of_health_or_why(state):
    said = draft_of(state, "Mon 1 March 2027, 10:00 to 10:30", "Harbour Clinic", "1 Quay Street")
    assert "Mon 1 March 2027, 10:00 to 10:30" in said
    assert said.endswith("Harbour Clinic, 1 Quay Street")
    for word in ("needl", "treat", "certif", "licen", "practition", "revok", "hold", "because"):
        assert word not in said.lower()


def test_the_same_words_about_an_appointment_go_once_whatever_became_of_it_since(desk, number):
    assert write(desk, number)
    assert not write(desk, number)
    later = on_record(number)
    later.version += 1
    db.session.commit()
    assert not write(desk, number, seen=3)
    assert len(messages()) == 1
    assert write(desk, number, text="Please come at noon instead.", seen=3)
    assert len(messages()) == 2
