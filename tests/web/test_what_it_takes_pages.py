"""The page that says what it would take to needle somewhere: mine, and my people's."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given
from tests.web.page import alert, read
from tests.web.visits import visit

PAGE = "/my-credentials/what-it-takes"
LONG = "Samantha Featherstonehaugh-Ramanathan-Vandersloot of the Greater Valley"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic()


@pytest.fixture
def dana(clinic):
    made = given.practitioner(at=clinic)
    given.certified(made)
    return made


@pytest.fixture
def herself(app, clinic, dana):
    return visit(app, given.somebody(Role.PRACTITIONER, clinic, practises_as=dana))


def test_it_asks_for_a_place_first(herself):
    page = read(herself.get(PAGE), 200)
    assert "needle elsewhere?" in page.h1.text
    assert [box["name"] for box in page.select("main select")] == ["jurisdiction", "site"]
    assert not page.select(".finding")


def test_every_requirement_is_there_with_what_is_missing_in_numbers(herself):
    page = read(herself.get(f"{PAGE}?jurisdiction=US-FL&site=thigh"), 200)
    assert page.h1.text == "What would it take to needle the thigh in Florida?"
    said = page.main.get_text(" ", strip=True)
    assert "25 more supervised sessions" in said
    assert "Nearest fix:" in said
    assert "Nobody here has adopted the requirements of Florida" in said
    assert page.select(".finding-met")
    assert page.select('.evidence a[href^="/my-credentials/"]')
    assert len(page.select(".finding .citation")) == len(page.select(".finding"))


def test_with_nothing_missing_it_says_so(herself):
    page = read(herself.get(f"{PAGE}?jurisdiction=US-MT&site=thigh&day=2027-06-01"), 200)
    assert "Nothing is missing" in page.text
    assert "Nobody here has adopted" not in page.text
    assert not page.select(".refusal")


def test_where_nothing_would_help_no_fix_is_promised(herself):
    page = read(herself.get(f"{PAGE}?jurisdiction=US-CA"), 200)
    assert "Not there, in this profession" in page.text
    assert "may not needle in California at all" in page.text
    assert "Nearest fix" not in page.text
    assert not page.select("main a.btn")


def test_a_manager_asks_it_of_a_practitioner_of_theirs(app, clinic):
    whom = given.practitioner(LONG, at=clinic)
    manager = visit(app, given.somebody(Role.MANAGER, clinic))
    asked = f"/my-credentials/for/{whom.id}/what-it-takes?jurisdiction=US-GA"
    page = read(manager.get(asked), 200)
    assert LONG in page.h1.text
    assert page.select_one(f'a[href="/my-credentials/for/{whom.id}/add/certificate"]')
    elsewhere = given.somebody(Role.MANAGER, given.clinic("Hill Clinic"))
    assert visit(app, elsewhere).get(asked).status_code == 404
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))
    assert alert(read(desk.get(asked), 403))


def test_whoever_is_no_practitioner_has_nothing_to_compare(app, clinic):
    manager = visit(app, given.somebody(Role.MANAGER, clinic))
    assert "not on record as a practitioner" in alert(read(manager.get(PAGE), 404))


def test_odd_questions_are_refused_in_a_sentence(herself):
    for asked, status in (
        ("jurisdiction=XX", 404),
        ("jurisdiction=US-GA&site=tail", 422),
        ("jurisdiction=US-GA&day=0000-00-00", 422),
        ("jurisdiction=%00", 422),
        (f"jurisdiction={'x' * 500}", 422),
    ):
        assert alert(read(herself.get(f"{PAGE}?{asked}"), status)), asked
    for day in ("9999-12-31", "0001-01-01", "2028-02-29"):
        read(herself.get(f"{PAGE}?jurisdiction=US-ND&day={day}"), 200)


def test_it_takes_six_statements(herself, statements):
    statements.clear()
    herself.get(f"{PAGE}?jurisdiction=US-GA")
    assert len(statements) == 6
