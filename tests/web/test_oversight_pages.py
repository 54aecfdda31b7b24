"""Oversight: what lapses, what is on hold, what to look back upon, and the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from registry.models import Appointment, db
from registry.rules.vocabulary import (
    AppointmentState,
    Outcome,
    Role,
    Treatment,
    VersionState,
)
from registry.services.audit_trail import record
from registry.services.verification import decide_standing
from tests import given
from tests.services.activating import asking
from tests.web.page import read
from tests.web.visits import visit

LATER = given.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic()


@pytest.fixture
def boss(clinic):
    return given.somebody(Role.MANAGER, clinic, name="Maud Manager")


@pytest.fixture
def manager(app, boss):
    return visit(app, boss)


def revoke(actor, credential, now=LATER, from_day=given.TODAY):
    decide_standing(
        actor=actor,
        credential_id=credential.id,
        outcome=Outcome.REVOKED,
        effective_from=from_day,
        reason="The provider never taught this course.",
        now=now,
    )


def rows(page, table=0):
    return page.select("main table.data-table")[table].select(":scope > tbody > tr")


def cell(row, label):
    return row.select_one(f'td[data-label="{label}"]').get_text(" ", strip=True)


def test_the_dashboard_says_when_nothing_needs_anybody(manager):
    page = read(manager.get("/oversight/"), 200)
    assert page.h1.text == "Nothing needs you"


def test_the_dashboard_counts_what_needs_somebody(clinic, boss, manager):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    given.booked(clinic, who, given.slot(clinic, 14))
    given.booked(clinic, who, given.slot(clinic, 16))
    given.certificate(who, state=VersionState.SUBMITTED)
    other = given.practitioner("Mei Tan", at=clinic)
    given.certified(other, last_day=given.TODAY + timedelta(days=40))
    given.booked(clinic, other, given.slot(clinic, 10))
    revoke(boss, certificate)
    page = read(manager.get("/oversight/"), 200)
    said = " ".join(page.select_one(".attention").get_text(" ", strip=True).split())
    assert page.h1.text == "3 things need you"
    assert "2 appointments on hold" in said
    assert "Mon 1 March 2027, 14:00 EST" in said
    assert "1 credential to verify" in said
    assert "1 credential lapses within 60 days" in said
    assert "who has 1 needling booking ahead" in said


def test_the_dashboard_tells_what_waits_at_another_clinic_of_theirs(app, clinic, boss):
    hill, bay = (given.clinic(name, adopted=False) for name in ("Hill Clinic", "Bay Clinic"))
    given.certificate(given.practitioner(at=hill), state=VersionState.SUBMITTED)
    both = given.also(given.also(boss, Role.MANAGER, hill), Role.MANAGER, bay)
    page = read(visit(app, both).get(f"/oversight/?clinic={clinic.id}"), 200)
    [row] = page.select(".attention a")
    assert "At Hill Clinic: 1 credential to verify" in row.text
    assert row["href"] == f"/oversight/?clinic={hill.id}"


def test_the_dashboard_says_when_letters_do_not_go_out(clinic, boss, manager):
    who = given.practitioner(at=clinic)
    given.somebody(Role.PRACTITIONER, clinic, practises_as=who)
    certificate = given.certified(who)
    revoke(boss, certificate, now=given.NOW - timedelta(hours=1))
    assert "Letters are not going out" in read(manager.get("/oversight/"), 200).text


@pytest.mark.parametrize("people", [1, 5])
def test_the_dashboard_takes_five_statements(clinic, manager, statements, people):
    for number in range(people):
        last_day = given.TODAY + timedelta(days=9)
        given.certified(given.practitioner(f"Person {number}", at=clinic), last_day=last_day)
    statements.clear()
    read(manager.get(f"/oversight/?clinic={clinic.id}"), 200)
    assert len(statements) == 5


@pytest.mark.parametrize(
    ("away", "days", "listed"),
    [(0, 30, True), (30, 30, True), (31, 30, False), (31, 60, True), (90, 90, True),
     (91, 90, False), (-1, 90, False)],
)  # fmt: skip
def test_a_window_includes_its_last_day_and_no_more(clinic, manager, away, days, listed):
    last_day = given.TODAY + timedelta(days=away)
    given.certified(given.practitioner(at=clinic), last_day=last_day)
    page = read(manager.get(f"/oversight/expiries?days={days}"), 200)
    assert ("Dana Okafor" in page.text) is listed


def test_an_expiry_says_what_ends_with_it_and_which_bookings_rest_on_it(clinic, manager):
    who = given.practitioner(at=clinic)
    given.certified(who, last_day=given.TODAY + timedelta(days=9))
    given.booked(clinic, who)
    given.certificate(who, state=VersionState.SUBMITTED)
    [row] = rows(read(manager.get("/oversight/expiries"), 200))
    assert cell(row, "Regions that end with it") == "2"
    assert cell(row, "Needling booked until then") == "1"
    assert "A newer one waits for a check" in row.text
    assert "in 9 days" in cell(row, "Last day")


def test_what_something_else_covers_ends_no_region(clinic, manager):
    who = given.practitioner(at=clinic)
    given.certified(who, last_day=given.TODAY + timedelta(days=9))
    given.certificate(who)
    [row] = rows(read(manager.get("/oversight/expiries"), 200))
    assert cell(row, "Regions that end with it") == "none"


def test_the_desk_sees_kinds_and_days_without_numbers(app, clinic):
    given.certified(given.practitioner(at=clinic), last_day=given.TODAY + timedelta(days=9))
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))
    [row] = rows(read(desk.get("/oversight/expiries"), 200))
    assert cell(row, "Credential") == "Certificate"
    assert not row.select('a[href*="my-credentials"]')


@pytest.mark.parametrize("people", [1, 8])
def test_the_expiry_list_takes_three_statements(clinic, manager, statements, people):
    for number in range(people):
        last_day = given.TODAY + timedelta(days=9)
        given.certified(given.practitioner(f"Person {number}", at=clinic), last_day=last_day)
    statements.clear()
    read(manager.get(f"/oversight/expiries?clinic={clinic.id}"), 200)
    assert len(statements) == 3


def test_holds_come_soonest_first_with_reason_and_who_else_may(clinic, boss, manager):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    given.certified(given.practitioner("Ana Ruiz", at=clinic))
    given.certified(given.practitioner("Mei Tan", at=clinic), taught=frozenset({"neck"}))
    given.booked(clinic, who, given.slot(clinic, 16))
    given.booked(clinic, who, given.slot(clinic, 11))
    revoke(boss, certificate)
    page = read(manager.get("/oversight/holds"), 200)
    first, second = rows(page)
    assert "11:00 EST" in first.th.text
    assert "16:00 EST" in second.th.text
    assert "revoked" in cell(first, "Why").lower()
    assert cell(first, "Who else may") == "Ana Ruiz"
    assert cell(first, "Patient") == "Pat Doe"
    assert first.th.a["href"].startswith("/schedule/")


def given_back(clinic):
    """
    Two on hold, the ground of one of them is there: as after undoing that it was given away.

    Ana Ruiz falls short of the hours; Dana Okafor does not.
    """
    people = [given.practitioner(name, at=clinic) for name in ("Dana Okafor", "Ana Ruiz")]
    for who, hours in zip(people, (60, 40), strict=True):
        given.certified(who, hours_total=hours)
    booked = [
        given.booked(clinic, who, given.slot(clinic, hour))
        for who, hour in zip(people, (11, 16), strict=True)
    ]
    given.adopt("US-MT", asking(50))
    first = db.session.get_one(Appointment, booked[0])
    first.state, first.ground_lost_because = AppointmentState.HELD, "Their certificate lapsed."
    first.ground_lost_at = given.NOW
    db.session.commit()
    return booked


def test_a_hold_whose_ground_is_back_says_so_and_is_counted(clinic, manager):
    given_back(clinic)
    page = read(manager.get("/oversight/holds"), 200)
    assert "Of 2 the ground of 1 is back" in page.select_one(".notice").text
    assert "1 may be restored" in page.select_one(".notice").text
    first, second = rows(page)
    assert cell(first, "Who else may") == "Dana Okafor again: restore it."
    assert cell(second, "Who else may") == "Dana Okafor"
    said = read(manager.get("/oversight/"), 200).select_one(".attention").text
    assert "2 appointments on hold" in said
    assert "1 may be restored." in said


def test_the_appointments_own_page_says_that_its_ground_is_back(clinic, manager):
    back, gone = given_back(clinic)
    page = read(manager.get(f"/schedule/appointments/{back}"), 200)
    assert "On hold, but its ground is back: restore it" in page.select_one(".notice").text
    assert "may not needle" not in page.main.text
    page = read(manager.get(f"/schedule/appointments/{gone}"), 200)
    assert "On hold: Ana Ruiz may not needle then" in page.select_one(".notice").text
    [link] = page.select('.notice a[href^="/roster/decision?"]')
    lacking = read(manager.get(link["href"]), 200)
    assert "40 of the 50 hours" in lacking.main.text


def offered_on(manager, number):
    """What the appointment's own page says of its hold, and the ways it leads on."""
    page = read(manager.get(f"/schedule/appointments/{number}"), 200)
    buttons = page.select("main .cluster a, main .cluster button")
    return page.select_one(".notice").text, {each.text.strip() for each in buttons}


