"""The pages on which a proposal is edited, in a real browser: both sizes, light and dark."""

from __future__ import annotations

import os

import pytest
import time_machine
from playwright.sync_api import expect

from registry.rules.vocabulary import Role
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of
from tests.web.visits import visit

START = "/requirements/US-MD/versions/1"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_a_proposal_is_edited_at_any_size(app, open_page, size, dark):
    ada = given.somebody(Role.ADMINISTRATOR)
    given.proposed("US-MD", by=ada)
    page, name = open_page(size=size, dark=dark), app.config["SESSION_COOKIE_NAME"]
    cookie = visit(app, ada).get_cookie(name)
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": app.config["BASE_URL"]}])

    def reads_well(name):
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/edit-{name}-{size[0]}.png", full_page=True)
        assert faults_of(page) == [], name

    page.goto(START)
    page.get_by_role("link", name="Edit", exact=True).click()
    reads_well("sets")
    page.get_by_role("link", name="Change the days").first.click()
    reads_well("days")
    page.goto(f"{START}/edit/another-set?set=0")
    reads_well("another set")
    page.get_by_role("button", name="Propose it so").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    reads_well("another set, wrong")
    page.goto(f"{START}/edit/requirement?set=0")
    page.get_by_role("link", name="Indemnity cover").click()
    page.get_by_role("button", name="Propose it so").click()
    reads_well("wrong")
    page.get_by_label("Where it stands").fill("https://board.example/2027")
    page.get_by_label("As it stood on").fill("2027-02")
    page.get_by_label("How far the source is trusted").select_option("medium")
    page.get_by_role("button", name="Propose it so").click()
    expect(page.get_by_text("in place of version 1")).to_be_visible()
