"""The pages on which calendar feeds are made and withdrawn, and letters switched off."""

from __future__ import annotations

from sqlalchemy import select

from registry.models import CalendarFeed, db
from registry.rules.calendars import FeedKind
from registry.rules.vocabulary import Role
from registry.services.calendars import MOST
from tests import given
from tests.web.calendars.reading import feed_of, fetch, gone, latest_feed
from tests.web.page import alert, read
from tests.web.visits import visit

PATIENT = "Peregrine Whitlock"


def test_the_address_is_shown_once_and_works(app, harbour, dana, herself):
    browser = visit(app, herself)
    page = read(browser.post(f"/calendars/of-practitioner/{dana.id}", data={"name": "my phone"}))
    address = page.select_one("#feed-address").text.strip()
    assert address.startswith("http://registry.test/calendars/")
    assert page.select_one("a[href^='webcal://registry.test/calendars/']")
    assert fetch(app, address.removeprefix("http://registry.test")).status_code == 200
    assert address not in browser.get("/calendars/").text
    assert "my phone" in read(browser.get("/calendars/")).text


def test_a_feed_wants_a_name(app, harbour, dana, herself):
    answer = visit(app, herself).post(f"/calendars/of-practitioner/{dana.id}", data={"name": " "})
    assert answer.status_code == 422
    assert "Fill this in" in alert(read(answer, 422))
    assert db.session.scalar(select(CalendarFeed.id)) is None


def test_nobody_has_more_feeds_than_they_can_look_after(app, harbour, dana, herself):
    for _ in range(MOST):
        feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    answer = visit(app, herself).post(f"/calendars/of-practitioner/{dana.id}", data={"name": "x"})
    assert answer.status_code == 422
    assert "Withdraw one first" in alert(read(answer, 422))


def test_everybody_is_offered_what_they_may_take_along(app, harbour, hill, dana, herself, mara):
    own = read(visit(app, herself).get("/calendars/")).text
    assert "Appointments of Dana Okafor" in own
    assert "All appointments at Harbour Clinic" not in own
    managed = read(visit(app, mara).get("/calendars/")).text
    assert "All appointments at Harbour Clinic" in managed
    assert "Papers that lapse at Harbour Clinic" in managed
    assert "Hill" not in managed
    assert "Letters about your appointments" not in managed


def test_a_manager_sees_and_withdraws_the_feeds_of_their_people(app, harbour, hill, dana, herself):
    path = feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    number = latest_feed().id
    elsewhere = visit(app, given.somebody(Role.MANAGER, hill))
    assert "Dana" not in elsewhere.get("/calendars/").text
    assert elsewhere.post(f"/calendars/{number}/withdraw").status_code == 404
    colleague = visit(app, given.somebody(Role.FRONT_DESK, harbour))
    assert "my phone" not in colleague.get("/calendars/").text
    assert colleague.post(f"/calendars/{number}/withdraw").status_code == 404
    assert fetch(app, path).status_code == 200

    boss = visit(app, given.somebody(Role.MANAGER, harbour))
    assert "my phone" in read(boss.get("/calendars/")).text
    assert boss.post(f"/calendars/{number}/withdraw").status_code == 302
    assert "my phone" not in read(boss.get("/calendars/")).text.split("withdrawn")[-1]
    assert gone(app, path)
    assert boss.post(f"/calendars/{number}/withdraw").status_code == 409


def test_an_administrator_withdraws_anylatest_feed(app, harbour, dana, mara):
    path = feed_of(given.somebody(Role.AUDITOR), FeedKind.CLINIC, harbour.id)
    number = latest_feed().id
    assert visit(app, mara).post(f"/calendars/{number}/withdraw").status_code == 302
    assert gone(app, path)
    path = feed_of(given.somebody(Role.AUDITOR), FeedKind.PRACTITIONER, dana.id)
    number = db.session.scalars(select(CalendarFeed.id).order_by(CalendarFeed.id.desc())).first()
    assert visit(app, mara).post(f"/calendars/{number}/withdraw").status_code == 404
    everywhere = visit(app, given.somebody(Role.ADMINISTRATOR))
    assert everywhere.post(f"/calendars/{number}/withdraw").status_code == 302
    assert gone(app, path)


def test_letters_are_switched_off_and_on_again(app, harbour, dana, herself):
    browser = visit(app, herself)
    assert read(browser.get("/calendars/")).select_one("#wanted[checked]")
    browser.post("/calendars/letters", data={})
    assert not read(browser.get("/calendars/")).select_one("#wanted[checked]")
    browser.post("/calendars/letters", data={"wanted": "y"})
    assert read(browser.get("/calendars/")).select_one("#wanted[checked]")


def test_withdrawing_is_asked_first_and_says_what_it_means(app, harbour, dana, herself):
    feed_of(herself, FeedKind.PRACTITIONER, dana.id)
    page = read(visit(app, herself).get("/calendars/"), 200)
    (button,) = [each for each in page.select("button") if "Withdraw it for good" in each.text]
    question = button.find_parent("details")
    assert not question.has_attr("open")
    assert "nobody can show that address again" in question.text


def test_whoever_can_make_none_is_not_told_to_make_one_below(app, harbour, dana, herself):
    nobody = read(visit(app, given.somebody(Role.ADMINISTRATOR)).get("/calendars/"), 200).text
    own = read(visit(app, herself).get("/calendars/"), 200).text
    assert "there is nothing to make a feed of" in nobody
    assert "Make one below" not in nobody
    assert "Make one below" in own
