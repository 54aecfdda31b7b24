from __future__ import annotations

import json

import pytest
import time_machine
from sqlalchemy import func, select

from registry.models import Challenge, SignIn, db
from registry.rules.vocabulary import Role
from tests import given
from tests.factors import with_app, with_passkey
from tests.services.test_second_step import LATER
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import PASSWORD, with_password

STEP = "/sign-in/second-step"


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def fay(app):
    who = given.somebody(Role.FRONT_DESK, given.clinic(adopted=False), name="Fay Desk")
    with_password(who)
    return who


def enter(client, actor, **query):
    data = {"email": with_password(actor).email, "password": PASSWORD}
    return client.post("/sign-in", data=data, query_string=query)


def sessions():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignIn))


def test_after_the_password_comes_a_page_that_asks_for_what_they_hold(client, fay):
    with_app(fay)
    assert enter(client, fay, next="/account").location == f"{STEP}?next=/account"
    page = read(client.get(f"{STEP}?next=/account"), 200)
    assert page.select_one("[name=app-code]")
    assert page.select_one("[name=recovery-code]")
    assert not page.select_one("[data-passkeys]"), "they hold none"


def test_a_code_leads_on_to_where_they_wanted(client, fay):
    app, _codes = with_app(fay)
    enter(client, fay, next="/account")
    answer = client.post(f"{STEP}?next=/account", data={"app-code": app.code(LATER)})
    assert (answer.status_code, answer.location) == (302, "/account")
    assert "Fay Desk" in read(client.get("/account"), 200).text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_the_second_step_never_leads_out_of_the_house(client, fay, elsewhere):
    app, _codes = with_app(fay)
    assert enter(client, fay, next=elsewhere).location == STEP
    answer = client.post(f"{STEP}?next={elsewhere}", data={"app-code": app.code(LATER)})
    assert answer.location == "/"


def test_a_recovery_code_leads_in_too(client, fay):
    _app, codes = with_app(fay)
    enter(client, fay)
    answer = client.post(f"{STEP}/recovery-code", data={"recovery-code": codes[0]})
    assert answer.location == "/"
    assert client.get("/account").status_code == 200


def test_a_passkey_leads_in_too(client, fay):
    device, _codes = with_passkey(fay)
    enter(client, fay)
    page = read(client.get(STEP), 200)
    asked = client.post(page.select_one("[data-passkeys]")["data-options"])
    answer = client.post(f"{STEP}/passkey", data={"passkey-answer": device.use(asked.text)})
    assert answer.location == "/"
    assert client.get("/account").status_code == 200


def test_a_passkey_alone_leads_in(client, fay):
    device, _codes = with_passkey(fay)
    place = read(client.get("/sign-in?next=/account"), 200).select_one("[data-passkeys]")
    asked = client.post(place["data-options"])
    assert asked.mimetype == "application/json"
    told = {"passkey-answer": device.use(asked.text)}
    assert client.post(place.select_one("form")["action"], data=told).location == "/account"
    assert client.get("/account").status_code == 200


def test_halfway_no_page_opens_nor_with_a_copy_of_its_cookie(app, client, fay):
    with_app(fay)
    enter(client, fay)
    thief = app.test_client()
    thief.set_cookie("registry", client.get_cookie("registry").value)
    for browser in (client, thief):
        for path in ("/", "/account", "/account/app", "/schedule/day"):
            assert "/sign-in" in browser.get(path).headers["Location"], path
        assert "/sign-in" in browser.post("/account/end-others").headers["Location"]
    assert sessions() == 0


def test_the_cookie_of_halfway_is_worth_nothing_once_the_step_is_done(app, client, fay):
    shows, _codes = with_app(fay)
    enter(client, fay)
    thief = app.test_client()
    thief.set_cookie("registry", client.get_cookie("registry").value)
    client.post(STEP, data={"app-code": shows.code(LATER)})
    assert thief.get("/account").status_code == 302
    assert thief.get(STEP).location == "/sign-in"


def test_whatever_is_wrong_gets_the_same_answer(client, fay):
    with_app(fay)
    with_passkey(fay)
    enter(client, fay)
    said = set()
    for path, told in (
        (STEP, {"app-code": "000000"}),
        (f"{STEP}/recovery-code", {"recovery-code": "AAAA-AAAA-AAAA-AAAA"}),
        (f"{STEP}/passkey", {"passkey-answer": "{}"}),
        (f"{STEP}/passkey", {"passkey-answer": "x" * 100_000}),
    ):
        said.add(alert(read(client.post(path, data=told), 401)))
    assert len(said) == 1
    assert "did not fit" in said.pop()


def test_nothing_typed_is_said_at_its_field(client, fay):
    with_app(fay)
    enter(client, fay)
    assert "Fill this in" in error_at(read(client.post(STEP), 422), "app-code")
    page = read(client.post(f"{STEP}/recovery-code"), 422)
    assert "Fill this in" in error_at(page, "recovery-code")


def test_after_four_wrong_codes_one_waits(client, fay):
    with_app(fay)
    enter(client, fay)
    tried = [client.post(STEP, data={"app-code": "000000"}) for _ in range(6)]
    assert [each.status_code for each in tried] == [401] * 5 + [429]
    assert "Retry-After" in tried[-1].headers
    assert "Wait" in alert(read(tried[-1]))


@pytest.mark.parametrize("path", [STEP, f"{STEP}/recovery-code", f"{STEP}/passkey"])
def test_without_the_password_there_is_no_second_step(client, fay, path):
    with_app(fay)
    assert client.get(STEP).location == "/sign-in"
    assert client.post(path, data={"app-code": "1"}).location == "/sign-in"
    assert "sign in again" in read(client.get("/sign-in")).text


def test_the_script_is_told_in_a_sentence_that_it_is_too_late(client, app):
    answer = client.post(f"{STEP}/options")
    assert answer.status_code == 404
    assert "sign in again" in answer.json["message"]
    assert db.session.scalar(select(func.count()).select_from(Challenge)) == 0


def test_an_address_of_numbers_has_no_passkeys(app, client, fay):
    device, _codes = with_passkey(fay)
    before = app.config["BASE_URL"]
    app.config["BASE_URL"] = "http://192.168.1.4"
    try:
        assert not read(client.get("/sign-in"), 200).select_one("[data-passkeys]")
        answer = client.post("/sign-in/passkey/options")
        assert "an address with a name" in answer.json["message"]
        told = {"passkey-answer": device.use(json.dumps({"rpId": "x", "challenge": "AAAA"}))}
        assert client.post("/sign-in/passkey", data=told).status_code == 404
        enter(client, fay)
        assert client.post(f"{STEP}/passkey", data=told).status_code == 401
    finally:
        app.config["BASE_URL"] = before


@pytest.mark.parametrize("answer", ["", "{", "[" * 9000, "x" * 100_000, "\udc80", '{"id": 1}'])
def test_an_odd_passkey_is_a_sentence(client, fay, answer):
    typed = answer.encode("utf-8", "surrogatepass")
    page = read(client.post("/sign-in/passkey", data={"passkey-answer": typed}), 401)
    assert "opens no account" in alert(page)


def test_each_form_carries_its_token(client, fay, csrf):
    with_app(fay)
    with_passkey(fay)
    page = read(client.get("/sign-in"), 200)
    carries_a_token_in_each_form(page)
    token = page.select_one("[name=csrf_token]")["value"]
    data = {"email": with_password(fay).email, "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=data).location == STEP
    page = read(client.get(STEP), 200)
    assert len(page.select("main form")) == 3
    carries_a_token_in_each_form(page)
    assert client.post(f"{STEP}/options").status_code == 400
