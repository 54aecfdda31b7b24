"""What becomes of an appointment: moved, given to somebody else, converted, cancelled, done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from registry.models import Appointment, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from tests import given
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

DAY = date(2027, 3, 2)


@pytest.fixture
def number(harbour, dana):
    return given.booked(harbour, dana, given.slot(harbour, 9, day=DAY))


def now_on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def hold(number, because="Her licence was suspended."):
    held = db.session.get_one(Appointment, number)
    held.state, held.ground_lost_because = AppointmentState.HELD, because
    db.session.commit()
    return held.version


def move(desk, number, **known):
    form = dict(day="2027-03-02", time="11:00", minutes="30", room_id="", seen_version="1") | known
    return desk.post(f"/schedule/appointments/{number}/move", data=form)


def test_it_is_moved_to_another_time_with_a_free_room(desk, harbour, number):
    assert move(desk, number).status_code == 303
    assert now_on_record(number).starts_at == given.slot(harbour, 11, day=DAY).starts_at


def test_it_is_not_moved_past_the_cover_and_every_reason_is_told(desk, harbour):
    ends_soon = given.practitioner("Ena Soon", at=harbour)
    given.certified(ends_soon, last_day=DAY)
    number = given.booked(harbour, ends_soon, given.slot(harbour, 9, day=DAY))

    page = read(move(desk, number, day="2027-03-03"), 409)

    assert "Ena Soon may not needle the thigh" in alert(page)
    assert page.select_one("#day")["value"] == "2027-03-03"
    assert now_on_record(number).first_day == DAY


def test_what_somebody_changed_meanwhile_is_looked_at_again(desk, number):
    assert move(desk, number).status_code == 303
    page = read(move(desk, number, time="12:00"), 409)
    assert "Somebody changed this appointment" in alert(page)


def test_a_move_to_an_impossible_time_is_told_at_its_field(desk, number):
    assert "like 09:30" in error_at(read(move(desk, number, time="noon"), 422), "time")
    assert "passed" in error_at(read(move(desk, number, day="2027-02-01"), 422), "time")
    page = read(move(desk, number, day="2027-03-14", time="02:30"), 422)
    assert "no such time" in error_at(page, "time")
    page = read(move(desk, number, day="2027-11-07", time="01:30"), 422)
    assert len(page.select("input[type=radio][name=time]")) == 2


def free(page):
    """The days that are offered, and on each the times, the first as buttons."""
    return {
        form.select_one("[name=day]")["value"]: [
            each["value"] for each in form.select("[name=time][value], option")
        ]
        for form in page.select("form.starts")
    }


def test_the_first_free_starts_with_the_same_practitioner_are_offered(desk, harbour, dana, number):
    given.booked(
        harbour, dana, given.slot(harbour, 8, day=DAY, minutes=60), room_id=given.rooms(harbour)[1]
    )
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    path = f"/schedule/appointments/{number}/move"

    offered = free(read(desk.get(path), 200))

    assert list(offered) == ["2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05"]
    assert offered["2027-03-02"][:2] == ["09:15", "09:30"]
    assert offered["2027-03-03"][0] == "08:00"
    later = free(read(desk.get(f"{path}?from=2027-03-04&minutes=480"), 200))
    assert later["2027-03-04"] == [
        "08:00",
        "08:15",
        "08:30",
        "08:45",
        "09:00",
        "09:15",
        "09:30",
        "09:45",
        "10:00",
    ]


def test_a_start_at_which_the_patient_has_something_else_is_not_offered(desk, harbour, number):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    given.booked(
        harbour,
        ana,
        given.slot(harbour, 8, day=DAY),
        patient_id=now_on_record(number).patient_id,
        room_id=given.rooms(harbour)[1],
    )

    offered = free(read(desk.get(f"/schedule/appointments/{number}/move"), 200))

    assert offered["2027-03-02"][0] == "08:30"


def test_a_press_on_an_offered_start_moves_it_there(desk, harbour, number):
    page = read(desk.get(f"/schedule/appointments/{number}/move"), 200)
    form = page.select("form.starts")[1]
    told = {each["name"]: each["value"] for each in form.select("input[type=hidden][name]")}
    told["time"] = form.select_one("button[name=time]")["value"]
    assert desk.post(form["action"], data=told).status_code == 303
    next_day = given.slot(harbour, 8, day=DAY + timedelta(days=1))
    assert now_on_record(number).starts_at == next_day.starts_at


def test_who_may_not_needle_any_more_is_offered_no_start_for_it(desk, harbour):
    ends_soon = given.practitioner("Ena Soon", at=harbour)
    given.certified(ends_soon, last_day=DAY)
    number = given.booked(harbour, ends_soon, given.slot(harbour, 9, day=DAY))
    path = f"/schedule/appointments/{number}/move"
    assert list(free(read(desk.get(path), 200))) == ["2027-03-02"]
    page = read(desk.get(f"{path}?from=9999-12-31"), 200)
    assert free(page) == {}
    assert "There is no opening with Ena Soon" in page.main.get_text(" ", strip=True)


def test_it_is_given_to_a_colleague_who_may_and_is_free(desk, harbour, number):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    busy = given.practitioner("Bo Busy", at=harbour)
    given.certified(busy)
    given.booked(
        harbour, busy, given.slot(harbour, 9, 15, day=DAY), room_id=given.rooms(harbour)[1]
    )
    given.practitioner("Una Uncertified", at=harbour)

    page = read(desk.get(f"/schedule/appointments/{number}/reassign"), 200)
    assert "Can take it at this time (1)" in page.text
    assert "May, but is not free then (1)" in page.text
    assert "Cannot take it (1)" in page.text

    answer = desk.post(
        f"/schedule/appointments/{number}/reassign",
        data={"practitioner_id": ana.id, "seen_version": "1"},
    )
    assert answer.status_code == 303
    assert now_on_record(number).practitioner_id == ana.id


def test_it_is_not_given_to_an_uncertified_colleague(desk, harbour, dana, number):
    una = given.practitioner("Una Uncertified", at=harbour)

    answer = desk.post(
        f"/schedule/appointments/{number}/reassign",
        data={"practitioner_id": una.id, "seen_version": "1"},
    )

    assert "Una Uncertified may not needle the thigh" in alert(read(answer, 409))
    assert now_on_record(number).practitioner_id == dana.id


def test_another_treatment_does_not_become_needling_without_a_privilege(desk, harbour):
    una = given.practitioner("Una Uncertified", at=harbour)
    number = given.booked(
        harbour, una, given.slot(harbour, 9, day=DAY), treatment=Treatment.EXERCISE, sites=()
    )

    answer = desk.post(
        f"/schedule/appointments/{number}/convert",
        data={"treatment": "needling", "site": ["thigh"], "seen_version": "1"},
    )

    assert "Una Uncertified may not needle" in alert(read(answer, 409))
    assert now_on_record(number).treatment is Treatment.EXERCISE


def test_needling_becomes_another_treatment_and_drops_its_regions(desk, number):
    answer = desk.post(
        f"/schedule/appointments/{number}/convert",
        data={"treatment": "exercise", "site": ["thigh"], "seen_version": "1"},
    )
    assert answer.status_code == 303
    assert now_on_record(number).sites == []


def test_changing_the_treatment_says_that_the_length_stays(desk, harbour, number):
    longer = given.treatment_type("First visit", kind=Treatment.EXERCISE, minutes=60).id
    path = f"/schedule/appointments/{number}/convert"

    assert "Its length stays 30 minutes" in read(desk.get(path), 200).text
    answer = desk.post(path, data={"treatment": str(longer), "seen_version": "1"})

    said = "Its length stays 30 minutes; First visit usually takes 60."
    assert said in read(desk.get(answer.location), 200).text
    assert now_on_record(number).slot.length == timedelta(minutes=30)


def test_a_held_one_is_restored_once_its_ground_is_there(desk, number):
    version = hold(number)
    page = read(desk.get(f"/schedule/appointments/{number}"), 200)
    assert "Her licence was suspended." in page.text

    answer = desk.post(f"/schedule/appointments/{number}/restore", data={"seen_version": version})

    assert answer.status_code == 303
    assert now_on_record(number).state is AppointmentState.CONFIRMED


def test_it_is_cancelled_with_a_reason_and_then_left_alone(desk, number):
    path = f"/schedule/appointments/{number}/cancel"
    page = read(desk.post(path, data={"seen_version": "1", "reason": ""}), 422)
    assert "Say why" in error_at(page, "reason")

    assert desk.post(path, data={"seen_version": "1", "reason": "Ill."}).status_code == 303
    assert now_on_record(number).state is AppointmentState.CANCELLED
    assert "Move" not in read(desk.get(f"/schedule/appointments/{number}"), 200).main.text
    assert move(desk, number, seen_version="2").status_code == 409


def test_it_is_marked_as_done_once_it_has_begun_also_by_the_practitioner(
    app, harbour, dana, number
):
    herself = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))
    path = f"/schedule/appointments/{number}"
    assert "Mark as done" not in read(herself.get(path), 200).text
    early = herself.post(f"{path}/done", data={"seen_version": "1"})
    assert "has not started yet" in alert(read(early, 409))

    with time_machine.travel(given.NOW + timedelta(days=1, hours=6), tick=False):
        herself = visit(
            app, given.also(given.somebody(Role.FRONT_DESK, harbour), Role.MANAGER, harbour)
        )
        assert "Mark as done" not in read(herself.get(path), 200).text
        seen = {"seen_version": str(given.checked_in(number))}
        assert "Mark as done" in read(herself.get(path), 200).text
        assert herself.post(f"{path}/done", data=seen).status_code == 303
    assert now_on_record(number).state is AppointmentState.DONE


def test_a_practitioner_may_not_move_their_own(app, harbour, dana, number):
    herself = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))
    read(move(herself, number), 403)
    page = read(herself.get(f"/schedule/appointments/{number}"), 200)
    assert not page.select('a[href$="/move"]')


def test_its_history_is_for_those_who_may_read_the_clinics_events(app, desk, harbour, number):
    move(desk, number)
    manager = visit(app, given.somebody(Role.MANAGER, harbour))
    path = f"/schedule/appointments/{number}"

    assert "Change appointment" in read(manager.get(path), 200).text
    assert "Tue 2 March 2027, 11:00" in read(manager.get(path), 200).text
    assert "Change appointment" not in read(desk.get(path), 200).text


def test_its_history_names_whoever_it_was_given_to(app, desk, harbour, number):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    desk.post(
        f"/schedule/appointments/{number}/reassign",
        data={"practitioner_id": ana.id, "seen_version": "1"},
    )
    manager = visit(app, given.somebody(Role.MANAGER, harbour))

    page = read(manager.get(f"/schedule/appointments/{number}"), 200)
    assert "practitioner: Ana Ruiz" in page.text


def test_what_can_no_longer_be_changed_leads_back_to_its_sheet(desk, number):
    path = f"/schedule/appointments/{number}"
    desk.post(f"{path}/cancel", data={"reason": "rang", "seen_version": "1"})

    answer = desk.get(f"{path}/move")
    assert (answer.status_code, answer.location) == (303, path)
    assert "is cancelled and can no longer be changed" in read(desk.get(path), 200).text


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 40, "\x00"])
def test_a_tampered_version_gives_a_clear_page(desk, number, seen):
    assert move(desk, number, seen_version=seen).status_code in (404, 409, 422)


def test_a_refusal_points_below_only_where_somebody_below_can_take_it(desk, harbour, dana):
    luis = given.practitioner("Luis Prado", at=harbour)
    given.licence(luis)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=given.TODAY))
    path = f"/schedule/appointments/{number}/reassign"
    told = {"practitioner_id": str(luis.id), "seen_version": "1"}
    alone = read(desk.post(path, data=told), 409).text
    given.certified(given.practitioner("Mei Tan", at=harbour))
    beside = read(desk.post(path, data=told), 409).text
    assert "No dry-needling certificate is on record." in alone
    assert "see below" not in alone
    assert "Somebody else may be able to take it: see below." in beside
