"""A certificate from a phone's camera to the review queue, also where the connection goes."""

from __future__ import annotations

import re
from functools import cache

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from registry.models import CredentialVersion, Document, Transfer, db
from registry.rules.vocabulary import Role
from registry.web.my_credentials import transfers
from tests import given
from tests.browser import PHONE, faults_of
from tests.files import certificate_pdf, photo, photo_on_a_desk
from tests.web.visits import visit


@cache
def sharp() -> bytes:
    return photo_on_a_desk()


@cache
def blurred() -> bytes:
    return photo_on_a_desk(blur=5.0)


def as_file(data, name="certificate.jpg", kind="image/jpeg"):
    return {"name": name, "mimeType": kind, "buffer": data}


@pytest.fixture
def dana(app):
    return given.practitioner("Dana Okafor", at=given.clinic())


@pytest.fixture
def open_as(app, address, open_page):
    def open_as(actor, **manner):
        name = app.config["SESSION_COOKIE_NAME"]
        token = visit(app, actor).get_cookie(name, domain="localhost").value
        page = open_page(size=PHONE, **manner)
        page.context.add_cookies([{"name": name, "value": token, "url": address}])
        return page

    return open_as


@pytest.fixture
def herself(dana):
    return given.somebody(Role.PRACTITIONER, name="Dana Okafor", practises_as=dana)


@pytest.fixture
def phone(open_as, herself):
    return open_as(herself)


@pytest.fixture
def a_phone_of_hers(browser, address, app, herself):
    """Of whose lost requests nobody complains; `a_phone_of_hers(java_script_enabled=False)`."""
    name = app.config["SESSION_COOKIE_NAME"]
    token = visit(app, herself).get_cookie(name, domain="localhost").value
    opened = []

    def open_one(**manner):
        size = {"width": PHONE[0], "height": PHONE[1]}
        context = browser.new_context(base_url=address, viewport=size, **manner)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": name, "value": token, "url": address}])
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def underway(a_phone_of_hers):
    return a_phone_of_hers()


def photograph(page, *files, how="Choose photos or a PDF"):
    """By a real file chooser."""
    with page.expect_file_chooser() as chooser:
        page.get_by_text(how).click()
    chooser.value.set_files(list(files))


def fill_in(page):
    page.locator("[name=course]").fill("DN-2 Lower quarter")
    page.locator("[name=provider]").fill("Lakeside Institute")
    page.locator("[name=kind]").select_option("dry_needling")
    page.locator("[name=completed_on]").fill("2024-05-02")
    page.locator("[name=regions][value=thigh]").check()
    page.get_by_role("button", name="Send for checking").click()
    expect(page.get_by_text("It counts as soon as somebody has checked it")).to_be_visible()


def papers():
    db.session.rollback()
    return db.session.scalars(select(Document).where(Document.thrown_away_at.is_(None))).all()


def test_a_sharp_photo_goes_from_the_camera_to_the_review_queue(phone):
    phone.goto("/my-credentials/")
    phone.get_by_role("link", name="Photograph a certificate").click()
    photograph(phone, as_file(sharp()), how="Take a photo")
    expect(phone.get_by_text("Arrived", exact=True)).to_be_visible()
    assert faults_of(phone) == []
    phone.get_by_role("button", name="Send the pages").click()
    expect(phone.get_by_role("heading", name="Add a certificate")).to_be_visible()
    expect(phone.locator(".review-paper img")).to_be_visible()
    assert faults_of(phone) == []
    fill_in(phone)
    [kept] = papers()
    assert db.session.scalars(select(CredentialVersion.document_id)).one() == kept.id
    assert db.session.scalars(select(Transfer)).all() == []


