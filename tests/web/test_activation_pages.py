"""Many practitioners: what-if and activation in the background, each with its progress."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from registry.jobs import background
from registry.models import Activation, Adoption, WhatIf, db
from registry.queries import proposals, what_if_answers
from registry.rules.vocabulary import Role
from registry.services import activations
from tests import given
from tests.services.activating import asking, finish, steps
from tests.web.page import read
from tests.web.visits import visit

THERE = "/requirements/US-MT/versions/2"


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
def manager(app, clinic):
    return visit(app, given.somebody(Role.MANAGER, clinic, name="Maud Manager"))


@pytest.fixture
def _many(monkeypatch, clinic):
    """Five, of whom two at a time are looked at; a proposal of which all but one would lose."""
    for module in (activations, what_if_answers, proposals):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    given.adopt("US-MT")
    finish()
    for number in range(5):
        who = given.practitioner(f"Person {number}", at=clinic)
        given.certified(who, hours_total=90 if number == 0 else 60)
    given.proposed("US-MT", asking(80))


def bar(page, part):
    box = page.select_one(f"#{part} progress")
    return (int(box["value"]), int(box["max"])) if box else None


def asks_itself(page, part):
    box = page.select_one(f"#{part}")
    return box.get("hx-get"), box.get("hx-trigger")


@pytest.mark.usefixtures("_many")
def test_a_long_what_if_shows_how_far_it_is_until_it_is_answered(administrator):
    administrator.post(f"{THERE}/what-if")
    seen = []
    for _ in range(4):
        page = read(administrator.get(THERE), 200)
        assert asks_itself(page, "what-if") == (THERE, "every 1s")
        assert not page.select(".what-if-clinic")
        seen.append(bar(page, "what-if"))
        assert background.go_on(given.NOW)
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]
    page = read(administrator.get(THERE), 200)
    assert bar(page, "what-if") is None
    assert asks_itself(page, "what-if") == (None, None)
    assert "4 practitioners would lose regions." in page.select_one("#what-if").text


@pytest.mark.usefixtures("_many")
def test_it_may_be_computed_again(administrator):
    administrator.post(f"{THERE}/what-if")
    while background.go_on(given.NOW):
        pass
    assert "Compute again" in read(administrator.get(THERE), 200).select_one("#what-if").text
    administrator.post(f"{THERE}/what-if")
    assert bar(read(administrator.get(THERE), 200), "what-if") == (0, 5)


@pytest.mark.usefixtures("_many")
def test_before_it_is_answered_the_page_that_asks_once_more_says_so(administrator):
    page = read(administrator.get(f"{THERE}/activate"), 200)
    assert "not known yet" in page.text
    administrator.post(f"{THERE}/what-if")
    page = read(administrator.get(f"{THERE}/activate"), 200)
    assert "See how far that is" in page.text
    assert "in the background" in page.text


@pytest.mark.usefixtures("_many")
def test_of_a_proposal_that_is_withdrawn_meanwhile_nothing_half_found_out_is_told(administrator):
    administrator.post(f"{THERE}/what-if")
    administrator.post(f"{THERE}/withdraw", data={"reason": "A slip."})
    page = read(administrator.get(THERE), 200)
    assert "Withdrawn because: A slip." in page.text
    assert page.select_one("#what-if") is None
    assert "is withdrawn already" in read(administrator.post(f"{THERE}/what-if"), 409).text
    assert administrator.post(f"{THERE}/activate").location == THERE


@pytest.mark.usefixtures("_many")
def test_of_a_proposal_that_is_put_in_force_meanwhile_nothing_half_found_out_is_told(administrator):
    administrator.post(f"{THERE}/what-if")
    administrator.post(f"{THERE}/activate")
    assert read(administrator.get(THERE), 200).select_one("#what-if") is None
    finish()
    page = read(administrator.get(THERE), 200)
    assert page.select_one("#what-if") is None
    assert "Done." in page.select_one("#activation").text


@pytest.mark.usefixtures("_many")
def test_a_what_if_that_fails_says_so(administrator):
    administrator.post(f"{THERE}/what-if")
    db.session.execute(update(WhatIf).values(failed_with="OperationalError: away"))
    db.session.commit()
    page = read(administrator.get(THERE), 200)
    assert "The last step failed" in page.select_one("#what-if").text
    assert "OperationalError" not in page.text


@pytest.mark.usefixtures("_many")
def test_an_activation_tells_its_step_and_how_far_it_is(administrator):
    answer = administrator.post(f"{THERE}/activate")
    assert (answer.status_code, answer.location) == (303, THERE)
    page = read(administrator.get(THERE), 200)
    assert bar(page, "activation") == (0, 10)
    assert "First step of two" in page.select_one("#activation").text
    assert asks_itself(page, "activation") == (THERE, "every 1s")
    seen = []
    for _ in steps():
        page = read(administrator.get(THERE), 200)
        seen.append((page.select_one("#activation").text.strip(), bar(page, "activation")))
    assert [far for _, far in seen] == [
        *((2, 10), (4, 10), (5, 10), (5, 10), (7, 10), (9, 10), (10, 10)),
        None,
    ]
    assert "Second step of two" in seen[4][0]
    assert "Done." in seen[-1][0]
    assert asks_itself(page, "activation") == (None, None)


@pytest.mark.usefixtures("_many")
def test_meanwhile_the_pages_of_the_requirements_and_the_overview_say_so(administrator, manager):
    administrator.post(f"{THERE}/activate")
    for path in ("/requirements/", "/requirements/US-MT"):
        page = read(administrator.get(path), 200)
        assert "both it and what it follows must be met" in page.text, path
        assert page.select(f'.notice a[href="{THERE}"]'), path
        assert read(manager.get(path), 200).select(f'.notice a[href="{THERE}"]'), path
    said = read(manager.get("/oversight/"), 200).select_one(".attention").text
    assert "Version 2 of the requirements of Montana is being activated" in said
    assert "0 of 10 are done" in said
    assert "both it and the version before must be met" in said
    for number in steps():
        if number == 3:
            said = read(manager.get("/oversight/"), 200).select_one(".attention").text
    assert "It is in force; what it allows besides is being added." in said
    assert read(manager.get("/oversight/"), 200).h1.text == "Nothing needs you"
    assert "both it and what" not in read(administrator.get("/requirements/"), 200).text


@pytest.mark.usefixtures("_many")
@pytest.mark.parametrize("why", ["failed", "late"])
def test_an_activation_that_stands_still_is_told(administrator, manager, why):
    administrator.post(f"{THERE}/activate")
    told = {"failed_with": "x"} if why == "failed" else {"moved_at": given.NOW - timedelta(hours=1)}
    second = db.session.scalar(select(Adoption.id).where(Adoption.version == 2))
    db.session.execute(update(Activation).where(Activation.adoption_id == second).values(**told))
    db.session.commit()
    said = read(manager.get("/oversight/"), 200).select_one(".attention").text
    assert "Version 2 of the requirements of Montana stands still" in said
    page = read(administrator.get(THERE), 200)
    assert "It stands still since" in page.select_one("#activation").text


def test_a_reading_that_is_due_is_on_the_overview_with_whose_it_is(app, clinic, manager):
    given.adopt("US-MT")
    number = len(given.all_settled(given.load_jurisdictions()["US-MT"].sets))
    assert read(manager.get("/oversight/"), 200).h1.text == "Nothing needs you"
    for days, kind, says in (
        (335, "look-past", None),
        (336, "look-soon", "to be looked at again within 30 days"),
        (366, "look-ask", "due to be looked at again"),
    ):
        with time_machine.travel(given.NOW + timedelta(days=days), tick=False):
            maud = visit(app, given.somebody(Role.MANAGER, clinic))
            page = read(maud.get(f"/oversight/?clinic={clinic.id}"), 200)
            listed = read(maud.get("/requirements/"), 200)
        for seen in (page, listed):
            rows = [row for row in seen.select(".attention li") if "Montana" in row.text]
            assert len(rows) == (says is not None), days
            for row in rows:
                assert kind in row["class"]
                assert f"{number} readings of the requirements of Montana are {says}" in row.text
                assert "Ada Adopter answers for them." in row.text
                assert "Wed 1 March 2028" in row.text
                assert row.a["href"] == "/requirements/US-MT#open-items"


def test_readings_of_what_is_not_in_force_are_nobodys_to_look_at(app, clinic):
    given.proposed("US-MT")
    with time_machine.travel(given.NOW + timedelta(days=400), tick=False):
        maud = visit(app, given.somebody(Role.MANAGER, clinic))
        page = read(maud.get(f"/oversight/?clinic={clinic.id}"), 200)
        assert "Montana" not in page.main.text
        assert not read(maud.get("/requirements/"), 200).select(".attention")


def put_in_force(browser, page):
    told = {"foreseen": page.select_one("form [name=foreseen]")["value"]}
    return browser.post(f"{THERE}/activate", data=told)


def test_a_version_that_would_do_something_else_by_now_is_shown_again_before_it_is_in_force(
    administrator, clinic
):
    given.adopt("US-MT")
    who = given.practitioner(at=clinic)
    given.certified(who, hours_total=60)
    first = given.booked(clinic, who)
    given.proposed("US-MT", asking(80))
    administrator.post(f"{THERE}/what-if")
    page = read(administrator.get(f"{THERE}/activate"), 200)
    assert "1 appointment would go on hold" in page.text
    second = given.booked(clinic, who, given.slot(clinic, 15))
    again = read(put_in_force(administrator, page), 409)
    assert "It would do something else by now" in again.select_one(".impact").text
    assert {given.state_of(one) for one in (first, second)} == {"confirmed"}
    assert db.session.scalars(select(Adoption.version).where(Adoption.active_since.is_(None))).one()
    done = put_in_force(administrator, again)
    assert done.location == "/requirements/US-MT"
    assert {given.state_of(one) for one in (first, second)} == {"held"}
    kept = read(administrator.get(THERE), 200).select_one("#what-if")
    assert "2 appointments would go on hold" in kept.text


@pytest.mark.usefixtures("_many")
def test_what_runs_in_the_background_says_that_it_may_do_more_by_then(administrator):
    administrator.post(f"{THERE}/what-if")
    page = read(administrator.get(f"{THERE}/activate"), 200)
    assert "it may do more by then than is told here" in page.text
