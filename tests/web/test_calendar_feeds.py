"""Calendar feeds as a program reads them: by address alone, on the maker's right of the moment."""

from __future__ import annotations

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from registry.models import Account, AuditEntry, CalendarFeed, Engagement, db
from registry.rules.calendars import FeedKind
from registry.rules.facts import Licence
from registry.rules.vocabulary import Role, Treatment, VersionState
from registry.services.archiving import archive_practitioner
from registry.services.calendars import MOST, make_feed, withdraw_feed
from registry.services.engagements import end_engagement
from registry.services.scheduling import cancel_appointment, rebook_appointment
from tests import given
from tests.calendar_reading import strictly
from tests.web.page import alert, read
from tests.web.visits import visit

PATIENT = "Peregrine Whitlock"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(given.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def hill(app):
    return given.clinic("Hill Clinic", zone="Pacific/Chatham")


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def herself(dana, harbour):
    return given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour, name="Mara Boss")


def feed_of(actor, kind, number):
    token = make_feed(actor=actor, kind=kind, number=number, name="my phone", now=given.NOW)
    return f"/calendars/{token}.ics"


def fetch(app, path, **headers):
    """By a program, which has no cookies."""
    return app.test_client().get(path, headers=headers)


def shown(app, path):
    answer = fetch(app, path)
    assert answer.status_code == 200
    return strictly(answer.data)


def titles(app, path):
    return [event["SUMMARY"].text for event in shown(app, path).events.values()]


def booked(harbour, whom, days=1, hour=10, **known):
    when = given.slot(harbour, hour, day=given.TODAY + timedelta(days=days))
    desk = given.somebody(Role.FRONT_DESK, harbour)
    patient = given.patient(harbour, PATIENT)
    wanted = given.booking(harbour, whom, patient, when, **known)
    return given.book_appointment(actor=desk, booking=wanted, now=given.NOW)


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
    seen = [_only(app, path)]
    desk = given.somebody(Role.FRONT_DESK, harbour)
    clock.shift(timedelta(hours=1))
    moment = given.NOW + timedelta(hours=1)
    when = given.slot(harbour, 15, day=given.TODAY + timedelta(days=1))
    rebook_appointment(actor=desk, appointment_id=number, seen_version=1, slot=when, now=moment)
    seen.append(_only(app, path))
    cancel_appointment(actor=desk, appointment_id=number, seen_version=2, reason="Ill.", now=moment)
    seen.append(_only(app, path))
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
    event = _only(app, feed_of(herself, FeedKind.PRACTITIONER, dana.id))
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
    given.on_record(dana, Licence, _licence(number="SECRET-7", last_day=date(2027, 6, 30)))
    given.on_record(
        dana, Licence, _licence(last_day=date(2027, 5, 1)), state=VersionState.SUBMITTED
    )
    answer = fetch(app, feed_of(mara, FeedKind.LAPSES_AT_CLINIC, harbour.id))
    read = strictly(answer.data)
    (event,) = read.events.values()
    assert read.moment(event["DTSTART"]) == date(2027, 6, 30)
    assert event["SUMMARY"].text == "Last day of a licence: Dana Okafor"
    assert "SECRET" not in answer.text


def test_a_practitioner_has_the_lapses_of_their_own_papers(app, harbour, dana, herself):
    luis = given.practitioner("Luis", at=harbour)
    for whom in (dana, luis):
        given.on_record(whom, Licence, _licence(last_day=date(2027, 6, 30)))
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
            given.on_record(dana, Licence, _licence(last_day=date(2027, 6, 30)))
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
    assert _feed().last_read_at == given.NOW
    clock.shift(timedelta(minutes=5))
    statements.clear()
    fetch(app, path)
    assert [each for each in statements if not each.startswith("SELECT")] == []
    clock.shift(timedelta(minutes=6))
    fetch(app, path)
    assert _feed().last_read_at == given.NOW + timedelta(minutes=11)


