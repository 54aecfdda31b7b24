"""The board in a real browser, in whatever zone it stands: dragged, refused, seen by others."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from playwright.sync_api import expect

from registry.models import Appointment, Room, db
from registry.rules.vocabulary import AppointmentState, Role, Treatment
from registry.services.scheduling import rebook_appointment
from tests import given
from tests.browser import DESKTOP, PHONE, complaints_of, faults_of, whatever_the_database
from tests.web.visits import visit

DAY = given.TODAY + timedelta(days=1)
HOUR = 80  # pixels: four quarters of twenty
LOOKS = 15_000  # milliseconds, in which a page has looked for changes at least once
ZONES = ("Asia/Tokyo", "America/New_York")


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=True):
        yield


@pytest.fixture
def harbour(app):
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

    def look(actor, path, *, zone=ZONES[0], size=DESKTOP, dark=False, now=None):
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            timezone_id=zone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            has_touch=size == PHONE,
        )
        if now:
            context.clock.set_fixed_time(now)
        context.set_default_timeout(10_000)
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, actor).get_cookie(name).value
        context.add_cookies([{"name": name, "value": token, "url": address}])
        page = context.new_page()
        opened.append((context, complaints_of(page)))
        page.goto(path)
        return page

    yield look
    for context, _ in opened:
        context.close()
    assert [said for _, complaints in opened for said in complaints] == []


def on(clinic, day=DAY, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/schedule/day?clinic={clinic.id}&day={day.isoformat()}{asked}"


def drawn(page, words="Pat Doe"):
    return page.locator(".live-board .ec-event").filter(has_text=words)


def drag(page, to_column=None, hours=0.0, words="Pat Doe", before_drop=lambda: None):
    """By the mouse, in steps as a hand does it; columns are told by the words over them."""
    event = drawn(page, words)
    expect(event).to_be_visible()
    page.wait_for_timeout(200)  # the board has scrolled to its first hour by then
    event.evaluate("each => each.scrollIntoView({block: 'center'})")
    box = event.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    to_x = x
    if to_column is not None:
        head = page.locator(".live-board .ec-col-head").filter(has_text=to_column).bounding_box()
        to_x = head["x"] + head["width"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, y + hours * HOUR / 2, steps=4)
    page.mouse.move(to_x, y + hours * HOUR, steps=4)
    before_drop()
    page.mouse.up()


def local_start(number, zone="America/New_York"):
    db.session.rollback()
    found = db.session.get_one(Appointment, number)
    return found.starts_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("zone", ZONES)
def test_an_appointment_is_dragged_to_another_time_on_the_clinics_clock(
    look, harbour, dana, desk, zone
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour), zone=zone)
    drag(page, hours=1.5)
    expect(
        page.get_by_text("Changed: Pat Doe, Tue 2 March 2027, 11:30 EST to 12:00")
    ).to_be_visible()
    assert local_start(number) == "2027-03-02 11:30"
    expect(drawn(page, "11:30")).to_be_visible()
    expect(page.locator(".board .slot-time").filter(has_text="11:30")).to_be_visible()


def test_a_drop_is_undone_beside_the_board_which_stays(look, harbour, dana, desk):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))
    here = page.url
    drag(page, hours=1)
    undo = page.locator(".live-board-said").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    undo.click()
    expect(page.locator(".live-board-said")).to_contain_text("Put back")
    expect(drawn(page)).to_contain_text("10:00")
    expect(page.locator(".live-board-said")).to_be_focused()
    assert page.url == here
    assert local_start(number) == "2027-03-02 10:00"


def test_whoever_may_not_take_it_is_greyed_and_a_drop_there_snaps_back_with_every_reason(
    look, harbour, dana, desk
):
    given.licence(given.practitioner("Luis Prado", at=harbour))
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))

    def greyed():
        expect(page.locator(".ec-bg-event.is-refused")).to_have_count(1)
        head = page.locator(".ec-col-head").filter(has_text="Luis Prado")
        expect(head).to_contain_text("May not")
        page.mouse.move(0, 0)
        box = head.bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 220, steps=3)
        expect(page.locator(".live-board-why")).to_contain_text("No dry-needling certificate")

    drag(page, "Luis Prado", before_drop=greyed)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Luis Prado may not needle the thigh at Harbour Clinic")
    expect(alert).to_contain_text("What would cure it:")
    expect(alert).to_be_focused()
    expect(page.get_by_role("link", name="See who can take it, and every reason")).to_be_visible()
    expect(page.locator(".ec-bg-event.is-refused")).to_have_count(0)
    assert local_start(number) == "2027-03-02 10:00"
    assert db.session.get_one(Appointment, number).practitioner_id == dana.id
    expect(drawn(page, "10:00")).to_be_visible()
    assert faults_of(page) == []


def test_an_appointment_is_dragged_to_somebody_who_may_take_it(look, harbour, dana, desk):
    mei = given.practitioner("Mei Tan", at=harbour)
    given.certified(mei)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))
    drag(page, "Mei Tan")
    expect(page.get_by_text("With Mei Tan, in Room 1.")).to_be_visible()
    db.session.rollback()
    assert db.session.get_one(Appointment, number).practitioner_id == mei.id
    assert local_start(number) == "2027-03-02 10:00"


def test_an_appointment_is_pulled_longer_and_dragged_to_another_room(look, harbour, dana, desk):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour, columns="rooms"))
    box = drawn(page).bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] - 3)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] - 3 + HOUR / 2, steps=5)
    page.mouse.up()
    expect(page.get_by_text("10:00 EST to 11:00")).to_be_visible()
    expect(drawn(page, "10:00\N{EN DASH}11:00")).to_be_visible()
    drag(page, "Room 2")
    expect(page.get_by_text("in Room 2 instead of Room 1")).to_be_visible()
    expect(drawn(page, "10:00\N{EN DASH}11:00")).to_be_visible()
    db.session.rollback()
    found = db.session.get_one(Appointment, number)
    assert found.slot.length == timedelta(hours=1)
    assert found.room_id == given.rooms(harbour)[1]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_but_told(
    look, harbour, dana, desk
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))

    def changed_by_somebody_else():
        rebook_appointment(
            actor=desk,
            appointment_id=number,
            seen_version=1,
            slot=given.slot(harbour, 15, day=DAY),
            now=given.NOW,
        )

    expect(drawn(page)).to_be_visible()
    drag(page, hours=1, before_drop=changed_by_somebody_else)
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed this appointment")
    assert local_start(number) == "2027-03-02 15:00"
    expect(drawn(page, "15:00")).to_be_visible()


@pytest.mark.parametrize("zone", ZONES)
def test_where_the_clocks_go_forward_a_drop_is_on_the_clinics_clock_and_none_falls_into_the_gap(
    look, harbour, dana, desk, zone
):
    given.open_always(harbour)
    spring = date(2027, 3, 14)
    late = given.booked(harbour, dana, given.slot(harbour, 10, day=spring))
    early = given.slot(harbour, 1, day=spring)
    number = given.booked(harbour, dana, early, treatment=Treatment.EXERCISE, sites=())
    page = look(desk, on(harbour, spring), zone=zone)
    drag(page, hours=1, words="Needling")
    expect(page.get_by_text("Sun 14 March 2027, 11:00 EDT")).to_be_visible()
    assert local_start(late) == "2027-03-14 11:00"
    drag(page, hours=1.5, words="Exercise")
    expect(page.get_by_role("alert")).to_contain_text("The clocks go forward over 02:30")
    assert local_start(number) == "2027-03-14 01:00"
    expect(drawn(page, "01:00")).to_be_visible()


def test_what_one_browser_changes_appears_in_another_on_its_board_and_in_its_list(
    look, harbour, dana, desk
):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    mine = look(desk, on(harbour))
    other = look(given.somebody(Role.MANAGER, harbour), on(harbour, view="list"), size=PHONE)
    third = look(given.somebody(Role.FRONT_DESK, harbour), on(harbour), zone=ZONES[1])
    expect(drawn(third)).to_be_visible()
    drag(mine, hours=2)
    expect(mine.get_by_text("12:00 EST to 12:30")).to_be_visible()
    expect(drawn(third, "12:00")).to_be_visible(timeout=LOOKS)
    expect(third.locator(".board .slot-time").filter(has_text="12:00")).to_be_visible()
    expect(other.get_by_role("link", name="12:00\N{EN DASH}12:30", exact=True)).to_be_visible(
        timeout=LOOKS
    )


def test_nothing_is_redrawn_while_somebody_drags(look, harbour, dana, desk):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))
    expect(drawn(page)).to_be_visible()

    def another_is_booked():
        given.booked(harbour, dana, given.slot(harbour, 15, day=DAY))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(500)
        expect(page.locator(".ec-preview")).to_have_count(1)
        expect(drawn(page, "15:00")).to_have_count(0)

    drag(page, hours=1, before_drop=another_is_booked)
    expect(page.get_by_text("11:00 EST to 11:30")).to_be_visible()
    expect(drawn(page, "15:00")).to_be_visible()


def test_the_list_does_by_keyboard_what_the_board_does_by_dragging(look, harbour, dana, desk):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))
    link = page.get_by_role("link", name="Move or lengthen Pat Doe, 10:00")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Length").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Moved.")).to_be_visible()
    db.session.rollback()
    assert db.session.get_one(Appointment, number).slot.length == timedelta(hours=1)
    page.goto(on(harbour))
    give = page.get_by_role("link", name="Give to Pat Doe, 10:00")
    give.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Give to somebody else")


def test_on_a_phone_there_is_the_list_alone_with_all_it_takes(look, harbour, dana, desk):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour), size=PHONE)
    expect(page.get_by_role("link", name="Move or lengthen Pat Doe, 10:00")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.locator(".ec").count() == 0
    assert faults_of(page) == []


def test_pressing_an_empty_place_leads_to_booking_there_with_all_of_it_kept(
    look, harbour, dana, desk
):
    exercise = given.kind_of("exercise")["treatment_type_id"]
    given.patient(harbour, "Pat Doe", "P-1")
    page = look(desk, on(harbour))
    column = page.locator(".live-board .ec-body .ec-day").first.bounding_box()
    page.mouse.click(
        column["x"] + 40, column["y"] + 2.5 * HOUR + 15
    )  # 10:41, were it not a quarter
    expect(page.get_by_text("The time you chose, 10:30, is kept")).to_be_visible()
    page.get_by_label("Patient").fill("P-1")
    page.get_by_label("Treatment").select_option(str(exercise))
    page.get_by_role("button", name="See who can take it").click()
    expect(page.get_by_role("heading", name="What you chose")).to_be_visible()
    page.get_by_role("button", name="Book Dana Okafor at 10:30").click()
    expect(page.get_by_text("Booked.")).to_be_visible()
    db.session.rollback()
    assert db.session.query(Appointment).one().practitioner_id == dana.id


def test_an_auditor_sees_a_board_without_names_that_cannot_be_dragged(look, harbour, dana):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(given.somebody(Role.AUDITOR), on(harbour))
    event = drawn(page, "Patient (name not shown to you)")
    expect(event).to_be_visible()
    assert "Pat Doe" not in page.content()
    expect(page.locator(".live-board .ec-draggable")).to_have_count(0)
    drag(page, hours=2, words="name not shown")
    page.wait_for_timeout(300)
    assert local_start(number) == "2027-03-02 10:00"


def test_a_room_that_cannot_take_it_is_greyed_and_one_that_is_taken_for_just_that_time(
    look, harbour, dana, desk
):
    """In clinic time: Room 3 is fit for something else only, Room 2 has somebody until 11:30."""
    gym = given.treatment_type("Gym", kind=Treatment.EXERCISE, clean_up=30)
    assessed = given.kind_of("assessment")["treatment_type_id"]
    _, second = given.rooms(harbour)
    db.session.add(
        Room(clinic_id=harbour.id, name="Room 3", fit_for=[assessed], fit_since=given.TODAY)
    )
    db.session.commit()
    luis = given.practitioner("Luis Prado", at=harbour)
    given.booked(
        harbour,
        luis,
        given.slot(harbour, 10, 30, day=DAY),
        room_id=second,
        treatment=Treatment.EXERCISE,
        sites=(),
        treatment_type_id=gym.id,
    )
    number = given.booked(harbour, dana, given.slot(harbour, 9, day=DAY))
    page = look(desk, on(harbour, columns="rooms"))

    def over(room, words, *, hour):
        head = page.locator(".ec-col-head").filter(has_text=room).bounding_box()
        at = drawn(page, "Needling").first.bounding_box()["y"] + 8
        page.mouse.move(head["x"] + head["width"] / 2, at + (hour - 9) * HOUR, steps=3)
        told = page.locator(".live-board-why")
        expect(told).to_contain_text(words) if words else expect(told).to_have_text("")

    def greyed():
        expect(page.locator(".ec-bg-event.is-refused")).to_have_count(2)
        head = page.locator(".ec-col-head").filter(has_text="Room 3")
        expect(head).to_contain_text("Not fit")
        over("Room 3", "Room 3 is not fit for “Needling”.", hour=9)
        over("Room 2", "Room 2 is taken from 10:30 to 11:30", hour=11.25)
        over("Room 2", "", hour=12)

    drag(page, "Room 3", words="Needling", before_drop=greyed)
    alert = page.get_by_role("alert").or_(page.get_by_text("Changed: Pat Doe"))
    expect(alert.first).to_be_visible()
    expect(page.locator(".ec-bg-event.is-refused")).to_have_count(0)
    db.session.rollback()
    assert db.session.get_one(Appointment, number).room_id == second
    assert local_start(number) == "2027-03-02 12:00"


@pytest.mark.parametrize("zone", ZONES)
def test_the_line_of_now_is_at_the_clinics_time_wherever_the_browser_stands(
    look, harbour, dana, desk, zone
):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    half_past_eleven = given.slot(harbour, 11, 30, day=DAY).starts_at
    with time_machine.travel(half_past_eleven, tick=True):
        page = look(desk, on(harbour), zone=zone, now=half_past_eleven)
        line = page.locator(".live-board .ec-now-indicator").first
        expect(line).to_be_visible()
        ten = drawn(page).bounding_box()["y"]
        assert line.bounding_box()["y"] - ten == pytest.approx(1.5 * HOUR, abs=4)
        page.goto(on(harbour, DAY + timedelta(days=1)))
        page.wait_for_load_state("networkidle")
        expect(page.locator(".live-board .ec-now-indicator")).to_have_count(0)


def test_whoever_a_week_leaves_out_is_drawn_by_a_press_and_stays_chosen_the_week_after(
    look, harbour, dana, desk
):
    for n in range(11):
        given.practitioner(f"Colleague {n:02}", at=harbour)
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, f"/schedule/week?clinic={harbour.id}&from={DAY}")
    heads = page.locator(".live-board .ec-col-head")
    expect(page.get_by_text("2 more are not drawn: a week shows those with most")).to_be_visible()
    expect(heads.filter(has_text="Colleague 10")).to_have_count(0)
    page.get_by_role("link", name="Show Colleague 09 to Colleague 10").click()
    expect(heads.filter(has_text="Colleague 10")).to_have_count(7)
    expect(heads.filter(has_text="Dana Okafor")).to_have_count(0)
    page.get_by_role("link", name="Week after").click()
    expect(heads.filter(has_text="Colleague 10")).to_have_count(7)
    page.get_by_role("link", name="Show those with most to do").click()
    expect(heads.filter(has_text="Colleague 08")).to_have_count(7)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_by_keyboard_it_is_given_to_somebody_else_and_a_refusal_says_every_reason(
    look, harbour, dana, desk, size
):
    luis = given.practitioner("Luis Prado", at=harbour)
    given.licence(luis)
    mei = given.practitioner("Mei Tan", at=harbour)
    given.certified(mei)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour), size=size)
    page.get_by_role("link", name="Give to Pat Doe, 10:00").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Give to somebody else")
    main = page.locator("main")
    expect(main).to_contain_text("No dry-needling certificate is on record.")
    page.get_by_role("button", name="Mei Tan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Give to somebody else")
    db.session.rollback()
    assert db.session.get_one(Appointment, number).practitioner_id == mei.id


def test_on_a_phone_it_is_moved_and_made_longer_and_what_cannot_be_says_why_and_changes_nothing(
    look, harbour, dana, desk
):
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    given.booked(harbour, dana, given.slot(harbour, 15, day=DAY), treatment="exercise", sites=())
    page = look(desk, on(harbour), size=PHONE)
    page.get_by_role("link", name="Move or lengthen Pat Doe, 10:00").tap()
    page.get_by_label("Time", exact=True).fill("14:30")
    page.get_by_label("Length").fill("45")
    page.get_by_role("button", name="Move", exact=True).tap()
    expect(page.get_by_role("alert")).to_contain_text("already taken at that time")
    assert local_start(number) == "2027-03-02 10:00"
    page.get_by_label("Time", exact=True).fill("14:15")
    page.get_by_role("button", name="Move", exact=True).tap()
    expect(page.get_by_text("Moved.")).to_be_visible()
    assert local_start(number) == "2027-03-02 14:15"
    assert db.session.get_one(Appointment, number).slot.length == timedelta(minutes=45)
    assert faults_of(page) == []


def test_what_is_over_cannot_be_dragged_and_what_stands_can(look, harbour, dana, desk):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    number = given.booked(harbour, dana, given.slot(harbour, 12, day=DAY))
    over = db.session.get_one(Appointment, number)
    over.state = AppointmentState.DONE
    db.session.commit()
    page = look(desk, on(harbour))
    expect(drawn(page, "Done")).to_be_visible()
    draggable = page.locator(".live-board .ec-draggable")
    expect(draggable).to_have_count(1)
    expect(draggable).to_contain_text("10:00")
    expect(page.locator(".live-board .ec-resizer")).to_have_count(1)


@whatever_the_database
@pytest.mark.parametrize("dark", [False, True])
def test_the_board_reads_well_with_one_column_many_long_names_and_nothing(
    look, harbour, dana, desk, dark
):
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    held = db.session.get_one(
        Appointment, given.booked(harbour, dana, given.slot(harbour, 14, day=DAY))
    )
    held.state, held.ground_lost_because = AppointmentState.HELD, "Her licence was suspended."
    db.session.commit()
    page = look(desk, on(harbour), dark=dark)
    expect(drawn(page, "On hold")).to_contain_text("Her licence was suspended.")
    assert faults_of(page) == []
    for number in range(29):
        given.practitioner(f"Maximiliana Featherstonehaugh-Cholmondeley {number}", at=harbour)
    page.goto(on(harbour))
    expect(page.locator(".live-board .ec-col-head")).to_have_count(25)
    expect(
        page.get_by_text("5 more are not drawn: nothing is booked for them then.")
    ).to_be_visible()
    assert faults_of(page) == []
    page.goto(f"/schedule/week?clinic={harbour.id}&from={DAY}")
    expect(drawn(page, "On hold")).to_be_visible()
    assert faults_of(page) == []
    page.goto(on(harbour, DAY + timedelta(days=3)))
    expect(page.get_by_text("Nothing is booked on this day")).to_be_visible()
    expect(page.locator(".live-board .ec-event")).to_have_count(0)
    assert faults_of(page) == []


def test_hours_in_which_somebody_is_not_there_are_shaded_and_greyed_with_the_reason(
    look, harbour, dana, desk
):
    luis = given.practitioner("Luis Prado", at=harbour)
    mei = given.practitioner("Mei Tan", at=harbour)
    for whom in (luis, mei):
        given.certified(whom)
    given.working_day(luis, harbour, DAY, ["13:00", "18:00"])
    given.time_off(mei, DAY)
    number = given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))
    heads = page.locator(".live-board .ec-col-head")
    expect(heads.filter(has_text="Luis Prado")).to_contain_text("13:00\N{EN DASH}18:00")
    expect(heads.filter(has_text="Mei Tan")).to_contain_text("off")
    expect(heads.filter(has_text="Dana Okafor")).to_have_text("Dana Okafor")
    shaded = page.locator(".live-board .ec-bg-event.is-off")
    expect(shaded).to_have_count(2)
    assert shaded.first.bounding_box()["height"] == pytest.approx(5 * HOUR, abs=6)

    def greyed():
        expect(page.locator(".ec-bg-event.is-refused")).to_have_count(2)
        expect(heads.filter(has_text="Mei Tan")).to_contain_text("Off")
        box = heads.filter(has_text="Luis Prado").bounding_box()
        at = drawn(page).first.bounding_box()["y"] + 8
        told = page.locator(".live-board-why")
        page.mouse.move(box["x"] + 30, at + 3.5 * HOUR, steps=3)
        expect(told).to_have_text("")
        page.mouse.move(box["x"] + 30, at + HOUR, steps=3)
        expect(told).to_have_text(
            "Luis Prado works from 13:00 to 18:00 at Harbour Clinic on Tue 2 March 2027."
        )

    drag(page, "Luis Prado", before_drop=greyed)
    expect(page.get_by_role("alert")).to_contain_text("Luis Prado works from 13:00 to 18:00")
    expect(page.locator(".ec-bg-event.is-refused")).to_have_count(0)
    expect(page.locator(".refused-word")).to_have_count(0)
    assert local_start(number) == "2027-03-02 10:00"
    assert faults_of(page) == []


def test_a_refused_drop_leaves_the_board_where_it_was_folds_its_reasons_and_is_closed(
    look, harbour, dana, desk
):
    given.licence(given.practitioner("Luis Prado", at=harbour))
    given.booked(harbour, dana, given.slot(harbour, 10, day=DAY))
    page = look(desk, on(harbour))
    at = []
    drag(page, "Luis Prado", before_drop=lambda: at.append(_board_at(page)))
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    assert _board_at(page) == at[0]
    expect(alert.locator("summary")).to_contain_text("reasons")
    expect(alert.get_by_text("No dry-needling certificate is on record.")).to_be_hidden()
    expect(alert).not_to_contain_text("see below")
    assert alert.bounding_box()["height"] < 220
    alert.locator("summary").click()
    expect(alert.get_by_text("No dry-needling certificate is on record.").first).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)
    assert _board_at(page) == at[0]


def _board_at(page):
    return page.locator(".live-board .ec").bounding_box()


def test_today_opens_at_the_hour_that_is_now_and_another_day_at_its_first(
    look, harbour, dana, desk
):
    afternoon = given.slot(harbour, 15, 20, day=DAY).starts_at
    given.open_always(harbour)
    scrolled = "each => each.scrollTop"
    with time_machine.travel(afternoon, tick=True):
        page = look(desk, on(harbour), now=afternoon)
        main = page.locator(".live-board .ec-main")
        expect(page.locator(".live-board .ec-now-indicator").first).to_be_in_viewport()
        page.wait_for_timeout(300)
        assert main.evaluate(scrolled) > 10 * HOUR
        page.goto(on(harbour, DAY + timedelta(days=1)))
        expect(main).to_be_visible()
        page.wait_for_timeout(300)
        assert main.evaluate(scrolled) == 0


def test_a_card_cuts_no_time_and_a_column_no_word_in_the_middle(look, harbour, desk):
    whom = given.practitioner("Maximiliana Wolfeschlegelsteinhausenbergerdorff", at=harbour)
    for n in range(9):
        given.practitioner(f"Colleague {n}", at=harbour)
    given.booked(
        harbour, whom, given.slot(harbour, 9, day=DAY), treatment=Treatment.EXERCISE, sites=()
    )
    over = db.session.query(Appointment).one()
    over.state = AppointmentState.DONE
    db.session.commit()
    page = look(desk, on(harbour))
    time = page.locator(".drawn-time")
    expect(time).to_contain_text("09:00\N{EN DASH}09:30")
    box = time.bounding_box()
    for part in time.locator("> span").all():
        at = part.bounding_box()
        is_inside = at["y"] < box["y"] + box["height"] - 4
        assert not is_inside or at["x"] + at["width"] <= box["x"] + box["width"] + 1
    head = page.locator(".live-board .ec-col-head").filter(has_text="Maximiliana")
    name = head.locator(".column-name")
    expect(name).to_have_attribute("title", "Maximiliana Wolfeschlegelsteinhausenbergerdorff")
    line = head.locator(".column-word").last.bounding_box()["height"]
    assert line < 30
    assert faults_of(page) == []


@whatever_the_database
def test_on_a_phone_the_date_leaves_room_for_its_button(look, harbour, dana, desk):
    page = look(desk, on(harbour), size=PHONE)
    date_box = page.get_by_label("Another day").bounding_box()
    button = page.get_by_role("button", name="Show", exact=True).bounding_box()
    assert button["x"] - (date_box["x"] + date_box["width"]) >= 8
