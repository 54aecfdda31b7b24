"""Offers where a day, a privilege or a treatment ends; and who else has time for what is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from registry.models import TreatmentType, db
from registry.queries.appointments import appointment
from registry.queries.candidates import candidates_for
from registry.queries.offers import offers
from registry.queries.searched_days import Search
from registry.rules.days import Span
from registry.rules.vocabulary import Role
from tests import given

DAY = given.TODAY + timedelta(days=1)
AFTER = DAY + timedelta(days=1)


@pytest.fixture
def night(app):
    return given.clinic("Night Clinic", hours=given.ROUND_THE_CLOCK)


def clocks(at, **known):
    desk = given.somebody(Role.FRONT_DESK, at)
    asked = dict(clinic_ids=(at.id,), sites=("thigh",), minutes=45, days=Span(DAY, DAY))
    found = offers(desk, Search(**asked | dict(after=given.NOW) | known), 999)
    return [f"{one.starts_at.astimezone(given.ZoneInfo(at.zone)):%H:%M}" for one in found]


def test_what_begins_on_a_day_may_end_on_the_next(night):
    given.certified(given.practitioner(at=night))
    assert clocks(night)[-1] == "23:45"


def test_a_privilege_must_reach_over_midnight(night):
    given.certified(given.practitioner(at=night), last_day=DAY)
    assert clocks(night)[-1] == "23:15"


def test_the_clinic_must_be_open_on_both_sides_of_midnight(night):
    given.certified(given.practitioner(at=night))
    given.clinic_day(night, AFTER, ["00:00", "00:20"])
    assert clocks(night)[-1] == "23:30"


def test_a_treatment_is_not_offered_into_the_day_from_which_it_is_given_no_more(night):
    given.certified(given.practitioner(at=night))
    assert clocks(night, until=AFTER)[-1] == "23:15"
    assert clocks(night, until=DAY) == []


def test_what_has_passed_is_not_offered(night):
    given.certified(given.practitioner(at=night))
    assert clocks(night, after=given.slot(night, 10, 1, day=DAY).starts_at)[0] == "10:15"


def test_somebody_whose_hole_it_fits_comes_before_somebody_with_an_empty_day(night):
    for name in ("Ada Empty", "Zoe Filled"):
        given.certified(given.practitioner(name, at=night))
    zoe = db.session.query(given.Practitioner).filter_by(name="Zoe Filled").one()
    given.booked(night, zoe, given.slot(night, 0, day=DAY, minutes=480))
    given.booked(night, zoe, given.slot(night, 8, 45, day=DAY, minutes=480))
    desk = given.somebody(Role.FRONT_DESK, night)
    eight = given.slot(night, 8, day=DAY).starts_at
    asked = Search((night.id,), ("thigh",), 45, Span(DAY, DAY), eight)
    assert [(one.name, one.idle) for one in offers(desk, asked, 2)] == [
        ("Zoe Filled", 0),
        ("Ada Empty", 24 * 60 - 45),
    ]


def test_the_search_asks_as_often_however_many_work_there(night, statements):
    desk, counts = given.somebody(Role.FRONT_DESK, night), []
    who = given.patient(night)
    asked = Search((night.id,), ("thigh",), 45, Span(DAY, DAY), given.NOW, patient_id=who.id)
    for number in range(2):
        for n in range(1 + 9 * number):
            given.certified(given.practitioner(f"Person {number}{n}", at=night))
        statements.clear()
        assert len(offers(desk, asked, 20)) == 20
        counts.append(len(statements))
    assert counts == [6, 6]


def test_who_else_could_take_it_has_all_the_time_that_it_has_kept(night):
    """It keeps what it was booked with, also what its treatment asks no more."""
    dana, ana = (given.practitioner(name, at=night) for name in ("Dana Okafor", "Ana Ruiz"))
    for one in (dana, ana):
        given.certified(one)
    cleaned = given.treatment_type("Cleaned", clean_up=30)
    number = given.booked(night, dana, given.slot(night, 10, day=DAY), treatment_type_id=cleaned.id)
    given.booked(night, ana, given.slot(night, 10, 45, day=DAY), room_id=given.rooms(night)[1])
    db.session.execute(
        update(TreatmentType).where(TreatmentType.id == cleaned.id).values(clean_up=0)
    )
    db.session.commit()
    desk = given.somebody(Role.FRONT_DESK, night)
    seen = appointment(desk, number)
    found = candidates_for(desk, seen.place, seen.slot, seen.sites, seen.id, seen.busy)
    assert [one.name for one in found.taken] == ["Ana Ruiz"]
