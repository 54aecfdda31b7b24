"""The map, the comparison and the rest in a real browser: both sizes, light, dark, by keyboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.rules.vocabulary import Role
from registry.services.activations import activate_adoption
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of, whatever_the_database
from tests.web.visits import visit

SHIPPED = load_jurisdictions()["US-MT"].sets[0]
LONG = "Samantha Featherstonehaugh-Ramanathan-Vandersloot of the Greater Valley"
PAGES = (
    "/requirements/",
    "/requirements/?profession=AT",
    "/requirements/US-MD",
    "/requirements/US-MT",
    "/requirements/US-MT/versions/2",
    "/requirements/compare?a=US-MT&b=US-MD",
    "/my-credentials/for/{whom}/what-it-takes?jurisdiction=US-UT&site=neck",
    "/roster/decision?practitioner={whom}&clinic={clinic}&site=neck",
)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


def sign_in(app, page, actor):
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visit(app, actor).get_cookie(name)
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": app.config["BASE_URL"]}])


@whatever_the_database
@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_the_pages_read_well_for_everybody(app, open_page, size, dark):
    clinic = given.clinic()
    whom = given.practitioner(LONG, at=clinic)
    given.certified(whom)
    given.adopt("US-MT", replace(SHIPPED, first_day=given.TODAY + timedelta(days=120)))
    page = open_page(size=size, dark=dark)
    sign_in(app, page, given.somebody(Role.MANAGER, clinic))
    for address in PAGES:
        page.goto(address.format(whom=whom.id, clinic=clinic.id))
        assert faults_of(page) == [], address


@whatever_the_database
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_table_of_versions_stays_within_the_page_whoever_adopted_them(app, open_page, size):
    given.clinic(adopted=False)
    ada = given.somebody(Role.ADMINISTRATOR, name=LONG)
    later = replace(SHIPPED, first_day=given.TODAY + timedelta(days=120))
    for one in (SHIPPED, later):
        made = given.proposed("US-MT", one, by=ada)
        activate_adoption(actor=ada, adoption_id=made.id, now=given.NOW)
    page = open_page(size=size)
    sign_in(app, page, ada)
    page.goto("/requirements/US-MT")
    expect(page.locator("#versions tbody tr")).to_have_count(2)
    over = "frame => frame.scrollWidth - frame.clientWidth"
    assert page.locator("#versions .table-frame").evaluate(over) == 0
    assert faults_of(page) == []


@whatever_the_database
def test_the_tiles_lie_where_the_states_do_and_are_reached_by_keyboard(app, page):
    sign_in(app, page, given.somebody(Role.AUDITOR))
    page.goto("/requirements/")
    boxes = {
        code: page.locator(f'a.tile[href$="/US-{code}"]').bounding_box()
        for code in ("WA", "CA", "ME", "FL", "HI")
    }
    assert boxes["WA"]["x"] == boxes["CA"]["x"] == boxes["HI"]["x"]
    assert boxes["WA"]["y"] < boxes["CA"]["y"] < boxes["HI"]["y"] == boxes["FL"]["y"]
    assert boxes["ME"]["x"] > boxes["FL"]["x"] > boxes["WA"]["x"]
    page.locator(".map > summary").focus()
    page.keyboard.press("Tab")
    expect(page.locator('a.tile[href$="/US-AK"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Requirements of Alaska")


@whatever_the_database
def test_the_map_folds_and_a_filter_works_without_a_script(app, browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    sign_in(app, page, given.somebody(Role.AUDITOR))
    page.goto("/requirements/")
    page.locator(".map > summary").click()
    expect(page.locator("a.tile").first).not_to_be_visible()
    page.get_by_label("Profession").select_option("AT")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    context.close()
