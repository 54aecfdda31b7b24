"""The pages before needling: asked at booking, recorded on the appointment, checked in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.models import Appointment, db
from registry.models.appointments import GateRecord
from registry.rules.findings import HOUSE_RULE, Citation
from registry.rules.gates import AskedAt, PatientConsents, PhysicianContacted, Referred
from registry.rules.vocabulary import Consent, Role, Treatment
from registry.services.check_in import record_gates
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import visit

CONSENT = PatientConsents(citation=HOUSE_RULE)
AT_BOOKING = Referred(asked_at=AskedAt.BOOKING, citation=HOUSE_RULE)
WISH = dict(day="2027-03-02", treatment="needling", site=["thigh"], minutes="45", patient="P-77")
ON_FOOT = {"treatment": Treatment.EXERCISE, "sites": ()}
STARTS = given.NOW + timedelta(hours=10)


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(STARTS, tick=False):
        yield


def clinic_that_asks(*gates):
    made = given.clinic(adopted=False)
    given.adopt_with("US-MT", *gates)
    return made


@pytest.fixture
def harbour(app):
    """Asks for consent before a patient is checked in, and for a referral to book."""
    return clinic_that_asks(CONSENT, AT_BOOKING)


@pytest.fixture
def dana(harbour):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def desk(app, harbour):
    return visit(app, given.somebody(Role.FRONT_DESK, harbour, name="Tess Desk"))


@pytest.fixture
def number(harbour, dana):
    wanted = given.booking(harbour, dana, given.patient(harbour, "Pat Doe", "P-77"))
    clerk = given.somebody(Role.FRONT_DESK, harbour)
    told = {"referral": True}
    return given.book_appointment(actor=clerk, booking=wanted, now=given.NOW, told=told)


def on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def records():
    db.session.rollback()
    return db.session.scalars(select(GateRecord).order_by(GateRecord.id)).all()


def panel(page):
    return page.select_one("#before-needling")


def record(desk, number, seen=None, **told):
    latest = records()[-1].id if seen is None else seen
    asked = {"consent": "verbal", "referral": "yes", "seen_record": str(latest)} | told
    return desk.post(f"/schedule/appointments/{number}/before-needling", data=asked)


def press(desk, number, deed):
    seen = {"seen_version": str(on_record(number).version)}
    return desk.post(f"/schedule/appointments/{number}/{deed}", data=seen)


def test_the_page_shows_each_gate_its_state_its_source_and_what_would_cure_it(desk, number):
    page = read(desk.get(f"/schedule/appointments/{number}"), 200)
    said = panel(page).get_text(" ", strip=True)
    assert "The patient's consent to dry needling is not on record." in said
    assert "What would cure it: Obtain and record consent to dry needling." in said
    assert "A referral for this patient is on record." in said
    assert "Source: house rule" in said
    assert "They can be checked in once nothing is missing." in said
    assert not panel(page).select("form[action$='/check-in']")


def test_what_is_recorded_after_check_in_says_that_it_took_it_back(desk, number):
    where = record(desk, number).location
    assert "no longer checked in" not in read(desk.get(where), 200).text
    press(desk, number, "check-in")
    read(desk.get(where), 200)
    record(desk, number, consent="none")
    page = read(desk.get(where), 200)
    assert "The patient is no longer checked in" in page.text
    assert on_record(number).checked_in_at is None


def test_only_what_is_asked_is_asked(desk, number):
    page = read(desk.get(f"/schedule/appointments/{number}"), 200)
    names = {box["name"] for box in panel(page).select("select")}
    assert names == {"consent", "referral", "delegated"}
    assert page.select_one("#referral option[selected]")["value"] == "yes"


def test_what_is_recorded_opens_the_way_to_check_in(desk, number):
    answer = record(desk, number, note="Form 12")
    assert answer.status_code == 303
    said = panel(read(desk.get(answer.location), 200))
    assert "by Tess Desk: Form 12" in said.text
    assert said.select("form[action$='/check-in']")

    assert press(desk, number, "check-in").status_code == 303
    page = read(desk.get(answer.location), 200)
    assert "Checked in" in panel(page).text
    assert "Mark as done" in page.text
    assert on_record(number).checked_in_at == STARTS

    assert press(desk, number, "undo-check-in").status_code == 303
    page = read(desk.get(answer.location), 200)
    assert "Checked in" not in panel(page).text
    assert "Mark as done" not in page.text


def test_a_check_in_that_is_refused_tells_every_reason(desk, number):
    page = read(press(desk, number, "check-in"), 409)
    assert "Not checked in: something is still needed before needling." in alert(page)
    assert "Obtain and record consent" in alert(page)
    assert "Whoever has the patient before them records it" in alert(page)


def test_on_another_day_the_page_says_when(desk, number):
    record(desk, number)
    with time_machine.travel(STARTS - timedelta(days=1), tick=False):
        early = visit(desk.application, given.somebody(Role.FRONT_DESK))
        page = read(early.get(f"/schedule/appointments/{number}"), 200)
    assert "Patients are checked in on the day itself, Mon 1 March 2027." in panel(page).text


def test_what_another_recorded_meanwhile_is_looked_at_again(desk, number):
    assert record(desk, number).status_code == 303
    page = read(record(desk, number, seen=0, consent="none"), 409)
    assert "Somebody recorded something meanwhile" in alert(page)
    assert records()[-1].consent is Consent.VERBAL


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"consent": "perhaps"}, "consent", "Not a valid choice"),
        ({"referral": "\x00"}, "referral", "Not a valid choice"),
        ({"note": "x" * 201}, "note", "200 is the most"),
        ({"note": "a\x00b"}, "note", "cannot be written"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(desk, number, told, field, sentence):
    page = read(record(desk, number, **told), 422)
    assert sentence in error_at(page, field)
    assert len(records()) == 1


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 40, "\x00"])
def test_a_tampered_number_gives_a_clear_page(desk, number, seen):
    assert record(desk, number, seen=seen).status_code in (409, 422)
    for deed in ("check-in", "undo-check-in"):
        path = f"/schedule/appointments/{number}/{deed}"
        assert desk.post(path, data={"seen_version": seen}).status_code in (404, 409)


def test_an_auditor_sees_the_gates_but_neither_note_nor_form(app, desk, number):
    record(desk, number, note="Form 12")
    auditor = visit(app, given.somebody(Role.AUDITOR))
    page = read(auditor.get(f"/schedule/appointments/{number}"), 200)
    assert "consent to dry needling is on record" in panel(page).text
    assert "Form 12" not in page.text
    assert not panel(page).select("form")
    for deed in ("check-in", "undo-check-in", "before-needling"):
        path = f"/schedule/appointments/{number}/{deed}"
        assert auditor.post(path, data={"seen_version": "1"}).status_code == 403


def test_somebody_elsewhere_finds_nothing(app, number):
    elsewhere = visit(app, given.somebody(Role.FRONT_DESK, given.clinic("Elsewhere")))
    for deed in ("check-in", "undo-check-in", "before-needling"):
        path = f"/schedule/appointments/{number}/{deed}"
        read(elsewhere.post(path, data={"seen_version": "1"}), 404)


def test_the_day_says_what_is_missing_and_who_is_here(desk, harbour, number):
    day = f"/schedule/day?clinic={harbour.id}&day=2027-03-01"
    for view in ("", "&view=list"):
        page = read(desk.get(day + view), 200)
        assert "Consent missing" in page.main.text
        assert "Referral missing" not in page.main.text
    record(desk, number)
    press(desk, number, "check-in")
    for view in ("", "&view=list"):
        page = read(desk.get(day + view), 200)
        assert "Consent missing" not in page.main.text
        assert "Under way" in page.main.text  # it is two o'clock


def test_what_a_physician_advises_against_is_no_calm_green_and_leads_to_another_treatment(app):
    clinic = clinic_that_asks(PhysicianContacted(citation=HOUSE_RULE))
    whom = given.practitioner("Dana Okafor", at=clinic)
    given.certified(whom)
    number = given.booked(clinic, whom, given.slot(clinic, 16))
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))
    path = f"/schedule/appointments/{number}"
    before = read(desk.get(path), 200).main
    assert "Confirmed" in [one.text for one in before.select(".status.look-ok")]
    told = {"physician_contacted": "yes", "physician_contraindicates": "yes", "seen_record": "0"}
    assert desk.post(f"{path}/before-needling", data=told).status_code == 303

    page = read(desk.get(path), 200).main

    assert "A physician advises against needling this patient" in page.text
    assert "Confirmed" not in [one.text for one in page.select(".status")]
    assert "Physician advises against" in [one.text for one in page.select(".status.look-no")]
    first = page.select_one(".cluster .btn-primary")
    assert first["href"] == f"{path}/convert"
    day = read(desk.get(f"/schedule/day?clinic={clinic.id}&day=2027-03-01&view=list"), 200)
    chips = [one.text for one in day.select(".status.look-no")]
    assert "Physician advises against" in chips


def test_what_a_rule_says_does_not_read_as_what_is_known_of_the_patient(app):
    words = Citation("https://law.example/", "2026-11-22", text="A physician is consulted.")
    clinic = clinic_that_asks(PhysicianContacted(citation=words))
    whom = given.practitioner("Dana Okafor", at=clinic)
    given.certified(whom)
    number = given.booked(clinic, whom, given.slot(clinic, 16))
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))

    page = read(desk.get(f"/schedule/appointments/{number}"), 200)

    assert "The rule: A physician is consulted. Source: law.example" in panel(page).text


def test_another_treatment_is_checked_in_without_any_question(desk, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 16), **ON_FOOT)
    page = read(desk.get(f"/schedule/appointments/{number}"), 200)
    assert "Before needling" not in page.text
    assert not panel(page).select("select")
    assert press(desk, number, "check-in").status_code == 303
    assert on_record(number).checked_in_at == STARTS


def book(desk, clinic, whom, **known):
    form = WISH | dict(practitioner_id=str(whom.id), time="09:00", room_id="") | known
    return desk.post(f"/schedule/book?clinic={clinic.id}", data=form)


def test_booking_asks_what_the_set_asks_then_and_nothing_else(desk, harbour, dana):
    given.patient(harbour, "Pat Doe", "P-77")
    page = read(desk.get("/schedule/book", query_string=WISH), 200)
    [form] = page.select("form.starts")
    assert [box["name"] for box in form.select(".gate-fields select")] == ["referral"]

    answer = book(desk, harbour, dana, referral="yes")
    assert answer.status_code == 303
    assert [one.referral for one in records()] == [True]


@pytest.mark.parametrize("referral", [None, "", "no"])
def test_without_it_the_booking_is_refused_with_the_reason_and_the_answer_kept(
    desk, harbour, dana, referral
):
    given.patient(harbour, "Pat Doe", "P-77")
    told = {} if referral is None else {"referral": referral}
    page = read(book(desk, harbour, dana, **told), 409)
    assert "must be on record before needling is booked" in alert(page)
    assert "Obtain the referral and record it." in alert(page)
    chosen = page.select_one("form.starts [name=referral] option[selected]")["value"]
    assert chosen == (referral or "")
    assert db.session.scalar(select(Appointment.id)) is None


def test_an_answer_that_there_is_not_is_refused_in_a_sentence(desk, harbour, dana):
    given.patient(harbour, "Pat Doe", "P-77")
    page = read(book(desk, harbour, dana, referral="perhaps"), 422)
    assert "Referral: Not a valid choice" in alert(page)


def test_where_nothing_is_asked_at_booking_the_page_asks_nothing(app):
    bay = clinic_that_asks(CONSENT)
    given.certified(given.practitioner("Lee Bay", at=bay))
    given.patient(bay, "Pat Doe", "P-77")
    desk = visit(app, given.somebody(Role.FRONT_DESK, bay))
    page = read(desk.get("/schedule/book", query_string=WISH), 200)
    assert page.select("form.starts")
    assert not page.select(".gate-fields")


def test_what_becomes_needling_is_asked_on_the_way_and_sent_once_more(desk, harbour, dana):
    when = given.slot(harbour, 9, day=date(2027, 3, 2))
    number = given.booked(harbour, dana, when, **ON_FOOT)
    path = f"/schedule/appointments/{number}/convert"
    asked = {"treatment": "needling", "site": ["thigh", "leg_foot"], "seen_version": "1"}
    page = read(desk.post(path, data=asked), 409)
    assert "Obtain the referral" in alert(page)
    form = page.select_one("form:has(#first-referral)")
    again = [(box["name"], box["value"]) for box in form.select("input[type=hidden]")]
    assert ("site", "leg_foot") in again
    sent = {name: [v for n, v in again if n == name] for name, _ in again}

    answer = desk.post(path, data=sent | {"referral": "yes"})
    assert answer.status_code == 303
    assert on_record(number).sites == ["leg_foot", "thigh"]
    assert [one.referral for one in records()] == [True]


@pytest.mark.usefixtures("csrf")
def test_each_form_carries_a_token(desk, harbour, dana, number):
    carries_a_token_in_each_form(read(desk.get(f"/schedule/appointments/{number}"), 200))
    assert press(desk, number, "check-in").status_code == 400


def test_the_pages_ask_as_often_for_ten_as_for_one(desk, harbour, dana, number, statements):
    def asked(path):
        statements.clear()
        read(desk.get(path), 200)
        return len(statements)

    paths = [f"/schedule/day?clinic={harbour.id}&day=2027-03-01&view=list"]
    paths += [f"/schedule/appointments/{number}"]
    few = [asked(path) for path in paths]
    clerk = given.somebody(Role.FRONT_DESK, harbour)
    for half in range(30, 35):
        when = given.slot(harbour, half // 2, half % 2 * 30)
        wanted = given.booking(harbour, dana, given.patient(harbour), when)
        made = given.book_appointment(
            actor=clerk, booking=wanted, now=given.NOW, told={"referral": True}
        )
        latest = records()[-1].id
        told = {"consent": Consent.WRITTEN}
        record_gates(actor=clerk, appointment_id=made, told=told, seen_record=latest, now=given.NOW)
    assert [asked(path) for path in paths] == few
    assert few[0] <= 6
