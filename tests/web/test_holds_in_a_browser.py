"""The desk of holds in a real browser, at the front desk and on a telephone, light and dark."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from registry.rules.vocabulary import AppointmentState, Outcome, Role
from registry.services.verification import decide_standing
from tests import given
from tests.browser import DESKTOP, PHONE, complaints_of, faults_of, whatever_the_database
from tests.services.many import DAY, on_record
from tests.web.visits import visit

CONFIRMED, HELD = AppointmentState.CONFIRMED, AppointmentState.HELD
SIZES = [(DESKTOP, False), (PHONE, False), (DESKTOP, True), (PHONE, True)]


@pytest.fixture
def scene(app):
    """Three on hold: two for Ana, one at a time at which she is booked; the desk's own account."""
    with time_machine.travel(given.NOW, tick=True):
        harbour = given.clinic()
        dana, ana = (given.practitioner(name, at=harbour) for name in ("Dana Okafor", "Ana Ruiz"))
        paper = given.certified(dana)
        given.certified(ana)
        room = given.rooms(harbour)[1]
        given.booked(harbour, ana, given.slot(harbour, 11, day=DAY), room_id=room)
        held = [given.booked(harbour, dana, given.slot(harbour, h, day=DAY)) for h in (9, 10, 11)]
        decide_standing(
            actor=given.somebody(Role.MANAGER, harbour),
            credential_id=paper.id,
            outcome=Outcome.REVOKED,
            effective_from=given.TODAY,
            reason="The provider never taught this course.",
            now=given.NOW + timedelta(minutes=1),
        )
        yield given.somebody(Role.FRONT_DESK, harbour), held, ana.id


@pytest.fixture
def at_the_desk(app, browser, address, scene):
    """`at_the_desk(size, dark)`: the page; if it complains, the test fails."""
    opened = []

    def look(size, dark=False):
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(20_000)
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, scene[0]).get_cookie(name).value
        context.add_cookies([{"name": name, "value": token, "url": address}])
        page = context.new_page()
        opened.append((context, complaints_of(page)))
        page.goto("/oversight/holds")
        return page

    yield look
    for context, complaints in opened:
        context.close()
        assert complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_front_desk_works_off_what_is_ticked_then_one_more_and_takes_it_back(
    at_the_desk, scene, size
):
    _, (first, second, third), ana = scene
    page = at_the_desk(size)
    expect(page.get_by_role("listitem").filter(has=page.locator("select"))).to_have_count(3)
    expect(page.locator(f"#take-{first}")).to_be_checked()
    expect(page.locator(f"#take-{third}")).not_to_be_checked()
    page.locator(f"#take-{second}").uncheck()
    page.get_by_role("button", name="Do the chosen ones").first.click()
    expect(page.get_by_text("1 appointment settled.")).to_be_visible()
    assert (on_record(first).state, on_record(first).practitioner_id) == (CONFIRMED, ana)
    assert [on_record(one).state for one in (second, third)] == [HELD, HELD]

    page.locator(f"#hold-{third}").get_by_role("button", name="Do this one").click()
    expect(page.locator(f"#hold-{third}")).to_have_count(0)
    assert (on_record(third).state, on_record(third).practitioner_id) == (CONFIRMED, ana)
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert [on_record(one).state for one in (first, second, third)] == [CONFIRMED, HELD, HELD]


@whatever_the_database
@pytest.mark.parametrize(("size", "dark"), SIZES)
def test_the_desk_and_the_message_read_well(at_the_desk, size, dark):
    page = at_the_desk(size, dark)
    assert faults_of(page) == []
    page.locator("summary", has_text="Another way").first.click()
    assert faults_of(page) == []
    page.get_by_role("link", name="Write to the patient").first.click()
    expect(page.get_by_role("heading", name="Write to the patient")).to_be_visible()
    assert faults_of(page) == []
