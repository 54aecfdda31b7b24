"""A set is changed for one organisation before it is adopted; what is on record stays."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from registry.adapters.jurisdiction_files import load_jurisdictions
from registry.models import Adoption, WhatIf, db
from registry.models.rules_on_record import adopted_on_record
from registry.queries.proposals import version_page
from registry.rules.requirement_sets import ALWAYS_ASKED
from registry.rules.vocabulary import Profession, Role
from registry.services.activations import activate_adoption
from tests import given
from tests.web.page import alert, error_at, read
from tests.web.visits import visit

SHIPPED = load_jurisdictions()["US-MD"].sets
SOURCE = {
    "source_url": "https://board.example/2027",
    "source_date": "2027-02",
    "confidence": "high",
}
EDIT = "/requirements/US-MD/versions/{}/edit"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR)


@pytest.fixture
def browser(app, ada):
    return visit(app, ada)


@pytest.fixture
def first(ada):
    return given.proposed("US-MD", *SHIPPED, by=ada).version


def states():
    db.session.rollback()
    rows = db.session.scalars(select(Adoption).order_by(Adoption.version))
    return [(one.version, str(one.state)) for one in rows]


def sets_of(version):
    db.session.rollback()
    wanted = select(Adoption.id).where(Adoption.version == version)
    return adopted_on_record(db.session(), db.session.scalars(wanted).one())


def place_of(kind, sets=SHIPPED):
    """The first set that asks this, and its place there."""
    for place, one in enumerate(sets):
        for at, asked in enumerate(one.requirements):
            if asked.kind == kind:
                return place, at
    raise AssertionError(f"none asks for {kind}")


def shown(page):
    """What the form holds, as a browser sends it."""
    told = {}
    for box in page.select("main form.stack [name]"):
        if box.get("type") in ("checkbox", "radio") and "checked" not in box.attrs:
            continue
        if box.name == "select":
            chosen = box.select_one("option[selected]")
            told[box["name"]] = chosen["value"] if chosen else ""
        else:
            told[box["name"]] = box.get("value") or box.get_text()
    return told


def test_a_number_is_changed_in_a_new_proposal_which_says_that_it_differs(ada, browser, first):
    place, at = place_of("total_hours")
    assert "Edit version 1" in read(browser.get(EDIT.format(first)), 200).text
    path = f"{EDIT.format(first)}/requirement?set={place}&at={at}"
    told = shown(read(browser.get(path), 200))
    assert int(told["hours"]) == SHIPPED[place].requirements[at].hours
    answer = browser.post(path, data=told | {"hours": "120"} | SOURCE)
    assert answer.location == EDIT.format(2), answer.text

    assert "120 hours" in read(browser.get(answer.location), 200).text
    assert states() == [(1, "withdrawn"), (2, "proposed")]
    assert sets_of(2)[place].requirements[at].hours == 120
    assert sets_of(1)[place].requirements == SHIPPED[place].requirements
    assert version_page(ada, "US-MD", 2, given.NOW).differs
    assert db.session.scalar(select(WhatIf.adoption_id)) is not None
    others = [n for n in range(len(SHIPPED)) if n != place]
    assert all(sets_of(2)[n].requirements == SHIPPED[n].requirements for n in others)


def test_a_requirement_is_added_with_its_source_and_removed(browser, first):
    path = f"{EDIT.format(first)}/requirement?set=0&kind=insured"
    assert "Indemnity cover" in read(browser.get(path), 200).text  # the kinds to choose from
    path = f"{EDIT.format(first)}/requirement?set=0&kind=indemnity"
    page = read(browser.post(path, data={"confidence": "high"}), 422)
    assert "Fill this in" in error_at(page, "source_url")
    page = read(browser.post(path, data=SOURCE | {"source_date": "x" * 201}), 422)
    assert "200 is the most" in error_at(page, "source_date")
    browser.post(path, data=SOURCE)
    added = sets_of(2)[0].requirements[-1]
    assert (added.kind, added.citation.source_url) == ("indemnity", SOURCE["source_url"])

    at = len(sets_of(2)[0].requirements) - 1
    browser.post(f"{EDIT.format(2)}/remove", data={"set": "0", "at": str(at)})
    assert sets_of(3)[0].requirements == SHIPPED[0].requirements
    assert states() == [(1, "withdrawn"), (2, "withdrawn"), (3, "proposed")]


def test_what_is_always_asked_stays(browser, first):
    for always in ALWAYS_ASKED:
        place, at = place_of(always.kind)
        told = {"set": str(place), "at": str(at)}
        page = read(browser.post(f"{EDIT.format(first)}/remove", data=told), 422)
        assert f"{always.kind} is missing" in alert(page)
    assert states() == [(1, "proposed")]


def test_a_weak_source_is_not_let_in_unsettled(browser, first):
    path = f"{EDIT.format(first)}/requirement?set=0&kind=indemnity"
    page = read(browser.post(path, data=SOURCE | {"confidence": "low"}), 422)
    assert "can be trusted" in error_at(page, "confidence")
    assert states() == [(1, "proposed")]


def test_a_source_is_no_better_trusted_for_being_typed_again(ada, browser):
    utah = load_jurisdictions()["US-UT"].sets
    place, at = next(
        (place, at)
        for place, one in enumerate(utah)
        for at, asked in enumerate(one.requirements)
        if asked.citation.doubtful
    )
    given.proposed("US-UT", *utah, by=ada)
    path = f"/requirements/US-UT/versions/1/edit/requirement?set={place}&at={at}"
    told = shown(read(browser.get(path), 200)) | {"confidence": "high"}
    answer = browser.post(path, data=told)
    assert answer.status_code == 303, alert(read(answer))
    cited = utah[place].requirements[at].citation
    kept = sets_of(2)[place].requirements[at].citation
    assert (kept.confidence, kept.stale_risk) == (cited.confidence, cited.stale_risk)


def test_its_days_are_changed_and_cannot_end_before_they_begin(browser, first):
    path = f"{EDIT.format(first)}/days?set=0"
    told = shown(read(browser.get(path), 200))
    page = read(browser.post(path, data=told | {"last_day": "1999-01-01"}), 422)
    assert error_at(page, "last_day") == "This is before the first day."
    assert "last_day" not in alert(page)
    browser.post(path, data={"first_day": "2027-04-01", "last_day": "2028-03-31"})
    one = sets_of(2)[0]
    assert (str(one.first_day), str(one.last_day)) == ("2027-04-01", "2028-03-31")


def test_the_set_of_a_profession_is_left_out_but_never_the_last(browser, first):
    number = len(SHIPPED)
    for version in range(1, number):
        browser.post(f"{EDIT.format(version)}/drop", data={"set": "0"})
    assert len(sets_of(number)) == 1
    page = read(browser.post(f"{EDIT.format(number)}/drop", data={"set": "0"}), 422)
    assert "nothing to adopt" in alert(page)


def test_a_bar_is_taken_away_once_all_that_is_always_asked_is_asked(ada, browser):
    given.proposed("US-CA", *load_jurisdictions()["US-CA"].sets, by=ada)
    edit = "/requirements/US-CA/versions/{}/edit"
    page = read(browser.get(edit.format(1)), 200)
    assert "stays until the rest is asked" in page.text
    told = {"set": "0", "at": "0"}
    page = read(browser.post(f"{edit.format(1)}/remove", data=told), 422)
    assert "is missing" in alert(page)

    left_out = sets_of(1)[0].left_out
    assert left_out
    for version, kind in enumerate(left_out, 1):
        path = f"{edit.format(version)}/requirement?set=0&kind={kind}"
        answer = browser.post(path, data=SOURCE | {"professions": "PT"})
        assert answer.status_code == 303, alert(read(answer))
    now = len(left_out) + 1
    page = read(browser.get(edit.format(now)), 200)
    assert "stays until" not in page.text
    [bar] = [at for at, r in enumerate(sets_of(now)[0].requirements) if r.kind == "barred"]
    browser.post(f"{edit.format(now)}/remove", data={"set": "0", "at": str(bar)})
    assert sets_of(now + 1)[0].lets_needle


def test_another_profession_is_given_a_set_which_begins_as_a_copy(browser, first):
    path = f"{EDIT.format(first)}/another-set?set=0"
    page = read(browser.post(path, data={"first_day": "2027-04-01"}), 422)
    assert error_at(page, "profession")
    told = {"profession": "OT", "first_day": "2027-04-01"}
    assert browser.post(path, data=told).location == EDIT.format(2)
    copy = sets_of(2)[-1]
    assert (copy.profession, str(copy.first_day)) == (Profession.OT, "2027-04-01")
    assert [r.kind for r in copy.requirements] == [r.kind for r in SHIPPED[0].requirements]
    [allowed] = [r for r in copy.requirements if r.kind == "profession_allowed"]
    assert Profession.OT in allowed.professions

    path = f"{EDIT.format(2)}/another-set?set=0"
    page = read(browser.post(path, data=told), 422)
    assert "Two sets for an occupational therapist" in alert(page)


def test_only_a_proposal_is_edited_and_only_by_who_may_adopt(app, ada, browser, first):
    ways = ("", "/requirement?set=0", "/requirement?set=0&at=0", "/days?set=0", "/another-set")
    for role in set(Role) - {Role.ADMINISTRATOR}:
        for way in ways:
            read(visit(app, given.somebody(role)).get(f"{EDIT.format(first)}{way}"), 403)
    for away in ("/requirement?set=0&at=99", "/requirement?set=99", "/days?set=99"):
        read(browser.get(f"{EDIT.format(first)}{away}"), 404)
    for at in ("99", "-1", "x", ""):
        told = {"set": "0", "at": at}
        read(browser.post(f"{EDIT.format(first)}/remove", data=told), 404)
    read(browser.get(EDIT.format(77)), 404)
    number = db.session.scalars(select(Adoption.id)).one()
    activate_adoption(actor=ada, adoption_id=number, now=given.NOW)
    for way in ways:
        read(browser.get(f"{EDIT.format(first)}{way}"), 409)
    read(browser.post(f"{EDIT.format(first)}/drop", data={"set": "0"}), 409)
    assert states() == [(1, "active")]
