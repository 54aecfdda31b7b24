"""The day in a real browser: arrivals by keyboard and by thumb; the sheet on paper and offline."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from playwright.sync_api import expect

from registry.models import Appointment, db
from registry.rules.vocabulary import AppointmentState, Role
from tests import given
from tests.browser import DESKTOP, PHONE, complaints_of, faults_of, whatever_the_database
from tests.web.visits import visit

TWO = given.NOW + timedelta(hours=10)  # 14:00 at the clinic
#: In millimetres, and as pages are printed: white, whatever the screen is.
PAPER = {"A4": (210, 297), "Letter": (216, 279)}


@pytest.fixture
def clock():
    """Five to two at the clinic; a test may shift it."""
    with time_machine.travel(TWO - timedelta(minutes=5), tick=True) as traveller:
        yield traveller


@pytest.fixture
def harbour(app, clock):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana)
    return dana


@pytest.fixture
def desk(harbour):
    return given.somebody(Role.FRONT_DESK, harbour)


@pytest.fixture
def look(app, browser, address):
    """`look(actor, path)`: what they see there; if the page complains, the test fails."""
    opened = []

    def look(actor, path, *, size=DESKTOP, dark=False, at=None):
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, actor).get_cookie(name).value
        context.add_cookies([{"name": name, "value": token, "url": address}])
        page = context.new_page()
        if at is not None:
            page.clock.install(time=at)
        opened.append((context, complaints_of(page)))
        page.goto(path)
        return page

    yield look
    for context, _ in opened:
        context.close()
    assert [said for _, complaints in opened for said in complaints] == []


@pytest.fixture
def from_disk(browser, tmp_path):
    """`from_disk(text)`: the file opened without a network, and all that it asked for."""
    opened = []

    def from_disk(text, *, at, scripts=True):
        kept = tmp_path / "kept.html"
        kept.write_text(text)
        context = browser.new_context(offline=True, java_script_enabled=scripts)
        opened.append(context)
        page = context.new_page()
        page.clock.set_fixed_time(at)
        asked, complaints = [], complaints_of(page)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(kept.as_uri())
        assert asked == [kept.as_uri()]
        return page, complaints

    yield from_disk
    for context in opened:
        context.close()


def day_at(harbour, more=""):
    return f"/schedule/day?clinic={harbour.id}{more}"


def sheet_at(harbour, more=""):
    return f"/roster/sheet?clinic={harbour.id}{more}"


def press(page, words):
    """The button and whom it is about."""
    return page.get_by_role("button", name=re.compile(f"{words} ?: Pat Doe, 14:00"))


def now_on_record(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, number)


def kept_file(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep as a file").click()
    with open(download.value.path(), encoding="utf-8") as file:
        return file.read()


def printed(page, paper):
    """The words of each page on that paper."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format=paper)))
    try:
        texts = []
        for sheet in document:
            wide, high = sheet.get_size()
            assert (round(wide / 72 * 25.4), round(high / 72 * 25.4)) == PAPER[paper]
            texts.append(" ".join(sheet.get_textpage().get_text_bounded().split()))
        return texts
    finally:
        document.close()


def test_somebody_is_checked_in_by_keyboard_and_the_keyboard_stays_in_that_row(
    look, harbour, dana, desk
):
    number = given.booked(harbour, dana)
    page = look(desk, day_at(harbour))
    button = press(page, "Check in")
    page.locator(f"#arrival-{number} th a").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Checked in: Pat Doe, 14:00.")).to_be_visible()
    expect(page.locator(f"#arrival-{number}")).to_contain_text("Arrived")
    assert now_on_record(number).checked_in_at is not None
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Tab")
    expect(page.locator(f"#arrival-{number} th a")).to_be_focused()


def test_who_is_late_is_shown_so_without_a_reload_and_recorded_as_not_come(
    look, harbour, dana, desk, clock
):
    number = given.booked(harbour, dana)
    page = look(desk, day_at(harbour), at=TWO)
    row = page.locator(f"#arrival-{number}")
    expect(row).to_contain_text("Expected")
    clock.shift(timedelta(minutes=10))
    page.clock.run_for(70_000)
    expect(row).to_contain_text("Not here yet")
    press(page, "Did not come").click()
    expect(page.get_by_text("Recorded: did not come: Pat Doe, 14:00.")).to_be_visible()
    expect(page.locator(".live-board .ec-event.is-no_show")).to_contain_text("Did not come")
    assert now_on_record(number).state is AppointmentState.NO_SHOW


def test_on_a_phone_it_is_one_press_with_a_thumb(look, harbour, dana, desk):
    number = given.booked(harbour, dana)
    page = look(desk, day_at(harbour), size=PHONE)
    assert faults_of(page) == []
    button = press(page, "Check in")
    assert button.bounding_box()["height"] >= 44
    button.click()
    expect(page.get_by_text("Checked in: Pat Doe, 14:00.")).to_be_visible()
    assert now_on_record(number).checked_in_at is not None