def test_a_blurred_photo_is_said_to_be_so_taken_again_and_left_out(phone):
    phone.goto("/my-credentials/paper?kind=certificate")
    photograph(phone, as_file(blurred()))
    expect(phone.get_by_text("Arrived", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Send the pages").click()
    expect(phone.get_by_text("Page 1 looks blurred")).to_be_visible()
    assert faults_of(phone) == []
    photograph(phone, as_file(sharp(), "again.jpg"))
    expect(phone.get_by_text("Arrived", exact=True)).to_be_visible()
    phone.get_by_role("button", name="Add to this paper").click()
    expect(phone.get_by_text("2 pages. Kept, and not sent yet.")).to_be_visible()
    phone.get_by_label("Leave page 1 out").check()
    phone.get_by_role("button", name="Change the pages").click()
    expect(phone.get_by_text("one page. Kept")).to_be_visible()
    expect(phone.get_by_text("looks blurred")).to_have_count(0)
    phone.get_by_role("link", name="Go on").click()
    fill_in(phone)
    assert [one.pages for one in papers()] == [1]


def test_several_photos_become_one_paper_in_the_order_they_were_put_in(phone):
    phone.goto("/my-credentials/paper?kind=certificate")
    photograph(
        phone,
        as_file(photo(size=(1600, 1200)), "second.jpg"),
        as_file(sharp(), "first.jpg"),
        as_file(certificate_pdf(2), "syllabus.pdf", "application/pdf"),
        as_file(photo("PNG", (900, 900)), "unwanted.png", "image/png"),
    )
    expect(phone.get_by_text("Arrived", exact=True)).to_have_count(4)
    phone.get_by_role("button", name=re.compile("Earlier.*first.jpg")).click()
    phone.get_by_role("button", name=re.compile("Remove.*unwanted.png")).click()
    phone.get_by_role("button", name="Send the pages (3)").click()
    expect(phone.get_by_role("heading", name="Add a certificate")).to_be_visible(timeout=30_000)
    expect(phone.locator(".review-paper img")).to_have_count(4)
    [kept] = papers()
    assert (kept.name, kept.pages, kept.media_type) == ("first.pdf", 4, "application/pdf")


def test_a_connection_cut_in_the_middle_goes_on_where_it_was(underway):
    parts = []

    def cut_the_third(route):
        parts.append(route.request.headers["upload-offset"])
        if len(parts) in (3, 4):
            route.abort("connectionreset")
        else:
            route.continue_()

    big = photo("PNG", (1400, 1400))
    underway.goto("/my-credentials/paper?kind=certificate")
    underway.route(
        re.compile("/uploads/[0-9a-f]{32}$"),
        lambda route: (
            cut_the_third(route) if route.request.method == "PATCH" else route.continue_()
        ),
    )
    photograph(underway, as_file(big, "big.png", "image/png"))
    expect(underway.get_by_text("Arrived", exact=True)).to_be_visible(timeout=30_000)
    assert len(big) > 4 * 256 * 1024
    assert parts[2] == parts[3] == parts[4], "it goes on from what was acknowledged"
    assert len(set(parts)) == len(parts) - 2, "no other part goes twice"


def test_off_the_network_it_waits_and_goes_on_by_itself(underway):
    underway.goto("/my-credentials/paper?kind=certificate")
    underway.context.set_offline(True)
    photograph(underway, as_file(sharp()))
    expect(underway.locator("small", has_text="The connection is lost")).to_be_visible()
    underway.context.set_offline(False)
    expect(underway.get_by_text("Arrived", exact=True)).to_be_visible()


def test_after_the_page_was_loaded_again_the_same_file_goes_on(underway, tmp_path):
    big = photo("PNG", (1400, 1400))
    chosen = tmp_path / "big.png"
    chosen.write_bytes(big)
    offsets = []

    def only_two(route):
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if len(offsets) == 3:
                return route.abort("connectionreset")
        return route.continue_()

    underway.goto("/my-credentials/paper?kind=certificate")
    underway.route(re.compile("/uploads/[0-9a-f]{32}$"), only_two)
    with underway.expect_request_finished(lambda asked: asked.method == "PATCH"):
        photograph(underway, str(chosen))
    with underway.expect_event("requestfailed"):
        pass
    underway.context.set_offline(True)
    underway.context.set_offline(False)
    underway.goto("/my-credentials/paper?kind=certificate")
    expect(
        underway.get_by_text("Choose the same file again, and it goes on from there.")
    ).to_be_visible()
    offsets.clear()
    photograph(underway, str(chosen))
    expect(underway.get_by_text("Arrived", exact=True)).to_be_visible(timeout=30_000)
    assert offsets[0] > 0


def test_without_a_script_the_form_brings_the_pages_itself(a_phone_of_hers):
    page = a_phone_of_hers(java_script_enabled=False)
    page.goto("/my-credentials/")
    page.get_by_role("link", name="Photograph a certificate").click()
    page.get_by_label("Choose photos or a PDF").set_input_files(
        [as_file(sharp(), "one.jpg"), as_file(photo(), "two.jpg")]
    )
    page.get_by_role("button", name="Send the pages").click()
    expect(page.locator(".review-paper img")).to_have_count(2)
    page.get_by_role("link", name="Add, take again, leave out or reorder pages").click()
    page.get_by_label("Take a photo").set_input_files([as_file(photo("PNG"), "three.png")])
    page.get_by_role("button", name="Add to this paper").click()
    expect(page.locator(".review-paper img")).to_have_count(3)
    fill_in(page)
    assert [one.pages for one in papers()] == [3]


def test_what_cannot_be_read_is_said_at_its_page_and_the_others_are_kept(phone):
    phone.goto("/my-credentials/paper?kind=certificate")
    broken = certificate_pdf()[:-600]
    photograph(
        phone,
        as_file(sharp(), "good.jpg"),
        as_file(broken, "broken.pdf", "application/pdf"),
    )
    expect(phone.get_by_text("Arrived", exact=True)).to_have_count(2)
    phone.get_by_role("button", name="Send the pages (2)").click()
    expect(phone.locator("small", has_text="damaged")).to_be_visible(timeout=20_000)
    assert [one.name for one in papers()] == ["good.jpg"]


def test_the_protocol_is_the_one_the_client_speaks():
    assert transfers.VERSION == "1.0.0"
