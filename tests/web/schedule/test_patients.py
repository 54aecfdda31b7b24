"""The pages of patients: found, added, changed; notes cleared on the way; each sees their part."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.models import Appointment, NoteClearance, Patient, PatientNote, db
from registry.rules.contraindications import ABSOLUTE, IN_WORDS, Contraindication
from registry.rules.vocabulary import Role, Treatment
from registry.services.patient_notes import change_notes
from registry.services.scheduling import book_appointment, cancel_appointment
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import visit

WISH = dict(day="2027-03-02", treatment="needling", site=["thigh"], minutes="45", patient="P-77")
ON_FOOT = {"treatment": Treatment.EXERCISE, "sites": ()}
STARTS = given.NOW + timedelta(hours=10)
REACH = dict(name="Pat Doe", phone="+1 406 555 0143", email="pat@test.example", language="es")


@pytest.fixture
def pat(harbour):
    return given.patient(harbour, "Pat Doe", "P-77")


@pytest.fixture
def mara(harbour):
    return given.somebody(Role.MANAGER, harbour)


@pytest.fixture
def number(harbour, dana, pat, mara):
    """Today at 14:00."""
    return book_appointment(actor=mara, booking=given.booking(harbour, dana, pat), now=given.NOW)


def note(mara, pat, *words):
    seen = max(db.session.scalars(select(PatientNote.id)), default=0)
    change_notes(actor=mara, patient_id=pat.id, words=words, seen_note=seen, now=given.NOW)
    db.session.rollback()


def book(desk, at, whom, **known):
    form = WISH | dict(practitioner_id=whom.id, time="09:00", room_id="") | known
    return desk.post(f"/schedule/book?clinic={at.id}", data=form)


def hidden_fields(form):
    found = {}
    for box in form.select("input[type=hidden]"):
        found.setdefault(box["name"], []).append(box["value"])
    return found


def clearances():
    db.session.rollback()
    return db.session.scalars(select(NoteClearance)).all()


def patient():
    db.session.rollback()
    return db.session.scalars(select(Patient)).one()


def test_patients_are_found_by_part_of_the_name_or_reference(desk, harbour, pat):
    given.patient(harbour, "Quentin Other", "Q-1")
    for words in ("doe", "p-7", "PAT"):
        page = read(desk.get(f"/schedule/patients?clinic={harbour.id}&q={words}"), 200)
        assert "Pat Doe" in page.text
        assert "Quentin" not in page.text
    assert "Nobody fits" in read(desk.get("/schedule/patients?q=%25")).text


def test_a_patient_agrees_to_letters_and_may_think_better_of_it(desk, harbour):
    path = f"/schedule/patients/new?clinic={harbour.id}"
    page = read(desk.get(path), 200)
    assert not page.select_one("input[name=letters]").has_attr("checked")
    desk.post(path, data=REACH | {"reference": "P-78", "letters": "y"})
    made = patient()
    assert made.letters
    here = f"/schedule/patients/{made.id}"
    assert "go there, in English" in read(desk.get(here), 200).text
    edit = read(desk.get(f"{here}/edit"), 200)
    assert edit.select_one("input[name=letters]").has_attr("checked")
    told = REACH | {"seen_version": "1"}
    assert desk.post(f"{here}/edit", data=told).status_code == 303
    assert not patient().letters
    assert "none are sent" in read(desk.get(here), 200).text
    nowhere = told | {"seen_version": "2", "email": "", "letters": "y"}
    refused = read(desk.post(f"{here}/edit", data=nowhere), 422)
    assert "Give the address" in error_at(refused, "email")


def test_many_patients_are_shown_a_page_at_a_time(desk, harbour):
    for one in range(30):
        given.patient(harbour, f"Patient {one:02}")
    first = read(desk.get("/schedule/patients"), 200)
    assert len(first.select("tbody tr")) == 25
    following = first.select_one("a[rel=next]")["href"]
    second = read(desk.get(following), 200)
    assert "Patient 29" in second.text
    assert second.select_one("a[rel=prev]")


def test_a_patient_is_added_with_how_to_reach_them(desk, harbour):
    path = f"/schedule/patients/new?clinic={harbour.id}"
    carries = read(desk.get(path), 200)
    assert carries.select_one("select[name=language] option[value=es]").text == "Spanish"
    answer = desk.post(path, data=REACH | {"reference": "P-78"})
    assert answer.status_code == 303
    made = patient()
    assert answer.location == f"/schedule/patients/{made.id}"
    assert (made.phone, made.email, made.language) == (
        "+1 406 555 0143",
        "pat@test.example",
        "es",
    )
    page = read(desk.get(answer.location), 200)
    assert "Spanish" in page.text
    assert "+1 406 555 0143" in page.text


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("phone", "call me", "not a phone number"),
        ("phone", "12345", "not a phone number"),
        ("phone", "+1 406 555 0143 0143 0143 0143", "not a phone number"),
        ("email", "pat at test", "not an e-mail address"),
        ("language", "xx", "Not a valid choice"),
        ("name", "", "Give the patient's name"),
        ("reference", "P-77", "this reference already"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk, harbour, pat, field, typed, says):
    told = REACH | {"reference": "P-78"} | {field: typed}
    page = read(desk.post(f"/schedule/patients/new?clinic={harbour.id}", data=told), 422)
    assert says in error_at(page, field)
    assert patient().reference == "P-77"


@pytest.mark.parametrize("typed", ["", "555 0143 22", "(406) 555-0143", "+44 20 7946 0958 ext 12"])
def test_phones_are_kept_as_they_were_written(desk, pat, typed):
    told = REACH | {"phone": typed, "seen_version": "1"}
    assert desk.post(f"/schedule/patients/{pat.id}/edit", data=told).status_code == 303
    assert patient().phone == typed


def test_name_and_contact_are_changed_and_the_trail_says_which_not_to_what(app, desk, pat, harbour):
    told = REACH | {"name": "Pat Doe-Bell", "seen_version": "1"}
    desk.post(f"/schedule/patients/{pat.id}/edit", data=told)
    assert patient().name == "Pat Doe-Bell"
    auditor = visit(app, given.somebody(Role.AUDITOR, harbour))
    trail = read(auditor.get(f"/oversight/trail?clinic={harbour.id}"), 200).text
    assert "name, phone, email, language" in trail
    assert not [word for word in ("Bell", "555", "pat@test") if word in trail]


def test_two_who_change_a_patient_do_not_undo_what_they_never_saw(desk, pat):
    path = f"/schedule/patients/{pat.id}/edit"
    desk.post(path, data=REACH | {"seen_version": "1"})
    answer = desk.post(path, data=REACH | {"language": "fr", "seen_version": "1"})
    assert answer.status_code == 409
    assert "Look again" in alert(read(answer))
    assert patient().language == "es"


def test_notes_are_ticked_from_a_list_and_nothing_is_typed(desk, pat, csrf):
    page = read(desk.get(f"/schedule/patients/{pat.id}/notes"), 200)
    carries_a_token_in_each_form(page)
    ticked = {box["value"] for box in page.select("input[type=checkbox]")}
    assert ticked == set(Contraindication)
    assert not page.select("main input[type=text], main textarea")


def test_notes_are_kept_with_who_made_them_and_what_was_withdrawn(desk, pat):
    path = f"/schedule/patients/{pat.id}/notes"
    desk.post(path, data={"forbids": ["unwilling"], "asks": ["diabetes"], "seen_note": "0"})
    shown = read(desk.get(path), 200)
    assert {box["value"] for box in shown.select("input[checked]")} == {"unwilling", "diabetes"}
    seen = shown.select_one("[name=seen_note]")["value"]
    assert desk.post(path, data={"asks": ["diabetes"], "seen_note": seen}).status_code == 303
    page = read(desk.get(f"/schedule/patients/{pat.id}"), 200)
    assert "Ask first" in page.text
    assert "No needling" not in page.text
    assert "Does not want to be needled withdrawn by Front Desk" in page.text


def test_two_who_change_notes_are_told(desk, pat):
    path = f"/schedule/patients/{pat.id}/notes"
    desk.post(path, data={"asks": ["diabetes"], "seen_note": "0"})
    answer = desk.post(path, data={"asks": ["epilepsy"], "seen_note": "0"})
    assert answer.status_code == 409
    assert "Look again" in alert(read(answer))


def test_every_word_of_the_list_can_be_noted_and_is_shown(desk, pat):
    words = {"forbids": list(ABSOLUTE), "asks": [w for w in Contraindication if w not in ABSOLUTE]}
    path = f"/schedule/patients/{pat.id}"
    assert desk.post(f"{path}/notes", data=words | {"seen_note": "0"}).status_code == 303
    text = read(desk.get(path), 200).text.lower()
    assert not [said for said in IN_WORDS.values() if said.lower() not in text]


def test_the_page_of_a_patient_names_the_type_of_each_treatment(desk, harbour, dana, pat):
    first = given.treatment_type("First visit, with a talk")
    wanted = given.booking(harbour, dana, pat, given.slot(harbour, 9), treatment_type_id=first.id)
    actor = given.somebody(Role.FRONT_DESK, harbour)
    book_appointment(actor=actor, booking=wanted, now=given.NOW)
    page = read(desk.get(f"/schedule/patients/{pat.id}"), 200)
    assert "First visit, with a talk: thigh" in page.select("main section.panel")[-2].text


def test_the_page_of_a_patient_tells_what_is_to_come_and_what_was(desk, harbour, number, pat):
    page = read(desk.get(f"/schedule/patients/{pat.id}"), 200)
    coming, past = page.select("main section.panel")[-2:]
    assert "Needling: thigh" in coming.text
    assert "Nothing yet" in past.text
    with time_machine.travel(STARTS + timedelta(days=1), tick=False):
        desk = visit(desk.application, given.somebody(Role.FRONT_DESK, harbour))
        page = read(desk.get(f"/schedule/patients/{pat.id}"), 200)
    coming, past = page.select("main section.panel")[-2:]
    assert "Nothing is booked" in coming.text
    assert "Needling: thigh" in past.text


def test_saving_a_note_says_which_bookings_it_stops_and_which_wait(desk, number, pat):
    form = f"/schedule/patients/{pat.id}/notes"

    def saved(*words):
        page = read(desk.get(form), 200)
        data = hidden_fields(page.select_one("main form")) | {"forbids": [], "asks": []}
        for box in page.select("main form input[type=checkbox]"):
            if box["value"] in words:
                data[box["name"]].append(box["value"])
        answer = desk.post(form, data=data)
        return read(desk.get(answer.location), 200)

    stopped = saved("unwilling")
    assert "1 needling appointment ahead needs another treatment" in stopped.text
    assert stopped.select_one(f".notice a[href='/schedule/appointments/{number}']")
    row = stopped.select_one("td[data-label=State]").text
    assert "Not to be needled" in row
    assert "Confirmed" not in row
    asked = saved("diabetes")
    assert "1 needling appointment ahead is to be confirmed by the practitioner" in asked.text
    assert "To be confirmed" in asked.select_one("td[data-label=State]").text
    assert "needling appointment ahead" not in saved().text


def test_what_was_cancelled_is_not_listed_as_coming(desk, number, pat, mara):
    cancel_appointment(
        actor=mara, appointment_id=number, seen_version=1, reason="Ill.", now=given.NOW
    )

    coming, past = read(desk.get(f"/schedule/patients/{pat.id}"), 200).select("main section.panel")[
        -2:
    ]

    assert "Nothing is booked" in coming.text
    assert "Cancelled" in past.text


def test_booking_says_what_to_ask_and_is_done_once_it_is_ticked(desk, harbour, dana, pat, mara):
    note(mara, pat, "diabetes", "pregnancy")
    page = read(desk.get("/schedule/book", query_string=WISH), 200)
    assert "Ask first about diabetes, pregnancy" in page.text
    assert page.select("form.starts [name=cleared]")

    refused = read(book(desk, harbour, dana), 409)
    assert "ask Dana Okafor about diabetes and pregnancy" in alert(refused)
    form = refused.select_one("form:has(#cleared-now)")
    sent = hidden_fields(form) | {"cleared": form.select_one("[name=cleared]")["value"]}
    assert desk.post(form["action"], data=sent).status_code == 303
    assert len(clearances()) == 2


def test_what_was_noted_since_the_page_was_shown_is_asked_about(desk, harbour, dana, pat, mara):
    note(mara, pat, "diabetes")
    page = read(desk.get("/schedule/book", query_string=WISH), 200)
    ticked = page.select_one("form.starts [name=cleared]")["value"]
    note(mara, pat, "diabetes", "epilepsy")
    answer = book(desk, harbour, dana, cleared=ticked)
    assert "epilepsy" in alert(read(answer, 409))
    assert clearances() == []


@pytest.mark.parametrize("ticked", ["yes", "1 x", "-1", "1" * 5000])
def test_a_tick_that_means_nothing_books_nothing(desk, harbour, dana, pat, mara, ticked):
    note(mara, pat, "diabetes")
    page = read(book(desk, harbour, dana, cleared=ticked))
    assert "Tick once more" in page.text
    assert db.session.scalar(select(Appointment.id)) is None


def test_who_is_not_to_be_needled_is_offered_no_start_and_what_to_do(
    desk, harbour, dana, pat, mara
):
    note(mara, pat, "needle_phobia")
    page = read(desk.get("/schedule/book", query_string=WISH), 200)
    assert "Not to be needled: fear of needles" in page.text
    assert not page.select("form.starts")
    assert page.select_one(f"a[href='/schedule/patients/{pat.id}']")
    assert "is not to be needled" in alert(read(book(desk, harbour, dana), 409))
    walk = WISH | {"treatment": "exercise", "site": []}
    assert read(desk.get("/schedule/book", query_string=walk)).select("form.starts")


def test_reassigning_asks_the_other_in_their_turn(desk, harbour, dana, number, pat, mara):
    note(mara, pat, "diabetes")
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    path = f"/schedule/appointments/{number}/reassign"
    told = {"seen_version": "1", "practitioner_id": str(ana.id)}
    page = read(desk.post(path, data=told), 409)
    form = page.select_one("form:has(#cleared-now)")
    assert "Cleared with Ana Ruiz" in form.text
    sent = hidden_fields(form) | {"cleared": form.select_one("[name=cleared]")["value"]}
    assert desk.post(path, data=sent).status_code == 303
    assert [one.practitioner_id for one in clearances()] == [ana.id]


def test_what_is_noted_after_the_booking_is_marked_and_cleared_on_the_appointment(
    desk, harbour, dana, number, pat, mara
):
    note(mara, pat, "diabetes")
    for path in (
        f"/schedule/practitioners/{dana.id}",
        f"/schedule/day?clinic={harbour.id}",
        f"/schedule/day?clinic={harbour.id}&view=list",
        f"/schedule/week?clinic={harbour.id}",
        f"/schedule/appointments/{number}",
    ):
        assert "To be confirmed" in read(desk.get(path), 200).text, path
    refused = desk.post(f"/schedule/appointments/{number}/check-in", data={"seen_version": "1"})
    assert "about diabetes" in alert(read(refused, 409))

    page = read(desk.get(f"/schedule/appointments/{number}"))
    form = page.select_one("form:has([name=cleared])")
    answer = desk.post(form["action"], data=hidden_fields(form))
    assert answer.status_code == 303
    page = read(desk.get(answer.location), 200)
    assert "Cleared diabetes" in " ".join(page.text.split())
    checked = desk.post(f"/schedule/appointments/{number}/check-in", data={"seen_version": "1"})
    assert checked.status_code == 303


def test_a_press_for_one_practitioner_clears_nothing_with_another(
    desk, harbour, dana, number, pat, mara
):
    note(mara, pat, "diabetes")
    page = read(desk.get(f"/schedule/appointments/{number}"))
    form = page.select_one("form:has([name=cleared])")
    assert "Cleared with Dana Okafor" in form.text
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    told = {"seen_version": "1", "practitioner_id": str(ana.id), **hidden_fields(form)}
    given_away = desk.post(f"/schedule/appointments/{number}/reassign", data=told)
    assert given_away.status_code == 303
    before = [one.practitioner_id for one in clearances()]

    refused = read(desk.post(form["action"], data=hidden_fields(form)), 409)

    assert "Somebody changed this appointment" in alert(refused)
    assert [one.practitioner_id for one in clearances()] == before == [ana.id]


def test_who_is_not_to_be_needled_any_more_is_marked_and_cannot_be_cleared(
    desk, harbour, number, pat, mara
):
    note(mara, pat, "medical_emergency")
    for path in (
        f"/schedule/day?clinic={harbour.id}&view=list",
        f"/schedule/appointments/{number}",
    ):
        page = read(desk.get(path), 200)
        assert "Not to be needled" in page.text
        assert not page.select("[name=cleared]")
    refused = desk.post(f"/schedule/appointments/{number}/check-in", data={"seen_version": "1"})
    assert "is not to be needled" in alert(read(refused, 409))


def test_whoever_treats_sees_notes_of_their_own_patients_and_no_contact(
    app, harbour, dana, number, pat, mara, desk
):
    desk.post(f"/schedule/patients/{pat.id}/edit", data=REACH | {"seen_version": "1"})
    note(mara, pat, "diabetes")
    ana = given.practitioner("Ana Ruiz", at=harbour)
    given.certified(ana)
    theirs = given.booking(harbour, ana, pat, given.slot(harbour, 16), **ON_FOOT)
    other = book_appointment(actor=mara, booking=theirs, now=given.NOW)
    herself = visit(app, given.somebody(Role.PRACTITIONER, harbour, practises_as=dana))
    page = read(herself.get(f"/schedule/patients/{pat.id}"), 200)
    assert "Diabetes" in page.text
    assert "Spanish" in page.text
    assert "555" not in page.text
    assert "pat@test" not in page.text
    assert not page.select(f"a[href='/schedule/appointments/{other}']")
    assert not page.select("a[href$='/edit'], a[href$='/notes']")
    assert herself.get(f"/schedule/patients/{pat.id}/edit").status_code == 404
    assert "diabetes" in read(herself.get(f"/schedule/appointments/{number}"), 200).text


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PRACTITIONER, 404), (Role.ADMINISTRATOR, 403), (Role.AUDITOR, 403)],
)
def test_whom_the_patient_is_no_business_of_sees_neither_record_nor_mark(
    app, harbour, number, pat, mara, role, status
):
    note(mara, pat, "diabetes")
    luis = given.practitioner("Luis Prado", at=harbour)
    known = {"practises_as": luis} if role is Role.PRACTITIONER else {}
    browser = visit(app, given.somebody(role, harbour, **known))
    assert browser.get(f"/schedule/patients/{pat.id}").status_code == status
    assert browser.get(f"/schedule/patients?clinic={harbour.id}").status_code == 403
    for path in (
        f"/schedule/day?clinic={harbour.id}&view=list",
        f"/schedule/week?clinic={harbour.id}",
        f"/schedule/appointments/{number}",
        f"/schedule/appointments/{number}/check-in",
    ):
        text = browser.get(path).text
        assert not [w for w in ("diabetes", "To be confirmed", "Pat Doe") if w in text], path


def test_a_practitioner_whose_appointment_was_cancelled_sees_the_patient_no_more(
    app, harbour, dana, number, pat
):
    herself = given.somebody(Role.PRACTITIONER, harbour, practises_as=dana)
    assert visit(app, herself).get(f"/schedule/patients/{pat.id}").status_code == 200
    db.session.get_one(Appointment, number).state = "cancelled"
    db.session.commit()
    assert visit(app, herself).get(f"/schedule/patients/{pat.id}").status_code == 404


def test_patients_of_another_clinic_are_not_there(app, pat):
    hill = given.clinic("Hill Clinic", adopted=False)
    browser = visit(app, given.somebody(Role.FRONT_DESK, hill))
    for path in ("", "/edit", "/notes"):
        there = browser.get(f"/schedule/patients/{pat.id}{path}")
        assert there.status_code == 404
        assert browser.get(f"/schedule/patients/777{path}").status_code == 404
    assert browser.get(f"/schedule/patients?clinic={pat.clinic_id}").status_code == 404
    sent = browser.post(f"/schedule/patients/{pat.id}/edit", data=REACH | {"seen_version": "1"})
    assert sent.status_code == 404


def test_a_page_that_is_not_there_says_so_and_leads_to_the_first(desk, harbour, pat):
    page = read(desk.get(f"/schedule/patients?clinic={harbour.id}&q=pat&page=9999"), 404)
    assert "There is no page 9999" in page.text
    assert "Nobody on record yet" not in page.text
    way = next(each for each in page.select("a") if each.text == "Go to the first page")
    assert "Pat Doe" in read(desk.get(way["href"]), 200).text
