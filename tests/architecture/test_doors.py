"""Every door: strangers are asked who they are, forms want their token, looking changes nothing."""

from __future__ import annotations

import pytest
import time_machine

from registry.web.headers import ALWAYS
from tests import given
from tests.web.furnishing import addresses, asked_for, furnish
from tests.web.house import ADMINISTRATOR, AUDITOR, DESK, HERE, OWNER, House
from tests.web.page import read

#: Open to strangers, each for a reason: signing in, links from letters, calendar programs,
#: privilege letters and their badges, our keys and lists, watching, the stylesheet.
OPEN = {
    "calendars.read",
    "calendars.stop",
    "account.sign_in",
    "account.ask_reset",
    "account.invitation",
    "account.reset",
    "account.passkey_options",
    "account.sign_in_by_passkey",
    "account.second_step",
    "account.second_step_options",
    "account.second_step_by_recovery_code",
    "account.second_step_by_passkey",
    "privilege_letters.check",
    "privilege_letters.checked",
    "privilege_letters.check_badge",
    "privilege_letters.did",
    "privilege_letters.jwks",
    "privilege_letters.status_list",
    "health.alive",
    "health.ready",
    "static",
}
#: What is written though somebody only looked: the right that was refused.
TRACE = "INSERT INTO audit_entries"


@pytest.fixture(autouse=True)
def _on_a_monday():
    with time_machine.travel(given.NOW, tick=False):
        yield


@pytest.fixture
def house(app):
    return House(app)


@pytest.fixture
def known(house):
    return furnish(house, house.harbour, "Ordinary")


def test_every_door_but_the_open_ones_asks_strangers_who_they_are(app, house, known):
    client, before = app.test_client(), house.on_record()
    for method in ("GET", "POST"):
        for endpoint, path in addresses(app, known, method):
            if endpoint in OPEN:
                continue
            answer = client.open(path, method=method, data={} if method == "POST" else None)
            assert answer.status_code == 302, path
            assert answer.location.startswith("/sign-in"), path
            quick = client.open(path, method=method, headers={"HX-Request": "true"})
            assert quick.status_code == 401, path
    assert house.on_record() == before


def test_the_open_doors_are_all_there(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= OPEN


def test_no_form_is_taken_without_its_token(app, house, known, csrf):
    browsers, before = [house.browser(ADMINISTRATOR), app.test_client()], house.on_record()
    sent = 0
    for endpoint, path in addresses(app, known, "POST"):
        for browser in browsers:
            answer = browser.post(path, data={"reason": "x", "csrf_token": "made up"})
            assert answer.status_code == 400, f"{endpoint} answered {answer.status_code}"
            sent += 1
    assert sent > 60
    assert house.on_record() == before


def test_every_form_on_every_page_carries_its_token(app, house, known, csrf):
    browser, forms = house.browser(HERE), 0
    for _endpoint, path in addresses(app, known, "GET"):
        answer = browser.get(path)
        if "<main" in _text(answer) and answer.status_code == 200:
            for form in read(answer).select('form[method="post"]'):
                # A form with a prefix has it before the name of its token too.
                assert form.select_one("input[name$=csrf_token]"), f"{path} {form.get('action')}"
                forms += 1
    assert forms > 40


def test_a_form_that_is_sent_with_its_token_is_taken(app, house, csrf):
    browser, path = house.browser(HERE), f"/setup/clinics/{house.harbour.id}"
    form = read(browser.get(path)).select_one(f'form[action="{path}/rooms"]')
    told = {box["name"]: box.get("value", "") for box in form.select("input[name]")}
    assert browser.post(f"{path}/rooms", data=told | {"room-name": "Attic"}).status_code == 302


@pytest.mark.parametrize("seat", [OWNER, DESK, HERE, ADMINISTRATOR, AUDITOR])
def test_every_page_is_well_made_safely_served_and_changes_nothing(
    app, house, known, statements, seat
):
    browser, opened = house.browser(seat), 0
    for endpoint, path in addresses(app, known, "GET"):
        for address in (path, f"{path}?{asked_for(endpoint, known)}"):
            statements.clear()
            answer = browser.get(address)
            assert answer.status_code in (200, 302, 403, 404, 410, 422), (
                f"{address} {answer.status}"
            )
            opened += answer.status_code == 200
            _is_safely_served(answer, endpoint)
            _is_well_made(answer, address)
            writes = ("INSERT", "UPDATE", "DELETE")
            written = [one for one in statements if one.startswith(writes)]
            assert [one for one in written if not one.startswith(TRACE)] == [], address
    assert opened > 20


def test_refusals_are_served_as_safely_as_pages(app, house):
    browser = house.browser(HERE)
    refusals = (
        browser.get("/no/such/page"),
        browser.post("/healthz"),
        browser.get("/roster/?day=nonsense"),
        browser.open("/setup/clinics", method="TRACE"),
        app.test_client().get("/setup/clinics"),
    )
    assert [answer.status_code for answer in refusals] == [404, 405, 422, 405, 302]
    for answer in refusals:
        _is_safely_served(answer, "")


def _is_safely_served(answer, endpoint):
    for name in ALWAYS:
        assert answer.headers.get(name), f"{answer.request.path} lacks {name}"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if endpoint != "static":
        assert answer.headers["Cache-Control"] == "no-store"


def _is_well_made(answer, address):
    try:
        if "<main" in _text(answer):
            read(answer)
    except Exception as error:
        raise AssertionError(f"{address}: {error}") from error


def _text(answer):
    """Of a page; a file is let go unread."""
    if answer.mimetype == "text/html":
        return answer.text
    answer.close()
    return ""
