"""The main job from end to end, by hand: upload, verify, book, refuse, revoke, hold."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from registry.adapters.clock import now
from registry.models import db
from registry.rules.vocabulary import Role
from tests import given
from tests.browser import PHONE, faults_of, whatever_the_database
from tests.files import certificate_pdf
from tests.web.visits import PASSWORD, with_password


@pytest.fixture
def people(app):
    """Dana practises and Sam too; Mara manages and Finn sits at the front desk."""
    harbour = given.clinic()
    dana = given.practitioner(at=harbour)
    given.licence(dana, last_day=None)
    given.licence(given.practitioner("Sam Roy", at=harbour), last_day=None)
    given.patient(harbour, "Pat Doe", "P-1")
    accounts = {
        "dana": given.somebody(Role.PRACTITIONER, harbour, name="Dana Okafor", practises_as=dana),
        "mara": given.somebody(Role.MANAGER, harbour, name="Mara Vell"),
        "finn": given.somebody(Role.FRONT_DESK, harbour, name="Finn Alder"),
    }
    emails = {name: with_password(actor).email for name, actor in accounts.items()}
    db.session.commit()
    return harbour, emails


def sign_in(page: Page, email: str) -> Page:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")
    return page


def upload(page: Page) -> None:
    page.goto("/my-credentials/add/certificate")
    page.locator("[name=course]").fill("DN-2 Lower quarter")
    page.locator("[name=provider]").fill("Lakeside Institute")
    page.locator("[name=kind]").select_option("dry_needling")
    page.locator("[name=completed_on]").fill("2024-05-02")
    page.locator("[name=hours_total]").fill("27")
    page.locator("[name=hours_in_person]").fill("27")
    page.locator("[name=regions][value=thigh]").check()
    page.locator("[name=exam_written]").select_option("passed")
    page.locator("[name=exam_practical]").select_option("passed")
    page.locator("input[type=file]").set_input_files(
        {"name": "dn2.pdf", "mimeType": "application/pdf", "buffer": certificate_pdf()}
    )
    page.locator("main form button.btn-primary").last.click()
    expect(page.get_by_text("It counts as soon as somebody has checked it")).to_be_visible()


def verify(page: Page) -> None:
    page.goto("/review/")
    page.get_by_role("link", name=re.compile("DN-2 Lower quarter")).first.click()
    expect(page.locator(".review-paper img").first).to_be_visible()
    page.get_by_label("How you checked it").select_option("Looked up on the issuer's own page")
    page.get_by_label("Reference", exact=True).fill("lakeside.example/DN-77")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Verified.")).to_be_visible()


def wish(clinic_id: int) -> str:
    day = (now() + timedelta(days=7)).date()
    return (
        f"/schedule/book?clinic={clinic_id}&treatment=needling&site=thigh"
        f"&day={day}&minutes=30&patient=P-1"
    )


def book(page: Page, clinic_id: int) -> None:
    page.goto(wish(clinic_id))
    expect(page.get_by_text("1 can take it")).to_be_visible()
    expect(page.get_by_text("Cannot take it (1)")).to_be_visible()
    page.get_by_role("button", name="Book Dana Okafor").first.click()
    expect(page.get_by_text("Confirmed").first).to_be_visible()


def try_to_book_somebody_uncertified(page: Page, clinic_id: int) -> None:
    page.goto(wish(clinic_id))
    page.get_by_text("Another time, room or person").click()
    choice = page.locator("#practitioner_id")
    sam = choice.locator("option", has_text="Sam Roy").get_attribute("value")
    choice.select_option(sam)
    page.locator("#time").fill("15:00")
    page.get_by_role("button", name="Book", exact=True).last.click()
    refusal = page.get_by_role("alert").first
    expect(refusal).to_contain_text("Sam Roy may not needle the thigh")
    expect(refusal).to_contain_text("certificate")


def revoke(page: Page) -> None:
    page.goto("/roster/")
    page.get_by_role("link", name="Dana Okafor").first.click()
    page.get_by_role("link", name=re.compile("DN-2 Lower quarter")).first.click()
    page.get_by_role("link", name="Review and decide").click()
    page.get_by_role("link", name="Revoke").click()
    page.get_by_label("Why").fill("The provider withdrew it.")
    page.locator("main form button").last.click()
    expect(page.get_by_text("Nothing is done yet. This is what it does.")).to_be_visible()
    expect(page.get_by_text("1 appointment, 1 patient")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Revoke, put 1 on hold").click()
    expect(page.get_by_text("1 appointment put on hold.")).to_be_visible()


@pytest.mark.parametrize("size", [None, PHONE], ids=["at a desk", "on a phone"])
def test_upload_verify_book_refuse_revoke_hold(open_page, people, size):
    harbour, emails = people
    known = {"size": size} if size else {}
    upload(sign_in(open_page(**known), emails["dana"]))
    manager = sign_in(open_page(**known), emails["mara"])
    verify(manager)
    desk = sign_in(open_page(**known), emails["finn"])
    book(desk, harbour.id)
    try_to_book_somebody_uncertified(desk, harbour.id)
    revoke(manager)

    desk.goto(f"/oversight/holds?clinic={harbour.id}")
    expect(desk.get_by_text("The provider withdrew it.").first).to_be_visible()
    expect(desk.get_by_text("Dana Okafor").first).to_be_visible()
    desk.goto(wish(harbour.id))
    expect(desk.get_by_text("Cannot take it (2)")).to_be_visible()


PLACES = {
    "dana": ["/my-credentials/", "/my-credentials/add/certificate", "/schedule/practitioners/1"],
    "mara": ["/oversight/", "/review/", "/roster/", "/oversight/expiries", "/oversight/trail"],
    "finn": ["/schedule/day", "/schedule/week", "/schedule/book", "/oversight/holds"],
}


@whatever_the_database
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("who", PLACES)
def test_axe_finds_nothing(open_page, people, who, dark):
    _, emails = people
    page = sign_in(open_page(dark=dark), emails[who])
    phone = open_page(size=PHONE, dark=dark)
    sign_in(phone, emails[who])
    for each in PLACES[who]:
        for seen in (page, phone):
            seen.goto(each)
            assert faults_of(seen) == [], each
