from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from registry import identity
from registry.models import Letter, SignIn, db
from registry.rules.vocabulary import Role
from tests import given
from tests.web.page import alert, carries_a_token_in_each_form, error_at, read
from tests.web.visits import PASSWORD, visit, with_password

NEW = "seven teal kettles hum"


@pytest.fixture
def desk(app):
    return given.somebody(Role.FRONT_DESK, given.clinic(adopted=False), name="Fay Desk")


def sign_in(client, email, password=PASSWORD, **query):
    data = {"email": email, "password": password}
    return client.post("/sign-in", data=data, query_string=query)


def link_in(letter_template):
    letter = db.session.scalars(
        select(Letter).where(Letter.template == letter_template).order_by(Letter.id.desc())
    ).first()
    return re.search(r'"path": ?"([^"]+)"', letter.particulars)[1]


def test_the_sign_in_page_is_open_to_strangers(client):
    read(client.get("/sign-in"), 200)


def test_a_stranger_is_led_to_sign_in_and_back_to_where_they_wanted(client, desk):
    account = with_password(desk)
    response = client.get("/account")
    assert response.status_code == 302
    assert response.location == "/sign-in?next=/account"

    response = sign_in(client, account.email, next="/account")
    assert response.location == "/account"
    assert "Fay Desk" in read(client.get("/account"), 200).text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "///evil.example",
    ],
)
def test_signing_in_never_leads_out_of_the_house(client, desk, elsewhere):
    response = sign_in(client, with_password(desk).email, next=elsewhere)
    assert (response.status_code, response.location) == (302, "/")


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client, desk):
    account = with_password(desk)
    wrong = sign_in(client, account.email, "not the password at all")
    unknown = sign_in(client, "nobody@test.example")

    assert wrong.status_code == unknown.status_code == 401
    assert alert(read(wrong)) == alert(read(unknown)) != ""


def test_an_unknown_name_has_to_wait_just_as_a_known_one(client, desk, time_machine):
    time_machine.move_to(given.NOW, tick=False)
    account = with_password(desk)
    answers = []
    for email in (account.email, "nobody@test.example"):
        tried = [sign_in(client, email, "wrong again and again") for _ in range(6)]
        answers.append([(each.status_code, "Retry-After" in each.headers) for each in tried])
        assert "Wait" in alert(read(tried[-1]))
    assert answers[0] == answers[1]
    assert [status for status, _ in answers[0]] == [401, 401, 401, 401, 401, 429]


@pytest.mark.parametrize(
    "typed",
    ["", "a\x00b@test.example", "\ud800@test.example".encode("utf-8", "surrogatepass"), "x" * 9000],
)
def test_odd_names_at_the_sign_in_page_are_wrong_not_a_fault(client, typed):
    assert sign_in(client, typed).status_code in {401, 422}


def test_every_sign_in_gives_another_cookie(client, desk):
    account = with_password(desk)
    sign_in(client, account.email)
    first = client.get_cookie("registry").value
    sign_in(client, account.email)
    assert client.get_cookie("registry").value != first
    assert client.get_cookie("registry").http_only
    assert client.get_cookie("registry").same_site == "Lax"


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app, desk):
    client, thief = visit(app, desk), app.test_client()
    thief.set_cookie("registry", client.get_cookie("registry").value)
    assert thief.get("/account").status_code == 200

    assert client.post("/sign-out").status_code == 302

    assert thief.get("/account").status_code == 302
    assert client.get("/account").status_code == 302


def test_signing_out_cannot_be_done_by_a_link(app, desk):
    client = visit(app, desk)
    read(client.get("/sign-out"), 405)
    assert client.get("/account").status_code == 200


def test_a_form_without_its_token_does_nothing(app, csrf, desk):
    client = visit(app, desk)
    carries_a_token_in_each_form(read(client.get("/account"), 200))
    page = read(client.post("/sign-out"), 400)
    assert "open too long" in alert(page)
    assert client.get("/account").status_code == 200


