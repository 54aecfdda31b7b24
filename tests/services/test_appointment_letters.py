"""Letters about an appointment: to whom, of what, and no more of them than there is to tell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.errors import BadInput
from registry.models import Account, Appointment, Letter, Patient, db
from registry.rules.vocabulary import Role, Treatment
from registry.services.appointment_letters import SETTLES
from registry.services.calendars import choose_calendar_letters
from registry.services.outbox import claim_letter, promise_letter, settle_letter
from registry.services.patients import change_patient
from registry.services.scheduling import book_appointment, cancel_appointment, rebook_appointment
from tests import given

EXERCISE = dict(treatment=Treatment.EXERCISE, sites=())
SOON = given.NOW + timedelta(seconds=30)
LATER = given.NOW + timedelta(hours=1)
PATIENT = "pat@test.example"


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
    given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)
    return dana


@pytest.fixture
def luis(harbour):
    luis = given.practitioner("Luis Prado", at=harbour)
    given.somebody(Role.PRACTITIONER, harbour, name="Luis Prado", practises_as=luis)
    return luis


def waiting():
    """Recipient and what happened, of each letter that has not gone."""
    db.session.rollback()
    rows = db.session.scalars(
        select(Letter).where(Letter.sent_at.is_(None), Letter.about != "").order_by(Letter.id)
    )
    return [(one.to, json.loads(one.particulars)["happened"]) for one in rows]


def told():
    db.session.rollback()
    row = db.session.scalars(select(Letter).where(Letter.about != "").order_by(-Letter.id)).first()
    return json.loads(row.particulars)


def deliver(now=LATER):
    while letter := claim_letter(now=now):
        settle_letter(letter_id=letter.id, now=now)


def move(desk, harbour, number, version, hour=15, now=LATER, **known):
    known = known or {"slot": given.slot(harbour, hour)}
    rebook_appointment(actor=desk, appointment_id=number, seen_version=version, now=now, **known)


def cancel(desk, number, version, now=LATER):
    cancel_appointment(
        actor=desk, appointment_id=number, seen_version=version, reason="Ill.", now=now
    )


DANA, LUIS = "dana.okafor@test.example", "luis.prado@test.example"


def test_whoever_treats_is_told_of_a_booking_without_a_word_of_the_patient(harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 14))
    assert waiting() == [(DANA, "booked")]
    said = told()
    assert said["what"] == "Dry needling"
    assert (said["day"], said["hours"]) == (
        "Mon 1 March 2027",
        "14:00 to 14:30, New York time (EST)",
    )
    assert said["calendar"]["sequence"] == 0
    assert said["title"] == "Dry needling, Room 1, Harbour Clinic"
    for word in ("Pat Doe", "P-", "thigh"):
        assert word not in json.dumps(said)


def test_a_letter_waits_a_little_for_what_is_put_right_at_once(harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 14))
    assert claim_letter(now=given.NOW) is None
    assert claim_letter(now=given.NOW + SETTLES) is not None


def test_a_move_before_the_letter_went_is_told_as_one_booking(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    move(desk, harbour, number, 1, hour=15, now=SOON)
    move(desk, harbour, number, 2, hour=16, now=SOON)
    assert waiting() == [(DANA, "booked")]
    assert told()["hours"].startswith("16:00")
    assert told()["calendar"]["sequence"] == 2


def test_a_move_after_the_letter_went_is_told_as_a_change_once(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    deliver()
    move(desk, harbour, number, 1, hour=15)
    move(desk, harbour, number, 2, hour=16)
    assert waiting() == [(DANA, "changed")]
    assert told()["hours"].startswith("16:00")


def test_what_nobody_heard_of_is_not_called_off(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    cancel(desk, number, 1, now=SOON)
    assert waiting() == []


def test_what_they_heard_of_is_called_off(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    deliver()
    move(desk, harbour, number, 1)
    cancel(desk, number, 2)
    assert waiting() == [(DANA, "cancelled")]
    assert told()["calendar"]["standing"] == "CANCELLED"
    assert told()["calendar"]["sequence"] == 2


def test_a_letter_that_was_tried_may_have_arrived_and_is_not_tried_again(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    claimed = claim_letter(now=LATER)
    cancel(desk, number, 1)
    assert waiting() == [(DANA, "cancelled")]
    settle_letter(letter_id=claimed.id, now=LATER, error="the post office was closed")
    assert [letter.to for letter in _claim_all(LATER + timedelta(days=1))] == [DANA]


def test_what_goes_to_a_colleague_leaves_one_calendar_and_comes_into_the_other(
    harbour, desk, dana, luis
):
    number = given.booked(harbour, dana, given.slot(harbour, 14), **EXERCISE)
    deliver()
    move(desk, harbour, number, 1, practitioner_id=luis.id)
    assert waiting() == [(DANA, "handed over"), (LUIS, "booked")]
    given_away, taken_on = _all_told()[-2:]
    assert given_away["calendar"]["standing"] == "CANCELLED"
    assert given_away["name"] == "Dana Okafor"
    assert taken_on["calendar"]["standing"] == "CONFIRMED"
    assert given_away["calendar"]["sequence"] == taken_on["calendar"]["sequence"] == 1


def test_what_comes_back_before_anybody_heard_is_told_to_nobody_else(harbour, desk, dana, luis):
    number = given.booked(harbour, dana, given.slot(harbour, 14), **EXERCISE)
    move(desk, harbour, number, 1, now=SOON, practitioner_id=luis.id)
    assert waiting() == [(LUIS, "booked")]
    move(desk, harbour, number, 2, now=SOON, practitioner_id=dana.id)
    assert waiting() == [(DANA, "booked")]


def test_a_change_that_concerns_nobodys_day_is_told_to_nobody(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    deliver()
    move(desk, harbour, number, 1, sites=("leg_foot",))
    assert waiting() == []


def test_a_room_matters_to_whoever_treats_and_not_to_the_patient(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), email=PATIENT)
    deliver()
    move(desk, harbour, number, 1, room_id=given.rooms(harbour)[1])
    assert waiting() == [(DANA, "changed")]


def test_a_patient_is_told_when_and_where_and_nothing_of_what(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), email=PATIENT)
    assert waiting() == [(DANA, "booked"), (PATIENT, "booked")]
    said = _all_told()[-1]
    assert said["title"] == "Your appointment at Harbour Clinic"
    assert (said["clinic"], said["address"]) == ("Harbour Clinic", "1 Quay Street")
    assert said["name"] == "Dana Okafor"
    assert "needling" not in json.dumps(said).lower()
    deliver()
    move(desk, harbour, number, 1)
    assert waiting() == [(DANA, "changed"), (PATIENT, "changed")]
    deliver()
    cancel(desk, number, 2)
    assert waiting() == [(DANA, "cancelled"), (PATIENT, "cancelled")]


def test_a_patient_who_gave_no_address_is_not_written_to(harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 14))
    assert [to for to, _ in waiting()] == [DANA]


def with_address(desk, number, email, *, letters=True):
    patient = db.session.get_one(Appointment, number).patient
    told = dict(name=patient.name, phone="", email=email, language="")
    told["letters"] = bool(email) and letters
    change_patient(
        actor=desk, patient_id=patient.id, seen_version=patient.version, now=SOON, **told
    )


def test_a_corrected_address_gets_what_was_promised_to_the_wrong_one(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), email=PATIENT)
    with_address(desk, number, "right@test.example")
    assert waiting() == [(DANA, "booked"), ("right@test.example", "booked")]


def test_once_there_is_no_address_nothing_goes_to_the_one_there_was(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), email=PATIENT)
    with_address(desk, number, "")
    assert waiting() == [(DANA, "booked")]
    cancel(desk, number, 1)
    assert waiting() == []


def test_a_patient_who_did_not_agree_to_letters_gets_none(harbour, desk, dana):
    pat = given.patient(harbour, email=PATIENT)
    pat.letters = False
    db.session.commit()
    wanted = given.booking(harbour, dana, pat, given.slot(harbour, 14))
    number = book_appointment(actor=desk, booking=wanted, now=given.NOW)
    move(desk, harbour, number, 1)
    assert [to for to, _ in waiting()] == [DANA]


def test_once_a_patient_agrees_no_more_nothing_goes_that_still_waits(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), email=PATIENT)
    with_address(desk, number, PATIENT, letters=False)
    assert waiting() == [(DANA, "booked")]
    cancel(desk, number, 1)
    assert waiting() == []


def test_nobody_agrees_to_letters_without_an_address(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    pat = db.session.get_one(Appointment, number).patient
    told = dict(name=pat.name, phone="", email=" ", language="", letters=True)
    with pytest.raises(BadInput) as refusal:
        change_patient(actor=desk, patient_id=pat.id, seen_version=1, now=SOON, **told)
    assert refusal.value.field == "email"
    assert not db.session.get_one(Patient, pat.id).letters


def test_who_wants_no_letters_any_more_gets_none_that_still_wait(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    account = db.session.scalars(select(Account).where(Account.email == DANA)).one()
    choose_calendar_letters(actor=account.as_actor(), wanted=False, now=SOON)
    assert waiting() == []
    cancel(desk, number, 1)
    assert waiting() == []


def test_nobody_is_written_to_about_what_is_over(harbour, desk, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 14), **EXERCISE)
    deliver()
    cancel(desk, number, 1, now=given.NOW + timedelta(days=2))
    assert waiting() == []


def test_whoever_wants_no_letters_gets_none(harbour, dana, luis):
    account = db.session.scalars(select(Account).where(Account.email == DANA)).one()
    choose_calendar_letters(actor=account.as_actor(), wanted=False, now=given.NOW)
    given.booked(harbour, dana, given.slot(harbour, 14))
    given.booked(harbour, luis, given.slot(harbour, 16), **EXERCISE)
    assert waiting() == [(LUIS, "booked")]


def test_who_wants_no_letters_of_appointments_still_gets_what_else_waits_for_them(harbour, dana):
    account = db.session.scalars(select(Account).where(Account.email == DANA)).one()
    himself, number = account.as_actor(), account.id
    given.booked(harbour, dana, given.slot(harbour, 14))
    for about in ("credential:7", f"escalation:{number}"):
        promise_letter(
            db.session(), dedup_key=about, to=DANA, template="escalation", particulars={},
            now=given.NOW, account_id=number, about=about,
        )  # fmt: skip
    db.session.commit()
    choose_calendar_letters(actor=himself, wanted=False, now=given.NOW)
    about = db.session.scalars(select(Letter.about).where(Letter.account_id == number)).all()
    assert sorted(about) == ["credential:7", f"escalation:{number}"]


def test_a_closed_account_gets_no_letters(harbour, dana):
    account = db.session.scalars(select(Account).where(Account.email == DANA)).one()
    account.closed_at = given.NOW
    db.session.commit()
    given.booked(harbour, dana, given.slot(harbour, 14))
    assert waiting() == []


def test_a_booking_that_is_refused_promises_nothing(harbour, desk, dana):
    given.booked(harbour, dana, given.slot(harbour, 14))
    before = waiting()
    with pytest.raises(Exception, match="taken"):
        given.booked(harbour, dana, given.slot(harbour, 14))
    assert waiting() == before


def _all_told():
    db.session.rollback()
    rows = db.session.scalars(select(Letter).where(Letter.about != "").order_by(Letter.id))
    return [json.loads(one.particulars) for one in rows]


def _claim_all(now):
    found = []
    while letter := claim_letter(now=now):
        found.append(letter)
        settle_letter(letter_id=letter.id, now=now)
    return found
