"""Letters in a real browser: they read well for everybody, on a phone, in the dark, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE, complaints_of, faults_of, whatever_the_database
from tests.letters import code_of_letter, letter_of
from tests.web.visits import visit


def let_in(page, app, who):
    name = app.config["SESSION_COOKIE_NAME"]
    token = visit(app, who).get_cookie(name).value
    page.context.add_cookies([{"name": name, "value": token, "url": app.config["BASE_URL"]}])


@whatever_the_database
@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESKTOP, True)])
def test_the_open_pages_read_well(app, open_page, harbour, herself, size, dark):
    code = code_of_letter(letter_of(herself, harbour))
    page = open_page(size=size, dark=dark)
    said = complaints_of(page)
    for path in ("/check", f"/check/{code}", "/check/nonsense"):
        page.goto(path)
        assert faults_of(page) == [], path
    page.goto("/check")
    page.get_by_label("Code of the letter").fill(code.lower())
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("May needle there today")).to_be_visible()
    assert page.context.cookies() == []
    assert said == []


@whatever_the_database
@pytest.mark.parametrize(("size", "dark"), [(PHONE, True), (DESKTOP, False)])
def test_the_pages_of_a_practitioner_and_a_manager_read_well(
    app, open_page, harbour, dana, herself, mara, size, dark
):
    letter = letter_of(herself, harbour)
    for who, paths in (
        (herself, ("/letters", f"/letters/{letter.id}", f"/letters/at/{harbour.id}")),
        (mara, (f"/letters/of/{dana.id}",)),
    ):
        page = open_page(size=size, dark=dark)
        let_in(page, app, who)
        for path in paths:
            page.goto(path)
            assert faults_of(page) == [], path


@whatever_the_database
def test_on_paper_the_open_page_is_what_it_says_and_no_form(app, open_page, harbour, herself):
    page = open_page()
    page.goto(f"/check/{code_of_letter(letter_of(herself, harbour))}")
    page.emulate_media(media="print")
    expect(page.get_by_text("May needle there today")).to_be_visible()
    page.goto("/check/nonsense")
    expect(page.get_by_role("button", name="Check it")).to_be_hidden()
