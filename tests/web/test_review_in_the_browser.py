"""The review desk in a real browser: the decision is in sight from the first look on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.models import CredentialVersion, db
from registry.rules.vocabulary import Role, VersionState
from tests import given
from tests.browser import PHONE, faults_of, whatever_the_database
from tests.web.visits import visit

LAPTOP = (1280, 800)


@pytest.fixture
def open_desk(app, open_page):
    """The review desk of a certificate that waits."""

    def open_desk(size):
        harbour = given.clinic()
        waits = given.certificate(
            given.practitioner(at=harbour), state=VersionState.SUBMITTED, course="DN-2 " * 30
        )
        wanted = select(CredentialVersion.id).where(CredentialVersion.credential_id == waits.id)
        version = db.session.scalars(wanted).one()
        page = open_page(size=size)
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, given.somebody(Role.MANAGER, harbour)).get_cookie(name).value
        address = app.config["BASE_URL"]
        page.context.add_cookies([{"name": name, "value": token, "url": address}])
        page.goto(f"/review/versions/{version}")
        return page

    return open_desk


@whatever_the_database
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_desk_does_not_run_over_the_side(open_desk, size):
    page = open_desk(size)
    assert faults_of(page) == []


@whatever_the_database
def test_on_a_laptop_both_ways_to_decide_are_in_sight_at_once(open_desk):
    page = open_desk(LAPTOP)
    for way in (page.get_by_role("button", name="Verify"), page.get_by_text("Reject it instead")):
        expect(way).to_be_in_viewport(ratio=1)
    page.get_by_text("Reject it instead").click()
    expect(page.get_by_role("button", name="Reject with this reason")).to_be_in_viewport(ratio=1)


def test_on_a_phone_one_press_leads_to_the_decision(open_desk):
    page = open_desk(PHONE)
    expect(page.get_by_role("button", name="Verify")).not_to_be_in_viewport()
    way = page.get_by_role("link", name="Verify or reject")
    expect(way).to_be_in_viewport(ratio=1)
    way.click()
    expect(page.get_by_role("button", name="Verify")).to_be_in_viewport(ratio=1)
