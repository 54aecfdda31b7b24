"""Finding a time in a real browser: answered as one types, by keyboard, on a phone."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from playwright.sync_api import expect

from registry.rules.vocabulary import Role
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of, whatever_the_database
from tests.web.visits import visit

DAY = (given.TODAY + timedelta(days=1)).isoformat()
PAGE = f"/schedule/search?treatment=needling&minutes=45&first={DAY}&last={DAY}"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


@pytest.fixture
def harbour(app):
    harbour = given.clinic()
    for name in ("Dana Okafor", "Ana Ruiz"):
        given.certified(given.practitioner(name, at=harbour))
    return harbour


@pytest.fixture
def look(app, open_page, address, harbour):
    """`look(path)`: a page on which the front desk has signed in; it notes being loaded anew."""

    def look(path=PAGE, *, size=DESKTOP, dark=False):
        page = open_page(size=size, dark=dark)
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, given.somebody(Role.FRONT_DESK, harbour)).get_cookie(name).value
        page.context.add_cookies([{"name": name, "value": token, "url": address}])
        page.goto(path)
        page.evaluate("window.sameAsBefore = true")
        return page

    return look


def offers(page):
    return page.locator("#found .choose > li")


def is_same_page(page):
    return page.evaluate("window.sameAsBefore === true")


def asked(page):
    return parse_qs(urlsplit(page.url).query)


def test_what_is_typed_is_answered_without_loading_the_page_anew(look):
    page = look(PAGE + "&site=thigh")
    expect(offers(page)).to_have_count(20)
    page.get_by_label("Practitioner").press_sequentially("dana", delay=40)
    expect(page.locator("#found .name", has_text="Ana Ruiz")).to_have_count(0)
    expect(page.locator("#search-said")).to_have_text("20 times shown, the best first.")
    expect(page.get_by_label("Practitioner")).to_be_focused()
    expect(page.get_by_label("Practitioner")).to_have_value("dana")
    assert asked(page)["practitioner"] == ["dana"]
    assert is_same_page(page)


def test_going_back_goes_to_the_search_before(look):
    page = look(PAGE + "&site=thigh")
    page.get_by_label("Morning").check()
    page.wait_for_url("**part=morning**")
    page.get_by_label("Length").fill("480")
    expect(offers(page)).to_have_count(18)
    page.go_back()
    expect(page.get_by_label("Length")).to_have_value("45")
    expect(offers(page)).to_have_count(20)


def test_a_mistake_is_told_while_one_types_and_goes_when_it_is_mended(look):
    page = look(PAGE + "&site=thigh")
    page.get_by_label("Length").fill("9999")
    expect(page.locator("#found [role=alert]")).to_contain_text("5 minutes to 8 hours")
    page.get_by_label("Length").fill("60")
    expect(offers(page)).to_have_count(20)
    assert is_same_page(page)


def test_words_fill_the_fields_while_they_are_typed(look):
    page = look("/schedule/search")
    page.get_by_label("In words").press_sequentially("thigh 30 tomorrow evenings", delay=20)
    expect(offers(page)).to_have_count(6)
    expect(page.get_by_label("Thigh")).to_be_checked()
    expect(page.get_by_label("Evening")).to_be_checked()
    expect(page.get_by_label("Length")).to_have_value("30")
    expect(page.get_by_label("In words")).to_be_focused()
    page.get_by_label("Length").fill("60")
    expect(offers(page)).to_have_count(2)
    assert is_same_page(page)


def test_the_keyboard_alone_finds_and_leads_to_booking(look):
    page = look(PAGE)
    page.get_by_label("Neck").focus()
    while not page.get_by_label("Thigh").evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(offers(page)).to_have_count(20)
    more = page.get_by_role("link", name="Show 20 more")
    more.focus()
    page.keyboard.press("Enter")
    expect(offers(page)).to_have_count(40)
    expect(page.get_by_role("link", name="Show 20 more")).to_be_focused()
    page.get_by_role("link", name="Book Ana Ruiz").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Book")
    assert asked(page)["time"] == ["08:00"]


@whatever_the_database
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_everybody_can_read_it(look, size, dark):
    page = look(PAGE, size=size, dark=dark)
    assert faults_of(page) == []
    for asked_for in ("&site=thigh", "&site=neck", "&site=thigh&minutes=4000", "&say=thigh zed"):
        page.goto(PAGE + asked_for)
        assert faults_of(page) == [], asked_for
    page.goto(PAGE.replace("search?", "search/days?") + "&site=thigh")
    assert faults_of(page) == []
