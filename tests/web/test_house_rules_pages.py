"""A clinic's own rules on its pages: drafted, tried out, saved; and every version kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from registry.models import HouseRulesVersion, db
from registry.queries import what_if_answers
from registry.rules.house_rules import HOUSE_KINDS
from registry.rules.vocabulary import Role
from registry.services.house_rules import set_house_rules
from registry.web.requirement_form import HouseRuleForm, form_of
from registry.web.requirement_form_words import KIND_TITLES, LABELS, kinds_by_topic
from tests import given
from tests.web.page import alert, error_at, read
from tests.web.visits import arrive, visit

HOURS = {"kind": "total_hours", "hours": 80}
TOMORROW = given.TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def browser(app, harbour):
    return visit(app, given.somebody(Role.MANAGER, harbour, name="Mara Manager"))


@pytest.fixture
def at(harbour):
    return f"/setup/clinics/{harbour.id}/house-rules"


def versions():
    db.session.rollback()
    rows = db.session.scalars(select(HouseRulesVersion).order_by(HouseRulesVersion.version))
    return [(one.version, one.first_day, [rule["kind"] for rule in one.content]) for one in rows]


def put_on_record(harbour, *requirements, first_day=given.TODAY):
    set_house_rules(
        actor=given.somebody(Role.MANAGER, harbour),
        clinic_id=harbour.id,
        requirements=requirements,
        first_day=first_day,
        reason="Agreed by all.",
        now=given.NOW,
    )


def hidden(page, name):
    return page.select_one(f"form [name={name}]")["value"]


def drafted(browser, at, kind, query="", **told):
    """The page of the draft to which one more rule leads."""
    path = f"{at}/rule?kind={kind}{query}"
    seen = hidden(read(browser.get(path), 200), "seen")
    answer = browser.post(path, data={"seen": seen, **told})
    assert answer.location == f"{at}/draft", answer.text
    return read(browser.get(answer.location), 200)


def saved(browser, at, page, **told):
    form = {name: hidden(page, name) for name in ("after",)}
    for name in ("seen", "foreseen"):
        form[name] = page.select_one(f'form:not(.one-button) [name="{name}"]')["value"]
    return browser.post(f"{at}/draft", data=form | {"reason": "More practice.", **told})


def test_a_rule_is_tried_out_first_and_then_saved_with_why(app, harbour, browser, at):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana)
    number = given.booked(harbour, dana)
    assert "No house rule today" in read(browser.get(at), 200).text
    assert "Hours of training in all" in read(browser.get(f"{at}/rule"), 200).text

    page = drafted(browser, at, "total_hours", hours="80")
    assert "80 hours of training in all." in page.text
    assert "Dana Okafor" in page.text
    assert "1 appointment would go on hold" in page.text
    assert "1 appointment, 1 patient, " in page.text
    assert page.select_one(f'a[href="/schedule/appointments/{number}"]')
    assert versions() == []
    assert given.state_of(number) == "confirmed"
    assert "draft that is not saved" in read(browser.get(at), 200).text

    assert saved(browser, at, page).location == at
    assert versions() == [(1, given.TODAY, ["total_hours"])]
    assert given.state_of(number) == "held"
    page = read(browser.get(at), 200)
    assert "1 appointment put on hold" in page.text
    assert "More practice." in page.text
    assert "draft that is not saved" not in page.text


def test_what_would_do_something_else_by_now_is_shown_again_before_it_is_saved(
    harbour, browser, at
):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana)
    first = given.booked(harbour, dana)
    page = drafted(browser, at, "total_hours", hours="80")
    second = given.booked(harbour, dana, given.slot(harbour, 15))
    again = read(saved(browser, at, page), 409)
    assert "It would do something else by now" in alert(again)
    assert "2 appointments" in alert(again)
    assert versions() == []
    assert {given.state_of(one) for one in (first, second)} == {"confirmed"}
    assert saved(browser, at, again).location == at
    assert {given.state_of(one) for one in (first, second)} == {"held"}


def test_what_was_not_worked_out_yet_is_shown_before_it_is_saved(harbour, browser, at):
    dana = given.practitioner("Dana Okafor", at=harbour)
    given.certified(dana)
    number = given.booked(harbour, dana)
    page = drafted(browser, at, "total_hours", hours="80")
    shown = read(saved(browser, at, page, foreseen=""), 200)
    assert "Nothing is done yet. This is what it does." in shown.text
    assert given.state_of(number) == "confirmed"
    assert saved(browser, at, shown).location == at
    assert given.state_of(number) == "held"


def test_a_rule_may_be_changed_or_removed_and_every_version_is_kept(harbour, browser, at):
    put_on_record(harbour, HOURS, {"kind": "cpr"})
    page = read(browser.get(f"{at}/rule?at=0"), 200)
    assert page.select_one("[name=hours]")["value"] == "80"
    told = {"seen": hidden(page, "seen"), "hours": "90", "only_sites": ["neck"]}
    browser.post(f"{at}/rule?at=0", data=told)
    page = read(browser.get(f"{at}/draft"), 200)
    assert "For neck only: 90 hours" in page.text
    assert "No longer asked" in page.text

    seen = page.select_one(".one-button [name=seen]")["value"]
    browser.post(f"{at}/remove?draft=1", data={"at": "1", "seen": seen})
    page = drafted(browser, at, "indemnity", "&draft=1")
    saved(browser, at, page)
    assert versions() == [
        (1, given.TODAY, ["total_hours", "cpr"]),
        (2, given.TODAY, ["total_hours", "indemnity"]),
    ]
    page = read(browser.get(at), 200)
    assert [row.get_text() for row in page.select("tbody th")] == ["Version 2", "Version 1"]
    assert "Overtaken" in page.text


def test_a_gate_is_told_to_be_asked_of_appointments_since_nobody_loses_by_it(browser, at):
    page = drafted(browser, at, "consent", written="y", asked_at="booking")
    assert "bookings ahead stay as they are" in page.select_one("#what-if").text
    page = drafted(browser, at, "cpr")
    assert "bookings ahead stay" not in page.select_one("#what-if").text


def test_a_draft_is_gone_on_with_until_it_is_saved_or_thrown_away(harbour, browser, at):
    put_on_record(harbour, HOURS)
    drafted(browser, at, "cpr")
    page = read(browser.get(at), 200)
    assert page.select(".choose-action") == []  # what is in force is not changed beside it
    [more] = [a["href"] for a in page.select(".page-head-actions a")]
    page = read(browser.get(more), 200)
    [kind] = [a["href"] for a in page.select("a.name") if "kind=indemnity" in a["href"]]
    seen = hidden(read(browser.get(kind), 200), "seen")
    page = read(browser.get(browser.post(kind, data={"seen": seen}).location), 200)
    assert "CPR" in page.text
    assert "ndemnity" in page.text

    [away] = [f["action"] for f in page.select("form") if "discard" in f["action"]]
    answer = browser.post(away)
    assert answer.location == at
    page = read(browser.get(at), 200)
    assert "draft that is not saved" not in page.text
    assert len(page.select(".choose-action")) == 1
    assert versions() == [(1, given.TODAY, ["total_hours"])]


def test_it_may_begin_on_a_later_day_and_says_what_it_overtakes(harbour, browser, at):
    put_on_record(harbour, HOURS, first_day=TOMORROW)
    page = read(browser.get(at), 200)
    assert "No house rule today" in page.text
    page = drafted(browser, at, "cpr")
    assert page.select_one("[name=day-first_day]")["value"] == TOMORROW.isoformat()
    later = {"day-first_day": "2027-09-01"}
    assert browser.post(f"{at}/work-out", data=later).status_code == 303
    page = read(browser.get(f"{at}/draft"), 200)
    assert "From Wed 1 September 2027 on" in page.text
    assert "never come into force" not in page.text
    browser.post(f"{at}/work-out", data={"day-first_day": given.TODAY.isoformat()})
    assert "never come into force" in read(browser.get(f"{at}/draft"), 200).text

    past = {"day-first_day": "2027-01-01"}
    page = read(browser.post(f"{at}/work-out", data=past), 422)
    assert "begin today" in error_at(page, "day-first_day")


@pytest.mark.parametrize(
    ("kind", "told", "field", "said"),
    [
        ("total_hours", {"hours": ""}, "hours", "Fill this in"),
        ("total_hours", {"hours": "0"}, "hours", "above 0"),
        ("total_hours", {"hours": "many"}, "hours", "as a whole number"),
        ("total_hours", {"hours": "84", "interim_hours": "10"}, "interim_years", "how many years"),
        ("total_hours", {"hours": "80", "only_sites": "tail"}, "only_sites", "valid choice"),
        ("examination", {}, "exam", "Choose one"),
        ("level_taught", {"level": "advanced"}, "sites", "at least one"),
        ("course_approved", {"bodies": " \n "}, "bodies", "between 1 and 20"),
        ("degree_rule", {"licensed_here_since": "2027-02-30"}, "licensed_here_since", "no such"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(browser, at, kind, told, field, said):
    path = f"{at}/rule?kind={kind}"
    seen = hidden(read(browser.get(path), 200), "seen")
    page = read(browser.post(path, data={"seen": seen, **told}), 422)
    assert said in error_at(page, field)
    assert alert(page)
    assert "There is no draft" in read(arrive(browser, f"{at}/draft"), 200).text


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("instructor_qualified", {"years": "2", "only_sites": "neck"}, "holds for every site"),
        ("cpr", {}, "asks for this already"),
    ],
)
def test_what_a_clinic_cannot_ask_is_refused_in_a_sentence(harbour, browser, at, kind, told, said):
    put_on_record(harbour, {"kind": "cpr"})
    path = f"{at}/rule?kind={kind}"
    seen = hidden(read(browser.get(path), 200), "seen")
    page = read(browser.post(path, data={"seen": seen, **told}), 422)
    assert said in alert(page)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("years_licensed", {"years": "9999", "counted": "here"}),
        ("years_before_training", {"years": "9999"}),
        ("certificate_lapses", {"months": "9999"}),
        ("notification_within", {"days": "9999"}),
        ("training_window", {"years": "9999", "sessions": "9999"}),
        ("total_hours", {"hours": "9999", "interim_hours": "1", "interim_years": "9999"}),
    ],
)
def test_the_largest_numbers_are_worked_out_too(harbour, browser, at, kind, told):
    given.certified(given.practitioner("Dana Okafor", at=harbour))
    page = drafted(browser, at, kind, **told)
    assert "As of" in page.text


def test_no_reason_no_version(browser, at):
    page = drafted(browser, at, "cpr")
    page = read(saved(browser, at, page, reason=" "), 422)
    assert "Fill this in" in error_at(page, "reason")
    assert versions() == []


def test_what_somebody_else_saved_meanwhile_is_not_written_over(harbour, browser, at):
    page = drafted(browser, at, "cpr")
    put_on_record(harbour, HOURS)
    read(saved(browser, at, page), 409)
    assert [kinds for *_, kinds in versions()] == [["total_hours"]]
    page = read(browser.get(f"{at}/draft"), 200)
    assert "No longer asked" in page.text


def test_no_rule_is_changed_by_its_place_in_a_list_that_moved(harbour, browser, at):
    put_on_record(harbour, HOURS, {"kind": "cpr"})
    seen = hidden(read(browser.get(at), 200), "seen")
    put_on_record(harbour, {"kind": "cpr"})
    read(browser.post(f"{at}/remove", data={"at": "0", "seen": seen}), 409)
    told = {"seen": seen, "hours": "90"}
    read(browser.post(f"{at}/rule?kind=total_hours", data=told), 409)
    for away in ("7", "-1", "x", ""):
        now = hidden(read(browser.get(at), 200), "seen")
        read(browser.post(f"{at}/remove", data={"at": away, "seen": now}), 409)
    read(browser.get(f"{at}/rule?at=7"), 409)


def test_what_takes_long_shows_how_far_it_is(harbour, browser, at, monkeypatch):
    given.practitioner("Dana Okafor", at=harbour)
    monkeypatch.setattr(what_if_answers, "AT_ONCE", 0)
    page = drafted(browser, at, "cpr")
    assert page.select_one("progress")["max"] == "1"
    assert page.select_one("[hx-trigger]")
    assert "Look again" in page.text


def test_managers_here_and_administrators_change_them_and_auditors_read(app, harbour, at):
    hill = given.clinic("Hill Clinic", adopted=False)
    put_on_record(harbour, HOURS)
    ways = (f"{at}/rule?kind=cpr", f"{at}/rule?at=0", f"{at}/draft")
    for role, where, sees, changes in (
        (Role.ADMINISTRATOR, None, 200, 200),
        (Role.AUDITOR, None, 200, 403),
        (Role.FRONT_DESK, harbour, 200, 403),
        (Role.MANAGER, hill, 404, 404),
    ):
        browser = visit(app, given.somebody(role, where))
        page = read(browser.get(at), sees)
        assert ("Add a rule" in page.text) is (changes == 200)
        for way in ways:
            read(arrive(browser, way), changes)
        if changes != 200:
            read(browser.post(f"{at}/remove", data={"at": "0"}), changes)
            read(browser.post(f"{at}/work-out", data={}), changes)
    assert len(versions()) == 1


def test_every_kind_a_clinic_may_ask_is_offered_and_has_words(browser, at):
    offered = {kind for _, listed in kinds_by_topic(HOUSE_KINDS) for kind, _ in listed}
    assert offered == set(HOUSE_KINDS)
    for kind in HOUSE_KINDS:
        page = read(browser.get(f"{at}/rule?kind={kind}"), 200)
        assert KIND_TITLES[kind] in page.text
        assert set(form_of(kind, HouseRuleForm).asked) <= set(LABELS)