def test_what_was_closed_meanwhile_is_not_said_to_be_restorable(clinic, manager):
    back, gone = given_back(clinic)
    given.clinic_day(clinic, given.TODAY)
    page = read(manager.get("/oversight/holds"), 200)
    assert "Of 1 something else stands in the way" in page.select_one(".notice").text
    first, second = rows(page)
    closed = "the clinic is not open then. Move it or cancel it."
    assert cell(first, "Who else may") == f"Dana Okafor again, but {closed}"
    assert cell(second, "Who else may") == f"Nobody, for {closed}"
    assert "restored" not in read(manager.get("/oversight/"), 200).select_one(".attention").text
    for number in (back, gone):
        said, ways = offered_on(manager, number)
        assert "Move it or cancel it." in said
        assert "Move" in ways
        assert not ways & {"Restore", "Give to somebody else", "Change treatment"}


def test_who_is_on_time_off_is_offered_to_nobody(clinic, manager):
    back, _ = given_back(clinic)
    given.time_off(db.session.get_one(Appointment, back).practitioner, given.TODAY)
    first, second = rows(read(manager.get("/oversight/holds"), 200))
    assert cell(first, "Who else may") == "Dana Okafor again, but they are on time off then."
    assert "Nobody else here holds" in cell(second, "Who else may")
    said, ways = offered_on(manager, back)
    assert "its ground is back, but they are on time off then" in said
    assert "Give to somebody else, move it or cancel it." in said.replace("Give it", "Give")
    assert "Give to somebody else" in ways
    assert not ways & {"Restore", "Change treatment"}


