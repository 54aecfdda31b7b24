from __future__ import annotations

import pytest
import time_machine

from registry.models import Account, Letter, Passkey, db
from registry.queries.second_factors import factors_of
from registry.rules.vocabulary import Role
from tests import given
from tests.authenticator import Device
from tests.factors import HOUSE, App, with_app, with_passkey
from tests.services.test_second_step import LATER
from tests.web.page import alert, error_at, read
from tests.web.visits import PASSWORD, visit, with_password


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def fay(app):
    who = given.somebody(Role.FRONT_DESK, given.clinic(adopted=False), name="Fay Desk")
    with_password(who)
    return who


@pytest.fixture
def ada(app):
    who = given.somebody(Role.ADMINISTRATOR, name="Ada Admin")
    with_password(who)
    return who


@pytest.fixture
def client(app, fay):
    return visit(app, fay)


def mine(client):
    return read(client.get("/account"), 200).select_one("#second-step").get_text(" ", strip=True)


def to_add(client, device, name="my telephone", password=PASSWORD):
    told = {"name": name, "password": password}
    asked = client.post("/account/passkeys/options", data=told)
    assert asked.status_code == 200, asked.text
    answer = {"name": name, "answer": device.add(asked.text)}
    return client.post("/account/passkeys/add", data=answer)


def set_up(client, code=None, **known):
    page = read(client.get("/account/app"), 200)
    app = App(page.select_one("main code").text.replace(" ", ""))
    told = {"sealed": page.select_one("[name=sealed]")["value"], "password": PASSWORD}
    told["code"] = app.code(LATER) if code is None else code
    return app, client.post("/account/app", data=told | known)


def test_the_page_says_that_a_password_alone_is_asked_for(client):
    assert "whoever learns it can sign in as you" in mine(client)


def test_a_first_passkey_is_added_and_shows_ten_codes_once(client):
    read(client.get("/account/passkeys/add"), 200)
    page = read(to_add(client, Device(HOUSE.origin)), 200)
    assert len(page.select("main li code")) == 10
    said = mine(client)
    assert "my telephone" in said
    assert "10 left of 10" in said
    assert to_add(client, Device(HOUSE.origin), "my key").location == "/account"
    assert "my key" in mine(client)


def test_the_script_is_told_at_once_that_the_password_is_wrong(client):
    told = {"name": "x", "password": "not the password at all"}
    answer = client.post("/account/passkeys/options", data=told)
    assert answer.status_code == 422
    assert "not your password" in answer.json["message"]
    tried = [client.post("/account/passkeys/options", data=told) for _ in range(5)]
    assert tried[-1].status_code == 429
    assert "Retry-After" in tried[-1].headers


@pytest.mark.parametrize("answer", ["", "{", "[" * 9000, "x" * 100_000, '{"id": 1}'])
def test_an_odd_answer_adds_nothing_and_says_so(client, answer):
    told = {"name": "x", "answer": answer}
    page = read(client.post("/account/passkeys/add", data=told), 422)
    assert "nothing was added" in alert(page)


def test_an_app_is_set_up_with_its_first_code_and_shows_ten_codes_once(client):
    _app, answer = set_up(client)
    assert len(read(answer, 200).select("main li code")) == 10
    assert "set up on" in mine(client)
    assert client.get("/account/app").location == "/account"


def test_a_wrong_first_code_keeps_the_secret_that_was_shown(client):
    app, answer = set_up(client, code="000000")
    page = read(answer, 422)
    assert "not the code" in error_at(page, "code")
    assert page.select_one("main code").text.replace(" ", "") == app.secret


def test_a_secret_of_somebody_elses_page_is_not_taken(app, client, ada):
    theirs = read(visit(app, ada).get("/account/app"), 200).select_one("[name=sealed]")["value"]
    shown, answer = set_up(client, sealed=theirs)
    page = read(answer, 422)
    assert "too old" in error_at(page, "code")
    assert page.select_one("main code").text.replace(" ", "") != shown.secret


def test_the_picture_is_drawn_in_the_page(client):
    page = read(client.get("/account/app"), 200)
    assert page.select_one('[role=img][aria-label] svg[width="285"]')


