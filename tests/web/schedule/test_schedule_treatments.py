"""Booking a type of treatment through the pages: its length, the time around it, a fit room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from registry.models import Appointment, Room, TreatmentType, db
from registry.rules.vocabulary import Treatment
from tests import given
from tests.web.page import alert, error_at, read

DAY = "2027-03-02"
NEXT_DAY = given.TODAY + timedelta(days=1)


@pytest.fixture
def follow_up(app):
    return given.treatment_type("Dry needling, follow-up", preparation=5, clean_up=10).id


@pytest.fixture
def gym(app):
    return given.treatment_type("Gym", kind=Treatment.EXERCISE, minutes=60).id


@pytest.fixture
def pat(harbour):
    return given.patient(harbour, "Pat Doe", "P-77")


def wish(type_id, **known):
    asked = dict(day=DAY, treatment=str(type_id), site=["thigh"], patient="P-77") | known
    return {name: value for name, value in asked.items() if value is not None}


def page_of(desk, type_id, **known):
    return read(desk.get("/schedule/book", query_string=wish(type_id, **known)), 200)


def book(desk, clinic, whom, type_id, **known):
    told = wish(type_id, minutes="30", practitioner_id=whom.id, time="10:00", room_id="") | known
    return desk.post(f"/schedule/book?clinic={clinic.id}", data=told)


def only_one():
    db.session.rollback()
    return db.session.scalars(select(Appointment)).one()


def fit_for(room_id, *types):
    values = dict(fit_for=list(types), fit_since=given.TODAY)
    db.session.execute(update(Room).where(Room.id == room_id).values(values))
    db.session.commit()


def length_in(page):
    return page.select_one("main form [name=minutes]")["value"]


def test_the_length_is_that_of_the_treatment_unless_one_is_typed(desk, dana, pat, follow_up):
    assert length_in(page_of(desk, follow_up)) == "30"
    assert length_in(page_of(desk, follow_up, minutes="")) == "30"
    assert length_in(page_of(desk, follow_up, minutes="50")) == "50"


def test_another_treatment_brings_its_own_length(desk, dana, pat, follow_up, gym):
    was = str(follow_up)
    assert length_in(page_of(desk, gym, site=None, minutes="30", usual=was)) == "60"
    assert length_in(page_of(desk, gym, site=None, minutes="35", usual=was)) == "35"


def test_the_treatments_are_offered_by_name_and_those_that_needle_ask_for_regions(
    desk, dana, pat, follow_up, gym
):
    page = page_of(desk, follow_up)
    offered = {option.text: option for option in page.select("main [name=treatment] option")}
    assert offered["Dry needling, follow-up (30 min)"].has_attr("selected")
    assert not offered["Dry needling, follow-up (30 min)"].has_attr("data-plain")
    assert offered["Gym (60 min)"].has_attr("data-plain")
    refused = read(desk.get("/schedule/book", query_string=wish(follow_up, site=[])), 422)
    assert "at least one" in error_at(refused, "site")


def test_a_treatment_that_is_no_longer_offered_that_day_is_not_to_choose(desk, dana, pat, gym):
    closed = update(TreatmentType).where(TreatmentType.id == gym).values(closed_from=NEXT_DAY)
    db.session.execute(closed)
    db.session.commit()
    page = read(desk.get("/schedule/book", query_string=wish(gym, site=[])), 422)
    assert "Choose one of these treatments." in error_at(page, "treatment")
    today = given.TODAY.isoformat()
    assert "Gym" in page_of(desk, gym, site=None, day=today).text


def test_it_is_booked_and_named_on_its_page_and_in_the_diary(desk, harbour, dana, pat, follow_up):
    answer = book(desk, harbour, dana, follow_up)
    made = only_one()
    assert made.treatment_type_id == follow_up
    assert made.busy_until - made.ends_at == timedelta(minutes=10)
    said = read(desk.get(answer.location), 200).main.get_text(" ", strip=True)
    assert "Dry needling, follow-up: thigh" in said
    assert "5 minutes of preparation before it, 10 minutes of clean-up after it" in said
    for view in ("", "&view=list"):
        day = read(desk.get(f"/schedule/day?clinic={harbour.id}&day={DAY}{view}"), 200)
        assert "Dry needling, follow-up: thigh" in day.main.text
    again = book(desk, harbour, dana, follow_up)
    assert again.location == answer.location


def test_what_clean_up_takes_is_not_offered(desk, harbour, dana, pat, follow_up):
    book(desk, harbour, dana, follow_up)
    offered = [
        option["value"]
        for option in page_of(desk, follow_up, minutes="15").select("[name=time][value], option")
    ]
    assert "09:30" in offered
    assert "09:45" not in offered
    assert "10:30" not in offered
    assert "10:45" in offered


def test_any_free_room_is_a_fit_one_and_no_other_is_to_choose(desk, harbour, dana, pat, follow_up):
    first, second = given.rooms(harbour)[:2]
    fit_for(first, given.kind_of("exercise")["treatment_type_id"])
    rooms = [o.text for o in page_of(desk, follow_up).select("[name=room_id] option")]
    assert rooms == ["Any that is free", "Room 2"]
    book(desk, harbour, dana, follow_up)
    assert only_one().room_id == second


def test_an_unfit_room_is_refused_at_its_field(desk, harbour, dana, pat, follow_up):
    first = given.rooms(harbour)[0]
    fit_for(first, given.kind_of("exercise")["treatment_type_id"])
    page = read(book(desk, harbour, dana, follow_up, room_id=str(first)), 422)
    assert "Room 1 is not fit for “Dry needling, follow-up”" in error_at(page, "room_id")
    assert db.session.scalars(select(Appointment)).all() == []


def test_where_no_room_is_fit_it_says_so(desk, harbour, dana, pat, follow_up):
    for room in given.rooms(harbour):
        fit_for(room, given.kind_of("exercise")["treatment_type_id"])
    page = read(book(desk, harbour, dana, follow_up), 422)
    assert "No room that is fit for it is free at that time." in error_at(page, "room_id")
    assert "or no room that is fit for it is free" in page.main.text


def test_it_is_converted_to_another_type_and_goes_to_a_room_that_is_fit(
    desk, harbour, dana, follow_up, gym
):
    number = given.booked(harbour, dana, treatment_type_id=follow_up)
    first, second = given.rooms(harbour)[:2]
    fit_for(first, follow_up)
    told = {"treatment": str(gym), "seen_version": "1"}
    answer = desk.post(f"/schedule/appointments/{number}/convert", data=told)
    said = read(desk.get(answer.location), 200).get_text(" ", strip=True)
    assert (only_one().treatment_type_id, only_one().room_id) == (gym, second)
    assert "Changed, and moved to a room that is fit and free." in said
    assert "Gym" in said


def test_it_is_converted_and_moved_where_its_own_room_is_taken_by_then(
    desk, harbour, dana, follow_up, gym
):
    first, second = given.rooms(harbour)[:2]
    fit_for(first, follow_up, gym)
    fit_for(second, follow_up, gym)
    number = given.booked(harbour, dana, treatment_type_id=gym, treatment="exercise", sites=())
    ends = db.session.get_one(Appointment, number).ends_at
    sam = given.practitioner("Sam Roy", at=harbour)
    next_one = given.Slot(ends, ends + timedelta(minutes=30))
    given.booked(harbour, sam, next_one, treatment_type_id=gym, treatment="exercise", sites=())
    told = {"treatment": str(follow_up), "site": ["thigh"], "seen_version": "1"}
    answer = desk.post(f"/schedule/appointments/{number}/convert", data=told)
    assert answer.status_code == 303
    db.session.rollback()
    assert db.session.get_one(Appointment, number).room_id == second


def test_a_conversion_without_a_fit_room_is_refused_and_changes_nothing(
    desk, harbour, dana, follow_up, gym
):
    number = given.booked(harbour, dana, treatment_type_id=follow_up)
    for room in given.rooms(harbour):
        fit_for(room, follow_up)
    told = {"treatment": str(gym), "seen_version": "1"}
    page = read(desk.post(f"/schedule/appointments/{number}/convert", data=told), 422)
    assert "No room that is fit for it is free" in alert(page)
    assert only_one().treatment_type_id == follow_up


def test_a_move_offers_fit_rooms_only(desk, harbour, dana, follow_up):
    number = given.booked(harbour, dana, treatment_type_id=follow_up)
    second = given.rooms(harbour)[1]
    fit_for(second, given.kind_of("exercise")["treatment_type_id"])
    page = read(desk.get(f"/schedule/appointments/{number}/move"), 200)
    assert [o.text for o in page.select("[name=room_id] option")] == ["Any that is free", "Room 1"]
