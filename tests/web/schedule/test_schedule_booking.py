"""Booking through the pages: who can take it, who cannot and why, and nothing twice."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from registry.models import Appointment, Patient, db
from registry.rules.diary import local_moment
from registry.rules.vocabulary import Role, VersionState
from registry.services.scheduling import book_appointment, mark_done
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import visit

DAY = "2027-03-02"


@pytest.fixture
def luis(harbour):
    """His licence and his certificate still wait for a check."""
    luis = given.practitioner("Luis Prado", at=harbour)
    given.licence(luis)
    given.certificate(luis, state=VersionState.SUBMITTED)
    return luis


@pytest.fixture
def pat(harbour):
    return given.patient(harbour, "Pat Doe", "P-77")


def wish(**known):
    return dict(day=DAY, treatment="needling", site=["thigh"], minutes="45", patient="P-77") | known


def book(desk, clinic, whom, **known):
    form = wish(practitioner_id=whom.id, time="09:00", room_id="") | known
    return desk.post(f"/schedule/book?clinic={clinic.id}", data=form)


def starts_with(page, whom):
    """The first ones are buttons, the later ones are chosen from a list."""
    forms = page.select(f"form.starts:has([name=practitioner_id][value='{whom.id}'])")
    return [each["value"] for form in forms for each in form.select("[name=time][value], option")]


def appointments():
    return db.session.scalars(select(Appointment)).all()


def test_who_is_free_and_privileged_is_offered_and_the_others_are_shown_with_their_reasons(
    desk, dana, luis, pat
):
    page = read(desk.get("/schedule/book", query_string=wish()), 200)

    assert "1 can take it on Tue 2 March 2027" in page.text
    offered = starts_with(page, dana)
    assert offered[0] == "08:00"
    assert offered[-1] == "17:15"
    assert starts_with(page, luis) == []
    assert "Cannot take it (1)" in page.text
    why = page.select_one(".refusal-line").get_text(" ", strip=True)
    assert "Luis Prado" in why
    assert "What would cure it" in why


def test_booking_makes_an_appointment_in_a_free_room(desk, harbour, dana, pat):
    answer = book(desk, harbour, dana)

    [made] = appointments()
    assert answer.status_code == 303
    assert answer.location == f"/schedule/appointments/{made.id}"
    assert made.starts_at == given.slot(harbour, 9, day=date(2027, 3, 2)).starts_at
    assert made.ends_at - made.starts_at == timedelta(minutes=45)
    assert (made.practitioner_id, made.patient_id, made.sites) == (dana.id, pat.id, ["thigh"])
    assert "Booked." in read(desk.get(answer.location), 200).text


def test_a_form_sent_twice_books_once_and_leads_to_the_same_appointment(desk, harbour, dana, pat):
    first, second = book(desk, harbour, dana), book(desk, harbour, dana)

    assert (second.status_code, second.location) == (303, first.location)
    assert len(appointments()) == 1


def test_an_uncertified_one_is_refused_with_every_reason_and_what_was_typed_is_kept(
    desk, harbour, luis, pat
):
    page = read(book(desk, harbour, luis, time="10:30"), 409)

    assert "Luis Prado may not needle the thigh at Harbour Clinic on Tue 2 March 2027" in alert(
        page
    )
    assert "What would cure it" in alert(page)
    assert page.select_one("#day")["value"] == DAY
    assert page.select_one("input[name=site][value=thigh][type=checkbox]").has_attr("checked")
    assert appointments() == []


def test_a_time_that_somebody_took_meanwhile_is_refused_civilly(desk, harbour, dana, pat):
    given.booked(harbour, dana, given.slot(harbour, 9, day=date(2027, 3, 2)))

    page = read(book(desk, harbour, dana), 409)

    assert "Dana Okafor is already taken at that time" in alert(page)
    assert "09:00" not in starts_with(page, dana)


def test_without_a_patient_there_is_nothing_to_book_with_but_a_way_to_name_one(desk, harbour, dana):
    page = read(desk.get("/schedule/book", query_string=wish(patient="")), 200)
    assert "Who is treated?" in page.text
    assert not page.select(f"#start-{dana.id}")

    answer = book(desk, harbour, dana, patient="")
    assert error_at(read(answer, 422), "patient") == "Choose the patient first."


def test_several_patients_of_a_name_are_shown_to_choose_from(desk, harbour, dana):
    given.patient(harbour, "Ann Lee", "A-1")
    given.patient(harbour, "Anna Lee", "A-2")
    given.patient(given.clinic("Elsewhere"), "Annabel Lee", "A-3")

    page = read(desk.get("/schedule/book", query_string=wish(patient="lee")), 200)

    assert "Ann Lee" in page.text
    assert "Anna Lee" in page.text
    assert "Annabel" not in page.text


def test_a_new_patient_is_added_on_the_way_and_the_wish_is_kept(desk, harbour, dana):
    answer = desk.post(
        f"/schedule/patients?clinic={harbour.id}",
        data=wish(patient="", reference="N-1", name="Nia New"),
    )

    assert answer.status_code == 303
    page = read(desk.get(answer.location), 200)
    assert "Nia New (N-1)" in page.text
    assert page.select(f"#start-{dana.id}")
    assert db.session.scalar(select(Patient.clinic_id)) == harbour.id


def test_a_reference_that_is_taken_is_told_at_its_field(desk, harbour, dana, pat):
    page = read(
        desk.post(
            f"/schedule/patients?clinic={harbour.id}",
            data=wish(patient="", reference="P-77", name="Nia New"),
        ),
        422,
    )
    assert "already" in error_at(page, "reference")
    assert page.select_one("#name")["value"] == "Nia New"


def test_where_nobody_is_free_the_next_openings_are_named(desk, harbour, dana, pat):
    day = given.slot(harbour, 8, day=date(2027, 3, 2), minutes=480)
    given.booked(harbour, dana, day)
    given.booked(harbour, dana, given.slot(harbour, 16, day=date(2027, 3, 2), minutes=120))

    page = read(desk.get("/schedule/book", query_string=wish()), 200)

    assert "Nobody is free on Tue 2 March 2027" in page.text
    assert "May, but has no time left that day (1)" in page.text
    assert "day=2027-03-03" in page.select(".choose-action a")[0]["href"]


def test_a_time_at_which_the_patient_is_booked_with_somebody_else_is_not_offered_and_it_is_said(
    desk, harbour, dana, pat
):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    given.booked(harbour, ana, given.slot(harbour, 8, day=date(2027, 3, 2)), patient_id=pat.id)

    page = read(desk.get("/schedule/book", query_string=wish()), 200)

    assert starts_with(page, dana)[0] == "08:30"
    assert "Pat Doe is booked 08:00 to 08:30 on this day" in page.text
    other = given.patient(harbour, "Anna Lee", "A-2")
    free = read(desk.get("/schedule/book", query_string=wish(patient=other.reference)), 200)
    assert starts_with(free, dana)[0] == "08:00"
    assert "nothing is offered then" not in free.text


def test_other_treatments_ask_for_no_region_and_for_no_privilege(desk, harbour, luis, pat):
    answer = book(desk, harbour, luis, treatment="exercise", site=[])
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("known", "field", "sentence"),
    [
        ({"day": "0000-00-00"}, "day", "no such day"),
        ({"day": "9999-12-31"}, "day", "two years ahead"),
        ({"day": "2027-02-28"}, "day", "has passed"),
        ({"minutes": "4"}, "minutes", "from 5 minutes"),
        ({"minutes": "99999"}, "minutes", "number"),
        ({"minutes": "abc"}, "minutes", "number"),
        ({"site": []}, "site", "at least one"),
        ({"site": ["tail"]}, "site", "not"),
        ({"treatment": "surgery"}, "treatment", "one of these treatments"),
        ({"treatment": "999"}, "treatment", "one of these treatments"),
        ({"treatment": "0"}, "treatment", "one of these treatments"),
        ({"patient": "\x00"}, "patient", "cannot be written"),
        ({"patient": "x" * 100_000}, "patient", "200 is the most"),
    ],
)
def test_a_wish_that_cannot_be_is_told_at_its_field(desk, dana, known, field, sentence):
    page = read(desk.get("/schedule/book", query_string=wish(**known)), 422)
    assert sentence in error_at(page, field)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("25:00", "like 09:30"),
        ("nine", "like 09:30"),
        ("", "Choose a time"),
        ("02:30-99:00", "offset"),
    ],
)
def test_a_time_that_cannot_be_is_told_at_its_field(desk, harbour, dana, pat, typed, sentence):
    page = read(book(desk, harbour, dana, time=typed), 422)
    assert sentence in page.select_one("#time-error").text
    assert appointments() == []


def test_a_time_the_clocks_skip_is_refused_with_a_sentence(desk, harbour, dana, pat):
    page = read(book(desk, harbour, dana, day="2027-03-14", time="02:30"), 422)
    assert "there is no such time" in alert(page)


def test_a_time_that_comes_twice_is_booked_once_it_is_said_which(desk, harbour, dana, pat):
    given.open_always(harbour)
    page = read(book(desk, harbour, dana, day="2027-11-07", time="01:30"), 422)
    choices = [box["value"] for box in page.select("input[type=radio][name=time]")]
    assert choices == ["01:30-04:00", "01:30-05:00"]

    answer = book(desk, harbour, dana, day="2027-11-07", time=choices[1])

    assert answer.status_code == 303
    [made] = appointments()
    second = local_moment(date(2027, 11, 7), time(1, 30), ZoneInfo(harbour.zone), fold=1)
    assert made.starts_at == second


def test_another_clinics_desk_finds_no_such_clinic_and_an_auditor_may_not_book(app, harbour, dana):
    elsewhere = visit(app, given.somebody(Role.FRONT_DESK, given.clinic("Elsewhere")))
    auditor = visit(app, given.somebody(Role.AUDITOR))

    read(elsewhere.get(f"/schedule/book?clinic={harbour.id}"), 404)
    read(auditor.get(f"/schedule/book?clinic={harbour.id}"), 403)
    read(book(elsewhere, harbour, dana), 404)
    assert appointments() == []


@pytest.mark.parametrize(
    "query",
    ["clinic=abc", "clinic=0", "clinic=99999999999", "clinic=%00", "day=%00&treatment=needling"],
)
def test_odd_addresses_give_a_clear_page(desk, harbour, query):
    assert desk.get(f"/schedule/book?{query}").status_code in (404, 422)


@pytest.mark.usefixtures("csrf")
def test_each_form_carries_a_token(desk, harbour, dana, luis, pat):
    carries_a_token_in_each_form(read(desk.get("/schedule/book", query_string=wish())))
    assert book(desk, harbour, dana).status_code == 400


def test_the_page_asks_as_often_for_ten_people_as_for_two(
    desk, harbour, dana, luis, pat, statements
):
    def asked():
        statements.clear()
        read(desk.get("/schedule/book", query_string=wish(clinic=harbour.id)), 200)
        return len(statements)

    few = asked()
    for number in range(4):
        given.certified(given.practitioner(f"More {number}", at=harbour))
        given.practitioner(f"Less {number}", at=harbour)

    assert asked() == few
    assert few <= 16  # one of them for Luis, of whom something waits to be checked


def test_whoever_treated_the_patient_most_often_comes_first_and_it_is_said(
    desk, harbour, dana, pat
):
    aaron = given.practitioner("Aaron Adams", at=harbour)
    given.certified(aaron)
    someone = given.somebody(Role.FRONT_DESK, harbour)
    for hour in (9, 11):
        when = given.slot(harbour, hour, day=given.TODAY - timedelta(days=7))
        wanted = given.booking(harbour, dana, pat, when)
        made = book_appointment(
            actor=someone, booking=wanted, now=when.starts_at - timedelta(days=1)
        )
        seen = given.checked_in(made)
        mark_done(actor=someone, appointment_id=made, seen_version=seen, now=when.ends_at)

    page = read(desk.get("/schedule/book", query_string=wish()), 200)

    names = [one.text for one in page.select(".choose > li .name")]
    assert names[:2] == ["Dana Okafor", "Aaron Adams"]
    first, second = page.select(".choose > li")[:2]
    assert "sees this patient usually" in first.text
    assert "sees this patient usually" not in second.text


def test_the_first_step_says_whom_the_address_names(desk, harbour, pat):
    page = read(desk.get("/schedule/book", query_string={"patient": "P-77"}), 200)

    assert page.select_one("#patient")["value"] == "P-77"
    assert pat.name in page.select_one("#patient-hint").text


def test_what_was_chosen_is_on_top_and_booked_with_one_press(desk, harbour, dana, pat):
    room = given.rooms(harbour)[1]
    asked = wish(practitioner_id=dana.id, time="10:05", room_id=room)

    page = read(desk.get("/schedule/book", query_string=asked), 200)

    panel = page.select_one("#chosen")
    said = panel.get_text(" ", strip=True).replace(" ,", ",")
    assert "Dana Okafor, Tue 2 March 2027, 10:05, Room 2" in said
    assert "Somebody else, or another time" in page.text
    assert not page.select_one("#another details").has_attr("open")
    form = panel.select_one("form")
    told = [(each["name"], each["value"]) for each in form.select("input[name][value]")]
    assert desk.post(form["action"], data=MultiDict(told)).status_code == 303
    [made] = appointments()
    assert (made.room_id, made.starts_at) == (
        room,
        given.slot(harbour, 10, 5, day=date(2027, 3, 2)).starts_at,
    )


def test_what_was_chosen_and_cannot_be_says_why_and_what_is_near_it(desk, harbour, dana, luis, pat):
    given.booked(
        harbour,
        dana,
        given.slot(harbour, 10, day=date(2027, 3, 2)),
        room_id=given.rooms(harbour)[0],
    )

    def shown(**known):
        asked = wish(**({"practitioner_id": dana.id, "time": "10:00"} | known))
        return read(desk.get("/schedule/book", query_string=asked), 200).select_one("#chosen")

    taken = shown()
    assert "Dana Okafor is already booked then." in taken.text
    assert taken.select("button[name=time]")
    assert "Luis Prado may not needle the thigh" in shown(practitioner_id=luis.id).text
    assert "Write the time like 09:30." in shown(time="ten").text
    assert "there is no such time" in shown(day="2027-03-14", time="02:30").text
    moved = shown(time="11:00", room_id=given.rooms(harbour)[1])
    assert "cannot be booked" not in moved.text


def test_a_room_that_is_taken_then_gives_way_to_one_that_is_free(desk, harbour, dana, pat):
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    first = given.rooms(harbour)[0]
    given.booked(harbour, ana, given.slot(harbour, 10, day=date(2027, 3, 2)), room_id=first)
    asked = wish(practitioner_id=dana.id, time="10:00", room_id=first)

    page = read(desk.get("/schedule/book", query_string=asked), 200)

    assert "Room 1 cannot be had then; Room 2 can." in page.select_one("#chosen").text


def test_a_time_chosen_without_anybody_is_kept_where_it_is_said_with_whom(desk, harbour, dana, pat):
    page = read(desk.get("/schedule/book", query_string=wish(time="10:00")), 200)

    assert page.select_one("#chosen") is None
    assert "The time you chose, 10:00, is kept below" in page.text
    assert page.select_one("#another details").has_attr("open")


def test_a_time_outside_the_opening_hours_is_refused_at_its_field(desk, harbour, dana, pat):
    page = read(book(desk, harbour, dana, time="05:00"), 422)

    assert "is open from 08:00 to 18:00" in page.select_one("#time-error").text
    assert appointments() == []


def test_a_time_at_which_somebody_does_not_work_is_refused_with_the_hours_they_have(
    desk, harbour, dana, pat
):
    given.working_week(dana, harbour, {str(n): [["08:00", "09:00"]] for n in range(7)})

    page = read(book(desk, harbour, dana), 409)

    assert "Dana Okafor works from 08:00 to 09:00 at Harbour Clinic" in alert(page)
    assert appointments() == []


def test_what_the_hours_have_left_outside_is_said_on_its_sheet(desk, harbour, dana, pat):
    answer = book(desk, harbour, dana)
    given.time_off(dana, given.TODAY, given.TODAY + timedelta(days=9))

    said = read(desk.get(answer.location), 200).text

    assert "Outside working hours" in said
    assert "Dana Okafor is on time off on" in said


def test_a_patient_nobody_knows_is_told_by_the_reference_that_was_typed(desk, harbour, dana):
    answer = book(desk, harbour, dana, patient="P-404")
    said = error_at(read(answer, 422), "patient")
    assert said == "No patient has the reference “P-404” at Harbour Clinic."
