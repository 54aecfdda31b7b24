"""Reminders on pages: who sees to what lapses, putting it off, a clinic's days, early letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.adapters.sealing import Sealer
from registry.adapters.stop_links import account_to_stop, stop_token
from registry.models import Account, CredentialVersion, ReminderAnswer, db
from registry.rules.vocabulary import Role, VersionState
from registry.services.reminders import promise_reminders
from tests import given
from tests.web.page import error_at, read
from tests.web.visits import visit

LAST = given.TODAY + timedelta(days=9)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def clinic(app):
    return given.clinic()


@pytest.fixture
def dana(clinic):
    return given.practitioner(at=clinic)


@pytest.fixture
def boss(clinic):
    return given.somebody(Role.MANAGER, clinic, name="Maud Manager")


@pytest.fixture
def manager(app, boss):
    return visit(app, boss)


@pytest.fixture
def herself(app, clinic, dana):
    who = given.somebody(Role.PRACTITIONER, clinic, name="Dana Okafor", practises_as=dana)
    return visit(app, who)


@pytest.fixture
def licence(dana):
    return given.licence(dana, last_day=LAST)


def listed(browser, show=""):
    page = read(browser.get(f"/oversight/expiries?{show}"), 200)
    return page.select("main table.data-table > tbody > tr")


def sees_to(row):
    return " ".join(row.select_one('td[data-label="Who sees to it"]').text.split())


def press(browser, row, words="I am on it"):
    [form] = [one for one in row.select("form") if words in one.text]
    fields = {box["name"]: box["value"] for box in form.select("input")}
    return browser.post(form["action"], data=fields)


def hidden(page):
    return {box["name"]: box.get("value", "") for box in page.select("main input[type=hidden]")}


def test_the_list_says_who_was_reminded_and_that_nobody_sees_to_it(licence, herself, manager):
    [row] = listed(manager)
    assert "Nobody was reminded yet" in sees_to(row)
    promise_reminders(now=given.NOW)
    [row] = listed(manager)
    said = sees_to(row)
    assert said.startswith("Nobody yet")
    assert "14 days before: the managers, Mon 1 March 2027" in said
    assert "60 days before: whoever holds it, caught up on Mon 1 March 2027" in said
    assert "14 days before: whoever holds it" in said


def test_a_manager_says_that_they_are_on_it_and_the_list_tells_everybody(
    app, clinic, licence, manager
):
    answer = press(manager, listed(manager)[0])
    assert answer.status_code == 303
    assert "Maud Manager is on it" in sees_to(listed(manager)[0])
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))
    [row] = listed(desk)
    assert "Maud Manager is on it" in sees_to(row)
    assert not row.select("form")


def test_what_somebody_else_answered_meanwhile_is_a_conflict(licence, manager):
    [row] = listed(manager)
    assert press(manager, row).status_code == 303
    refused = press(manager, row)
    assert refused.status_code == 409
    assert "Look again" in read(refused).text


def test_a_holder_says_on_their_own_page_that_they_are_on_it(licence, herself, manager):
    page = read(herself.get("/my-credentials/"), 200)
    [row] = page.select("main table.data-table > tbody > tr")
    assert press(herself, row).status_code == 303
    page = read(herself.get("/my-credentials/"), 200)
    assert "You said on Mon 1 March 2027 that you are on it" in page.text
    assert "Dana Okafor is on it" in sees_to(listed(manager)[0])


def test_nobody_says_it_for_somebody_on_their_page(app, dana, licence, manager):
    page = read(manager.get(f"/my-credentials/for/{dana.id}"), 200)
    assert "I am on it" not in page.main.text
    version = db.session.scalars(select(CredentialVersion.id)).one()
    sent = manager.post(
        f"/my-credentials/{licence.id}/acknowledge", data={"version": version, "seen": 0}
    )
    assert sent.status_code == 404


def test_what_is_put_off_is_listed_again_once_its_owner_manages_there_no_more(
    app, clinic, licence, boss, manager
):
    other = given.somebody(Role.MANAGER, clinic, name="Olive Owner")
    [row] = listed(manager)
    [link] = [one for one in row.select("a") if "Put off" in one.text]
    page = read(manager.get(link["href"]), 200)
    told = hidden(page) | {"until": "2027-03-05", "owner": str(other.account_id)}
    assert manager.post(link["href"], data=told).status_code == 303
    assert listed(manager) == []
    db.session.get_one(Account, other.account_id).closed_at = given.NOW
    db.session.commit()
    [row] = listed(manager)
    assert "Olive Owner" not in sees_to(row)
    assert listed(manager, "show=snoozed") == []


def test_what_is_put_off_leaves_the_list_until_its_day_has_passed(app, licence, boss, manager):
    [row] = listed(manager)
    [link] = [one for one in row.select("a") if "Put off" in one.text]
    page = read(manager.get(link["href"]), 200)
    told = hidden(page) | {"until": "2027-03-05", "owner": str(boss.account_id)}
    assert manager.post(link["href"], data=told).status_code == 303
    assert listed(manager) == []
    [row] = listed(manager, "show=snoozed")
    assert "Put off until Fri 5 March 2027" in sees_to(row)
    assert "Maud Manager answers for it" in sees_to(row)
    with time_machine.travel(given.NOW + timedelta(days=5), tick=False):
        manager = visit(app, boss)
        [row] = listed(manager)
        assert "Was put off until Fri 5 March 2027" in sees_to(row)
        assert listed(manager, "show=snoozed") == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("until", "2027-03-11", "past its last day"),
        ("until", "2027-02-28", "a day to come"),
        ("until", "2027-02-30", "There is no such day"),
        ("until", "", "Choose a day"),
        ("owner", "999", "Choose somebody who manages"),
        ("owner", "x", "Choose somebody who manages"),
    ],
)
def test_a_wrong_day_or_owner_is_said_at_its_field(licence, boss, manager, field, typed, said):
    [row] = listed(manager)
    [link] = [one for one in row.select("a") if "Put off" in one.text]
    told = hidden(read(manager.get(link["href"]), 200))
    told |= {"until": "2027-03-05", "owner": str(boss.account_id), field: typed}
    page = read(manager.post(link["href"], data=told), 422)
    assert said in error_at(page, field)
    assert db.session.scalars(select(ReminderAnswer)).all() == []


def test_what_has_lapsed_stays_listed_until_something_takes_its_place(app, clinic, dana, manager):
    given.licence(dana, last_day=given.TODAY - timedelta(days=400))
    [row] = listed(manager, "show=lapsed")
    assert "Lapsed" in row.text
    assert "Put off" not in row.text
    page = read(manager.get("/oversight/"), 200)
    assert "1 credential has lapsed" in page.select_one(".attention").text
    given.licence(dana, last_day=given.TODAY + timedelta(days=400), state=VersionState.SUBMITTED)
    assert "A newer one waits" in listed(manager, "show=lapsed")[0].text
    given.licence(dana, last_day=given.TODAY + timedelta(days=400))
    assert listed(manager, "show=lapsed") == []
    assert "has lapsed" not in read(manager.get("/oversight/"), 200).main.text


def test_what_lapsed_is_listed_no_more_once_its_holder_left(clinic, dana, manager):
    given.licence(dana, last_day=given.TODAY - timedelta(days=400))
    dana = db.session.get_one(given.Practitioner, dana.id)
    dana.engagements[0].last_day = given.TODAY - timedelta(days=1)
    db.session.commit()
    assert listed(manager, "show=lapsed") == []


def test_what_a_manager_of_another_clinic_said_is_not_shown(app, clinic, dana, licence, manager):
    hill = given.clinic("Hill Clinic")
    db.session.add(
        given.Engagement(practitioner_id=dana.id, clinic_id=hill.id, first_day=given.TODAY)
    )
    db.session.commit()
    press(manager, listed(manager)[0])
    other = visit(app, given.somebody(Role.MANAGER, hill))
    [row] = listed(other)
    assert "Maud" not in row.text
    assert sees_to(row).startswith("Nobody yet")


def test_a_manager_sets_the_days_on_which_their_clinic_reminds(clinic, manager):
    path = f"/setup/clinics/{clinic.id}/reminders"
    page = read(manager.get(path), 200)
    assert page.select_one("[name=bands]")["value"] == "90, 60, 30, 14, 7, 1"
    refused = read(manager.post(path, data=hidden(page) | {"bands": "-5"}), 422)
    assert "Write numbers of days" in error_at(refused, "bands")
    assert manager.post(path, data=hidden(page) | {"bands": "20 10"}).status_code == 302
    assert "20 and 10 days before" in read(manager.get(path), 200).text
    assert manager.post(path, data=hidden(page) | {"bands": "30"}).status_code == 409


def test_a_manager_chooses_early_letters_and_others_are_not_asked(app, clinic, boss, manager):
    page = read(manager.get("/calendars/"), 200)
    assert page.select_one("[name=early]").has_attr("checked")
    assert manager.post("/calendars/letters/early", data={}).status_code == 302
    page = read(manager.get("/calendars/"), 200)
    assert not page.select_one("[name=early]").has_attr("checked")
    desk = visit(app, given.somebody(Role.FRONT_DESK, clinic))
    assert not read(desk.get("/calendars/"), 200).select("[name=early]")


def link_for(app, actor):
    return f"/calendars/letters/stop/{_token(app, actor)}"


def _token(app, actor):
    return stop_token(Sealer(app.config["SECRET_KEY"]), actor.account_id)


def wants_early(actor):
    db.session.rollback()
    return db.session.get_one(Account, actor.account_id).early_letters


def test_looking_at_the_link_of_a_letter_changes_nothing(app, boss, client, csrf):
    page = read(client.get(link_for(app, boss)), 200)
    assert wants_early(boss)
    [form] = page.select("main form")
    assert form["method"] == "post"
    page = read(client.post(link_for(app, boss), data=hidden(page)), 200)
    assert "No more early letters" in page.h1.text
    assert not wants_early(boss)


def test_a_mail_program_stops_them_with_one_press_and_no_token(app, boss, client, csrf):
    assert client.post(link_for(app, boss), data={}).status_code == 400
    assert wants_early(boss)
    pressed = client.post(link_for(app, boss), data={"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert not wants_early(boss)


def test_a_link_that_was_changed_stops_nothing(app, boss, client):
    token = _token(app, boss)
    for bad in ("x", token[:-4] + "AAAA", token[:-6], "é" * 9):
        path = f"/calendars/letters/stop/{bad}"
        sent = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert sent.status_code == 404
    assert wants_early(boss)
    other = stop_token(Sealer("another secret that is long enough, too"), boss.account_id)
    assert account_to_stop(Sealer(app.config["SECRET_KEY"]), other) is None