def test_the_last_factor_is_removed_with_the_password(client, fay):
    with_passkey(fay)
    path = f"/account/passkeys/{factors_of(fay).passkeys[0].id}/remove"
    assert "only second step" in read(client.get(path), 200).text
    page = read(client.post(path, data={"password": "no"}), 422)
    assert "not your password" in error_at(page, "password")
    assert client.post(path, data={"password": PASSWORD}).location == "/account"
    assert "whoever learns it" in mine(client)


def test_a_short_password_is_not_left_alone(client, fay):
    with_app(fay)
    told = {"old": PASSWORD, "new": "kale7moss"}
    assert client.post("/account/password", data=told).location == "/account"
    page = read(client.post("/account/app/remove", data={"password": "kale7moss"}), 422)
    assert "at least 15 characters first" in error_at(page, "password")


def test_the_length_a_password_needs_is_said_where_it_is_typed(client, fay):
    assert "At least 15 characters" in read(client.get("/account"), 200).text
    with_app(fay)
    assert "At least 8 characters" in read(client.get("/account"), 200).text


def test_new_codes_are_made_with_the_password(client, fay):
    assert client.get("/account/recovery-codes").location == "/account"
    with_app(fay)
    page = read(client.post("/account/recovery-codes", data={"password": "no"}), 422)
    assert "not your password" in error_at(page, "password")
    page = read(client.post("/account/recovery-codes", data={"password": PASSWORD}), 200)
    assert len(page.select("main li code")) == 10


def test_somebody_elses_passkey_is_not_there(client, ada):
    with_password(ada)
    with_passkey(ada)
    path = f"/account/passkeys/{factors_of(ada).passkeys[0].id}/remove"
    read(client.get(path), 404)
    read(client.post(path, data={"password": PASSWORD}), 404)
    assert db.session.query(Passkey).count() == 1


def test_a_name_of_a_passkey_cannot_be_markup(client, fay):
    with_passkey(fay, name="<b>phone</b>")
    page = read(client.get("/account"), 200)
    assert "<b>phone</b>" in page.text
    assert not page.select("#second-step b")


def test_an_administrator_resets_it_from_the_page_of_the_person(app, fay, ada):
    with_app(fay)
    boss, path = visit(app, ada), f"/setup/people/{fay.account_id}"
    link = read(boss.get(path), 200).select_one(f'a[href="{path}/second-factor"]')
    read(boss.get(link["href"]), 200)
    page = read(boss.post(link["href"], data={"reason": ""}), 422)
    assert "Fill this in" in error_at(page, "reason")
    told = {"reason": "Seen.", "password": "not the password at all"}
    page = read(boss.post(link["href"], data=told), 422)
    assert "not your password" in error_at(page, "password")
    assert factors_of(fay).any
    assert boss.post(link["href"], data=told | {"password": PASSWORD}).location == path
    assert not factors_of(fay).any
    assert db.session.get_one(Account, fay.account_id).password_hash is None
    letters = db.session.query(Letter).filter_by(template="second_factor_reset").count()
    assert letters == 1
    assert not read(boss.get(path), 200).select_one(f'a[href="{path}/second-factor"]')


def test_after_a_reset_they_are_not_shown_as_invited(app, client, fay, ada):
    db.session.get_one(Account, fay.account_id).password_hash = None
    db.session.commit()
    boss, path = visit(app, ada), f"/setup/people/{fay.account_id}"
    page = read(boss.get(path), 200)
    assert "reset, not chosen anew" in page.text
    assert not page.select_one(f'form[action="{path}/invitation"]')
    assert "reset, not chosen anew" in read(boss.get("/setup/people"), 200).text


def test_a_manager_is_not_shown_the_way_to_reset_it(app, fay, ada):
    with_app(fay)
    boss = visit(app, given.somebody(Role.MANAGER, name="Mara"))
    path = f"/setup/people/{fay.account_id}"
    assert "second-factor" not in read(boss.get(path), 200).text
    read(boss.get(f"{path}/second-factor"), 403)
    with_password(ada)
    with_app(ada)
    read(visit(app, ada).get(f"/setup/people/{ada.account_id}/second-factor"), 403)
