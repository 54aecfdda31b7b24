"""The day as the front desk lives in it: who is next, who is here, who did not come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from registry.models import Appointment, db
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.rooms import add_room
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

TWO = given.NOW + timedelta(hours=10)  # 14:00 at the clinic
ON_FOOT = dict(treatment="exercise", sites=())


def at(moment):
    return time_machine.travel(moment, tick=False)


def day_of(desk, harbour, query=""):
    return read(desk.get(f"/schedule/day?clinic={harbour.id}{query}"), 200)


def row_of(page, number):
    row = page.select_one(f"tr#arrival-{number}")
    return row.text if row else ""


def press(desk, number, deed, back="day"):
    version = str(on_record(number).version)
    told = {"seen_version": version, "back": back}
    return desk.post(f"/schedule/appointments/{number}/{deed}", data=told)


def on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def presses(page, number):
    return [each.text.split(":")[0] for each in page.select(f"tr#arrival-{number} button")]


def test_who_comes_within_the_hour_is_checked_in_with_one_press_and_stays_on_the_day(
    desk, harbour, dana
):
    number = given.booked(harbour, dana)
    with at(TWO - timedelta(minutes=5)):
        page = day_of(desk, harbour)
        assert "Expected" in row_of(page, number)
        assert "As of 13:55" in page.text
        assert presses(page, number) == ["Check in"]

        answer = press(desk, number, "check-in")

        assert answer.location.endswith(f"day=2027-03-01#arrival-{number}")
        page = read(desk.get(answer.location), 200)
        assert "Checked in: Pat Doe, 14:00." in page.text
        assert "Arrived" in row_of(page, number)
        assert presses(page, number) == []


def test_whoever_is_late_can_still_come_or_be_noted_as_not_come(desk, harbour, dana):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(minutes=10)):
        page = day_of(desk, harbour)
        assert "Not here yet" in row_of(page, number)
        assert presses(page, number) == ["Check in", "Did not come"]

        answer = press(desk, number, "no-show")

        page = read(desk.get(answer.location), 200)
        assert "Recorded: did not come: Pat Doe, 14:00." in page.text
        assert "Did not come" in row_of(page, number)
        assert "1 Did not come" in " ".join(page.select_one(".arrivals-tally").text.split())
    assert given.state_of(number) is AppointmentState.NO_SHOW


def test_a_slip_is_put_right_where_it_was_made_and_leaves_the_day_calm_after_ten_minutes(
    desk, harbour, dana
):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(minutes=10)):
        press(desk, number, "no-show")
        assert presses(day_of(desk, harbour), number) == ["They did come"]
        press(desk, number, "undo-no-show")
        assert presses(day_of(desk, harbour), number) == ["Check in", "Did not come"]
        press(desk, number, "no-show")
    with at(TWO + timedelta(minutes=20)):
        assert not row_of(day_of(desk, harbour), number)
        assert presses(day_of(desk, harbour, "&view=list"), number) == ["They did come"]


def test_the_panel_keeps_to_eight_the_most_pressing_and_leads_to_the_rest(desk, harbour, dana):
    late = given.booked(harbour, dana, given.slot(harbour, 13))
    for n in range(9):
        one = given.practitioner(f"Colleague {n}", at=harbour)
        room = add_room(
            actor=given.somebody(Role.MANAGER, harbour),
            clinic_id=harbour.id,
            name=f"Booth {n}",
            now=given.NOW,
        )
        given.booked(harbour, one, given.slot(harbour, 14), room_id=room.id, **ON_FOOT)
    with at(TWO - timedelta(minutes=45)):
        page = day_of(desk, harbour)
        assert len(page.select("#arrivals tbody tr")) == 8
        assert row_of(page, late)
        assert "2 more in the list" in page.select_one("#arrivals").text


def test_who_is_here_is_under_way_and_then_done(desk, harbour, dana):
    number = given.booked(harbour, dana)
    given.checked_in(number)
    with at(TWO + timedelta(minutes=10)):
        page = day_of(desk, harbour)
        assert "Under way" in row_of(page, number)
        assert presses(page, number) == ["Done"]
    with at(TWO + timedelta(hours=1)):
        assert "Over, not noted" in row_of(day_of(desk, harbour), number)
        press(desk, number, "done")
        assert not row_of(day_of(desk, harbour), number)
    assert given.state_of(number) is AppointmentState.DONE


def test_what_asks_for_no_check_in_can_be_done_once_it_is_over(desk, harbour, dana):
    number = given.booked(harbour, dana, **ON_FOOT)
    with at(TWO + timedelta(minutes=10)):
        assert presses(day_of(desk, harbour), number) == ["Check in", "Did not come"]
    with at(TWO + timedelta(hours=1)):
        assert presses(day_of(desk, harbour), number) == ["Check in", "Done", "Did not come"]


def test_nobody_is_checked_in_past_what_is_missing_and_the_row_says_what(desk, harbour, dana):
    number = given.booked(harbour, dana)
    given.noted(number, "diabetes")
    with at(TWO - timedelta(minutes=5)):
        page = day_of(desk, harbour)
        assert "To be confirmed" in row_of(page, number)
        assert presses(page, number) == []
        link = page.select_one(f"tr#arrival-{number} .presses a")
        assert link["href"].startswith(f"/schedule/appointments/{number}")

        refused = read(press(desk, number, "check-in"), 409)

        assert alert(refused), "it says why, on the appointment's page"


@pytest.mark.parametrize("hour", [9, 16])
def test_only_whoever_is_next_is_shown_where_nobody_comes_within_the_hour(
    desk, harbour, dana, hour
):
    later = given.booked(harbour, dana, given.slot(harbour, 17))
    soon = given.booked(harbour, dana, given.slot(harbour, hour))
    with at(TWO - timedelta(hours=6)):  # 08:00
        page = day_of(desk, harbour)
        assert row_of(page, soon)
        assert not row_of(page, later)


def test_a_day_that_is_over_asks_for_what_nobody_noted(app, harbour, dana):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(days=1)):
        desk = visit(app, given.somebody(Role.FRONT_DESK, harbour))
        page = day_of(desk, harbour, "&day=2027-03-01")
        assert page.select_one("#arrivals h2").text == "How it went"
        assert presses(page, number) == ["Did not come"]
        assert "As of" not in page.select_one("#arrivals").text


def test_a_day_ahead_has_no_arrivals(desk, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=date(2027, 3, 2)))
    page = day_of(desk, harbour, "&day=2027-03-02&view=list")
    assert not page.select("#arrivals")
    assert not row_of(page, number)
    assert "Confirmed" in page.text


def test_the_list_has_the_same_to_press_and_leads_back_to_itself(desk, harbour, dana):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(minutes=10)):
        page = day_of(desk, harbour, "&view=list")
        assert presses(page, number) == ["Check in", "Did not come"]
        answer = press(desk, number, "no-show", back="list")
        assert "view=list" in answer.location
        assert "Did not come" in row_of(read(desk.get(answer.location), 200), number)


def test_an_auditor_sees_how_the_day_goes_and_presses_nothing(app, harbour, dana):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(minutes=10)):
        page = day_of(visit(app, given.somebody(Role.AUDITOR)), harbour)
        assert "Not here yet" in row_of(page, number)
        assert "Pat Doe" not in page.text
        assert not page.select("#arrivals form")


def test_the_appointments_page_tells_of_it_and_takes_it_back(app, desk, harbour, dana):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(minutes=10)):
        answer = press(desk, number, "no-show", back="")
        assert answer.location == f"/schedule/appointments/{number}"
        page = read(desk.get(answer.location), 200)
        assert "The patient did not come" in page.text
        assert "They did come" in page.text

        page = read(desk.get(press(desk, number, "undo-no-show", back="").location), 200)

        assert "The patient did not come" not in page.text
        assert "Did not come" in page.text  # the button
    with at(TWO + timedelta(minutes=15)):
        press(desk, number, "no-show")
    with at(TWO + timedelta(days=4)):
        desk = visit(app, given.somebody(Role.FRONT_DESK, harbour))
        page = read(desk.get(f"/schedule/appointments/{number}"), 200)
        assert not page.select("form[action$='undo-no-show']")
        read(press(desk, number, "undo-no-show"), 409)


def test_history_and_patient_page_say_it_in_words(app, harbour, dana):
    number = given.booked(harbour, dana)
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    with at(TWO + timedelta(minutes=10)):
        press(manager, number, "no-show")
        page = read(manager.get(f"/schedule/appointments/{number}"), 200)
        assert "Record no-show" in page.text
        assert "no_show" not in page.text
        record = on_record(number)
        page = read(manager.get(f"/schedule/patients/{record.patient_id}"), 200)
        assert "Did not come" in page.text


def test_a_form_that_was_open_too_long_or_tells_nonsense_changes_nothing(desk, harbour, dana):
    number = given.booked(harbour, dana)
    with at(TWO + timedelta(minutes=10)):
        for deed in ("no-show", "undo-no-show"):
            path = f"/schedule/appointments/{number}/{deed}"
            assert desk.post(path, data={"seen_version": "99"}).status_code == 409
            assert desk.post(path, data={"seen_version": "x" * 99}).status_code == 404
            assert desk.post(path, data={}).status_code == 404
    assert given.state_of(number) is AppointmentState.CONFIRMED
