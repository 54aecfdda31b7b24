"""Passkeys in a real browser, with a device of its own making: added, used, and turned away."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from registry.adapters.clock import now
from registry.models import Passkey, db
from registry.rules.vocabulary import Role
from tests import given
from tests.browser import DESKTOP, PHONE, faults_of, whatever_the_database
from tests.factors import with_app
from tests.web.visits import PASSWORD, with_password

DEVICE = dict(
    protocol="ctap2",
    transport="internal",
    hasResidentKey=True,
    hasUserVerification=True,
    isUserVerified=True,
    automaticPresenceSimulation=True,
)


@pytest.fixture
def fay(app):
    who = given.somebody(Role.FRONT_DESK, given.clinic(adopted=False), name="Fay Desk")
    with_password(who)
    return who


@pytest.fixture
def home(address):
    """A passkey belongs to a name, and 127.0.0.1 is none."""
    return address.replace("127.0.0.1", "localhost")


def with_device(page):
    """The page's own passkey device; `devices.send("WebAuthn....")` with its number."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    number = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return devices, number["authenticatorId"]


def enter(page, home, actor):
    page.goto(f"{home}/sign-in?next=/account")
    page.get_by_label("E-mail address").fill(with_password(actor).email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add(page, password=PASSWORD):
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("my telephone")
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Add the passkey").click()


def leave(page):
    page.locator("details.drop-user summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_passkey_is_added_then_signs_in_alone_and_as_the_second_step(open_page, home, fay, size):
    page = open_page(size=size)
    with_device(page)
    enter(page, home, fay)
    add(page)
    heading(page, "Your recovery codes")
    assert faults_of(page) == []
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("rowheader", name="my telephone")).to_be_visible()
    assert faults_of(page) == []

    leave(page)
    assert faults_of(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("details.drop-user")).to_contain_text("Fay Desk")

    leave(page)
    enter(page, home, fay)
    heading(page, "The second step")
    assert faults_of(page) == []
    page.get_by_role("button", name="Use my passkey").click()
    heading(page, "My account")


def test_a_wrong_password_adds_nothing_and_the_page_says_so(page, home, fay):
    with_device(page)
    enter(page, home, fay)
    add(page, "not the password at all")
    expect(page.get_by_role("alert")).to_contain_text("This is not your password now.")
    assert faults_of(page) == []
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Add the passkey").click()
    heading(page, "Your recovery codes")
    assert db.session.query(Passkey).count() == 1


def test_turning_it_down_is_said_in_a_sentence_and_can_be_tried_again(page, home, fay):
    devices, number = with_device(page)
    enter(page, home, fay)
    add(page)
    heading(page, "Your recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    leave(page)
    unlocked = {"authenticatorId": number, "isUserVerified": False}
    devices.send("WebAuthn.setUserVerified", unlocked)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")
    assert faults_of(page) == []
    devices.send("WebAuthn.setUserVerified", unlocked | {"isUserVerified": True})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("details.drop-user")).to_contain_text("Fay Desk")


def test_one_device_is_not_asked_to_hold_two(page, home, fay):
    with_device(page)
    enter(page, home, fay)
    add(page)
    page.get_by_role("link", name="I have kept them").click()
    add(page)
    expect(page.get_by_role("alert")).to_contain_text("has a passkey for your account already")


@whatever_the_database
def test_at_another_address_the_page_says_where_passkeys_work(page, home):
    page.goto("/sign-in")
    expect(page.locator("[data-passkeys]")).to_have_text(f"Passkeys work at {home}")
    expect(page.get_by_role("button", name="passkey")).to_have_count(0)
    assert faults_of(page) == []


@whatever_the_database
def test_the_pages_of_an_app_read_well_for_everybody(page, home, fay):
    enter(page, home, fay)
    page.get_by_role("link", name="Set up an authenticator app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert faults_of(page) == []
    page.goto(f"{home}/account")
    leave(page)
    with_app(fay, now())
    enter(page, home, fay)
    heading(page, "The second step")
    page.get_by_label("Six-digit code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("did not fit")
    assert faults_of(page) == []


def test_without_scripts_no_passkey_is_offered_and_all_else_works(browser, home, fay):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        enter(page, home, fay)
        heading(page, "My account")
        page.get_by_role("link", name="Add a passkey").click()
        expect(page.get_by_text("Your browser runs no scripts")).to_be_visible()
        expect(page.get_by_role("button", name="Add the passkey")).to_have_count(0)
    finally:
        context.close()
