"""Booking past a last valid day through the pages, and what a clinic says to that."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from registry.models import Appointment, Clinic, CredentialVersion, PatientNote, db
from registry.rules.vocabulary import AppointmentState, Role, VersionState
from registry.services.patient_notes import change_notes
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, read
from tests.web.visits import visit

LAST, AFTER = date(2027, 3, 31), "2027-04-06"


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certificate(dana)
    given.licence(dana, last_day=LAST)
    return dana


@pytest.fixture
def renewal(dana):
    given.licence(dana, first_day=date(2027, 4, 1), state=VersionState.SUBMITTED)


@pytest.fixture
def pat(harbour):
    return given.patient(harbour, "Pat Doe", "P-77")


@pytest.fixture
def taken(harbour):
    db.session.execute(update(Clinic).values(takes_provisional=True))
    db.session.commit()


def form(whom):
    return dict(
        day=AFTER,
        treatment="needling",
        site=["thigh"],
        minutes="45",
        patient="P-77",
        practitioner_id=whom.id,
        time="09:00",
        room_id="",
    )


def again(page):
    return page.select_one("form[action*='book/provisionally']")


def test_what_was_refused_is_booked_provisionally_at_one_press(
    desk, harbour, dana, pat, renewal, taken
):
    page = read(desk.post(f"/schedule/book?clinic={harbour.id}", data=form(dana)), 409)
    assert "may not needle the thigh" in alert(page)
    carries_a_token_in_each_form(page)
    sent = {each["name"]: each["value"] for each in again(page).select("input")}

    answer = desk.post(again(page)["action"], data=sent)

    assert answer.status_code == 303
    one = db.session.scalars(select(Appointment)).one()
    assert one.state is AppointmentState.PROVISIONAL
    sheet = read(desk.get(answer.location), 200)
    assert "Provisional: a renewal waits to be checked" in sheet.text
    assert "Restore" not in sheet.text
    day = read(desk.get(f"/schedule/?clinic={harbour.id}&day={AFTER}"), 200)
    assert "Provisional" in day.text


def looked(desk, harbour, day=AFTER):
    wish = f"treatment=needling&site=thigh&minutes=45&patient=P-77&day={day}"
    return read(desk.get(f"/schedule/book?clinic={harbour.id}&{wish}"), 200)


def test_past_their_last_day_they_stand_among_those_who_can_take_it_provisionally(
    desk, harbour, dana, pat, renewal, taken
):
    page = looked(desk, harbour)
    offer = page.select_one("#provisionally")
    words = " ".join(offer.get_text(" ", strip=True).split())
    assert "after Wed 31 March 2027, provisional: a renewal waits to be checked" in words
    assert "Cannot take it" not in page.main.text
    press = offer.select_one("form")
    sent = {each["name"]: each["value"] for each in press.select("input")}
    sent["time"] = press.select_one("button[name=time]")["value"]
    answer = desk.post(press["action"], data=sent)
    assert answer.status_code == 303
    one = db.session.scalars(select(Appointment)).one()
    assert one.state is AppointmentState.PROVISIONAL


@pytest.mark.parametrize("without", ["renewal", "taken", "neither"])
def test_else_nobody_is_offered_provisionally(request, desk, harbour, dana, pat, without):
    for fixture in {"renewal", "taken"} - {without} if without != "neither" else ():
        request.getfixturevalue(fixture)
    page = looked(desk, harbour)
    assert page.select("#provisionally") == []
    assert "Cannot take it (1)" in page.main.text


def test_within_their_last_day_nothing_is_provisional(desk, harbour, dana, pat, renewal, taken):
    page = looked(desk, harbour, "2027-03-30")
    assert page.select("#provisionally") == []
    assert "1 can take it" in page.main.text


def test_what_was_ticked_as_cleared_is_kept_for_the_provisional_booking(
    desk, harbour, dana, pat, renewal, taken
):
    clerk = given.somebody(Role.FRONT_DESK, harbour)
    change_notes(actor=clerk, patient_id=pat.id, words=["diabetes"], seen_note=0, now=given.NOW)
    note = db.session.scalars(select(PatientNote.id)).one()
    told = form(dana) | {"cleared": str(note)}
    page = read(desk.post(f"/schedule/book?clinic={harbour.id}", data=told), 409)
    sent = {each["name"]: each["value"] for each in again(page).select("input")}
    assert sent["cleared"] == str(note)
    assert desk.post(again(page)["action"], data=sent).status_code == 303


def test_where_no_renewal_waits_it_is_not_offered(desk, harbour, dana, pat, taken):
    page = read(desk.post(f"/schedule/book?clinic={harbour.id}", data=form(dana)), 409)
    assert again(page) is None
    forced = desk.post(f"/schedule/book/provisionally?clinic={harbour.id}", data=form(dana))
    assert "Nothing that waits to be checked would change that" in alert(read(forced, 409))
    assert db.session.scalars(select(Appointment)).all() == []


def test_nor_where_the_clinic_takes_none(desk, harbour, dana, pat, renewal):
    page = read(desk.post(f"/schedule/book?clinic={harbour.id}", data=form(dana)), 409)
    assert again(page) is None


def test_a_manager_says_whether_the_clinic_takes_them(app, harbour):
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    path = f"/setup/clinics/{harbour.id}"
    page = read(manager.get(path), 200)
    [press] = page.select("form[action$='provisional']")
    sent = {each["name"]: each["value"] for each in press.select("input")}
    assert manager.post(press["action"], data=sent).status_code == 303
    assert "Take no more of them" in read(manager.get(path), 200).text
    assert read(manager.post(f"{path}/provisional", data={"takes": "perhaps"}), 422)
    manager.post(f"{path}/provisional", data={"takes": "no"})
    assert "Take provisional bookings" in read(manager.get(path), 200).text


def test_pressed_twice_it_is_booked_once(desk, harbour, dana, pat, renewal, taken):
    path = f"/schedule/book/provisionally?clinic={harbour.id}"
    first, second = (desk.post(path, data=form(dana)) for _ in range(2))
    assert first.location == second.location
    assert len(db.session.scalars(select(Appointment)).all()) == 1


def test_rejecting_the_renewal_shows_first_what_goes_on_hold(
    app, desk, harbour, dana, pat, renewal, taken
):
    desk.post(f"/schedule/book/provisionally?clinic={harbour.id}", data=form(dana))
    version = db.session.scalars(
        select(CredentialVersion.id).where(CredentialVersion.state == VersionState.SUBMITTED)
    ).one()
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    path = f"/review/versions/{version}/reject"

    page = read(manager.post(path, data={"reason": "Blurred."}), 200)

    assert "1 appointment, 1 patient" in page.text
    number = db.session.scalars(select(Appointment.id)).one()
    assert given.state_of(number) is AppointmentState.PROVISIONAL
    seen = page.select_one("#foreseen-rejecting")["value"]
    answer = manager.post(path, data={"reason": "Blurred.", "foreseen": seen})
    assert answer.status_code == 303
    assert given.state_of(number) is AppointmentState.HELD


def test_the_dashboard_says_that_bookings_wait_for_a_check(
    app, desk, harbour, dana, pat, renewal, taken
):
    desk.post(f"/schedule/book/provisionally?clinic={harbour.id}", data=form(dana))
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    page = read(manager.get(f"/oversight/?clinic={harbour.id}"), 200)
    assert "1 provisional booking waits for a renewal, the first Tue 6 April 2027" in page.text


def test_what_goes_on_hold_is_seen_before_the_clinic_takes_no_more(
    app, desk, harbour, dana, pat, renewal, taken
):
    desk.post(f"/schedule/book/provisionally?clinic={harbour.id}", data=form(dana))
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    path = f"/setup/clinics/{harbour.id}/provisional"
    assert "Take no more of them" in read(manager.get(path), 200).text

    page = read(manager.post(path, data={"takes": "no"}), 200)

    assert "1 appointment, 1 patient" in page.text
    number = db.session.scalars(select(Appointment.id)).one()
    assert given.state_of(number) is AppointmentState.PROVISIONAL
    [press] = page.select("main form[method=post]")
    sent = {each["name"]: each.get("value", "") for each in press.select("input")}
    assert manager.post(path, data=sent).status_code == 303
    assert given.state_of(number) is AppointmentState.HELD
