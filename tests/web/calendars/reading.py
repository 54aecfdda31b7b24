"""Making a calendar feed and reading it, as a program that has no cookies."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from registry.models import CalendarFeed, db
from registry.rules.vocabulary import Role
from registry.services.calendars import make_feed
from tests import given
from tests.calendar_reading import strictly

PATIENT = "Peregrine Whitlock"


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


def gone(app, path):
    """The same page, word for word, as an address that never was."""
    answer, never = fetch(app, path), fetch(app, "/calendars/never.ics")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code == never.status_code == 404 and answer.text == never.text


def only_event(app, path):
    (event,) = shown(app, path).events.values()
    return event


def latest_feed():
    db.session.rollback()
    return db.session.scalars(select(CalendarFeed).order_by(CalendarFeed.id)).first()


def licence(**known):
    ordinary = dict(
        number="MT-1",
        jurisdiction="US-MT",
        profession="PT",
        first_licensed=date(2015, 6, 1),
        first_day=date(2020, 1, 1),
        last_day=None,
    )
    return ordinary | known
