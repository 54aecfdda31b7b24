"""What the practitioner must be asked first, on the pages of many appointments and of undoing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from registry.models import Appointment, NoteClearance, db
from registry.rules.findings import HOUSE_RULE
from registry.rules.gates import AskedAt, Referred
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.scheduling import cancel_appointment
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, read

DAY = date(2027, 3, 2)
WEEK = timedelta(days=7)
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana, given.slot(harbour, 9, day=DAY))


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    return ana


def record(number):
    db.session.rollback()
    return db.session.get_one(Appointment, number, populate_existing=True)


def cleared():
    db.session.rollback()
    return db.session.scalar(select(func.count(NoteClearance.id)))


def cancelled(harbour, number):
    desk = given.somebody(Role.FRONT_DESK, harbour)
    cancel_appointment(
        actor=desk, appointment_id=number, seen_version=1, reason="Ill.", now=given.NOW
    )


def sent_once_more(page):
    """The form that was refused, with the tick in it."""
    form = page.select_one("form:has(input[name^=cleared])")
    fields = [one for one in form.select("input") if one.get("name") != "csrf_token"]
    told = {}
    for one in fields:
        told.setdefault(one["name"], []).append(one["value"])
    return told


def test_a_series_without_the_tick_is_refused_and_sent_once_more_with_it(desk, number):
    given.noted(number, "pregnancy")
    path = f"/schedule/appointments/{number}/repeat?every=1&times=2"
    page = read(desk.get(path), 200)
    assert "Cleared with Dana Okafor: pregnancy" in page.text
    take = [box["value"] for box in page.select("input[name=take]")]

    sent = {"take": take, "seen_version": "1"}
    refused = read(desk.post(path, data=sent), 409)
    assert "ask Dana Okafor about pregnancy" in alert(refused)
    carries_a_token_in_each_form(refused)
    answer = desk.post(path, data=sent_once_more(refused))

    assert answer.status_code == 303
    assert "/schedule/changes/" in answer.location
    assert cleared() == 2


def test_of_a_series_for_whom_needling_is_forbidden_no_date_fits(desk, number):
    given.noted(number, "needle_phobia")
    page = read(desk.get(f"/schedule/appointments/{number}/repeat?every=1&times=2"), 200)
    assert "2 dates do not fit" in page.text
    assert "is not to be needled: fear of needles" in page.text
    assert "Book what is chosen" not in page.text


def test_a_week_to_copy_names_what_is_to_be_cleared_and_books_it_one_by_one(
    desk, harbour, dana, number
):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    given.noted(number, "pregnancy")
    path = f"/schedule/copy-week?clinic={harbour.id}&from={DAY}&to={DAY + WEEK}"
    page = read(desk.get(path), 200)
    assert "1 appointment fits" in page.text
    assert "To be booked one by one (1)" in page.text
    assert "ask Dana Okafor about pregnancy" in page.text


def test_in_a_week_to_copy_what_clashes_and_asks_first_is_not_chosen_but_booked_on_its_own(
    desk, harbour, dana, number
):
    given.booked(harbour, dana, given.slot(harbour, 9, day=DAY + WEEK))
    given.noted(number, "pregnancy")
    path = f"/schedule/copy-week?clinic={harbour.id}&from={DAY}&to={DAY + WEEK}"
    page = read(desk.get(path), 200)
    assert "To be booked one by one (1)" in page.text
    assert "Dana Okafor is already booked then." in page.text
    assert "ask Dana Okafor about pregnancy" in page.text
    assert not page.select("[name=take]")
    assert page.select(f"a[href='/schedule/appointments/{number}/repeat']")

    free = int(given.slot(harbour, 11, day=DAY + WEEK).starts_at.timestamp())
    sent = {"take": f"{number}-{free}-{given.rooms(harbour)[0]}"}
    refused = read(desk.post(path, data=sent), 409)
    assert "ask Dana Okafor about pregnancy" in alert(refused)
    assert not refused.select("[name^=cleared]")


def test_where_every_date_of_a_series_clashes_what_is_asked_can_still_be_said(
    desk, harbour, dana, number
):
    given.booked(harbour, dana, given.slot(harbour, 9, day=DAY + WEEK))
    [note] = given.noted(number, "pregnancy")
    given.adopt_with("US-MT", Referred(asked_at=AskedAt.BOOKING, citation=HOUSE_RULE))
    path = f"/schedule/appointments/{number}/repeat?every=1&times=1"
    page = read(desk.get(path), 200)
    assert "1 date does not fit" in page.text
    near = page.select("select[name=take] option")[1]["value"]
    form = page.select_one("select[name=take]").find_parent("form")
    assert form.select("select[name=referral]")
    tick = form.select_one(f"[name=cleared-{number}]")

    sent = {"take": near, "seen_version": "1"}
    assert desk.post(path, data=sent).status_code == 409
    sent |= {"referral": "yes", tick["name"]: tick["value"]}
    answer = desk.post(path, data=sent)

    assert answer.status_code == 303
    assert "/schedule/changes/" in answer.location
    assert tick["value"] == str(note)
    assert cleared() == 1


def test_whoever_takes_it_over_is_asked_and_what_was_handed_over_is_not_done_twice(
    desk, harbour, dana, ana, number
):
    other = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    given.noted(number, "pregnancy")
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}"
    with time_machine.travel(given.NOW, tick=False):
        page = read(desk.get(path), 200)
        assert page.text.count("Cleared with whoever takes it: pregnancy") == 1
        take = [one.select_one("option")["value"] for one in page.select("select[name=take]")]
        refused = read(desk.post(path, data={"take": take}), 200)
        assert "1 handed over, 1 not" in refused.text
        answer = desk.post(path, data=sent_once_more(refused))
    assert answer.status_code == 303
    assert {record(one).practitioner_id for one in (number, other)} == {ana.id}
    assert cleared() == 1


def test_a_tick_beside_one_appointment_is_for_it_alone_and_each_other_has_its_own(
    desk, harbour, dana, ana, number
):
    bo = given.practitioner("Bo Lind", at=harbour)
    given.certified(bo)
    hours = [given.slot(harbour, hour, day=DAY) for hour in (11, 13)]
    patient = record(number).patient_id
    second, third = (given.booked(harbour, dana, when, patient_id=patient) for when in hours)
    [note] = given.noted(number, "pregnancy")
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}"
    take = [f"{number}-1-{ana.id}", f"{second}-1-{bo.id}", f"{third}-1-{bo.id}"]

    sent = {"take": take, f"cleared-{number}": note}
    refused = read(desk.post(path, data=sent), 200)

    assert {record(one).practitioner_id for one in (second, third)} == {dana.id}
    assert cleared() == 1
    boxes = refused.select("input[type=checkbox]")
    assert [box["name"] for box in boxes] == [f"cleared-{second}", f"cleared-{third}"]
    assert "11:00: Before" in refused.text
    assert "13:00: Before" in refused.text

    sent = sent_once_more(refused)
    del sent[f"cleared-{third}"]
    again = read(desk.post(path, data=sent), 200)
    assert "1 handed over, 1 not" in again.text
    assert record(third).practitioner_id == dana.id
    rows = db.session.scalars(select(NoteClearance).order_by(NoteClearance.id))
    asked = [(row.appointment_id, row.practitioner_id) for row in rows]
    assert asked == [(number, ana.id), (second, bo.id)]


@pytest.mark.parametrize("way", ["undo", "restore"])
def test_what_was_cancelled_stands_again_once_what_was_noted_since_is_cleared(
    desk, harbour, number, way
):
    cancelled(harbour, number)
    given.noted(number, "pregnancy")
    path = {
        "undo": "/schedule/changes/1/undo",
        "restore": f"/schedule/appointments/{number}/restore",
    }
    with time_machine.travel(given.NOW, tick=False):
        refused = read(desk.post(path[way], data={"seen_version": "2"}), 409)
        assert "ask Dana Okafor about pregnancy" in alert(refused)
        assert record(number).state is AppointmentState.CANCELLED
        answer = desk.post(path[way], data=sent_once_more(refused))
    assert answer.status_code == 303
    assert record(number).state is AppointmentState.CONFIRMED
    assert cleared() == 1


def test_beside_the_board_a_drop_is_undone_with_a_piece_of_a_page(desk, harbour, dana, number):
    told = {"seen_version": "1", "day": DAY.isoformat(), "time": "11:00", "minutes": "30"}
    with time_machine.travel(given.NOW, tick=False):
        said = desk.post(f"/schedule/appointments/{number}/drop", data=told, headers=SCRIPT).text
        assert "it can be undone" in said
        assert 'action="/schedule/changes/1/undo"' in said

        back = desk.post("/schedule/changes/1/undo", headers=SCRIPT)
        twice = desk.post("/schedule/changes/1/undo", headers=SCRIPT)

    assert (back.status_code, twice.status_code) == (200, 409)
    assert "Put back:" in back.text
    assert "<html" not in back.text
    assert "Undo" not in back.text
    assert "This was undone already." in twice.text
    assert record(number).starts_at == given.slot(harbour, 9, day=DAY).starts_at


def test_beside_the_board_it_is_said_what_speaks_against_undoing(desk, harbour, dana, number):
    told = {"seen_version": "1", "day": DAY.isoformat(), "time": "11:00", "minutes": "30"}
    with time_machine.travel(given.NOW, tick=False):
        desk.post(f"/schedule/appointments/{number}/drop", data=told, headers=SCRIPT)
        given.booked(harbour, dana, given.slot(harbour, 9, day=DAY))
        no = desk.post("/schedule/changes/1/undo", headers=SCRIPT)
    assert no.status_code == 409
    assert "Dana Okafor and Room 1 are already taken" in no.text
    assert record(number).starts_at == given.slot(harbour, 11, day=DAY).starts_at
