"""The roster in a real browser: its reasons come by themselves, and it reads well for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from registry.rules.vocabulary import Role
from tests import given
from tests.browser import PHONE, faults_of, whatever_the_database
from tests.web.visits import visit


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


def sign_in(app, page, actor):
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visit(app, actor).get_cookie(name)
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": app.config["BASE_URL"]}])


@pytest.mark.parametrize("size", [(1280, 900), PHONE])
def test_the_reasons_come_into_the_notes_by_themselves(app, open_page, size):
    clinic = given.clinic()
    given.licence(given.practitioner(at=clinic))
    given.certified(given.practitioner("Mei Tan", at=clinic))
    page = open_page(size=size)
    sign_in(app, page, given.somebody(Role.MANAGER, clinic))
    page.goto("/roster/")
    reason = page.get_by_role("link", name="No dry-needling certificate is on record.")
    expect(reason).to_be_visible()
    assert faults_of(page) == []
    reason.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana Okafor may not needle")
    assert faults_of(page) == []


@whatever_the_database
def test_each_status_has_a_drawing_of_its_own_so_that_none_is_told_by_colour_alone(app, page):
    clinic = given.clinic()
    soon = given.TODAY + timedelta(days=10)
    given.certified(given.practitioner(at=clinic))
    given.certified(given.practitioner("Mei Tan", at=clinic), last_day=soon)
    given.certified(given.practitioner("Sam Roy", at=clinic), first_day=soon)
    sign_in(app, page, given.somebody(Role.MANAGER, clinic))
    page.goto("/roster/")
    drawn = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".sign")].map((cell) => {
          const look = getComputedStyle(cell.firstElementChild, "::before");
          return [cell.className, look.maskImage + look.maskPosition];
        }))"""
    )
    assert drawn.keys() == {"sign look-ok", "sign look-soon", "sign look-wait", "sign look-no"}
    assert len(set(drawn.values())) == len(drawn)
    assert all("/static/icons.svg" in each for each in drawn.values())
