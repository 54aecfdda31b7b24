"""Series, copied weeks, hand-overs and undo through the pages: proposed first, then accepted."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from registry.models import Appointment, Clinic, Privilege, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import visit

DAY = date(2027, 3, 2)
WEEK = timedelta(days=7)
CONFIRMED = AppointmentState.CONFIRMED


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana, given.slot(harbour, 9, day=DAY))


@pytest.fixture
def ana(harbour):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    return ana


def standing():
    db.session.rollback()
    return db.session.scalar(
        select(func.count(Appointment.id)).where(Appointment.state == CONFIRMED)
    )


def record(number):
    db.session.rollback()
    return db.session.get_one(Appointment, number, populate_existing=True)


def proposed(desk, path):
    """The page, and what its form sends if somebody just presses the button."""
    page = read(desk.get(path), 200)
    ticked = [box["value"] for box in page.select("input[name=take][checked]")]
    chosen = [one.select_one("option")["value"] for one in page.select("select[name=take]")]
    return page, [*ticked, *chosen]


def press(desk, path, take, **known):
    """Of an appointment as it was booked, unless something else is said."""
    return desk.post(path, data={"take": take, "seen_version": "1", **known})


def path_of(number, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/schedule/appointments/{number}/repeat?{query}"


def undo_of(page):
    return page.select_one('form[action$="/undo"]')["action"]


def test_a_series_is_proposed_accepted_and_shown_as_a_whole(desk, number):
    path = path_of(number, every=1, times=4)
    page, take = proposed(desk, path)
    assert "4 dates fit" in page.text
    assert standing() == 1

    answer = press(desk, path, take)

    assert answer.status_code == 303
    done = read(desk.get(answer.location), 200)
    assert "Series booked" in done.text
    assert standing() == 5
    one_of_many = done.select_one("tbody a")["href"]
    sheet = read(desk.get(one_of_many), 200)
    assert "Together with 3 more" in sheet.text
    assert not sheet.select('form[action$="/undo"]')
    sheet = read(desk.get(f"/schedule/appointments/{number}"), 200)
    assert "Its series: every week" in sheet.text
    assert "Extend the series" in sheet.text


def test_what_does_not_fit_is_shown_with_every_reason_and_near_starts(desk, harbour, dana, ana):
    ends = given.practitioner("Ena Soon", at=harbour)
    given.certified(ends, last_day=DAY + 2 * WEEK)
    number = given.booked(harbour, ends, given.slot(harbour, 9, day=DAY))
    given.booked(
        harbour,
        ends,
        given.slot(harbour, 9, 15, day=DAY + WEEK),
        room_id=given.rooms(harbour)[1],
        patient_id=record(number).patient_id,
    )
    page, take = proposed(desk, path_of(number, every=1, times=3))

    assert "1 date fits" in page.text
    assert "2 dates do not fit" in page.text
    assert "Ena Soon is already booked then." in page.text
    assert "The patient already has an appointment then." in page.text
    assert "Ena Soon may not needle the thigh" in page.text
    assert "What would cure it" in page.text
    near = [one.text for one in page.select("select[name=take] option")]
    assert near == ["Leave out", "08:15, Room 1", "08:30, Room 1", "08:45, Room 1"]
    assert len([one for one in take if one]) == 1


def test_a_start_near_one_that_does_not_fit_is_booked_if_chosen(desk, harbour, dana, number):
    given.booked(harbour, dana, given.slot(harbour, 9, day=DAY + WEEK))
    path = path_of(number, every=1, times=1)
    page, _ = proposed(desk, path)
    near = page.select("select[name=take] option")[1]["value"]
    answer = press(desk, path, [near])
    assert answer.status_code == 303
    assert standing() == 3


def test_another_room_is_taken_where_its_own_is_not_free(desk, harbour, ana, number):
    given.booked(harbour, ana, given.slot(harbour, 9, day=DAY + WEEK))
    page, take = proposed(desk, path_of(number, every=1, times=1))
    assert "In Room 2, for Room 1 is not free" in page.text
    press(desk, path_of(number, every=1, times=1), take)
    assert standing() == 3


def test_a_time_the_clocks_skip_is_listed_with_its_reason(desk, harbour, dana):
    given.open_always(harbour)
    number = given.booked(harbour, dana, given.slot(harbour, 2, 30, day=date(2027, 3, 7)))
    page, _ = proposed(desk, path_of(number, every=1, times=1))
    assert "The clocks go forward over 02:30 on Sun 14 March 2027" in page.text
    number = given.booked(harbour, dana, given.slot(harbour, 1, 30, day=date(2027, 10, 31)))
    page, _ = proposed(desk, path_of(number, every=1, times=1))
    assert "so 01:30 comes twice" in page.text


def test_when_the_clinic_is_closed_is_no_date_of_a_series(desk, harbour, number):
    its = db.session.get_one(Clinic, harbour.id)
    its.hours = {day: hours for day, hours in its.hours.items() if day != "1"}
    db.session.commit()
    page, take = proposed(desk, path_of(number, every=1, times=2))
    assert "Harbour Clinic is closed on Tue 9 March 2027." in page.text
    assert [one for one in take if one] == []


def test_what_was_taken_meanwhile_is_told_and_the_rest_is_booked(desk, harbour, dana, number):
    path = path_of(number, every=1, times=3)
    _, take = proposed(desk, path)
    given.booked(harbour, dana, given.slot(harbour, 9, day=DAY + WEEK))

    page = read(press(desk, path, take), 200)

    assert "Dana Okafor and Room 1 are already taken" in alert(page)
    assert "2 booked, 1 not" in page.text
    assert standing() == 4


def test_what_was_handed_over_meanwhile_is_shown_anew_before_it_is_repeated(
    desk, harbour, dana, ana, number
):
    path = path_of(number, every=1, times=2)
    _, take = proposed(desk, path)
    told = {"seen_version": "1", "practitioner_id": str(ana.id)}
    assert desk.post(f"/schedule/appointments/{number}/reassign", data=told).status_code == 303

    page = read(press(desk, path, take), 409)

    assert "Somebody changed this appointment" in alert(page)
    assert "Ana Ruiz" in page.text
    assert standing() == 1
    seen = page.select_one("[name=take]").find_parent("form").select_one("[name=seen_version]")
    assert press(desk, path, take, seen_version=seen["value"]).status_code == 303


def test_where_all_was_taken_meanwhile_it_is_a_conflict(desk, harbour, dana, number):
    path = path_of(number, every=1, times=1)
    _, take = proposed(desk, path)
    given.booked(harbour, dana, given.slot(harbour, 9, day=DAY + WEEK))
    assert "already taken" in alert(read(press(desk, path, take), 409))


def test_a_series_pressed_twice_is_booked_once(desk, number):
    path = path_of(number, every=1, times=3)
    _, take = proposed(desk, path)
    press(desk, path, take)
    again = press(desk, path, take)
    assert again.status_code == 303
    assert standing() == 4
    assert "nothing was done twice" in read(desk.get(again.location), 200).text


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        (dict(every=1), "times", "how many times, or until"),
        (dict(every=1, times=0), "times", "From 1 to 60"),
        (dict(every=1, times=61), "times", "From 1 to 60"),
        (dict(every=1, until="2027-03-02"), "until", "after the last appointment"),
        (dict(every=1, until="2028-12-01"), "until", "more than 60 dates"),
        (dict(every=1, until="2999-01-01"), "until", "more than two years"),
        (dict(every=1, times=3, until="2027-05-01"), "times", "how many times, or until"),
    ],
)
def test_an_impossible_series_is_told_at_its_field(desk, number, asked, field, words):
    assert words in error_at(read(desk.get(path_of(number, **asked)), 422), field)


@pytest.mark.parametrize("take", ["x", "1-2", "1-99999999999999-1", "-1-2-3", "\x00"])
def test_a_choice_that_is_not_on_the_page_books_nothing(desk, number, take):
    path = path_of(number, every=1, times=1)
    assert "not on this page" in alert(read(press(desk, path, [take]), 422))
    assert "at least one" in alert(read(press(desk, path, [""]), 422))
    assert standing() == 1


def test_the_rest_of_a_series_is_cancelled_with_a_reason_and_undone(desk, number):
    path = path_of(number, every=1, times=3)
    press(desk, path, proposed(desk, path)[1])
    rest = f"/schedule/appointments/{number}/cancel-rest"
    _, take = proposed(desk, rest)
    assert "Say why" in error_at(read(press(desk, rest, take, reason=""), 422), "reason")

    answer = press(desk, rest, take, reason="Moved away.")

    assert answer.status_code == 303
    assert standing() == 0
    page = read(desk.get(answer.location), 200)
    assert desk.post(undo_of(page)).status_code == 303
    assert standing() == 4
    assert "Undone" in read(desk.get(answer.location), 200).text


def test_a_week_is_proposed_and_copied(desk, harbour, dana, ana, number):
    given.booked(harbour, ana, given.slot(harbour, 9, day=DAY + timedelta(days=1)))
    path = f"/schedule/copy-week?clinic={harbour.id}&from={DAY}&to={DAY + WEEK}"
    page, take = proposed(desk, path)
    assert "2 appointments fit" in page.text
    assert press(desk, path, take).status_code == 303
    assert standing() == 4
    page, take = proposed(desk, path)
    assert "2 appointments are booked there already" in page.text


def test_a_week_of_one_practitioner_is_copied_alone(desk, harbour, dana, ana, number):
    given.booked(harbour, ana, given.slot(harbour, 12, day=DAY))
    path = f"/schedule/copy-week?clinic={harbour.id}&from={DAY}&to={DAY + WEEK}"
    _, take = proposed(desk, f"{path}&practitioner={ana.id}")
    assert len(take) == 1
    assert "Choose another week" in alert(
        read(desk.get(path.replace(str(DAY + WEEK), str(DAY))), 422)
    )


def test_a_day_is_handed_over_to_whoever_may_and_is_free(desk, harbour, dana, ana, number):
    given.practitioner("Una Uncertified", at=harbour)
    busy = given.booked(harbour, dana, given.slot(harbour, 11, day=DAY))
    given.booked(
        harbour, ana, given.slot(harbour, 11, 15, day=DAY), room_id=given.rooms(harbour)[1]
    )
    exercise = given.booked(
        harbour, dana, given.slot(harbour, 14, day=DAY), treatment=Treatment.EXERCISE, sites=()
    )
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}"
    page, take = proposed(desk, path)
    assert "2 appointments can be handed over" in page.text
    assert "Ana Ruiz may take it, but is not free then." in page.text
    assert "1 other colleague may not give it on that day." in page.text

    assert press(desk, path, take).status_code == 303

    assert record(number).practitioner_id == ana.id
    assert record(busy).practitioner_id == dana.id
    assert record(exercise).practitioner_id != dana.id


def test_to_one_colleague_who_may_not_every_reason_is_shown(desk, harbour, dana, number):
    una = given.practitioner("Una Uncertified", at=harbour)
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}&to={una.id}"
    page, take = proposed(desk, path)
    assert take == []
    assert "Una Uncertified may not needle the thigh" in page.text
    assert "What would cure it" in page.text
    forced = read(press(desk, path, [f"{number}-1-{una.id}"]), 409)
    assert "Una Uncertified may not needle the thigh" in alert(forced)
    assert record(number).practitioner_id == dana.id


@pytest.mark.parametrize(
    ("further", "wrong"),
    [
        (f"&until={DAY - WEEK}", "The last day comes before the first."),
        ("&to={dana}", "That is who is away."),
    ],
)
def test_where_nothing_can_be_asked_nothing_is_proposed(
    desk, harbour, dana, number, further, wrong
):
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}"
    page = read(desk.get(path + further.format(dana=dana.id)), 422)
    assert wrong in alert(page)
    assert not page.select("select[name=take]")
    assert "cannot be handed over" not in page.text
    assert "Nothing is booked" not in page.text


def test_two_at_one_time_are_not_proposed_to_the_same_colleague(desk, harbour, dana, ana):
    bo = given.practitioner("Bo Lind", at=harbour)
    given.certified(bo)
    for minute, room in ((0, 0), (30, 1)):
        when = given.slot(harbour, 9, minute, day=DAY, minutes=30)
        given.booked(harbour, dana, when, room_id=given.rooms(harbour)[room])
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}"
    page, take = proposed(desk, path)
    first = [one.select_one("option").text for one in page.select("select[name=take]")]
    assert sorted(first) == ["Ana Ruiz", "Bo Lind"]
    assert press(desk, path, take).status_code == 303


def test_nobody_is_named_who_does_not_work_there(desk, harbour, dana, number):
    hill = given.clinic("Hill Clinic", adopted=False)
    zed = given.practitioner("Zed Stranger", at=hill)
    path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}&to={zed.id}"
    answer = desk.get(path)
    assert answer.status_code == 422
    assert "Zed" not in answer.text


def test_a_move_is_undone_from_the_sheet_for_ten_minutes(app, desk, harbour, number):
    before = record(number).starts_at
    told = dict(day="2027-03-02", time="15:00", minutes="30", room_id="", seen_version="1")
    desk.post(f"/schedule/appointments/{number}/move", data=told)
    path = f"/schedule/appointments/{number}"
    action = undo_of(read(desk.get(path), 200))

    assert desk.post(action).status_code == 303
    assert record(number).starts_at == before
    assert "undone already" in alert(read(desk.post(action), 409))

    told |= {"seen_version": "3"}
    desk.post(f"{path}/move", data=told)
    action = undo_of(read(desk.get(path), 200))
    with time_machine.travel(given.NOW + timedelta(minutes=11), tick=False):
        late = visit(app, given.somebody(Role.FRONT_DESK, harbour))
        assert not read(late.get(path), 200).select('form[action$="/undo"]')
        assert "10 minutes" in alert(read(late.post(action), 409))
    assert record(number).starts_at != before


def test_undo_says_who_lost_the_privilege_meanwhile(desk, harbour, ana, dana, number):
    path = f"/schedule/appointments/{number}"
    told = {"practitioner_id": ana.id, "seen_version": "1"}
    desk.post(f"{path}/reassign", data=told)
    action = undo_of(read(desk.get(path), 200))
    dana.engagements[0].last_day = DAY - timedelta(days=1)
    db.session.commit()
    db.session.execute(delete(Privilege).where(Privilege.practitioner_id == dana.id))
    db.session.commit()
    assert "Dana Okafor may not needle" in alert(read(desk.post(action), 409))
    assert record(number).practitioner_id == ana.id


def test_a_cancelled_one_is_restored_from_its_sheet(desk, harbour, dana, number):
    path = f"/schedule/appointments/{number}"
    desk.post(f"{path}/cancel", data={"reason": "rang", "seen_version": "1"})
    form = read(desk.get(path), 200).select_one('form[action$="/restore"]')
    seen = form.select_one("[name=seen_version]")["value"]
    other = given.booked(harbour, dana, given.slot(harbour, 9, day=DAY))
    refused = read(desk.post(f"{path}/restore", data={"seen_version": seen}), 409)
    assert "already taken" in alert(refused)
    again = refused.select_one(".notice a.btn-primary")["href"]
    chosen = read(desk.get(again), 200).select_one("#chosen")
    assert "Dana Okafor is already booked then." in chosen.text
    assert chosen.select("button[name=time]")
    desk.post(f"/schedule/appointments/{other}/cancel", data={"reason": "x", "seen_version": "1"})
    assert desk.post(f"{path}/restore", data={"seen_version": seen}).status_code == 303
    assert record(number).state is CONFIRMED


def test_others_see_none_of_it(app, harbour, dana, number):
    herself = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))
    read(herself.get(path_of(number, every=1, times=1)), 403)
    read(herself.get(f"/schedule/copy-week?clinic={harbour.id}"), 404)
    read(herself.get(f"/schedule/hand-over?clinic={harbour.id}"), 404)
    boss = visit(app, given.somebody(Role.MANAGER, given.clinic("Hill Clinic", adopted=False)))
    for path in (
        path_of(number, every=1, times=1),
        f"/schedule/copy-week?clinic={harbour.id}",
        f"/schedule/hand-over?clinic={harbour.id}",
        "/schedule/changes/1",
    ):
        read(boss.get(path), 404)


def test_every_form_of_these_carries_its_token(app, desk, harbour, dana, ana, number, csrf):
    for path in (
        path_of(number, every=1, times=2),
        f"/schedule/copy-week?clinic={harbour.id}&from={DAY}&to={DAY + WEEK}",
        f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}",
    ):
        page = read(desk.get(path), 200)
        assert page.select('form[method="post"]')
        carries_a_token_in_each_form(page)


def test_a_proposal_asks_as_often_for_forty_dates_as_for_four(desk, statements, number):
    def asked(times):
        desk.get(path_of(number, every=1, times=times))
        statements.clear()
        assert f"{times} dates fit" in desk.get(path_of(number, every=1, times=times)).text
        return len(statements)

    assert asked(40) == asked(4) <= 16


def test_a_hand_over_asks_as_often_for_nine_as_for_one(
    desk, statements, harbour, dana, ana, number
):
    def asked(until):
        path = f"/schedule/hand-over?clinic={harbour.id}&practitioner={dana.id}&from={DAY}"
        statements.clear()
        page = desk.get(f"{path}&until={until}").text
        assert re.search(r"\d appointments? can be handed over", page)
        return len(statements)

    for days in range(1, 9):
        given.booked(harbour, dana, given.slot(harbour, 9, day=DAY + timedelta(days=days)))
    asked(DAY)
    assert asked(DAY + timedelta(days=9)) == asked(DAY)