def test_what_was_noted_since_stands_in_the_way_for_those_who_may_know(app, clinic, manager):
    back, _ = given_back(clinic)
    given.noted(back, "medical_emergency")
    first, _ = rows(read(manager.get("/oversight/holds"), 200))
    forbids = "something noted forbids needling the patient. Change the treatment or cancel it."
    assert cell(first, "Who else may") == f"Dana Okafor again, but {forbids}"
    _, ways = offered_on(manager, back)
    assert "Change treatment" in ways
    assert not ways & {"Restore", "Give to somebody else"}
    auditor = visit(app, given.somebody(Role.AUDITOR))
    first, _ = rows(read(auditor.get(f"/oversight/holds?clinic={clinic.id}"), 200))
    assert "noted" not in first.text

    given.noted(back, "diabetes")
    first, _ = rows(read(manager.get("/oversight/holds"), 200))
    assert "is to be confirmed first" in cell(first, "Who else may")
    said, ways = offered_on(manager, back)
    assert "Confirm below what is noted, and restore it then." in said
    assert "Restore" not in ways


def test_what_has_passed_is_only_moved_or_cancelled(clinic, manager):
    back, _ = given_back(clinic)
    with time_machine.travel(given.NOW + timedelta(hours=8), tick=False):
        first, _ = rows(read(manager.get("/oversight/holds"), 200))
        passed = "its time has passed. Move it or cancel it."
        assert cell(first, "Who else may") == f"Dana Okafor again, but {passed}"
        _, ways = offered_on(manager, back)
    assert not ways & {"Restore", "Give to somebody else", "Change treatment"}