def test_only_the_fingerprint_of_an_address_is_kept_anywhere(app, harbour, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    token = re.search("/calendars/(.*)[.]ics", path)[1]
    assert len(token) >= 43
    withdraw_feed(actor=herself, feed_id=_feed().id, now=given.NOW)
    visit(app, herself).get(path)
    fetch(app, path)
    for entry in db.session.scalars(select(AuditEntry)):
        assert token[:20] not in entry.body + entry.subject
    assert token not in _feed().token_hash


# What ends a feed: each of these at the next reading, with the answer that any wrong address has.


def test_a_wrong_address_is_not_found_and_writes_nothing(app, statements):
    for path in ("/calendars/none.ics", f"/calendars/{'x' * 5000}.ics", "/calendars/%00%ff.ics"):
        statements.clear()
        assert fetch(app, path).status_code == 404
        assert [each.split()[0] for each in statements] == ["SELECT"]


def test_a_feed_ends_with_its_withdrawal(app, harbour, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    withdraw_feed(actor=herself, feed_id=_feed().id, now=given.NOW)
    assert _gone(app, path)


def test_a_feed_ends_with_the_account_of_its_maker(app, harbour, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    db.session.get_one(Account, herself.account_id).closed_at = given.NOW
    db.session.commit()
    assert _gone(app, path)


def test_a_feed_ends_with_the_grant_that_allowed_it_and_comes_back_with_it(
    app, harbour, dana, mara
):
    path = feed_of(mara, FeedKind.CLINIC, harbour.id)
    lapses = feed_of(mara, FeedKind.LAPSES_AT_CLINIC, harbour.id)
    account = db.session.get_one(Account, mara.account_id)
    account.grants.clear()
    db.session.commit()
    assert _gone(app, path)
    assert _gone(app, lapses)
    given.also(mara, Role.MANAGER, harbour)
    assert fetch(app, path).status_code == 200


def test_a_grant_that_is_only_proposed_shows_nothing(app, harbour, dana, mara):
    path = feed_of(mara, FeedKind.CLINIC, harbour.id)
    account = db.session.get_one(Account, mara.account_id)
    account.grants[0].proposed_by = mara.account_id
    db.session.commit()
    assert _gone(app, path)


def test_a_feed_ends_the_day_after_the_engagement(app, harbour, dana, herself, mara, clock):
    paths = [
        feed_of(herself, FeedKind.PRACTITIONER, dana.id),
        feed_of(herself, FeedKind.LAPSES_OF_PRACTITIONER, dana.id),
        feed_of(mara, FeedKind.PRACTITIONER, dana.id),
    ]
    end_engagement(
        actor=mara, engagement_id=dana.engagements[0].id, last_day=given.TODAY, now=given.NOW
    )
    assert [fetch(app, path).status_code for path in paths] == [200] * 3
    clock.shift(timedelta(days=1))
    assert all(_gone(app, path) for path in paths)


def test_a_feed_ends_when_its_practitioner_is_archived(app, harbour, dana, herself, mara):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    archive_practitioner(actor=mara, practitioner_id=dana.id, now=given.NOW)
    assert _gone(app, path)


def test_that_an_ended_feed_is_still_asked_for_is_told_once_a_day(
    app, harbour, dana, herself, clock
):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    withdraw_feed(actor=herself, feed_id=_feed().id, now=given.NOW)
    for _ in range(5):
        fetch(app, path)
        clock.shift(timedelta(hours=1))
    assert _refusals() == 1
    clock.shift(timedelta(days=1))
    fetch(app, path)
    assert _refusals() == 2


# The pages on which feeds are made and withdrawn.


def test_the_address_is_shown_once_and_works(app, harbour, dana, herself):
    browser = visit(app, herself)
    page = read(browser.post(f"/calendars/of-practitioner/{dana.id}", data={"name": "my phone"}))
    address = page.select_one("#feed-address")["value"]
    assert address.startswith("http://registry.test/calendars/")
    assert page.select_one("a[href^='webcal://registry.test/calendars/']")
    assert fetch(app, address.removeprefix("http://registry.test")).status_code == 200
    assert address not in browser.get("/calendars/").text
    assert "my phone" in read(browser.get("/calendars/")).text


def test_a_feed_wants_a_name(app, harbour, dana, herself):
    answer = visit(app, herself).post(f"/calendars/of-practitioner/{dana.id}", data={"name": " "})
    assert answer.status_code == 422
    assert "Fill this in" in alert(read(answer, 422))
    assert db.session.scalar(select(CalendarFeed.id)) is None


def test_nobody_has_more_feeds_than_they_can_look_after(app, harbour, dana, herself):
    for _ in range(MOST):
        feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    answer = visit(app, herself).post(f"/calendars/of-practitioner/{dana.id}", data={"name": "x"})
    assert answer.status_code == 422
    assert "Withdraw one first" in alert(read(answer, 422))


def test_everybody_is_offered_what_they_may_take_along(app, harbour, hill, dana, herself, mara):
    own = read(visit(app, herself).get("/calendars/")).text
    assert "Appointments of Dana Okafor" in own
    assert "All appointments at Harbour Clinic" not in own
    managed = read(visit(app, mara).get("/calendars/")).text
    assert "All appointments at Harbour Clinic" in managed
    assert "Papers that lapse at Harbour Clinic" in managed
    assert "Hill" not in managed
    assert "Letters about your appointments" not in managed


def test_a_manager_sees_and_withdraws_the_feeds_of_their_people(app, harbour, hill, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    number = _feed().id
    elsewhere = visit(app, given.somebody(Role.MANAGER, hill))
    assert "Dana" not in elsewhere.get("/calendars/").text
    assert elsewhere.post(f"/calendars/{number}/withdraw").status_code == 404
    colleague = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    assert "my phone" not in colleague.get("/calendars/").text
    assert colleague.post(f"/calendars/{number}/withdraw").status_code == 404
    assert fetch(app, path).status_code == 200

    boss = visit(app, given.somebody(Role.MANAGER, harbour))
    assert "my phone" in read(boss.get("/calendars/")).text
    assert boss.post(f"/calendars/{number}/withdraw").status_code == 302
    assert "my phone" not in read(boss.get("/calendars/")).text.split("withdrawn")[-1]
    assert _gone(app, path)
    assert boss.post(f"/calendars/{number}/withdraw").status_code == 409


def test_an_administrator_withdraws_any_feed(app, harbour, dana, mara):
    path = feed_of(given.somebody(Role.AUDITOR), FeedKind.CLINIC, harbour.id)
    number = _feed().id
    assert visit(app, mara).post(f"/calendars/{number}/withdraw").status_code == 302
    assert _gone(app, path)
    path = feed_of(given.somebody(Role.AUDITOR), FeedKind.PRACTITIONER, dana.id)
    number = db.session.scalars(select(CalendarFeed.id).order_by(CalendarFeed.id.desc())).first()
    assert visit(app, mara).post(f"/calendars/{number}/withdraw").status_code == 404
    everywhere = visit(app, given.somebody(Role.ADMINISTRATOR))
    assert everywhere.post(f"/calendars/{number}/withdraw").status_code == 302
    assert _gone(app, path)


def test_letters_are_switched_off_and_on_again(app, harbour, dana, herself):
    browser = visit(app, herself)
    assert read(browser.get("/calendars/")).select_one("#wanted[checked]")
    browser.post("/calendars/letters", data={})
    assert not read(browser.get("/calendars/")).select_one("#wanted[checked]")
    browser.post("/calendars/letters", data={"wanted": "y"})
    assert read(browser.get("/calendars/")).select_one("#wanted[checked]")


def _gone(app, path):
    """The same page, word for word, as an address that never was."""
    answer, never = fetch(app, path), fetch(app, "/calendars/never.ics")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code == never.status_code == 404 and answer.text == never.text


def _only(app, path):
    (event,) = shown(app, path).events.values()
    return event


def _feed():
    db.session.rollback()
    return db.session.scalars(select(CalendarFeed).order_by(CalendarFeed.id)).first()


def _refusals():
    db.session.rollback()
    told = select(AuditEntry).where(AuditEntry.action == "refused: read a calendar feed")
    return len(db.session.scalars(told).all())


def _licence(**known):
    ordinary = dict(
        number="MT-1",
        jurisdiction="US-MT",
        profession="PT",
        first_licensed=date(2015, 6, 1),
        first_day=date(2020, 1, 1),
        last_day=None,
    )
    return ordinary | known
