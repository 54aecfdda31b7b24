"""The pages of a clinic's own rules in a real browser: both sizes, light and dark."""

from __future__ import annotations

import os

import pytest
import time_machine
from playwright.sync_api import expect

from registry.rules.vocabulary import Role
from registry.services.house_rules import set_house_rules
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of
from tests.web.visits import visit

RULES = (
    {"kind": "total_hours", "hours": 80, "only_sites": ["thorax", "neck"]},
    {"kind": "course_approved", "bodies": ["An association with quite a long name", "FSBPT"]},
    {"kind": "consent", "written": True, "asked_at": "booking"},
)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


@pytest.fixture
def harbour(app):
    made = given.clinic()
    dana = given.practitioner("Dana Okafor", at=made)
    given.certified(dana)
    given.booked(made, dana)
    mara = given.somebody(Role.MANAGER, made, name="Mara Manager")
    for number in (1, 2):
        set_house_rules(
            actor=mara,
            clinic_id=made.id,
            requirements=RULES[:number],
            first_day=given.TODAY,
            reason="The clinical lead asked for it, and the team agreed.",
            now=given.NOW,
        )
    return made


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_a_rule_is_drafted_and_saved_by_whoever_reads_at_any_size(
    app, harbour, open_page, size, dark
):
    page = open_page(size=size, dark=dark)
    cookie = visit(app, given.somebody(Role.MANAGER, harbour)).get_cookie(
        app.config["SESSION_COOKIE_NAME"]
    )
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": app.config["BASE_URL"]}]
    )

    def reads_well(name):
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)
        assert faults_of(page) == [], name

    page.goto(f"/setup/clinics/{harbour.id}")
    page.get_by_role("link", name="House rules").click()
    reads_well("list")
    page.get_by_role("link", name="Add a rule").click()
    reads_well("kinds")
    page.get_by_role("link", name="Hours in person").click()
    page.get_by_role("button", name="See what it would do").click()
    reads_well("wrong")
    page.get_by_label("Hours", exact=True).fill("100")
    page.get_by_text("Only for some regions").click()
    page.get_by_label("Thigh", exact=True).check()
    reads_well("rule")
    page.keyboard.press("Enter")
    expect(page.locator(".choose-words", has_text="For thigh only: 100 hours")).to_be_visible()
    reads_well("draft")
    page.get_by_label("Why").fill("More practice.")
    page.get_by_role("button", name="Save the house rules").click()
    expect(page.get_by_text("own rules are changed")).to_be_visible()
    reads_well("saved")
