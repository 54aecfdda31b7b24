"""What was known: a form with two times, a report that never changes, and what was not kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from registry.rules.vocabulary import Outcome, Role
from registry.services.verification import decide_standing
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

LATER = given.NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _ten_days_later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner(at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def browser(app, harbour):
    return visit(app, given.somebody(Role.FRONT_DESK, harbour))


def asking(harbour, dana, at, file=""):
    asked = f"clinic={harbour.id}&practitioner={dana.id}&site=thigh&day=2027-03-15&at={at}"
    return f"/roster/as-known{file}?{asked}"


def test_without_anybody_named_it_asks_for_whom(browser, harbour, dana):
    page = read(browser.get(f"/roster/as-known?clinic={harbour.id}"))
    assert "What was known" in page.select_one("h1").text
    assert "Dana Okafor" in page.select_one("select[name=practitioner]").text


def test_the_moment_is_on_the_clinics_clock(browser, harbour, dana):
    page = read(browser.get(asking(harbour, dana, "2027-03-01T04:30")))
    assert "04:30 EST" in page.select_one(".kicker").text
    assert page.select_one("input[name=at]")["value"] == "2027-03-01T04:30:00"
    utc = read(browser.get(asking(harbour, dana, "2027-03-01T09:30:00Z")))
    assert utc.select_one(".kicker").text == page.select_one(".kicker").text


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2027-03-14T02:30", "never showed that time"),
        ("soon", "There is no such moment"),
        ("2027-04-01T10:00", "lies ahead"),
    ],
)
def test_a_moment_that_cannot_be_asked_about_is_said_so(browser, harbour, dana, at, said):
    page = read(browser.get(asking(harbour, dana, at)), 422)
    assert said in alert(page)
    assert page.select_one("input[name=at]")["value"] == at


def test_a_report_is_the_same_file_before_and_after_a_revocation(app, harbour, browser):
    dana = given.practitioner("Ana Ruiz", at=harbour)
    paper = given.certified(dana)
    then = "2027-03-01T04:30"
    before = browser.get(asking(harbour, dana, then, ".json"))
    page = read(browser.get(asking(harbour, dana, then))).select_one("main").text
    decide_standing(
        actor=given.somebody(Role.MANAGER, harbour),
        credential_id=paper.id,
        outcome=Outcome.REVOKED,
        effective_from=given.TODAY,
        reason="forged",
        now=LATER,
    )
    after = browser.get(asking(harbour, dana, then, ".json"))
    assert after.data == before.data
    assert read(browser.get(asking(harbour, dana, then))).select_one("main").text == page
    now = read(browser.get(asking(harbour, dana, "")))
    assert "may not needle" in now.select_one("h1").text
    assert "of this very minute" in now.text


def test_before_it_was_kept_it_says_since_when(browser, harbour, dana):
    page = read(browser.get(asking(harbour, dana, "2020-01-01T12:00")))
    assert "Not known" in page.select_one(".notice").text
    assert "put on record Mon 1 March 2027, 04:00 EST" in page.text


def test_an_appointment_leads_to_what_was_known_of_it(app, browser, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 10))
    page = read(browser.get(f"/schedule/appointments/{number}"))
    link = page.select_one(f"a[href='/schedule/appointments/{number}/as-known']")
    rows = read(browser.get(link["href"])).select("tbody tr")
    assert [row.th.find(string=True).strip() for row in rows] == [
        "When it was booked",
        "When it started",
        "Now",
    ]
    assert [row.select_one(".status").text.strip() for row in rows] == ["May needle"] * 3


def test_other_treatments_rest_on_no_such_knowledge(browser, harbour, dana):
    number = given.booked(harbour, dana, treatment="exercise", sites=())
    assert browser.get(f"/schedule/appointments/{number}/as-known").status_code == 404
