"""The pages of credentials and of the review desk, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.models import CredentialVersion, db
from registry.rules.facts import Degree
from registry.rules.vocabulary import DegreeLevel, Role, VersionState
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of, whatever_the_database
from tests.files import certificate_pdf
from tests.web.visits import visit

DEGREE = dict(level=DegreeLevel.DOCTORAL, title="Doctor of Physical Therapy", school="Willow")
DEGREE |= dict(first_day=given.TODAY)


@pytest.fixture
def dana(app):
    return given.practitioner("Dana Okafor", at=given.clinic())


@pytest.fixture
def holder(dana):
    return given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def open_as(app, address, open_page):
    """A page of somebody who has signed in already."""

    def open_as(actor, **manner):
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, actor).get_cookie(name, domain="localhost").value
        page = open_page(**manner)
        page.context.add_cookies([{"name": name, "value": token, "url": address}])
        return page

    return open_as


@whatever_the_database
@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (PHONE, True), (DESKTOP, False)])
def test_axe_finds_nothing(open_as, dana, holder, size, dark):
    given.certified(dana)
    waits = given.certificate(dana, taught=frozenset({"neck"}), state=VersionState.SUBMITTED)
    wanted = select(CredentialVersion.id).where(CredentialVersion.credential_id == waits.id)
    version = db.session.scalars(wanted).one()
    degree = given.on_record(dana, Degree, DEGREE)
    mine = ["/my-credentials/", "/my-credentials/add/certificate", f"/my-credentials/{waits.id}"]
    mine += ["/my-credentials/add/practice_hours", f"/my-credentials/{degree.id}/correct"]
    mine += [f"/my-credentials/{degree.id}"]
    theirs = ["/review/", f"/review/versions/{version}", f"/review/credentials/{waits.id}"]
    found = {}
    for actor, paths in ((holder, mine), (given.somebody(Role.MANAGER), theirs)):
        page = open_as(actor, size=size, dark=dark)
        for path in paths:
            page.goto(path)
            folded = page.locator("main details:not([open]) > summary")
            while folded.count():
                folded.first.click()
            found[path] = faults_of(page)
    assert not any(found.values()), found


def test_a_certificate_is_uploaded_on_a_phone_and_nothing_typed_is_lost_on_the_way(open_as, holder):
    page = open_as(holder, size=PHONE)
    page.goto("/my-credentials/add/certificate")
    page.get_by_label("Course", exact=True).fill("Dry needling, lower quarter")
    page.get_by_label("Provider").fill("Lakeside Institute")
    page.get_by_label("Course completed").fill("2024-05-02")
    paper = {"name": "dn.pdf", "mimeType": "application/pdf", "buffer": certificate_pdf()}
    page.get_by_label("The document").set_input_files(paper)
    page.get_by_role("button", name="Send for checking").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick what the course taught")
    expect(page.get_by_label("Provider")).to_have_value("Lakeside Institute")
    expect(page.get_by_text("Choose the document once more")).to_be_visible()
    page.get_by_label("Thigh").check()
    page.get_by_label("The document").set_input_files(paper)
    page.get_by_role("button", name="Send for checking").click()
    expect(page.get_by_text("Uploaded. It counts as soon as")).to_be_visible()
    expect(page.get_by_text("Waits for a check")).to_be_visible()
