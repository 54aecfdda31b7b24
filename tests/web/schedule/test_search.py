"""Finding a time through the page: what is offered, said and kept in the address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.models import Appointment, Engagement, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from tests import given
from tests.web.page import error_at, read
from tests.web.visits import visit

DAY = given.TODAY + timedelta(days=1)
PAGE = "/schedule/search"


def wish(**known):
    asked = dict(treatment="needling", site=["thigh"], minutes="45") | known
    asked = dict(first=DAY.isoformat(), last=DAY.isoformat()) | asked
    return {name: value for name, value in asked.items() if value is not None}


def look(desk, status=200, **known):
    return read(desk.get(PAGE, query_string=wish(**known)), status)


def offered(page):
    return [row.get_text(" ", strip=True) for row in page.select("#found .choose > li")]


def said(page):
    return page.select_one("#found").get_text(" ", strip=True)


@pytest.fixture
def hill(app):
    return given.clinic("Hill Clinic")


@pytest.fixture
def pat(harbour):
    return given.patient(harbour, "Pat Doe", "P-77")


def test_the_best_twenty_are_shown_by_day_and_more_go_on(desk, dana):
    page = look(desk)
    assert len(offered(page)) == 20
    assert offered(page)[0].startswith("08:00 Dana Okafor Harbour Clinic · Room 1")
    assert [each.get_text(" ", strip=True) for each in page.select("h3")] == [
        "Tue 2 March 2027 tomorrow"
    ]
    more = read(desk.get(page.select_one("#more")["href"]), 200)
    assert len(offered(more)) == 38
    assert more.select_one("#more") is None


def test_each_offer_leads_to_booking_with_all_of_it_filled_in(desk, dana, pat):
    page = look(desk, patient="P-77")
    book = read(desk.get(page.select_one("#found .choose a")["href"]), 200)
    form = book.select("main form")[-1]
    chosen = {each["name"]: each.get("value") for each in form.select("input[name]")}
    assert chosen["time"] == "08:00"
    assert (chosen["minutes"], chosen["patient"], chosen["day"]) == ("45", "P-77", "2027-03-02")
    assert form.select_one("[name=practitioner_id] [selected]")["value"] == str(dana.id)
    assert form.select_one("[name=room_id] [selected]").text == "Room 1"


def test_nothing_is_searched_until_it_is_said_what_for(desk, dana):
    page = read(desk.get(PAGE), 200)
    assert "What is to be done?" in said(page)
    assert offered(page) == []


def test_mistakes_are_told_at_their_fields(desk, dana):
    passed = (given.TODAY - timedelta(days=1)).isoformat()
    assert "at least one" in error_at(look(desk, 422, site=[]), "site")
    assert "has passed" in error_at(look(desk, 422, first=passed), "first")
    assert "before the first" in error_at(look(desk, 422, last=given.TODAY.isoformat()), "last")
    assert "60 days at most" in error_at(look(desk, 422, last="2027-08-01"), "last")
    assert "5 minutes to 8 hours" in error_at(look(desk, 422, minutes="999"), "minutes")


def test_only_starts_in_the_parts_of_the_day_that_were_asked_for(desk, dana):
    page = look(desk, part=["evening"])
    assert [one[:5] for one in offered(page)] == ["17:00", "17:15"]


def test_several_clinics_are_searched_together_each_on_its_own_clock(app, harbour, dana):
    inland = given.clinic("Inland Clinic", zone="America/Denver")
    given.certified(given.practitioner("Ines Inland", at=inland))
    desk = given.also(given.somebody(Role.FRONT_DESK, harbour), Role.FRONT_DESK, inland)
    page = look(visit(app, desk), clinic=[harbour.id, inland.id])
    assert offered(page)[0].startswith("08:00 Dana Okafor Harbour Clinic · Room 1 · clock of New")
    assert any(one.startswith("08:00 Ines Inland Inland Clinic") for one in offered(page))
    moments = [one[:5] for one in offered(page)]
    assert moments.index("08:00", 1) == moments.index("10:00") + 1


def test_a_clinic_that_one_does_not_book_for_is_not_found(desk, harbour, dana, hill):
    read(desk.get(PAGE, query_string=wish(clinic=hill.id)), 404)
    read(desk.get(PAGE, query_string=wish(clinic=[harbour.id, hill.id])), 404)
    read(desk.get(f"{PAGE}/days", query_string=wish(clinic=[harbour.id, hill.id])), 404)
    assert "Hill Clinic" not in look(desk).text


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_does_not_book_does_not_search(app, harbour, role):
    whom = given.practitioner("Own Self", at=harbour)
    somebody = given.somebody(role, harbour, practises_as=whom)
    read(visit(app, somebody).get(PAGE), 403)


def test_whoever_has_treated_the_patient_comes_first(app, desk, harbour, dana, pat):
    other = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(other)
    booking = given.booking(harbour, dana, pat, given.slot(harbour, 9))
    number = given.book_appointment(
        actor=given.somebody(Role.FRONT_DESK, harbour), booking=booking, now=given.NOW
    )
    given.checked_in(number)
    db.session.get_one(Appointment, number).state = AppointmentState.DONE
    db.session.commit()
    page = look(desk, patient="P-77")
    assert {one.split(" Harbour")[0][6:] for one in offered(page)} == {"Dana Okafor"}
    assert "has treated Pat Doe before" in said(page)
    assert "Ana Ruiz" in offered(look(desk))[0]


def test_the_patients_own_appointments_anywhere_are_in_the_way(desk, harbour, dana, pat):
    other = given.practitioner("Other Olu", at=harbour)
    when = given.slot(harbour, 8, day=DAY, minutes=60)
    given.book_appointment(
        actor=given.somebody(Role.FRONT_DESK, harbour),
        booking=given.booking(harbour, other, pat, when, treatment=Treatment.EXERCISE, sites=()),
        now=given.NOW,
    )
    assert offered(look(desk, patient="P-77"))[0].startswith("09:00")
    assert offered(look(desk))[0].startswith("08:00")


def test_what_a_note_forbids_is_said_before_anything_is_searched(desk, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 15))
    given.noted(number, "needle_phobia")
    page = look(desk, patient="Pat Doe")
    assert "Pat Doe is not to be needled" in said(page)
    assert "fear of needles" in said(page)
    assert offered(page) == []
    assert offered(look(desk, patient="Pat Doe", treatment="exercise", site=None))


def test_of_several_patients_one_is_chosen_and_of_none_it_is_said(desk, harbour, dana, pat):
    given.patient(harbour, "Pat Lee", "P-78")
    page = look(desk, patient="pat")
    assert "Several patients fit" in said(page)
    chosen = read(desk.get(page.select("#found .choose a")[1]["href"]), 200)
    assert "times for Pat Lee" in said(chosen)
    assert "Nobody fits “zed”" in said(look(desk, patient="zed"))


def test_at_another_clinic_the_reference_is_not_taken_for_somebody_elses(app, harbour, dana, pat):
    hill = given.clinic("Hill Clinic")
    given.patient(hill, "Somebody Else", "P-77")
    db.session.add(Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.TODAY))
    db.session.commit()
    given.licence(dana)
    actor = given.also(given.somebody(Role.FRONT_DESK, harbour), Role.FRONT_DESK, hill)
    desk, both = visit(app, actor), [harbour.id, hill.id]
    page = look(desk, clinic=both, patient="Pat Doe")
    links = {each["href"] for each in page.select("#found .choose a")}
    assert links
    assert all(("patient=P-77" in one) == (f"clinic={harbour.id}&" in one) for one in links)
    assert any(f"clinic={hill.id}&" in one for one in links)
    assert "the patient is not on record here yet" in said(page)
    assert "Several patients fit" in said(look(desk, clinic=both, patient="P-77"))


def test_a_part_of_the_practitioners_name_narrows_it(desk, harbour, dana):
    given.certified(given.practitioner("Ana Ruiz", at=harbour))
    page = look(desk, practitioner="okaf")
    assert all("Dana Okafor" in one for one in offered(page))
    page = look(desk, practitioner="zed")
    assert "Nobody called “zed” may needle the thigh at Harbour Clinic" in said(page)
    assert "with somebody else" in said(page)


def test_where_nobody_may_it_says_who_may_not_and_why_and_where_somebody_may(app, harbour, dana):
    hill = given.clinic("Hill Clinic")
    neck = given.practitioner("Nia Neck", at=hill)
    given.certified(neck, taught=frozenset({"neck"}))
    actor = given.also(given.somebody(Role.FRONT_DESK, harbour), Role.FRONT_DESK, hill)
    page = look(visit(app, actor), clinic=harbour.id, site=["neck"])
    assert "Nobody may needle the neck at Harbour Clinic on Tue 2 March 2027." in said(page)
    assert "Dana Okafor" in page.select_one(".refusal-line").text
    assert "Nia Neck Tue 2 March 2027 · Hill Clinic · at another clinic" in offered(page)[0]
    nearest = page.select_one("#found .choose a")["href"]
    assert offered(read(visit(app, actor).get(nearest), 200))[0].startswith("08:00 Nia Neck")


def test_where_all_are_booked_it_says_so_and_names_the_next(desk, harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 8, day=DAY, minutes=240))
    page = look(desk, part=["morning"])
    assert "Dana Okafor may, but is booked at all these times." in said(page)
    told = offered(page)
    assert "at another time of the day" in told[0]
    assert told[0].startswith("12:00")
    assert "Wed 3 March 2027" in told[1]
    assert "later" in told[1]


def test_a_closed_day_is_said_to_be_closed(desk, harbour, dana):
    given.clinic_day(harbour, DAY, name="Town fair")
    assert "Harbour Clinic is not open for 45 minutes together on Tue 2 March 2027." in said(
        look(desk)
    )


def test_words_fill_the_same_fields_and_say_what_they_did_not_understand(desk, harbour, dana):
    page = read(desk.get(PAGE, query_string={"say": "thigh 30 tomorrow mornings quux"}), 200)
    assert page.select_one(".notice").text == "Not understood: “quux”."
    assert page.select_one("#minutes")["value"] == "30"
    assert page.select_one("[name=first]")["value"] == DAY.isoformat()
    assert page.select_one("[name=part][checked]")["value"] == "morning"
    assert page.select_one("[name=site][checked]")["value"] == "thigh"
    assert offered(page)[0].startswith("08:00 Dana Okafor")


def test_days_are_chosen_quickly(desk, dana):
    links = {each.text: each["href"] for each in look(desk).select(".search-days a")}
    assert list(links) == ["Today", "Tomorrow", "This week", "Next week", "Next 30 days"]
    page = read(desk.get(links["Next week"]), 200)
    assert page.select_one("[name=first]")["value"] == "2027-03-08"
    assert page.select_one("[name=last]")["value"] == "2027-03-14"


def test_how_full_each_day_is(desk, harbour, dana):
    given.booked(harbour, dana, given.slot(harbour, 8, day=DAY, minutes=480))
    asked = wish(last=(DAY + timedelta(days=1)).isoformat())
    page = read(desk.get(f"{PAGE}/days", query_string=asked), 200)
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert rows == ["Tue 2 March 2027 1 6", "Wed 3 March 2027 1 38"]


def test_the_length_is_that_of_the_treatment_unless_one_is_typed(desk, dana):
    long = given.treatment_type("Long needling", minutes=90).id
    assert look(desk, treatment=long, minutes=None).select_one("#minutes")["value"] == "90"
    assert look(desk, treatment=long, minutes="20").select_one("#minutes")["value"] == "20"
