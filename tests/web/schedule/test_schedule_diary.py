"""The day, the week and one practitioner's own: what is shown, and to whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from registry.models import Appointment, Engagement, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from tests import given
from tests.web.page import error_at, read
from tests.web.visits import visit


@pytest.mark.parametrize("view", ["board", "list"])
def test_the_day_shows_who_is_treated_by_whom_for_what_and_where(desk, harbour, dana, view):
    given.booked(harbour, dana)

    page = read(desk.get(f"/schedule/day?clinic={harbour.id}&view={view}"), 200)

    for words in ("14:00", "14:30", "Pat Doe", "Dana Okafor", "Needling: thigh", "Room 1"):
        assert words in page.text
    assert page.select("h1")[0].text == "Mon 1 March 2027"


def test_the_day_is_the_clinics_own(app):
    """Nine in the evening in New York is already tomorrow in Auckland."""
    auckland = given.clinic("Auckland", zone="Pacific/Auckland")
    with time_machine.travel(given.NOW + timedelta(hours=5), tick=False):
        desk = visit(app, given.somebody(Role.FRONT_DESK, auckland))
        assert "Tue 2 March 2027" in read(desk.get("/schedule/day"), 200).h1.text


def test_a_held_one_stays_visible_and_says_why(desk, harbour, dana):
    number = given.booked(harbour, dana)
    held = db.session.get_one(Appointment, number)
    held.state, held.ground_lost_because = AppointmentState.HELD, "Her licence was suspended."
    db.session.commit()

    page = read(desk.get("/schedule/day"), 200)

    assert "1 appointment is on hold" in page.text
    assert "Her licence was suspended." in page.text


def test_a_cancelled_one_leaves_the_board_but_not_the_list(desk, harbour, dana):
    db.session.get_one(Appointment, given.booked(harbour, dana)).state = AppointmentState.CANCELLED
    db.session.commit()

    assert "Pat Doe" not in read(desk.get("/schedule/day"), 200).text
    assert "Cancelled" in read(desk.get("/schedule/day?view=list"), 200).text


def test_the_week_has_a_column_for_each_day_from_monday(desk, harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 9, day=date(2027, 3, 4)))

    page = read(desk.get("/schedule/week?from=2027-03-04"), 200)

    titles = [column.select_one("bdi").text for column in page.select(".board-column h2")]
    assert titles[0] == "Mon 1 Mar"
    assert len(titles) == 7
    assert "Pat Doe" in page.select(".board-column")[3].text


def test_an_auditor_sees_the_day_without_the_patients_names(app, harbour, dana):
    number = given.booked(harbour, dana)
    auditor = visit(app, given.somebody(Role.AUDITOR))

    for path in ("/schedule/day", "/schedule/week", f"/schedule/appointments/{number}"):
        page = read(auditor.get(f"{path}?clinic={harbour.id}"), 200)
        assert "Dana Okafor" in page.text
        assert "Pat Doe" not in page.text


def test_another_clinic_and_a_colleague_find_nothing_and_an_administrator_may_not_look(
    app, harbour, dana
):
    number = given.booked(harbour, dana)
    paths = [
        f"/schedule/day?clinic={harbour.id}",
        f"/schedule/week?clinic={harbour.id}",
        f"/schedule/practitioners/{dana.id}",
        f"/schedule/appointments/{number}",
        f"/schedule/appointments/{number}/move",
    ]
    elsewhere = visit(app, given.somebody(Role.MANAGER, given.clinic("Elsewhere")))
    administrator = visit(app, given.somebody(Role.ADMINISTRATOR))
    for path in paths:
        read(elsewhere.get(path), 404)
        read(administrator.get(path), 403)
    colleague = given.practitioner("Cole League", at=harbour)
    cole = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=colleague))
    for path in paths[2:]:
        read(cole.get(path), 404)


def test_a_practitioner_is_led_to_their_own_week_and_sees_their_patients(app, harbour, dana):
    given.booked(harbour, dana)
    herself = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))

    answer = herself.get("/schedule/day")

    assert answer.location == f"/schedule/practitioners/{dana.id}"
    page = read(herself.get(answer.location), 200)
    assert page.h1.text == "My schedule"
    assert "Pat Doe" in page.text


def test_a_desk_sees_of_a_practitioner_only_what_is_booked_at_its_own_clinic(
    app, desk, harbour, dana
):
    inland = given.clinic("Inland Clinic")
    db.session.add(
        Engagement(practitioner_id=dana.id, clinic_id=inland.id, first_day=date(2020, 1, 1))
    )
    db.session.commit()
    given.booked(harbour, dana)
    given.booked(inland, dana, given.slot(inland, 16), treatment=Treatment.EXERCISE, sites=())

    page = read(desk.get(f"/schedule/practitioners/{dana.id}"), 200)
    own = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))

    assert "Inland Clinic" not in page.text
    assert "Inland Clinic" in read(own.get(f"/schedule/practitioners/{dana.id}"), 200).text


@pytest.mark.parametrize(
    "query",
    [
        "day=0000-00-00",
        "day=9999-12-31",
        "day=0001-01-01",
        "day=%00",
        "clinic=%EF%BF%BD",
        "clinic=-1",
    ],
)
@pytest.mark.parametrize("page", ["day", "week"])
def test_odd_addresses_give_a_clear_page(desk, harbour, page, query):
    answer = desk.get(
        f"/schedule/{page}?{query.replace('day', 'from') if page == 'week' else query}"
    )
    assert answer.status_code in (404, 422)
    read(answer)


def test_the_day_asks_six_times_at_most_however_much_is_booked(desk, harbour, dana, statements):
    def asked(path):
        statements.clear()
        read(desk.get(path), 200)
        return len(statements)

    here = f"?clinic={harbour.id}"
    paths = [f"/schedule/day{here}", f"/schedule/week{here}", f"/schedule/practitioners/{dana.id}"]
    few = [asked(path) for path in paths]
    for hour in range(9, 14):
        given.booked(harbour, dana, given.slot(harbour, hour))

    assert [asked(path) for path in paths] == few
    assert max(few) <= 6


@pytest.mark.parametrize("path", ["/schedule/day?view=list", "/schedule/day", "/schedule/week?"])
def test_what_stands_is_counted_and_what_was_cancelled_told_apart(desk, harbour, dana, path):
    given.booked(harbour, dana)
    for hour in (15, 16):
        number = given.booked(harbour, dana, given.slot(harbour, hour, day=given.TODAY))
        db.session.get_one(Appointment, number).state = AppointmentState.CANCELLED
    db.session.commit()

    page = read(desk.get(path), 200)

    assert "1 appointment, and 2 cancelled." in page.text
    if "day" in path:
        tab = next(each for each in page.select("a") if "Day as a list" in each.text)
        assert tab.text == "Day as a list1"


def test_the_board_speaks_of_doing_the_same_below_only_to_those_who_do_something(app, harbour):
    words = "The list below does the same."
    auditor, manager = (
        read(visit(app, given.somebody(role, *at)).get(f"/schedule/day?clinic={harbour.id}"), 200)
        for role, at in ((Role.AUDITOR, ()), (Role.MANAGER, (harbour,)))
    )
    assert words in manager.text
    assert words not in auditor.text


@pytest.mark.parametrize("asked", ["x", "2027-02-30", "1850-01-01"])
@pytest.mark.parametrize("path", ["/schedule/day", "/roster/sheet"])
def test_a_day_that_is_none_shows_today_with_a_sentence_at_the_field(
    desk, harbour, dana, path, asked
):
    page = read(desk.get(f"{path}?clinic={harbour.id}&day={asked}"), 422)
    assert page.select_one("[name=day]")["value"] == "2027-03-01"
    assert error_at(page, "day").endswith(("2099.", "Write it like 2026-11-26."))
    assert "Go to the first page" not in page.text


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("x", "“x” is not a day on the calendar."),
        ("1850-01-01", "The diary goes from 2001 to 2099."),
        ("2027-02-24", "That week has passed. Choose this week or a later one."),
    ],
)
def test_a_week_that_nothing_can_be_copied_to_is_told_in_one_sentence_at_its_field(
    desk, harbour, dana, to, words
):
    given.booked(harbour, dana)
    path = f"/schedule/copy-week?clinic={harbour.id}&from={given.TODAY}&to={to}"
    page = read(desk.get(path), 422)
    assert words in error_at(page, "to")
    assert "does not fit" not in page.text
    assert error_at(read(desk.post(path, data={}), 422), "to") == error_at(page, "to")
