"""Oversight: what lapses, what is on hold, what to look back upon, and the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.models import db
from registry.rules.vocabulary import (
    Outcome,
    Role,
    VersionState,
)
from registry.services.audit_trail import record
from registry.services.verification import decide_standing
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

LATER = given.NOW + timedelta(hours=1)


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
def test_the_expiry_list_takes_five_statements(clinic, manager, statements, people):
    for number in range(people):
        last_day = given.TODAY + timedelta(days=9)
        given.certified(given.practitioner(f"Person {number}", at=clinic), last_day=last_day)
    statements.clear()
    read(manager.get(f"/oversight/expiries?clinic={clinic.id}"), 200)
    assert len(statements) == 5


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
    assert alert(read(manager.get(f"/oversight/{address}"), 422))


@pytest.mark.parametrize("told", ["31", "-1", "x", "0", "٣٠"])
def test_another_number_of_days_is_told_which_there_are(manager, told):
    page = read(manager.get(f"/oversight/expiries?days={told}"), 422)
    assert "Choose 30, 60 or 90 days." in page.main.text


def test_the_tabs_of_what_lapses_are_the_same_on_each_of_its_pages(app, clinic):
    hill = given.clinic("Hill Clinic", adopted=False)
    person = given.also(given.somebody(Role.MANAGER, clinic), Role.MANAGER, hill)
    client = visit(app, person)
    seen = {}
    for path in ("expiries", "expiries?show=lapsed", "forecast", "forecast?clinics=all"):
        tabs = read(client.get(f"/oversight/{path}"), 200).select(".tabs a")
        seen[path] = [each.text for each in tabs]
        assert len([each for each in tabs if each.get("aria-current")]) == 1
    assert len(set(map(tuple, seen.values()))) == 1
    assert "At all your clinics" in seen["expiries"]


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
