"""Repair all, in pages: asked for, worked out, looked at, accepted; for whoever books there."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from registry.models import Heartbeat, db
from registry.rules.vocabulary import AppointmentState, Role
from registry.services.scheduling import cancel_appointment
from tests import given
from tests.services.many import DAY, on_record
from tests.services.repairing import Scene, answers_of, finish
from tests.web.page import read
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def scene(app):
    return Scene()


@pytest.fixture
def desk(app, scene):
    return visit(app, scene.desk)


def asked(scene, desk, whose=""):
    answer = desk.post(
        f"/oversight/repairs?clinic={scene.harbour.id}", data={"practitioner": whose}
    )
    assert answer.status_code == 303
    return answer.location


def found(scene, desk):
    path = asked(scene, desk)
    finish()
    return path


def taker_of(scene, path, number):
    """Whom the best way gives it to."""
    who = answers_of(int(path.rsplit("/", 1)[1]))[number][2][0]
    return next(one for one in (scene.ana, scene.bo) if one.id == who)


def said(page):
    return " ".join(page.main.get_text(" ", strip=True).split())


def test_from_the_holds_to_what_is_placed(scene, desk):
    held = [scene.booked(scene.dana, hour) for hour in (9, 10)]
    scene.revoke()
    holds = read(desk.get(f"/oversight/holds?clinic={scene.harbour.id}"), 200)
    way = next(a for a in holds.select("a.btn") if "Repair all" in a.text)
    form = read(desk.get(way["href"]), 200)
    assert [one.text for one in form.select("option")] == ["Everybody (2)", "Dana Okafor (2)"]
    path = asked(scene, desk)

    waiting = read(desk.get(path), 200)
    assert "0 of 4" in said(waiting)
    assert waiting.select_one("#repair")["hx-trigger"] == "every 1s"
    assert any(a["href"] == path for a in waiting.select("main a"))
    finish()

    page = read(desk.get(path), 200)
    assert "hx-trigger" not in page.select_one("#repair").attrs
    assert "2 appointments can be placed" in said(page)
    assert "There is no better way" in said(page)
    assert "As of Mon 1 March 2027" in said(page)
    boxes = page.select("input[name=take]")
    assert [int(box["value"]) for box in boxes if "checked" in box.attrs] == held
    step = desk.post(path, data={"take": held}).location
    assert "2 appointments placed." in read(desk.get(step), 200).text
    assert {given.state_of(one) for one in held} == {AppointmentState.CONFIRMED}
    after = said(read(desk.get(path), 200))
    assert "So far, of 2 appointments 2 placed as proposed." in after
    assert desk.post(path, data={"take": held}).location == path
    assert "nothing was done twice" in read(desk.get(path), 200).text


def test_both_ways_stand_beside_each_other_and_it_is_said_where_they_part(scene, desk):
    neck = dict(taught=frozenset({"thigh", "neck"}))
    cy, _ = scene.certified("Cy Neck", **neck)
    dee, paper = scene.certified("Dee Two", **neck)
    first = scene.booked(scene.dana, 10)
    scene.booked(dee, 10, room=1, sites=("neck",))
    scene.treated(cy, on_record(first).patient_id)
    scene.revoke()
    scene.revoke(paper)
    page = read(desk.get(found(scene, desk)), 200)
    table = [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert table[0] == ["Placed", "2 of 2", "2 of 2"]
    assert table[1] == ["At their own time", "2", "1"]
    words = said(page)
    assert "it would go to Cy Neck; that time is needed for the one of Tue 2 March" in words
    assert "by hand, soonest first, it would be moved." in words.lower()


def test_what_was_refused_is_told_with_its_reason_and_the_rest_is_done(scene, desk):
    first, second = scene.booked(scene.dana, 9), scene.booked(scene.dana, 11)
    scene.revoke()
    path = found(scene, desk)
    taker = taker_of(scene, path, first)
    scene.booked(taker, 9, room=1)
    page = read(desk.post(path, data={"take": [first, second]}), 200)
    alert = page.select_one("[role=alert]").get_text(" ", strip=True)
    assert "1 placed, 1 not" in alert
    assert f"{taker.name} is already taken" in alert
    assert "undo it" in alert
    assert [int(box["value"]) for box in page.select("input[name=take]")] == [first]
    assert given.state_of(first) is AppointmentState.HELD
    assert given.state_of(second) is AppointmentState.CONFIRMED


def test_the_result_counts_what_was_accepted_settled_meanwhile_and_left(scene, desk):
    first, second, third = (scene.booked(scene.dana, hour) for hour in (9, 11, 14))
    scene.revoke()
    path = found(scene, desk)
    assert "So far" not in said(read(desk.get(path), 200))
    step = desk.post(path, data={"take": [first]}).location
    words = read(desk.get(step), 200).text
    assert "1 appointment placed. 2 of this repair are left on hold." in words
    cancel_appointment(
        actor=scene.desk,
        appointment_id=second,
        seen_version=on_record(second).version,
        reason="They rang.",
        now=given.NOW,
    )
    words = said(read(desk.get(path), 200))
    assert (
        "So far, of 3 appointments 1 placed as proposed, 1 settled otherwise meanwhile, "
        "1 still to be accepted."
    ) in words
    step = desk.post(path, data={"take": [first, third]}).location
    assert "1 appointment placed. 1 placed already." in read(desk.get(step), 200).text


def test_where_the_worker_does_not_run_it_does_not_say_that_it_goes_on(app, scene, desk):
    scene.booked(scene.dana, 9)
    scene.revoke()
    path = asked(scene, desk)
    assert "This goes on by itself" in said(read(desk.get(path), 200))
    late = given.NOW - app.config["LATE_AFTER"] - timedelta(minutes=1)
    db.session.execute(update(Heartbeat).values(finished_at=late))
    db.session.commit()
    words = said(read(desk.get(path), 200))
    assert "The worker is not running" in words
    assert "goes on by itself" not in words


def test_a_note_is_asked_about_first_and_is_not_ticked_beforehand(scene, desk):
    held = scene.booked(scene.dana, 9)
    [note] = given.noted(held, "diabetes")
    scene.revoke()
    path = found(scene, desk)
    page = read(desk.get(path), 200)
    assert "1 appointment to ask about first" in said(page)
    assert "checked" not in page.select_one("input[name=take]").attrs
    box = page.select_one(f"input[name=cleared-{held}]")
    assert box["value"] == str(note)
    refused = desk.post(path, data={"take": held})
    assert (refused.status_code, given.state_of(held)) == (409, AppointmentState.HELD)
    desk.post(path, data={"take": held, f"cleared-{held}": box["value"]})
    assert given.state_of(held) is AppointmentState.CONFIRMED


def test_what_would_stay_on_hold_says_why(scene, desk):
    scene.booked(scene.dana, 9)
    scene.revoke()
    for who in (scene.ana, scene.bo):
        given.time_off(who, given.TODAY, DAY.replace(month=5))
    words = said(read(desk.get(found(scene, desk)), 200))
    assert "1 appointment would stay on hold" in words
    assert "Whoever may give it has no time" in words


@pytest.mark.parametrize("told", ["x", "1e3", "-1", "99999999999"])
def test_odd_choices_are_told_in_a_sentence(scene, desk, told):
    held = scene.booked(scene.dana, 9)
    scene.revoke()
    path = found(scene, desk)
    assert desk.post(path, data={"take": told}).status_code == 422
    assert desk.post(path, data={"take": held, f"cleared-{held}": told}).status_code == 422
    start = f"/oversight/repairs?clinic={scene.harbour.id}"
    assert desk.post(start, data={"practitioner": told}).status_code == 422
    assert desk.post(path).status_code == 422
    assert given.state_of(held) is AppointmentState.HELD


def test_where_nothing_is_on_hold_there_is_nothing_to_ask_for(scene, desk):
    start = f"/oversight/repairs?clinic={scene.harbour.id}"
    assert "Nothing to come is on hold" in said(read(desk.get(start), 200))
    assert desk.post(start, data={"practitioner": ""}).status_code == 422


def test_only_whoever_moves_appointments_there_sees_it(app, scene, desk):
    scene.booked(scene.dana, 9)
    scene.revoke()
    path = found(scene, desk)
    hill = given.clinic("Hill Clinic", adopted=False)
    for who, status in (
        (given.somebody(Role.AUDITOR), 403),
        (given.somebody(Role.ADMINISTRATOR), 403),
        (given.somebody(Role.MANAGER, hill), 404),
    ):
        browser = visit(app, who)
        page = read(browser.get(path), status)
        assert ("Repairs are for those who move appointments" in page.text) is (status == 403)
        start = browser.get(f"/oversight/repairs?clinic={scene.harbour.id}")
        assert ("Repairs are for those who" in read(start, status).text) is (status == 403)
        assert browser.post(path, data={"take": "1"}).status_code == status
    auditor = visit(app, given.somebody(Role.AUDITOR))
    holds = read(auditor.get(f"/oversight/holds?clinic={scene.harbour.id}"), 200)
    assert "Repair all" not in holds.text


@pytest.mark.parametrize("number", [2, 6])
def test_the_page_takes_as_many_statements_however_much_it_places(scene, desk, statements, number):
    for n in range(number):
        scene.booked(scene.dana, 9 + n)
    scene.revoke()
    path = found(scene, desk)
    db.session.rollback()
    statements.clear()
    read(desk.get(path), 200)
    assert len(statements) == 7
