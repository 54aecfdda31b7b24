"""Somebody walks in at the very moment the desk records that they did not come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.errors import NotInThatState, Overtaken
from registry.models import Appointment, db
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.check_in import check_in
from registry.services.no_shows import record_no_show, undo_no_show
from tests import given
from tests.concurrency.together import together

LATER = given.NOW + timedelta(hours=10, minutes=10)  # ten past two at the clinic


@pytest.fixture
def scene(app):
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    number = given.booked(harbour, dana)
    return dict(actor=given.somebody(Role.FRONT_DESK, harbour), appointment_id=number)


def as_it_is(scene):
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(Appointment, scene["appointment_id"])
    return found.state, found.checked_in_at is not None


def outcome(one):
    return one if one is None else type(one)


def test_they_are_here_or_they_did_not_come_and_never_both(app, scene):
    arrived, missed = together(
        app,
        lambda: check_in(**scene, now=LATER),
        lambda: record_no_show(**scene, seen_version=1, now=LATER),
    )
    here, away = (AppointmentState.CONFIRMED, True), (AppointmentState.NO_SHOW, False)
    assert as_it_is(scene) in (here, away)
    won = {(None, Overtaken): here, (NotInThatState, None): away}
    assert won[outcome(arrived), outcome(missed)] == as_it_is(scene)


@pytest.mark.parametrize("deed", [record_no_show, undo_no_show])
def test_two_desks_at_once_record_it_or_take_it_back_once(app, scene, deed):
    seen = 1
    if deed is undo_no_show:
        record_no_show(**scene, seen_version=1, now=LATER)
        seen = 2
    outcomes = together(app, *[lambda: deed(**scene, seen_version=seen, now=LATER)] * 2)
    assert sorted(map(str, map(outcome, outcomes))) == sorted(map(str, (None, Overtaken)))
