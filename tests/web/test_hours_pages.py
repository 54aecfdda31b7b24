"""The pages on hours: a clinic's, a practitioner's, and what is told before saving."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.models import Clinic, ClinicDay, TimeOff, WorkingDay, WorkingWeek, db
from registry.rules.vocabulary import Role
from tests import given
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

DAY = given.TODAY + timedelta(days=1)
ON_FOOT = dict(treatment="exercise", sites=())


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic(adopted=False)


@pytest.fixture
def mara(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour))


@pytest.fixture
def dana(harbour):
    return given.practitioner(at=harbour)


def boxes(page):
    """What the form of the page holds, as a browser would send it."""
    form = page.select_one("main form")
    return {
        box["name"]: box.get("value", "")
        for box in form.select("input[name]")
        if box.get("type") not in ("radio", "checkbox") or box.has_attr("checked")
    }


def words(page):
    return page.main.get_text(" ", strip=True)


def test_a_lunch_break_is_typed_in_and_seen_at_a_glance(mara, harbour):
    path = f"/setup/clinics/{harbour.id}"
    told = boxes(read(mara.get(f"{path}/hours"), 200))
    assert told["hours-opens_0"] == "08:00"
    told |= {"hours-closes_0": "12:00", "hours-opens_0_2": "13:00", "hours-closes_0_2": "17:00"}

    assert mara.post(f"{path}/hours", data=told).location == path

    page = read(mara.get(path), 200)
    assert "Monday 08:00 to 12:00 and 13:00 to 17:00" in words(page)
    assert len(page.select(".week-glance > div:first-child rect")) == 2
    again = boxes(read(mara.get(f"{path}/hours"), 200))
    assert again["hours-opens_0_2"] == "13:00"


def test_hours_that_somebody_else_changed_meanwhile_are_refused(mara, harbour):
    path = f"/setup/clinics/{harbour.id}/hours"
    told = boxes(read(mara.get(path), 200))
    assert mara.post(path, data=told | {"hours-opens_0": "09:00"}).status_code == 302
    assert "Look again" in alert(read(mara.post(path, data=told), 409))


def test_what_would_fall_outside_is_listed_and_saved_once_it_was_seen(mara, harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 17, day=DAY), **ON_FOOT)
    path = f"/setup/clinics/{harbour.id}/hours"
    told = boxes(read(mara.get(path), 200)) | {"hours-closes_1": "16:00"}

    page = read(mara.post(path, data=told), 409)

    assert "1 appointment would lie outside the hours. Nothing is saved yet." in alert(page)
    assert "Tue 2 March 2027, 17:00" in alert(page)
    assert page.select_one("main form button").text == "Save all the same"
    db.session.expire_all()
    assert db.session.get_one(Clinic, harbour.id).hours["1"] == [["08:00", "18:00"]]

    done = mara.get(mara.post(path, data=boxes(page)).location)
    assert "1 appointment is outside the hours now" in read(done, 200).text
    diary = words(read(mara.get(f"/schedule/day?clinic={harbour.id}&day={DAY}"), 200))
    assert "1 appointment is outside working hours" in diary
    assert "Harbour Clinic is open from 08:00 to 16:00 on Tue 2 March 2027." in diary
    as_list = read(mara.get(f"/schedule/day?clinic={harbour.id}&day={DAY}&view=list"), 200)
    assert "Outside working hours" in as_list.select_one("table").text


def test_another_clock_shows_first_what_it_leaves_outside(app, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 8, day=DAY), **ON_FOOT)
    ada = visit(app, given.somebody(Role.ADMINISTRATOR))
    path = f"/setup/clinics/{harbour.id}/edit"
    known = {"name": harbour.name, "address": "1 Quay Street", "jurisdiction": "US-MT"}
    told = known | {"zone": "America/Chicago"}

    page = read(ada.post(path, data=told), 409)
    assert "1 appointment would lie outside the hours. Nothing is saved yet." in alert(page)
    assert "Save all the same" in words(page)
    seen = page.select_one('input[name="seen"]')["value"]
    assert seen == str(number)

    assert ada.post(path, data=told | {"seen": seen}).status_code == 302
    done = read(ada.get(f"/setup/clinics/{harbour.id}"), 200)
    assert "1 appointment is outside the hours now" in done.get_text(" ", strip=True)
    assert db.session.get_one(Clinic, harbour.id).zone == "America/Chicago"


def test_a_day_is_closed_and_opened_again(mara, harbour):
    path = f"/setup/clinics/{harbour.id}"
    told = {"day": DAY.isoformat(), "name": "Town fair"}
    assert mara.post(f"{path}/days/new", data=told).location == path
    page = read(mara.get(path), 200)
    assert "Tue 2 March 2027: closed, Town fair" in words(page).replace(" ,", ",")
    day = read(mara.get(f"/schedule/day?clinic={harbour.id}&day={DAY}"), 200)
    assert "closed (Town fair)" in words(day)

    remove = page.select_one("a[href$='/remove']")["href"]
    seen = boxes(read(mara.get(remove), 200))
    read(mara.post(remove, data={}), 409)
    assert mara.post(remove, data=seen).location == path
    assert db.session.scalar(select(ClinicDay.id)) is None
    read(mara.get(remove), 404)


def test_public_holidays_are_ticked_and_kept_ticked(mara, harbour):
    path = f"/setup/clinics/{harbour.id}/holidays"
    page = read(mara.get(path), 200)
    christmas = page.select_one("input[value='2027-12-25']")
    assert not christmas.has_attr("checked")
    assert mara.post(path, data={"days": ["2027-12-25"]}).status_code == 302
    assert read(mara.get(path), 200).select_one("input[value='2027-12-25']").has_attr("checked")
    again = boxes(read(mara.get(path), 200))
    for odd in ("2027-12-21", "nonsense", "\x00"):
        assert "no public holiday" in error_at(
            read(mara.post(path, data=again | {"days": odd}), 422), "days"
        )
    assert [row.day for row in db.session.scalars(select(ClinicDay))] == [date(2027, 12, 25)]


def test_a_place_whose_holidays_nobody_knows_says_so_and_what_to_do(app):
    nowhere = given.clinic("Nowhere", jurisdiction="ZZ", adopted=False)
    ada = visit(app, given.somebody(Role.ADMINISTRATOR))
    page = read(ada.get(f"/setup/clinics/{nowhere.id}/holidays"), 200)
    assert "are not known to us" in words(page)
    assert page.select_one(f"main a[href='/setup/clinics/{nowhere.id}/days/new']")


def test_a_week_is_set_for_a_part_timer_and_seen_by_desk_and_by_themselves(
    app, mara, harbour, dana
):
    path = f"/setup/practitioners/{dana.id}/hours"
    told = boxes(read(mara.get(f"{path}/{harbour.id}"), 200))
    told |= {f"{end}_{n}": "" for end in ("opens", "closes") for n in range(1, 7)}
    told |= {"first_day": given.TODAY.isoformat(), "closes_0": "12:00"}

    assert mara.post(f"{path}/{harbour.id}", data=told).location == path

    assert db.session.scalars(select(WorkingWeek.week)).one() == {"0": [["08:00", "12:00"]]}
    desk = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    own = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))
    for browser in (desk, own):
        page = read(browser.get(path), 200)
        assert "Monday 08:00 to 12:00" in words(page)
        assert "Tuesday does not work" in words(page)
        assert page.select_one("main form") is None
        read(browser.get(f"{path}/{harbour.id}"), 403)
    remove = read(mara.get(path), 200).select_one("main a[href$='/remove']")["href"]
    seen = boxes(read(mara.get(remove), 200))
    read(mara.post(remove, data={}), 409)
    assert mara.post(remove, data=seen).location == path
    assert db.session.scalar(select(WorkingWeek.id)) is None


def test_time_off_is_recorded_after_a_look_at_what_is_booked_and_removed(mara, harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY), **ON_FOOT)
    path = f"/setup/practitioners/{dana.id}"
    told = {"first_day": DAY.isoformat()}

    page = read(mara.post(f"{path}/time-off", data=told), 409)
    assert "Tue 2 March 2027, 10:00" in alert(page)
    assert db.session.scalar(select(TimeOff.id)) is None
    assert mara.post(f"{path}/time-off", data=boxes(page)).location == f"{path}/hours"

    page = read(mara.get(f"{path}/hours"), 200)
    assert "Tue 2 March 2027" in words(page)
    week = words(read(mara.get(f"/schedule/practitioners/{dana.id}?from={DAY}"), 200))
    assert "Dana Okafor is on time off on Tue 2 March 2027" in week
    remove = page.select_one("main form[action$='/remove']")["action"]
    assert mara.post(remove, data={}).status_code == 302
    assert db.session.scalar(select(TimeOff.id)) is None


def test_one_day_of_other_hours_is_set(mara, harbour, dana):
    path = f"/setup/practitioners/{dana.id}/hours"
    read(mara.get(f"{path}/{harbour.id}/day"), 200)
    told = {"day": DAY.isoformat(), "opens": "10:00", "closes": "11:00"}
    assert mara.post(f"{path}/{harbour.id}/day", data=told).location == path
    assert "Tue 2 March 2027: 10:00 to 11:00" in words(read(mara.get(path), 200))


def test_of_two_who_choose_holidays_at_once_the_second_looks_again(mara, harbour):
    path = f"/setup/clinics/{harbour.id}/holidays"
    first, second = (boxes(read(mara.get(path), 200)) for _ in range(2))
    assert mara.post(path, data=first | {"days": "2027-12-25"}).status_code == 302
    refused = read(mara.post(path, data=second | {"days": "2027-07-05"}), 409)
    assert "Look again" in alert(refused)
    assert [row.day for row in db.session.scalars(select(ClinicDay))] == [date(2027, 12, 25)]


def test_of_two_who_set_a_week_at_once_the_second_looks_again(mara, harbour, dana):
    path = f"/setup/practitioners/{dana.id}/hours/{harbour.id}"
    first, second = (
        boxes(read(mara.get(path), 200)) | {"first_day": given.TODAY.isoformat()} for _ in range(2)
    )
    assert mara.post(path, data=first | {"closes_0": "12:00"}).status_code == 302
    refused = read(mara.post(path, data=second | {"closes_0": "13:00"}), 409)
    assert "Look again" in alert(refused)
    assert db.session.scalars(select(WorkingWeek.week)).one()["0"] == [["08:00", "12:00"]]


def test_of_two_who_set_one_day_at_once_the_second_looks_again(mara, harbour, dana):
    path = f"/setup/practitioners/{dana.id}/hours/{harbour.id}/day"
    first, second, third = (boxes(read(mara.get(path), 200)) for _ in range(3))
    day, other = ({"day": one.isoformat()} for one in (DAY, DAY + timedelta(days=1)))
    assert mara.post(path, data=first | day | {"opens": "08:00", "closes": "12:00"}).location
    assert "Look again" in alert(read(mara.post(path, data=second | day), 409))
    assert mara.post(path, data=third | other).status_code == 302
    kept = db.session.execute(select(WorkingDay.day, WorkingDay.hours).order_by(WorkingDay.day))
    assert [hours for _, hours in kept] == [[["08:00", "12:00"]], []]


def test_what_somebody_changed_meanwhile_is_not_removed_unseen(mara, harbour, dana):
    given.working_week(dana, harbour, {"0": [["08:00", "12:00"]]}, given.TODAY)
    path = f"/setup/practitioners/{dana.id}/hours"
    remove = read(mara.get(path), 200).select_one("main a[href$='/remove']")["href"]
    seen = boxes(read(mara.get(remove), 200))
    change = boxes(read(mara.get(f"{path}/{harbour.id}"), 200))
    change |= {"first_day": given.TODAY.isoformat(), "closes_0": "13:00"}
    assert mara.post(f"{path}/{harbour.id}", data=change).status_code == 302
    assert "Look again" in alert(read(mara.post(remove, data=seen), 409))
    assert db.session.scalar(select(WorkingWeek.id)) is not None


@pytest.mark.parametrize("seen", ["x", "98,99,x", "\x00", "9" * 5000, "²,³", ","])
def test_what_a_form_claims_to_have_seen_is_read_civilly(mara, harbour, dana, seen):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY), **ON_FOOT)
    told = {"first_day": DAY.isoformat(), "seen": seen}
    read(mara.post(f"/setup/practitioners/{dana.id}/time-off", data=told), 409)
    assert db.session.scalar(select(TimeOff.id)) is None


@pytest.mark.parametrize("seen", ["{", "[" * 5000, "1", '"x"'])
def test_hours_a_form_claims_to_have_seen_are_read_civilly(mara, harbour, seen):
    told = {"hours-opens_0": "09:00", "hours-closes_0": "10:00", "hours-seen_hours": seen}
    before = harbour.hours
    assert read(mara.post(f"/setup/clinics/{harbour.id}/hours", data=told), 409).select_one("form")
    db.session.rollback()
    assert db.session.get_one(Clinic, harbour.id).hours == before


def test_another_clinics_hours_are_not_there(app, mara, harbour):
    hill = given.clinic("Hill Clinic", adopted=False)
    stranger = given.practitioner("Zoe", at=hill)
    for path in (
        f"/setup/clinics/{hill.id}/hours",
        f"/setup/clinics/{hill.id}/holidays",
        f"/setup/clinics/{hill.id}/days/new",
        f"/setup/practitioners/{stranger.id}/hours",
        f"/setup/practitioners/{stranger.id}/time-off",
        f"/setup/practitioners/{stranger.id}/hours/{hill.id}",
    ):
        read(mara.get(path), 404)
        assert mara.post(path, data={}).status_code in (404, 405)
