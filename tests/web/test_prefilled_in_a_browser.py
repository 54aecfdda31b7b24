"""From a photo on a phone to the review desk, in a real browser, with a real reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import expect

from registry.adapters.file_store import FileStore
from registry.demo.papers import certificate_pdf, photo_of
from registry.jobs.papers import read_next
from registry.models import db
from registry.rules.facts import Certificate
from registry.rules.vocabulary import Role, VersionState
from registry.services.credentials import submit_credential
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of, whatever_the_database
from tests.web.bringing_in import brought_in
from tests.web.test_prefilled import READ
from tests.web.uploading import latest
from tests.web.visits import visit

DAY = date(2025, 3, 9)
PAPER = Certificate(
    id=0,
    state=VersionState.SUBMITTED,
    first_day=DAY,
    last_day=None,
    provider="Lakeside Institute of Manual Therapy",
    course="Dry needling, upper and lower quarter",
    number="DN-4107",
    completed_on=DAY,
    hours_total=60,
    hours_in_person=54,
    taught=frozenset({"neck", "arm"}),
)


@pytest.fixture
def harbour(app):
    return given.clinic()


@pytest.fixture
def dana(harbour):
    return given.practitioner("Dana Okafor", at=harbour)


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


def test_a_photo_is_read_while_its_form_lies_open_and_goes_to_the_reviewer(
    app, open_as, dana, harbour
):
    photo = photo_of(certificate_pdf(PAPER, "Dana Okafor"))
    number = brought_in(app, dana, data=photo, name="IMG_1.jpg")
    page = open_as(given.somebody(Role.PRACTITIONER, practises_as=dana), size=PHONE)
    page.goto(f"/my-credentials/add/certificate?paper={number}")
    expect(page.get_by_text("The paper is being read")).to_be_visible()
    page.get_by_label("Provider").fill("My own words")
    assert read_next(given.NOW) is True
    db.session.remove()
    course = page.get_by_label("Course", exact=True)
    expect(course).to_have_value("Dry needling, upper and lower quarter", timeout=20_000)
    expect(page.get_by_label("Provider")).to_have_value("My own words")
    show = page.locator("#mark-course").get_by_role("link", name="page 1: show")
    show.click()
    expect(page.locator("#place-certificate-course")).to_be_in_viewport()
    page.get_by_label("Course completed").fill("2025-03-09")
    page.get_by_label("Neck", exact=True).check()
    page.get_by_role("button", name="Send for checking").last.click()
    expect(page.get_by_role("alert")).to_contain_text("Compare what was read with the paper")
    page.get_by_label("I compared what was read with the paper").check()
    page.get_by_role("button", name="Send for checking").last.click()
    expect(page.get_by_text("Uploaded. It counts as soon as")).to_be_visible()

    desk = open_as(given.somebody(Role.MANAGER, harbour), size=DESKTOP)
    desk.goto(f"/review/versions/{latest().id}")
    row = desk.locator(".facts-marked > div").filter(has_text="Dry needling, upper")
    expect(row).to_contain_text("read from the certificate")
    row.get_by_role("link", name="page 1: show").click()
    expect(desk.locator("#place-certificate-course")).to_be_in_viewport()
    expect(desk.locator(".facts-marked > div").filter(has_text="My own words")).to_contain_text(
        "stated by the practitioner"
    )


@whatever_the_database
@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (PHONE, True), (DESKTOP, False)])
def test_axe_finds_nothing(app, open_as, dana, harbour, size, dark):
    number = brought_in(app, dana, READ)
    own = given.somebody(Role.PRACTITIONER, practises_as=dana)
    submit_credential(
        actor=own,
        practitioner_id=dana.id,
        fact=replace(PAPER, hours_total=54, provider="Another"),
        upload=None,
        paper_id=number,
        store=FileStore.from_url(app.config["DOCUMENTS"]),
        now=given.NOW,
    )
    waiting = brought_in(app, dana, data=photo_of(certificate_pdf(PAPER, "D")), name="a.jpg")
    second = brought_in(app, dana, READ, data=certificate_pdf(PAPER, "Dana Okafor"))
    found = {}
    manager = given.somebody(Role.MANAGER, harbour)
    mine = [f"/my-credentials/add/certificate?paper={one}" for one in (waiting, second)]
    for actor, paths in (
        (own, [*mine, f"/my-credentials/{latest().credential_id}"]),
        (manager, [f"/review/versions/{latest().id}#place-certificate-number"]),
    ):
        page = open_as(actor, size=size, dark=dark)
        for path in paths:
            page.goto(path)
            found[path] = faults_of(page)
    assert not any(found.values()), found