def test_somebody_who_forgot_their_password_sets_a_new_one_by_a_link_that_works_once(client, desk):
    account = with_password(desk)
    read(client.post("/forgotten-password", data={"email": account.email}), 200)
    link = link_in("reset")

    page = read(client.post(link, data={"password": "short"}), 422)
    assert "15" in error_at(page, "password")
    assert client.post(link, data={"password": NEW}).location == "/sign-in"

    read(client.get(link), 410)
    read(client.post(link, data={"password": NEW}), 410)
    assert sign_in(client, account.email, PASSWORD).status_code == 401
    assert sign_in(client, account.email, NEW).status_code == 302


def test_asking_for_a_link_says_the_same_for_a_name_that_nobody_has(client, desk):
    account = with_password(desk)
    known = client.post("/forgotten-password", data={"email": account.email})
    unknown = client.post("/forgotten-password", data={"email": "nobody@test.example"})
    assert read(known, 200).select_one("main") == read(unknown, 200).select_one("main")
    assert db.session.scalars(select(Letter.to)).all() == [account.email]


def test_changing_the_password_ends_every_other_session(app, desk):
    with_password(desk)
    here, elsewhere = visit(app, desk), visit(app, desk)

    data = {"old": PASSWORD, "new": NEW}
    assert here.post("/account/password", data=data).location == "/account"

    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_changing_the_password_asks_for_the_old_one(app, desk):
    with_password(desk)
    client = visit(app, desk)
    page = read(client.post("/account/password", data={"old": "no", "new": NEW}), 422)
    assert "not your password" in error_at(page, "old")
    page = read(client.post("/account/password", data={"old": PASSWORD, "new": "x"}), 422)
    assert "15" in error_at(page, "new")


def test_one_ends_ones_other_sessions_from_the_account_page(app, desk):
    here, elsewhere = visit(app, desk), visit(app, desk)
    page = read(here.get("/account"), 200)
    assert len(page.select("tbody tr")) == 2

    here.post("/account/end-others")

    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_a_session_ends_after_twelve_hours_whatever_happens(app, desk):
    client = visit(app, desk)
    row = db.session.scalars(select(SignIn)).one()
    row.until = row.at
    db.session.commit()
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("path", ["/no-such-page", "/invitation/" + "x" * 50, "/\x00"])
def test_what_is_not_there_is_a_page_too(client, path):
    assert read(client.get(path)).select_one("h1")


def test_what_is_sent_too_large_is_refused_with_a_page(app, client):
    response = client.post("/sign-in", data={"email": "x" * app.config["MAX_CONTENT_LENGTH"]})
    read(response, 413)


def test_every_answer_carries_the_headers_that_protect_it(client):
    for path in ("/sign-in", "/healthz", "/static/favicon.svg", "/nothing-here"):
        with client.get(path) as response:
            headers = response.headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["Referrer-Policy"] == "same-origin", path
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    over_https = client.get("/sign-in", base_url="https://registry.test")
    assert "max-age" in over_https.headers["Strict-Transport-Security"]


def test_health_says_that_it_stands_and_nothing_else(client):
    assert client.get("/healthz").text == "alive\n"
    assert client.get("/readyz").text.startswith("ready\n")


@pytest.fixture
def in_production(app):
    """Faults are answered, not raised."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = None


def test_a_fault_of_ours_is_a_page_that_tells_nothing_of_it(app, desk, monkeypatch, in_production):
    def broken(**_known):
        raise ZeroDivisionError("a secret of the house")

    monkeypatch.setitem(app.view_functions, "account.mine", broken)
    page = read(visit(app, desk).get("/account"), 500)
    assert "secret" not in page.text
    assert "ZeroDivision" not in page.text


def test_the_page_about_a_broken_database_asks_it_nothing(app, desk, monkeypatch, in_production):
    client = visit(app, desk)

    def broken(**_known):
        raise OperationalError("SELECT", {}, Exception("no route to the database"))

    monkeypatch.setattr(identity, "holder_of", broken)
    page = read(client.get("/account"), 500)
    assert "route" not in page.text


def test_whose_session_it_is_costs_one_statement_and_the_house_one_more(app, desk, statements):
    client = visit(app, desk)
    statements.clear()
    client.get("/account")
    # Who asks, the house, their sign-ins; and of their second factors what they hold.
    assert len([each for each in statements if each.startswith("SELECT")]) == 6
