"""Changes that can be taken back: a room is closed or renamed, an archived practitioner returns."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from registry.models import Practitioner, Room, db
from registry.rules.vocabulary import Role
from tests import given
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

CLOSED = given.TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


@pytest.fixture
def mara(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour))


@pytest.fixture
def room(harbour):
    """The address of its first room."""
    return f"/setup/clinics/{harbour.id}/rooms/{given.rooms(harbour)[0]}"


def test_a_room_is_renamed_and_closed_from_its_page(mara, harbour, room):
    page = read(mara.get(f"/setup/clinics/{harbour.id}"), 200)
    assert page.select_one(f'a[href="{room}"]').text == "Room 1"
    read(mara.get(room), 200)
    told = {"name": "The attic", "closed_from": CLOSED.isoformat()}
    assert mara.post(room, data=told).location == f"/setup/clinics/{harbour.id}"
    said = read(mara.get(f"/setup/clinics/{harbour.id}"), 200).main.get_text(" ", strip=True)
    assert "The attic , closed from Mon 8 March 2027" in said


def test_a_room_that_is_booked_stays_open_and_the_way_to_the_diary_is_shown(
    mara, harbour, dana, room
):
    slot = given.slot(harbour, 10, day=CLOSED)
    given.booked(harbour, dana, slot, treatment="exercise", sites=())
    told = {"name": "Room 1", "closed_from": given.TODAY.isoformat()}
    page = read(mara.post(room, data=told), 422)
    assert "1 appointment is booked in this room" in error_at(page, "closed_from")
    way = f"/schedule/day?clinic={harbour.id}&day={CLOSED}"
    assert page.select_one(f'main a[href="{way}"]') is not None
    assert db.session.get_one(Room, given.rooms(harbour)[0]).closed_from is None


def test_who_may_not_see_the_diary_is_shown_no_way_to_it(app, harbour, dana, room):
    slot = given.slot(harbour, 10, day=CLOSED)
    given.booked(harbour, dana, slot, treatment="exercise", sites=())
    ada = visit(app, given.somebody(Role.ADMINISTRATOR))
    told = {"name": "Room 1", "closed_from": CLOSED.isoformat()}
    page = read(ada.post(room, data=told), 422)
    assert "Move it first" in error_at(page, "closed_from")
    assert page.select_one('main a[href^="/schedule/"]') is None


def test_only_who_runs_the_clinic_finds_the_page_of_a_room(app, harbour, mara, room):
    read(visit(app, given.somebody(Role.FRONT_DESK, harbour)).get(room), 403)
    hill = given.clinic("Hill Clinic", adopted=False)
    read(visit(app, given.somebody(Role.MANAGER, hill)).get(room), 404)
    foreign = f"/setup/clinics/{harbour.id}/rooms/{given.rooms(hill)[0]}"
    read(mara.get(foreign), 404)


def test_an_archived_practitioner_is_brought_back_from_their_page(mara, dana):
    theirs = f"/setup/practitioners/{dana.id}"
    mara.post(f"{theirs}/archive", data={"reason": "Left."})
    page = read(mara.get(theirs), 200)
    assert page.select_one(f'a[href="{theirs}/bring-back"]').text.strip() == "Bring back"
    assert page.select_one(f'a[href="{theirs}/archive"]') is None
    read(mara.get(f"{theirs}/bring-back"), 200)
    assert "Fill this in" in alert(read(mara.post(f"{theirs}/bring-back", data={}), 422))
    mara.post(f"{theirs}/bring-back", data={"reason": "Came back."})
    assert db.session.get_one(Practitioner, dana.id).archived_at is None
    assert read(mara.get(theirs), 200).select_one(f'a[href="{theirs}/bring-back"]') is None


def test_who_may_not_archive_may_not_bring_back(app, harbour, mara, dana):
    theirs = f"/setup/practitioners/{dana.id}"
    mara.post(f"{theirs}/archive", data={"reason": "Left."})
    desk = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    read(desk.post(f"{theirs}/bring-back", data={"reason": "Please."}), 403)
    assert db.session.get_one(Practitioner, dana.id).archived_at is not None
