"""Giving an activation up on its page: as long as it is not in force, with a reason in writing."""

from __future__ import annotations

import pytest
import time_machine

from registry.rules.vocabulary import Role
from tests import given
from tests.services.activating import asking, few_at_a_time, finish, steps
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

THERE = "/requirements/US-MT/versions/2"
AWAY = f"{THERE}/give-up"
WHY = {"reason": "The board took its circular back."}


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic(adopted=False)


@pytest.fixture
def administrator(app):
    return visit(app, given.somebody(Role.ADMINISTRATOR, name="Ada Admin"))


@pytest.fixture
def _under_way(monkeypatch, clinic, administrator):
    """Five, of whom four would lose and one has a booking; two at a time are judged."""
    given.adopt("US-MT")
    people = [given.practitioner(f"Person {number}", at=clinic) for number in range(5)]
    for number, who in enumerate(people):
        given.certified(who, hours_total=90 if number == 0 else 60)
    given.booked(clinic, people[1])
    given.proposed("US-MT", asking(80))
    few_at_a_time(monkeypatch)
    administrator.post(f"{THERE}/activate")


def some_steps(number):
    for done in steps():
        if done + 1 == number:
            return


@pytest.mark.usefixtures("_under_way")
def test_it_is_given_up_with_a_reason_and_its_page_says_so(administrator):
    some_steps(2)
    page = read(administrator.get(THERE), 200)
    assert page.select_one(f'a[href="{AWAY}"]').text.strip() == "Give up"
    page = read(administrator.get(AWAY), 200)
    assert "Version 1 goes on to hold, alone." in page.text
    page = read(administrator.post(AWAY, data={"reason": " "}), 422)
    assert "Say why; it is kept." in error_at(page, "reason")
    answer = administrator.post(AWAY, data=WHY)
    assert (answer.status_code, answer.location) == (303, THERE)
    page = read(administrator.get(THERE), 200)
    told = page.select_one("#activation").get_text(" ", strip=True)
    assert "Given up by Ada Admin" in told
    assert WHY["reason"] in told
    assert "It never came into force. Version 1 holds alone." in told
    assert "What this one took away is being given back." in told
    assert "What it put on hold stays so until somebody settles it." in told
    assert page.select_one("#activation progress")["max"] == "5"
    assert not page.select(f'a[href="{AWAY}"]')
    assert "Withdrawn" in page.main.text
    finish()
    page = read(administrator.get(THERE), 200)
    assert "is being given back" not in page.main.text
    assert not page.select("#activation progress")


@pytest.mark.usefixtures("_under_way")
def test_past_the_switch_there_is_no_button_but_a_sentence_why(administrator):
    some_steps(4)
    page = read(administrator.get(THERE), 200)
    assert not page.select(f'a[href="{AWAY}"]')
    told = page.select_one("#activation").text
    assert "it cannot be given up any more; to go back, put another version in force" in told
    assert administrator.get(AWAY).location == THERE
    page = read(administrator.post(AWAY, data=WHY), 409)
    assert "Version 2 is in force since 2027-03-01 09:00 UTC" in alert(page)
    assert "put another version in force" in alert(page)


@pytest.mark.usefixtures("_under_way")
def test_the_overview_says_that_it_was_given_up(app, clinic, administrator):
    manager = visit(app, given.somebody(Role.MANAGER, clinic, name="Maud Manager"))
    some_steps(2)
    administrator.post(AWAY, data=WHY)
    said = read(manager.get("/oversight/"), 200).select_one(".attention").text
    assert "Version 2 of the requirements of Montana was given up" in said
    assert "The version before holds alone; what this one took away is being given back." in said
    finish()
    assert "given up" not in read(manager.get("/oversight/"), 200).main.text


@pytest.mark.usefixtures("_under_way")
def test_only_an_administrator_may_give_up(app, clinic):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        client = visit(app, given.somebody(role, clinic))
        assert client.get(AWAY).status_code == 403
        assert client.post(AWAY, data=WHY).status_code == 403


def test_what_is_not_being_activated_has_no_such_page(app, administrator):
    given.proposed("US-MT")
    there = "/requirements/US-MT/versions/1"
    assert administrator.get(f"{there}/give-up").location == there
    page = read(administrator.post(f"{there}/give-up", data=WHY), 409)
    assert "Version 1 is proposed: it is not being activated." in alert(page)
    assert administrator.get("/requirements/US-MT/versions/7/give-up").status_code == 404
