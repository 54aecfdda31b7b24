"""A letter about an appointment, through a real mail server, with the appointment in it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from registry.adapters.mail import mailer_from
from registry.jobs.outbox import send_waiting
from registry.rules.vocabulary import Role
from registry.services.scheduling import cancel_appointment, rebook_appointment
from tests import given
from tests.adapters.test_mail import Postbox, serving
from tests.calendar_reading import Khal, strictly

HOUSE = "https://registry.test"
DANA, PATIENT = "dana.okafor@test.example", "pat@test.example"
LATER = given.NOW + timedelta(hours=1)


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def mailer(postbox, app):
    app.config["MAIL_FROM"] = "Needling registry <desk@registry.example>"
    server = serving(postbox)
    server.start()
    yield mailer_from(f"smtp://127.0.0.1:{server.port}", app.config["MAIL_FROM"])
    server.stop()
    app.config["MAIL_FROM"] = "registry@localhost"


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)
    return dana


def invitation_in(letter):
    """Among its texts, and again as a file: the same."""
    (shown,) = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    (saved,) = letter.iter_attachments()
    assert saved.get_content_type() == "application/ics"
    assert saved.get_filename() == "appointment.ics"
    content = saved.get_content()
    assert shown.get_payload(decode=True).replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n")
    assert shown.get_content_charset() == "utf-8"
    read = strictly(content)
    assert shown.get_param("method") == read.whole["METHOD"].value
    return content, read


def test_a_booking_a_move_and_a_cancellation_reach_a_calendar_program_by_mail(
    app, harbour, dana, mailer, postbox, tmp_path
):
    desk, khal = given.somebody(Role.FRONT_DESK, harbour), Khal(tmp_path, "America/New_York")
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    send_waiting(mailer, LATER, HOUSE)
    rebook_appointment(
        actor=desk,
        appointment_id=number,
        seen_version=1,
        slot=given.slot(harbour, 16),
        now=LATER,
    )
    send_waiting(mailer, LATER + timedelta(hours=1), HOUSE)
    cancel_appointment(actor=desk, appointment_id=number, seen_version=2, reason="Ill.", now=LATER)
    send_waiting(mailer, LATER + timedelta(hours=2), HOUSE)

    booked, moved, cancelled = postbox.letters
    assert [letter["To"] for letter in postbox.letters] == [DANA] * 3
    assert booked["Subject"].startswith("Booked with you: Dry needling, Mon 1 March 2027, 14:00")
    assert moved["Subject"].startswith("Changed: Dry needling, Mon 1 March 2027, 16:00")
    assert cancelled["Subject"].startswith("Cancelled: Dry needling")
    assert len({letter["Message-ID"] for letter in postbox.letters}) == 3
    statuses, sequences = [], []
    for letter in postbox.letters:
        content, read = invitation_in(letter)
        event = read.events[f"appointment-{number}@registry.test"]
        assert event["ORGANIZER"].value == "mailto:desk@registry.example"
        assert event["ATTENDEE"].value == f"mailto:{DANA}"
        sequences.append(event["SEQUENCE"].value)
        khal.take(content)
        statuses += [(line[0][11:], line[3]) for line in khal.shows(given.TODAY, 2)]
    assert sequences == ["0", "1", "2"]
    assert statuses == [("14:00", "CONFIRMED"), ("16:00", "CONFIRMED"), ("16:00", "CANCELLED")]


def test_a_practitioners_letter_names_no_patient_and_leads_to_the_appointment(
    app, harbour, dana, mailer, postbox
):
    number = given.booked(harbour, dana, given.slot(harbour, 14))
    send_waiting(mailer, LATER, HOUSE)
    (letter,) = postbox.letters
    plain = letter.get_body(("plain",)).get_content()
    assert "Mon 1 March 2027" in plain
    assert "14:00 to 14:30, New York time (EST)" in plain
    assert "1 Quay Street" in plain
    assert f"{HOUSE}/schedule/appointments/{number}" in plain
    assert "<b>Dry needling</b>" in letter.get_body(("html",)).get_content()
    assert not re.search("Pat Doe|thigh", letter.as_string())


def test_a_patients_letter_says_nothing_of_needles(app, harbour, dana, mailer, postbox):
    given.booked(harbour, dana, given.slot(harbour, 14), email=PATIENT)
    send_waiting(mailer, LATER, HOUSE)
    (letter,) = [each for each in postbox.letters if each["To"] == PATIENT]
    texts = [letter["Subject"]]
    texts += [letter.get_body((kind,)).get_content() for kind in ("plain", "html")]
    content, read = invitation_in(letter)
    texts.append(content.decode())
    for text in texts:
        assert not re.search("needling(?! registry|.registry)|thigh|treatment", text, re.I), text
    (event,) = read.events.values()
    assert event["SUMMARY"].text == "Your appointment at Harbour Clinic"
    assert event["LOCATION"].text == "Harbour Clinic, 1 Quay Street"
    assert "URL" not in event
    assert read.moment(event["DTSTART"]) == datetime(2027, 3, 1, 19, tzinfo=UTC)
    assert "With Dana Okafor" in texts[1]
    assert "14:00 to 14:30, New York time (EST)" in texts[1]
