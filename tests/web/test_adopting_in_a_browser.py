"""Adopting in a real browser: both sizes, light and dark, by keyboard, and progress by itself."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from registry.jobs import background
from registry.models import db
from registry.queries import proposals, what_if_answers
from registry.rules.vocabulary import Role
from registry.services import activations
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of, whatever_the_database
from tests.services.activating import asking
from tests.web.test_requirements_in_a_browser import LONG, sign_in

THERE = "/requirements/US-MT/versions/2"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


@pytest.fixture
def administrator(app):
    return given.somebody(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def _losing(app):
    """One of each would lose and gain, under a name that is long."""
    clinic = given.clinic(adopted=False)
    given.adopt("US-MT", asking(50))
    for name, hours in ((LONG, 60), ("Gina", 30)):
        who = given.practitioner(name, at=clinic)
        given.certified(who, hours_total=hours)
        if hours == 60:
            given.booked(clinic, who)
    given.proposed("US-MT", asking(80))


def few_at_once(monkeypatch):
    for module in (activations, what_if_answers, proposals):
        monkeypatch.setattr(module, "AT_ONCE", 1)


@whatever_the_database
@pytest.mark.usefixtures("_losing")
@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_the_pages_read_well_for_everybody(open_page, app, administrator, size, dark):
    page = open_page(size=size, dark=dark)
    sign_in(app, page, administrator)
    page.goto(THERE)
    page.get_by_role("button", name="Compute").click()
    expect(page.get_by_role("heading", name="Harbour Clinic")).to_be_visible()
    for address in (
        THERE,
        f"{THERE}/activate",
        f"{THERE}/withdraw",
        "/requirements/US-MS/adopt",
        "/requirements/US-MT/versions/1",
    ):
        page.goto(address)
        assert faults_of(page) == [], address
    page.goto("/requirements/US-MS/adopt")
    for box in page.locator("textarea").all():
        box.fill("")
    page.get_by_role("button", name="Propose in my name").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert faults_of(page) == []


@pytest.mark.usefixtures("_losing")
def test_from_the_proposal_to_what_is_in_force_by_keyboard(page, app, administrator):
    sign_in(app, page, administrator)
    page.goto(THERE)
    page.get_by_role("button", name="Compute").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#what-if")).to_contain_text("would lose regions")
    page.get_by_role("link", name="Put in force").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("would go on hold")
    page.get_by_role("button", name="Put in force").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Version 2 of the requirements of Montana")


@pytest.mark.usefixtures("_losing")
def test_the_progress_goes_on_by_itself_until_it_is_done(monkeypatch, page, app, administrator):
    few_at_once(monkeypatch)
    sign_in(app, page, administrator)
    page.goto(THERE)
    page.get_by_role("button", name="Compute").click()
    expect(page.locator("#what-if progress")).to_have_attribute("value", "0")
    while background.go_on(given.NOW):
        pass
    db.session.remove()
    expect(page.locator("#what-if")).to_contain_text("would lose regions")
    page.get_by_role("link", name="Put in force").click()
    page.get_by_role("button", name="Put in force").click()
    expect(page.locator("#activation progress")).to_have_attribute("value", "0")
    assert background.go_on(given.NOW)
    db.session.remove()
    expect(page.locator("#activation progress")).to_have_attribute("value", "1")
    while background.go_on(given.NOW):
        pass
    db.session.remove()
    expect(page.locator("#activation")).to_contain_text("Done.")


@pytest.mark.usefixtures("_losing")
def test_without_a_script_it_goes_on_by_reloading(
    monkeypatch, browser, address, app, administrator
):
    few_at_once(monkeypatch)
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    sign_in(app, page, administrator)
    page.goto(THERE)
    page.get_by_role("button", name="Compute").click()
    expect(page.locator("#what-if progress")).to_have_attribute("value", "0")
    while background.go_on(given.NOW):
        pass
    db.session.remove()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("#what-if")).to_contain_text("would lose regions")
    context.close()