def test_another_treatment_on_hold_may_be_restored_once_they_work_there_again(clinic, manager):
    who = given.practitioner(at=clinic)
    number = given.booked(clinic, who, treatment=Treatment.MANUAL_THERAPY, sites=())
    booked = db.session.get_one(Appointment, number)
    booked.state, booked.ground_lost_because = AppointmentState.HELD, "They left."
    booked.ground_lost_at = given.NOW
    db.session.commit()
    [row] = rows(read(manager.get("/oversight/holds"), 200))
    assert cell(row, "Who else may") == "Dana Okafor again: restore it."


def test_nobody_else_may_is_said_too(clinic, boss, manager):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    given.booked(clinic, who)
    revoke(boss, certificate)
    assert "Nobody else here holds" in read(manager.get("/oversight/holds"), 200).text


def test_an_auditor_sees_holds_without_the_names_of_patients(app, clinic, boss):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    given.booked(clinic, who)
    revoke(boss, certificate)
    auditor = visit(app, given.somebody(Role.AUDITOR))
    [row] = rows(read(auditor.get(f"/oversight/holds?clinic={clinic.id}"), 200))
    assert cell(row, "Patient") == "not shown to you"


@pytest.mark.parametrize("held", [1, 6])
def test_the_list_of_holds_takes_eight_statements(clinic, boss, manager, statements, held):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    for hour in range(9, 9 + held):
        given.booked(clinic, who, given.slot(clinic, hour))
    revoke(boss, certificate)
    statements.clear()
    read(manager.get(f"/oversight/holds?clinic={clinic.id}"), 200)
    assert len(statements) == 8


def test_what_had_begun_is_listed_for_look_back_and_is_not_on_hold(clinic, boss, manager):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    begins = given.slot(clinic, 10)
    given.booked(clinic, who, begins)
    revoke(boss, certificate, now=begins.starts_at + timedelta(minutes=1))
    assert "Nothing is on hold" in read(manager.get("/oversight/holds"), 200).text
    [row] = rows(read(manager.get("/oversight/look-back"), 200))
    assert "Dana Okafor" in row.text


def test_the_trail_shows_what_changed_by_whom_and_why(clinic, boss, manager):
    certificate = given.certified(given.practitioner(at=clinic))
    revoke(boss, certificate)
    page = read(manager.get("/oversight/trail?action=revoked"), 200)
    [row] = rows(page)
    assert "Maud Manager" in cell(row, "Who")
    assert "from 127.0.0.1" in cell(row, "Who")
    assert "The provider never taught this course." in row.text
    assert row.select("details table tbody tr")


def test_the_trail_is_filtered_by_person_practitioner_clinic_and_day(clinic, boss, manager):
    who = given.practitioner(at=clinic)
    certificate = given.certified(who)
    given.booked(clinic, who)
    revoke(boss, certificate)

    def found(query):
        page = read(manager.get(f"/oversight/trail?{query}"), 200)
        return len(rows(page)) if page.select("main table") else 0

    assert found("who=maud") > 0
    assert found("who=nobody+of+that+name") == 0
    assert found("practitioner=okafor&action=revoked") > 0
    assert found("practitioner=tan") == 0
    assert found(f"clinic={clinic.id}&action=hold") == 1
    assert found("from=2027-03-01&to=2027-03-01&action=revoked") > 0
    assert found("from=2027-03-02") == 0
    assert found("to=2027-02-28") == 0


def test_earlier_entries_follow_on_another_page_without_gap(app, clinic, manager, boss):
    for number in range(53):
        record(
            db.session(), actor=boss, action=f"count {number:02}", subject="test:1",
            at=given.NOW, clinic_id=clinic.id,
        )  # fmt: skip
    db.session.commit()
    first = read(manager.get("/oversight/trail?action=count"), 200)
    earlier = first.select_one('a[rel="next"]')["href"]
    second = read(manager.get(earlier), 200)
    said = [cell(row, "What") for row in (*rows(first), *rows(second))]
    assert said == [f"Count {number:02}" for number in reversed(range(53))]
    assert not second.select('a[rel="next"]')


def test_a_manager_reads_no_other_clinics_entries(app, clinic, boss, manager):
    hill = given.clinic("Hill Clinic", adopted=False)
    canary = given.practitioner("Canary Wren", at=hill)
    for where in (dict(clinic_id=hill.id), dict(practitioner_id=canary.id), {}):
        record(
            db.session(), actor=boss, action="canary", subject="test:1", at=given.NOW,
            reason="Canary", **where,
        )  # fmt: skip
    db.session.commit()
    assert "Canary" not in read(manager.get("/oversight/trail"), 200).text
    assert manager.get(f"/oversight/trail?clinic={hill.id}").status_code == 404
    auditor = visit(app, given.somebody(Role.AUDITOR))
    assert len(rows(read(auditor.get("/oversight/trail?action=canary"), 200))) == 3


