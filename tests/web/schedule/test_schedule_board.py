"""The board's data, who may not take an appointment, and what becomes of a drop."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from registry.models import Appointment, Room, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.practitioners import change_name
from registry.services.time_off import record_time_off
from registry.services.treatments import Terms, change_treatment
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

DAY = given.TODAY + timedelta(days=1)
SCRIPT = {"HX-Request": "true"}
ON_FOOT = dict(treatment=Treatment.EXERCISE, sites=())


def board(harbour, **asked):
    more = "".join(f"&{name.rstrip('_')}={value}" for name, value in asked.items())
    return f"/schedule/board?clinic={harbour.id}&from={DAY}{more}"


def dropped(number, **told):
    where = {"seen_version": "1", "day": DAY.isoformat(), "time": "10:00", "minutes": "30"}
    return f"/schedule/appointments/{number}/drop", where | told


def test_the_board_is_told_wall_clock_times_and_columns_by_practitioner_or_by_room(
    desk, harbour, dana
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))

    data = desk.get(board(harbour)).json
    rooms = desk.get(board(harbour, columns="rooms")).json

    assert [one["title"] for one in data["columns"]] == ["Dana Okafor"]
    assert [one["title"] for one in rooms["columns"]] == ["Room 1", "Room 2"]
    assert (data["opens"], data["closes"], data["offset"]) == ("08:00", "18:00", "-05:00")
    assert data["days"] == [{"day": "2027-03-02", "open": [["08:00", "18:00"]]}]
    (one,) = data["appointments"]
    assert one["id"] == number
    assert (one["start"], one["end"]) == ("2027-03-02T10:00", "2027-03-02T10:30")
    assert one["column"] == dana.id
    assert one["needles"]
    assert one["moves"]
    assert rooms["appointments"][0]["column"] == given.rooms(harbour)[0]


def test_where_the_clocks_go_back_an_appointment_is_drawn_as_long_as_it_is(desk, harbour, dana):
    """From the first 01:30 for 45 minutes: on the clock it ends at 01:15."""
    given.open_always(harbour)
    autumn = date(2027, 11, 7)
    given.open_always(harbour)
    slot = given.slot(harbour, 0, 45, day=autumn, minutes=90)
    given.booked(harbour, dana, slot, **ON_FOOT)
    data = desk.get(f"/schedule/board?clinic={harbour.id}&from={autumn}").json
    (one,) = data["appointments"]
    assert (one["start"], one["end"]) == ("2027-11-07T00:45", "2027-11-07T01:15")
    assert one["minutes"] == 90
    assert data["opens"] == "00:00"


def test_what_goes_over_midnight_is_on_the_boards_and_in_the_lists_of_both_its_days(
    desk, harbour, dana
):
    given.open_always(harbour)
    given.booked(harbour, dana, given.slot(harbour, 23, 45, day=DAY), **ON_FOOT)
    for day in (DAY, DAY + timedelta(days=1)):
        data = desk.get(f"/schedule/board?clinic={harbour.id}&from={day}").json
        (one,) = data["appointments"]
        assert (one["start"], one["end"]) == ("2027-03-02T23:45", "2027-03-03T00:15")
        assert one["clock"] == "23:45\N{EN DASH}00:15"
        assert (data["opens"], data["closes"]) == ("00:00", "24:00")
        for view in ("", "&view=list"):
            path = f"/schedule/day?clinic={harbour.id}&day={day}{view}"
            assert "Pat Doe" in read(desk.get(path), 200).main.text


def test_a_board_that_nobody_changed_costs_three_statements_and_says_no_more(
    desk, harbour, dana, statements
):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    mark = desk.get(board(harbour)).headers["ETag"]
    for hour in (11, 12):
        statements.clear()
        answer = desk.get(board(harbour), headers={"If-None-Match": mark})
        assert answer.status_code == 304
        assert answer.data == b""
        assert len(statements) <= 3
        given.booked(harbour, dana, given.slot(harbour, hour, day=DAY))
        changed = desk.get(board(harbour), headers={"If-None-Match": mark})
        assert changed.status_code == 200
        assert len(changed.json["appointments"]) == hour - 9
        mark = changed.headers["ETag"]


def test_a_week_draws_the_ten_with_most_to_do_and_a_day_all_of_them(desk, harbour, dana):
    for n in range(12):
        whom = given.practitioner(f"Colleague {n:02}", at=harbour)
        given.booked(
            harbour,
            whom,
            given.slot(harbour, 8, n * 15 % 60, day=DAY, minutes=5)
            if n < 2
            else given.slot(harbour, 8 + n // 2, 30 * (n % 2), day=DAY),
            **ON_FOOT,
        )
    given.booked(harbour, dana, given.slot(harbour, 16, day=DAY))
    given.booked(harbour, dana, given.slot(harbour, 17, day=DAY))

    week, day = (desk.get(board(harbour, days=n)).json for n in (7, 1))

    assert (len(week["columns"]), week["left_out"]) == (10, 3)
    assert "Dana Okafor" in [one["title"] for one in week["columns"]]
    assert (len(day["columns"]), day["left_out"]) == (13, 0)
    assert (len(week["appointments"]), len(day["appointments"])) == (11, 14)
    assert week["seen"] == day["seen"]


def test_whoever_is_left_out_is_told_by_name_and_drawn_where_they_are_chosen(desk, harbour, dana):
    people = [given.practitioner(f"Colleague {n:02}", at=harbour) for n in range(23)]
    given.booked(harbour, dana, given.slot(harbour, 16, day=DAY))

    week = desk.get(board(harbour, days=7)).json
    first, second = week["others"]
    chosen = desk.get(board(harbour, days=7, who=first["who"])).json
    strangers = desk.get(board(harbour, days=7, who="999999")).json

    assert week["left_out"] == 14
    assert first["words"] == "Colleague 09 to Colleague 18"
    assert second["words"] == "Colleague 19 to Colleague 22"
    assert [one["title"] for one in chosen["columns"]] == [one.name for one in people[9:19]]
    assert (chosen["left_out"], chosen["chosen"], chosen["appointments"]) == (14, True, [])
    assert chosen["seen"] == week["seen"]
    assert strangers["columns"] == week["columns"]


def test_those_chosen_are_kept_from_week_to_week_and_odd_ones_are_not(desk, harbour, dana):
    for asked, kept in ((f"{dana.id}", True), ("1,x", False), ("9" * 10, False)):
        page = read(desk.get(f"/schedule/week?clinic={harbour.id}&from={DAY}&who={asked}"), 200)
        told = page.select_one("#board")["data-board"]
        after = page.select_one("a[rel=next]")["href"]
        assert ("who=" in told, "who=" in after) == (kept, kept)
    assert "by their numbers" in read(desk.get(board(harbour, who="1,x")), 422).main.text


def test_rooms_that_cannot_take_it_are_named_with_the_days_and_taken_ones_with_the_hours(
    desk, harbour, dana
):
    _, second = given.rooms(harbour)
    closing = DAY + timedelta(days=1)
    assessed = given.kind_of("assessment")["treatment_type_id"]
    rooms = [
        Room(clinic_id=harbour.id, name="Gym", fit_for=[assessed], fit_since=given.TODAY),
        Room(clinic_id=harbour.id, name="Old", closed_from=closing),
    ]
    db.session.add_all(rooms)
    db.session.commit()
    around = given.treatment_type("With around", preparation=5, clean_up=10)
    luis = given.practitioner("Luis Prado", at=harbour)
    given.certified(luis)
    given.booked(
        harbour,
        luis,
        given.slot(harbour, 12, day=DAY),
        room_id=second,
        treatment_type_id=around.id,
    )
    when = given.slot(harbour, 10, day=DAY)
    number = given.booked(harbour, dana, when, treatment_type_id=around.id)

    path = f"/schedule/appointments/{number}/rooms?from={DAY}&days=2"
    told = {(one["room"], one["word"]): one for one in desk.get(path).json}

    gym, old = told[rooms[0].id, "Not fit"], told[rooms[1].id, "Closed"]
    assert gym["days"] == ["2027-03-02", "2027-03-03"]
    assert gym["sentence"] == "Gym is not fit for “With around”."
    assert old["days"] == ["2027-03-03"]
    assert old["sentence"] == "Old is closed from Wed 3 March 2027 on."
    taken = told[second, "Taken"]
    # Busy from 11:55 to 12:40; its own clean-up ends before that, its own preparation starts after.
    assert (taken["from"], taken["to"]) == ("2027-03-02T11:45", "2027-03-02T12:45")
    assert taken["sentence"].startswith("Room 2 is taken from 11:55 to 12:40")
    assert len(told) == 3
    elsewhere = given.somebody(Role.MANAGER, given.clinic("Elsewhere", adopted=False))
    assert visit(desk.application, elsewhere).get(path).status_code == 404
    assert visit(desk.application, given.somebody(Role.AUDITOR)).get(path).status_code == 403


def test_a_change_at_another_clinic_leaves_the_board_alone(app, desk, harbour, dana):
    mark = desk.get(board(harbour)).headers["ETag"]
    inland = given.clinic("Inland Clinic")
    whom = given.practitioner("Ines Inland", at=inland)
    given.booked(inland, whom, given.slot(inland, 10, day=DAY), **ON_FOOT)
    assert desk.get(board(harbour), headers={"If-None-Match": mark}).status_code == 304


def test_what_is_told_of_without_a_clinic_is_seen_on_the_board_all_the_same(desk, harbour, dana):
    ada = given.somebody(Role.ADMINISTRATOR)
    slow = given.treatment_type("Slow needling")
    terms = dict(type_id=slow.id, terms=Terms("Slower needling", 30), closed_from=None)
    mara = given.somebody(Role.MANAGER, harbour)
    whom = dict(actor=mara, practitioner_id=dana.id, now=given.NOW)
    for change in (
        lambda: record_time_off(first_day=DAY, last_day=DAY, **whom),
        lambda: change_name(name="Dana Marsh", **whom),
        lambda: change_treatment(actor=ada, seen_version=1, now=given.NOW, **terms),
    ):
        mark = desk.get(board(harbour)).headers["ETag"]
        assert desk.get(board(harbour), headers={"If-None-Match": mark}).status_code == 304
        change()
        assert desk.get(board(harbour), headers={"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize("asked", [{"days": 0}, {"days": 8}, {"columns": "chairs"}, {"days": "x"}])
def test_a_board_of_no_such_kind_is_refused_in_words(desk, harbour, asked):
    said = read(desk.get(board(harbour, **asked)), 422).main.text
    assert any(words in said for words in ("from 1 to 7 days", "practitioners or rooms", "number"))


def test_the_board_is_for_those_who_may_see_the_diary(app, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    elsewhere = visit(app, given.somebody(Role.MANAGER, given.clinic("Elsewhere")))
    auditor = visit(app, given.somebody(Role.AUDITOR))
    takers = f"/schedule/appointments/{number}/takers?from={DAY}"
    path, told = dropped(number)
    assert elsewhere.get(board(harbour)).status_code == 404
    assert elsewhere.get(takers).status_code == 404
    assert elsewhere.post(path, data=told, headers=SCRIPT).status_code == 404
    assert "Pat Doe" not in auditor.get(board(harbour)).text
    assert not auditor.get(board(harbour)).json["appointments"][0]["moves"]
    assert auditor.get(takers).status_code == 403
    assert auditor.post(path, data=told, headers=SCRIPT).status_code == 403


def test_those_who_may_not_take_it_are_named_with_the_days_and_the_gravest_reason(
    desk, harbour, dana
):
    luis = given.practitioner("Luis Prado", at=harbour)
    given.licence(luis)
    nora = given.practitioner("Nora Novice", at=harbour, since=DAY + timedelta(days=1))
    given.certified(nora)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))

    found = desk.get(f"/schedule/appointments/{number}/takers?from={DAY}&days=2").json

    told = {one["practitioner"]: one for one in found}
    assert told.keys() == {luis.id, nora.id}
    assert told[luis.id]["word"] == "May not"
    assert told[luis.id]["days"] == ["2027-03-02", "2027-03-03"]
    assert told[luis.id]["sentence"] == "No dry-needling certificate is on record."
    assert told[nora.id]["word"] == "Not there"
    assert told[nora.id]["days"] == ["2027-03-02"]


def test_who_may_take_it_is_asked_with_as_many_statements_for_thirty_as_for_three(
    desk, harbour, dana, statements
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    path = f"/schedule/appointments/{number}/takers?from={DAY}&days=7"

    def asked(more):
        for n in range(more):
            given.licence(given.practitioner(f"Colleague {n}", at=harbour))
        desk.get(path)
        statements.clear()
        assert len(desk.get(path).json) >= more
        return len(statements)

    few = asked(3)
    assert asked(27) == few
    assert few <= 12


def test_a_drop_keeps_its_room_where_that_is_free_and_takes_another_where_it_is_not(
    desk, harbour, dana
):
    mei = given.practitioner("Mei Tan", at=harbour)
    given.booked(harbour, mei, given.slot(harbour, 14, day=DAY), **ON_FOOT)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    first, second = given.rooms(harbour)

    path, told = dropped(number, time="11:00")
    assert desk.post(path, data=told, headers=SCRIPT).status_code == 200
    assert db.session.get_one(Appointment, number).room_id == first
    path, told = dropped(number, time="14:00", seen_version="2")
    answer = desk.post(path, data=told, headers=SCRIPT)
    assert "Room 2</bdi> instead of" in answer.text
    assert db.session.get_one(Appointment, number).room_id == second


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({"time": "late"}, 422, "Write the time like 09:30."),
        ({"day": "2027-02-01"}, 422, "This time has passed."),
        ({"minutes": "4"}, 422, "An appointment lasts from 5 minutes to 8 hours."),
        ({"day": ""}, 422, "Choose a day."),
        ({"day": "2027-11-07", "time": "01:30"}, 422, "so 01:30 comes twice"),
        ({"seen_version": "7"}, 409, "Somebody changed this appointment"),
        ({"time": "15:00"}, 409, "already taken at that time"),
    ],
)
def test_a_drop_that_cannot_be_is_refused_in_words_and_leaves_the_appointment_as_it_was(
    desk, harbour, dana, told, status, words
):
    given.booked(harbour, dana, given.slot(harbour, 15, day=DAY))
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    before = db.session.get_one(Appointment, number).starts_at

    path, sent = dropped(number, **told)
    answer = desk.post(path, data=sent, headers=SCRIPT)

    assert answer.status_code == status
    assert words in answer.text
    assert 'role="alert"' in answer.text
    found = db.session.get_one(Appointment, number)
    assert (found.starts_at, found.version) == (before, 1)


def test_without_a_script_a_drop_answers_with_the_whole_page_of_the_refusal(desk, harbour, dana):
    luis = given.practitioner("Luis Prado", at=harbour)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    path, told = dropped(number, practitioner_id=str(luis.id))
    assert "Luis Prado may not needle" in alert(read(desk.post(path, data=told), 409))
    path, told = dropped(number, minutes="60")
    assert desk.post(path, data=told).location == f"/schedule/appointments/{number}"


def test_what_was_cancelled_is_not_on_the_board_and_what_is_on_hold_is_with_its_reason(
    desk, harbour, dana
):
    for hour, state in ((10, AppointmentState.CANCELLED), (12, AppointmentState.HELD)):
        number = given.booked(harbour, dana, given.slot(harbour, hour, day=DAY))
        found = db.session.get_one(Appointment, number)
        found.state, found.ground_lost_because = state, "Her licence was suspended."
        db.session.commit()
    (one,) = desk.get(board(harbour)).json["appointments"]
    assert one["state"] == "held"
    assert one["note"] == "Her licence was suspended."


def test_the_day_without_a_script_is_by_practitioner_or_by_room_with_ways_to_change_each(
    desk, harbour, dana
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    path = f"/schedule/day?clinic={harbour.id}&day={DAY}"
    for asked, title in (("", "Dana Okafor"), ("&columns=rooms", "Room 1")):
        page = read(desk.get(path + asked), 200)
        assert [head.text for head in page.select(".board-column h2")] == [title]
        links = [link["href"] for link in page.select(".slot-links a")]
        whole = f"/schedule/appointments/{number}"
        assert links == [f"{whole}/move", f"{whole}/reassign"]


def test_a_column_tells_when_somebody_is_not_there_though_the_clinic_is_open(desk, harbour, dana):
    luis = given.practitioner("Luis Prado", at=harbour)
    given.working_day(luis, harbour, DAY, ["13:00", "18:00"])
    mei = given.practitioner("Mei Tan", at=harbour)
    given.time_off(mei, DAY)
    nora = given.practitioner("Nora Novice", at=harbour, since=DAY + timedelta(days=1))

    day, week = (desk.get(board(harbour, days=n)).json for n in (1, 2))
    rooms = desk.get(board(harbour, columns="rooms")).json

    told = {one["id"]: one["hours"] for one in day["columns"]}
    assert told[dana.id] == []
    assert told[luis.id] == [
        {
            "day": "2027-03-02",
            "off": [["2027-03-02T08:00", "2027-03-02T13:00"]],
            "words": "13:00\N{EN DASH}18:00",
        }
    ]
    (off,) = told[mei.id]
    assert off["words"] == "off"
    assert off["off"] == [["2027-03-02T08:00", "2027-03-02T18:00"]]
    (away,) = next(one["hours"] for one in week["columns"] if one["id"] == nora.id)
    assert (away["day"], away["words"]) == ("2027-03-02", "not here")
    assert [one["hours"] for one in rooms["columns"]] == [[], []]


def test_whoever_is_off_is_told_beside_those_who_may_not_take_it_with_the_hours_and_why(
    desk, harbour, dana
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    luis = given.practitioner("Luis Prado", at=harbour)
    given.certified(luis)
    given.working_day(luis, harbour, DAY, ["13:00", "18:00"])
    mei = given.practitioner("Mei Tan", at=harbour)
    given.certified(mei)
    given.time_off(mei, DAY)

    found = desk.get(f"/schedule/appointments/{number}/takers?from={DAY}").json

    told = {one["practitioner"]: one for one in found}
    assert told.keys() == {luis.id, mei.id}
    assert (told[luis.id]["from"], told[luis.id]["to"]) == ("2027-03-02T08:00", "2027-03-02T13:00")
    assert told[luis.id]["word"] == "Off"
    assert told[luis.id]["sentence"] == (
        "Luis Prado works from 13:00 to 18:00 at Harbour Clinic on Tue 2 March 2027."
    )
    assert told[mei.id]["days"] == ["2027-03-02"]
    assert "Mei Tan is on time off on Tue 2 March 2027." in told[mei.id]["sentence"]


def test_a_board_asks_as_often_for_thirty_with_hours_of_their_own_as_for_three(
    desk, harbour, dana, statements
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))

    def asked(more):
        for n in range(more):
            whom = given.practitioner(f"Colleague {n}", at=harbour)
            given.working_day(whom, harbour, DAY, ["13:00", "18:00"])
            given.time_off(whom, DAY + timedelta(days=1))
        counts = []
        for path in (board(harbour, days=7), f"/schedule/appointments/{number}/takers?from={DAY}"):
            desk.get(path)
            statements.clear()
            assert desk.get(path).status_code == 200
            counts.append(len(statements))
        return counts

    few = asked(3)
    assert asked(27) == few
