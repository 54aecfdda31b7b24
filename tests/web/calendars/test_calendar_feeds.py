"""Calendar feeds as a program reads them: what is in them, and how it is written."""

from __future__ import annotations

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.models import AuditEntry, Engagement, db
from registry.rules.calendars import FeedKind
from registry.rules.facts import Licence
from registry.rules.vocabulary import Role, Treatment, VersionState
from registry.services.calendars import withdraw_feed
from registry.services.engagements import end_engagement
from registry.services.scheduling import cancel_appointment, rebook_appointment
from tests import given
from tests.calendar_reading import strictly
from tests.web.calendars.reading import (
    booked,
    feed_of,
    fetch,
    latest_feed,
    licence,
    only_event,
    shown,
    titles,
)
from tests.web.visits import visit

PATIENT = "Peregrine Whitlock"


def test_a_practitioner_has_their_own_appointments_and_no_patient_in_them(
    app, harbour, dana, herself
):
    luis = given.practitioner("Luis", at=harbour)
    booked(harbour, luis, hour=12, treatment=Treatment.EXERCISE, sites=())
    number = booked(harbour, dana)
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    answer = fetch(app, path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    read = strictly(answer.data)
    assert read.whole["NAME"].text == "Appointments of Dana Okafor"
    (event,) = read.events.values()
    assert event["UID"].value == f"appointment-{number}@registry.test"
    assert event["SUMMARY"].text == "Dry needling, Room 1, Harbour Clinic"
    assert event["LOCATION"].text == "Harbour Clinic, 1 Quay Street"
    local = read.moment(event["DTSTART"]).astimezone(ZoneInfo(harbour.zone))
    assert (local.date(), local.hour) == (given.TODAY + timedelta(days=1), 10)
    for word in ("Peregrine", "Whitlock", "thigh", "P-"):
        assert word.lower() not in answer.text.lower()


def test_a_clinic_has_everybodys_appointments_by_name(app, harbour, hill, dana, mara):
    luis = given.practitioner("Luis Prado", at=harbour)
    booked(harbour, dana)
    booked(harbour, luis, hour=12, treatment=Treatment.EXERCISE, sites=())
    booked(hill, given.practitioner("Hana", at=hill), treatment=Treatment.EXERCISE, sites=())
    path = feed_of(mara, FeedKind.CLINIC, harbour.id)
    assert titles(app, path) == [
        "Dry needling, Dana Okafor, Room 1",
        "Exercise, Luis Prado, Room 1",
    ]


def test_a_practitioner_at_two_clinics_has_both_each_on_its_own_clock(
    app, harbour, hill, dana, herself
):
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.TODAY))
    db.session.commit()
    booked(harbour, dana)
    booked(hill, dana, days=2, treatment=Treatment.EXERCISE, sites=())
    read = shown(app, feed_of(herself, FeedKind.PRACTITIONER, dana.id))
    assert set(read.zones) == {"America/New_York", "Pacific/Chatham"}
    assert [each["DTSTART"].parameters["TZID"] for each in read.events.values()] == [
        "America/New_York",
        "Pacific/Chatham",
    ]


def test_a_manager_has_of_somebody_what_is_at_their_own_clinic_only(app, harbour, hill, dana, mara):
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.TODAY))
    db.session.commit()
    booked(harbour, dana)
    booked(hill, dana, days=2, treatment=Treatment.EXERCISE, sites=())
    path = feed_of(mara, FeedKind.PRACTITIONER, dana.id)
    assert titles(app, path) == ["Dry needling, Room 1, Harbour Clinic"]


def test_every_change_raises_the_sequence_under_the_same_uid(app, harbour, dana, herself, clock):
    number = booked(harbour, dana)
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    seen = [only_event(app, path)]
    desk = given.somebody(Role.FRONT_DESK, harbour)
    clock.shift(timedelta(hours=1))
    moment = given.NOW + timedelta(hours=1)
    when = given.slot(harbour, 15, day=given.TODAY + timedelta(days=1))
    rebook_appointment(actor=desk, appointment_id=number, seen_version=1, slot=when, now=moment)
    seen.append(only_event(app, path))
    cancel_appointment(actor=desk, appointment_id=number, seen_version=2, reason="Ill.", now=moment)
    seen.append(only_event(app, path))
    assert len({event["UID"].value for event in seen}) == 1
    assert [event["SEQUENCE"].value for event in seen] == ["0", "1", "2"]
    assert [event["STATUS"].value for event in seen] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [event["LAST-MODIFIED"].value for event in seen] == [
        "20270301T090000Z",
        *["20270301T100000Z"] * 2,
    ]