def test_without_a_script_it_is_the_same(app, browser, address, harbour, dana, desk):
    number = given.booked(harbour, dana)
    context = browser.new_context(base_url=address, java_script_enabled=False)
    name = app.config["SESSION_COOKIE_NAME"]
    token = visit(app, desk).get_cookie(name).value
    context.add_cookies([{"name": name, "value": token, "url": address}])
    page = context.new_page()
    page.goto(day_at(harbour))
    press(page, "Check in").click()
    expect(page.get_by_text("Checked in: Pat Doe, 14:00.")).to_be_visible()
    context.close()
    assert now_on_record(number).checked_in_at is not None


@whatever_the_database
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_day_and_the_sheet_read_well(look, harbour, dana, desk, clock, size, dark):
    given.practitioner("Sam Roy", at=harbour)
    long_name = "Maximiliana Featherstonehaugh-Cholmondeley de la Fuente y Montenegro"
    given.certified(given.practitioner(long_name, at=harbour), last_day=given.TODAY)
    missed = now_on_record(given.booked(harbour, dana, given.slot(harbour, 9)))
    missed.state, missed.missed_at = AppointmentState.NO_SHOW, missed.starts_at
    db.session.commit()
    given.booked(harbour, dana, given.slot(harbour, 12))
    given.booked(harbour, dana)
    page = look(desk, day_at(harbour), size=size, dark=dark)
    assert faults_of(page) == []
    page.goto(day_at(harbour, "&view=list"))
    assert faults_of(page) == []
    page.goto(sheet_at(harbour, "&booked=yes"))
    assert faults_of(page) == []
    page.goto(f"/schedule/appointments/{missed.id}")
    assert faults_of(page) == []


@whatever_the_database
@pytest.mark.parametrize("paper", PAPER)
def test_on_paper_each_page_tells_clinic_and_day_and_no_row_is_split(
    look, harbour, dana, desk, paper
):
    names = [f"Practitioner Nr{number:02}" for number in range(40)]
    for name in names:
        given.practitioner(name, at=harbour)
    page = look(desk, sheet_at(harbour))
    pages = printed(page, paper)
    assert len(pages) > 1
    for number, words in enumerate(pages, start=1):
        assert "Harbour Clinic" in words
        assert "Mon 1 March 2027" in words
        assert f"Page {number} of {len(pages)}" in words
        assert "Sign out" not in words
        assert "Keep as a file" not in words
    for name in names:
        assert sum(name in words for words in pages) == 1
    for words in pages:
        mine = sum(name in words for name in names)
        assert words.count("licence is on record") == mine, "a row is on one page, all of it"


@whatever_the_database
def test_the_kept_file_opens_without_a_network_and_says_the_same(
    look, harbour, dana, desk, from_disk
):
    given.booked(harbour, dana)
    here = look(desk, sheet_at(harbour, "&booked=yes"), at=TWO)
    page, complaints = from_disk(kept_file(here), at=TWO)
    said = "document.querySelector('.sheet-staff').innerText"
    assert page.evaluate(said) == here.evaluate(said)
    expect(page.locator(".sheet-booked")).to_contain_text("Dana Okafor")
    expect(page.locator(".sheet-old")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet-day')).fontSize") == (
        "36px"
    )
    assert complaints == []
    assert "Harbour Clinic" in printed(page, "A4")[0]


@whatever_the_database
@pytest.mark.parametrize(
    ("at", "said"),
    [
        (TWO + timedelta(hours=3), "This copy is 3 hours old."),
        (given.NOW + timedelta(hours=19, minutes=59), "This copy is 10 hours old."),
        (given.NOW + timedelta(hours=20), "OLD COPY."),  # midnight at the clinic
        (given.NOW - timedelta(days=1), "a day to come"),
    ],
)
def test_an_old_copy_says_so_by_the_clinics_clock(look, harbour, dana, desk, from_disk, at, said):
    kept = kept_file(look(desk, sheet_at(harbour)))
    page, complaints = from_disk(kept, at=at)
    expect(page.locator(".sheet-old")).to_be_visible()
    expect(page.locator(".sheet-old")).to_contain_text(said)
    assert complaints == []
    assert said.split(".")[0] in printed(page, "A4")[0]


@whatever_the_database
def test_without_a_script_its_words_say_which_day_it_is_of(look, harbour, dana, desk, from_disk):
    kept = kept_file(look(desk, sheet_at(harbour)))
    page, _ = from_disk(kept, at=TWO + timedelta(days=9), scripts=False)
    expect(page.locator("h1")).to_have_text("Mon 1 March 2027")
    expect(page.get_by_text("on this day only")).to_be_visible()
    expect(page.locator(".sheet-old")).to_be_hidden()
