"""Setting up what is on offer, and what a room is fit for, through the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from registry.models import Room, TreatmentType, db
from registry.rules.vocabulary import Role, Treatment
from tests import given
from tests.web.page import error_at, read
from tests.web.visits import visit

TERMS = {"minutes": "60", "preparation": "5", "clean_up": "10", "note": "Explain consent."}
FIRST = {"name": "Dry needling, first visit", "kind": "needling"} | TERMS


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def ada(app):
    return visit(app, given.somebody(Role.ADMINISTRATOR))


@pytest.fixture
def mara(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour))


def exercise():
    return given.kind_of("exercise")["treatment_type_id"]


def row_of(page, name):
    rows = (row.get_text(" ", strip=True) for row in page.select("tbody tr"))
    return next(row for row in rows if name in row)


def test_an_administrator_puts_one_on_offer(ada):
    read(ada.get("/setup/treatments/new"), 200)
    assert ada.post("/setup/treatments/new", data=FIRST).location == "/setup/treatments"
    row = row_of(read(ada.get("/setup/treatments"), 200), "first visit")
    assert "Needling asks for a privilege Explain consent. 60 min" in row
    assert "5 min before, 10 min after yes" in row


@pytest.mark.parametrize(
    ("known", "field", "sentence"),
    [
        ({"name": ""}, "name", "Fill this in"),
        ({"name": "Exercise"}, "name", "of this name already"),
        ({"kind": ""}, "kind", "Choose one"),
        ({"kind": "surgery"}, "kind", "valid"),
        ({"minutes": "abc"}, "minutes", "number"),
        ({"minutes": "481"}, "minutes", "5 to 480"),
        ({"preparation": "61"}, "preparation", "0 to 60"),
        ({"clean_up": "9999"}, "clean_up", "0 to 60"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(ada, known, field, sentence):
    answer = ada.post("/setup/treatments/new", data=FIRST | known)
    assert sentence in error_at(read(answer, 422), field)
    assert len(db.session.query(TreatmentType).all()) == len(Treatment)


def test_it_is_changed_and_closed_from_a_day_but_stays_what_it_is(ada):
    page = read(ada.get(f"/setup/treatments/{exercise()}"), 200)
    assert "This never changes" in page.main.text
    closed = (given.TODAY + timedelta(days=7)).isoformat()
    told = {"name": "Gym", "closed_from": closed, "seen_version": "1", "kind": "needling"} | TERMS
    assert ada.post(f"/setup/treatments/{exercise()}", data=told).status_code == 303
    changed = db.session.get_one(TreatmentType, exercise())
    assert (changed.name, changed.kind, changed.minutes) == ("Gym", Treatment.EXERCISE, 60)
    row = row_of(read(ada.get("/setup/treatments"), 200), "Gym")
    assert "until the day before Mon 8 March 2027" in row


def test_somebody_who_looked_at_an_older_version_is_told(ada):
    told = {"name": "Gym", "seen_version": "1"} | TERMS
    assert ada.post(f"/setup/treatments/{exercise()}", data=told).status_code == 303
    again = ada.post(f"/setup/treatments/{exercise()}", data=told | {"name": "Hall"})
    assert "Somebody changed this treatment" in read(again, 409).text
    assert db.session.get_one(TreatmentType, exercise()).name == "Gym"


def test_a_manager_looks_and_does_not_change(mara):
    page = read(mara.get("/setup/treatments"), 200)
    assert page.select_one('main a[href^="/setup/treatments/"]') is None
    assert mara.get(f"/setup/treatments/{exercise()}").status_code == 403
    assert mara.post("/setup/treatments/new", data=FIRST).status_code == 403


def test_one_that_is_not_there_is_not_found(ada):
    assert ada.get("/setup/treatments/999").status_code == 404


@pytest.fixture
def room(harbour):
    """The address of its first room."""
    return f"/setup/clinics/{harbour.id}/rooms/{given.rooms(harbour)[0]}"


def said_of_rooms(mara, harbour):
    return read(mara.get(f"/setup/clinics/{harbour.id}"), 200).main.get_text(" ", strip=True)


def test_a_manager_says_what_a_room_is_fit_for_and_the_clinic_s_page_says_it(mara, harbour, room):
    assert "Room 1 Fit for every treatment" in said_of_rooms(mara, harbour)
    page = read(mara.get(room), 200)
    words = [label.text for label in page.select("fieldset label")]
    assert "Needling (needles)" in words
    told = {"fitness-fit_for": [str(exercise())], "fitness-seen": ""}
    assert mara.post(f"{room}/fitness", data=told).location == f"/setup/clinics/{harbour.id}"
    assert "Room 1 Not for needling; fit for Exercise" in said_of_rooms(mara, harbour)
    page = read(mara.get(room), 200)
    assert [box["value"] for box in page.select("input[checked]")] == [str(exercise())]
    told = {"fitness-fit_for": [], "fitness-seen": str(exercise())}
    mara.post(f"{room}/fitness", data=told)
    assert db.session.get_one(Room, given.rooms(harbour)[0]).fit_for == []


def test_what_would_no_longer_fit_is_counted_and_listed_with_a_way_to_move_it(mara, harbour, room):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    when = given.slot(harbour, 10, day=given.TODAY + timedelta(days=1))
    number = given.booked(harbour, dana, when)
    told = {"fitness-fit_for": [str(exercise())], "fitness-seen": ""}
    page = read(mara.post(f"{room}/fitness", data=told), 422)
    assert "1 appointment is booked in this room" in error_at(page, "fitness-fit_for")
    way = page.select_one(f'main a[href="/schedule/appointments/{number}/move"]')
    assert "Tue 2 March 2027" in way.text
    assert "Needling" in way.text
    assert db.session.get_one(Room, given.rooms(harbour)[0]).fit_for == []


@pytest.mark.parametrize("typed", ["999", "99999999999999999999", "-1", "x"])
def test_a_treatment_that_there_is_not_cannot_be_ticked(mara, harbour, room, typed):
    told = {"fitness-fit_for": [typed], "fitness-seen": typed}
    read(mara.post(f"{room}/fitness", data=told), 422)
    assert db.session.get_one(Room, given.rooms(harbour)[0]).fit_for == []