def test_what_is_cancelled_is_said_to_be_for_thirty_days(app, harbour, dana, herself, clock):
    number = booked(harbour, dana, days=60, treatment=Treatment.EXERCISE, sites=())
    desk = given.somebody(Role.FRONT_DESK, harbour)
    cancel_appointment(
        actor=desk, appointment_id=number, seen_version=1, reason="Ill.", now=given.NOW
    )
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    clock.shift(timedelta(days=29))
    assert titles(app, path) == ["Cancelled: Exercise, Room 1, Harbour Clinic"]
    clock.shift(timedelta(days=2))
    assert titles(app, path) == []


def test_what_is_on_hold_is_tentative(app, harbour, dana, herself):
    booked(harbour, dana, days=5)
    end_engagement(
        actor=given.somebody(Role.MANAGER, harbour),
        engagement_id=dana.engagements[0].id,
        last_day=given.TODAY + timedelta(days=2),
        now=given.NOW,
    )
    event = only_event(app, feed_of(herself, FeedKind.PRACTITIONER, dana.id))
    assert event["STATUS"].value == "TENTATIVE"
    assert event["SUMMARY"].text == "On hold: Dry needling, Room 1, Harbour Clinic"


def test_a_feed_reaches_a_month_back_and_half_a_year_ahead(app, harbour, dana, herself, clock):
    for days in (1, 40, 200):
        booked(harbour, dana, days=days)
    clock.shift(timedelta(days=35))
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    days = [event["DTSTART"].value[:8] for event in shown(app, path).events.values()]
    assert days == ["20270410", "20270917"]


def test_lapses_are_whole_days_with_a_name_and_no_number(app, harbour, dana, mara):
    given.on_record(dana, Licence, licence(number="SECRET-7", last_day=date(2027, 6, 30)))
    given.on_record(dana, Licence, licence(last_day=date(2027, 5, 1)), state=VersionState.SUBMITTED)
    answer = fetch(app, feed_of(mara, FeedKind.LAPSES_AT_CLINIC, harbour.id))
    read = strictly(answer.data)
    (event,) = read.events.values()
    assert read.moment(event["DTSTART"]) == date(2027, 6, 30)
    assert event["SUMMARY"].text == "Last day of a licence: Dana Okafor"
    assert "SECRET" not in answer.text


def test_a_practitioner_has_the_lapses_of_their_own_papers(app, harbour, dana, herself):
    luis = given.practitioner("Luis", at=harbour)
    for whom in (dana, luis):
        given.on_record(whom, Licence, licence(last_day=date(2027, 6, 30)))
    path = feed_of(herself, FeedKind.LAPSES_OF_PRACTITIONER, dana.id)
    assert titles(app, path) == ["Last day of a licence: Dana Okafor"]


def test_only_who_has_not_the_latest_is_sent_the_file(app, harbour, dana, herself):
    booked(harbour, dana)
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    first = fetch(app, path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    etag = first.headers["ETag"]
    again = fetch(app, path, **{"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    booked(harbour, dana, hour=14)
    changed = fetch(app, path, **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_a_feed_is_read_in_as_many_statements_however_much_is_in_it(
    app, harbour, dana, herself, mara, statements
):
    paths = [
        feed_of(herself, FeedKind.PRACTITIONER, dana.id),
        feed_of(mara, FeedKind.CLINIC, harbour.id),
        feed_of(mara, FeedKind.LAPSES_AT_CLINIC, harbour.id),
    ]
    counts = []
    for more in (1, 9):
        for number in range(more):
            booked(harbour, dana, days=number + more)
            given.on_record(dana, Licence, licence(last_day=date(2027, 6, 30)))
        for path in paths:
            fetch(app, path)
            statements.clear()
            fetch(app, path)
            counts.append(len(statements))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 3


def test_that_it_was_read_is_kept_now_and_then(app, harbour, dana, herself, clock, statements):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    fetch(app, path)
    assert latest_feed().last_read_at == given.NOW
    clock.shift(timedelta(minutes=5))
    statements.clear()
    fetch(app, path)
    assert [each for each in statements if not each.startswith("SELECT")] == []
    clock.shift(timedelta(minutes=6))
    fetch(app, path)
    assert latest_feed().last_read_at == given.NOW + timedelta(minutes=11)


def test_only_the_fingerprint_of_an_address_is_kept_anywhere(app, harbour, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    token = re.search("/calendars/(.*)[.]ics", path)[1]
    assert len(token) >= 43
    withdraw_feed(actor=herself, feed_id=latest_feed().id, now=given.NOW)
    visit(app, herself).get(path)
    fetch(app, path)
    for entry in db.session.scalars(select(AuditEntry)):
        assert token[:20] not in entry.body + entry.subject
    assert token not in latest_feed().token_hash