def test_a_practitioner_reads_what_is_about_themselves_only(app, clinic, boss):
    mine, others = given.practitioner(at=clinic), given.practitioner("Mei Tan", at=clinic)
    for whose in (mine, others):
        record(
            db.session(), actor=boss, action="seen", subject="test:1", at=given.NOW,
            clinic_id=clinic.id, practitioner_id=whose.id,
        )  # fmt: skip
    db.session.commit()
    own = visit(app, given.somebody(Role.PRACTITIONER, clinic, practises_as=mine))
    page = read(own.get("/oversight/trail?action=seen"), 200)
    assert len(rows(page)) == 1
    assert "Mei Tan" not in page.text


def test_a_patients_name_in_the_trail_is_for_those_who_may_see_it(app, clinic, boss, manager):
    record(
        db.session(), actor=boss, action="add patient", subject="patient:1", at=given.NOW,
        clinic_id=clinic.id, after={"name": "Pia Patient", "reference": "P-1"},
    )  # fmt: skip
    db.session.commit()
    assert "Pia Patient" in read(manager.get("/oversight/trail"), 200).text
    auditor = visit(app, given.somebody(Role.AUDITOR))
    page = read(auditor.get("/oversight/trail?action=add+patient"), 200)
    assert "Pia Patient" not in page.text
    assert "not shown to you" in page.text


@pytest.mark.parametrize("entries", [1, 30])
def test_the_trail_takes_four_statements(clinic, boss, manager, statements, entries):
    for _ in range(entries):
        record(
            db.session(), actor=boss, action="seen", subject="test:1", at=given.NOW,
            clinic_id=clinic.id,
        )  # fmt: skip
    db.session.commit()
    statements.clear()
    read(manager.get("/oversight/trail"), 200)
    assert len(statements) == 4


@pytest.mark.parametrize(
    ("role", "refused"),
    [(Role.FRONT_DESK, {"/oversight/trail"}),
     (Role.ADMINISTRATOR, {"/oversight/", "/oversight/expiries", "/oversight/holds",
                           "/oversight/look-back"}),
     (Role.AUDITOR, set())],
)  # fmt: skip
def test_each_role_reads_what_the_matrix_gives_it(app, clinic, role, refused):
    client = visit(app, given.somebody(role, clinic if role is Role.FRONT_DESK else None))
    for address in (
        "/oversight/", "/oversight/expiries", "/oversight/holds", "/oversight/look-back",
        "/oversight/trail",
    ):  # fmt: skip
        assert client.get(address).status_code == (403 if address in refused else 200), address


def test_another_clinic_is_hidden(app, clinic, manager):
    hill = given.clinic("Hill Clinic", adopted=False)
    for address in ("", "expiries", "holds", "look-back", "trail"):
        assert manager.get(f"/oversight/{address}?clinic={hill.id}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["expiries?days=31", "expiries?days=-1", "expiries?page=-1", "holds?page=0", "holds?clinic=x",
     "trail?from=0000-00-00", "trail?to=2027-02-30", "trail?who=%00", "trail?before_id=x",
     "trail?action=a%00b", "look-back?page=9999999999"],
)  # fmt: skip
def test_odd_addresses_get_a_sentence(manager, address):
    read(manager.get(f"/oversight/{address}"), 422)


@pytest.mark.parametrize(
    "address",
    ["trail?from=0001-01-01&to=9999-12-31", "trail?before_id=0", "trail?who=%25_%5C",
     "expiries?page=500", "holds?page=500", "trail?q=%F0%9F"],
)  # fmt: skip
def test_ends_of_calendars_and_lists_are_no_fault(manager, address):
    read(manager.get(f"/oversight/{address}"), 200)


def test_the_dashboard_is_closed_to_practitioners(app, clinic):
    own = visit(app, given.somebody(Role.PRACTITIONER, clinic))
    assert own.get("/oversight/").status_code == 403
