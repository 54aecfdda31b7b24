from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.adapters.tokens import fingerprint
from registry.errors import BadInput, NotSignedIn, TooManyTries
from registry.models import Account, AuditEntry, SignIn, WrongTries, db
from registry.queries.sign_ins import holder_of
from registry.rules.vocabulary import Role
from registry.services.own_password import change_password
from registry.services.sessions import LIFE
from registry.services.sign_in import sign_in, sign_out
from registry.services.tries import MOST_TRIES
from tests import given
from tests.given import NOW
from tests.web.visits import PASSWORD, with_password

SECOND = timedelta(seconds=1)


@pytest.fixture
def ada(app):
    return given.somebody(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def email(ada):
    return with_password(ada).email


def enter(email, password=PASSWORD, now=NOW):
    entry = sign_in(email=email, password=password, address="10.0.0.9", browser="Test", now=now)
    return entry.token


def wrong(email, now=NOW):
    with pytest.raises(NotSignedIn) as refusal:
        enter(email, "not my password at all", now)
    return refusal.value.message


def waits(email, now=NOW):
    with pytest.raises(TooManyTries) as refusal:
        enter(email, now=now)
    return refusal.value.seconds


def test_a_session_holds_for_twelve_hours_and_not_a_second_more(email):
    token = enter(email)
    assert holder_of(token=token, now=NOW + LIFE - SECOND) is not None
    assert holder_of(token=token, now=NOW + LIFE) is None


def test_only_the_fingerprint_of_a_token_is_kept(email):
    token = enter(email)
    (row,) = db.session.scalars(select(SignIn))
    assert token not in (row.token_hash, row.browser, row.address)
    assert (row.address, row.browser) == ("10.0.0.9", "Test")
    assert holder_of(token=row.token_hash, now=NOW) is None


def test_a_session_that_ended_does_not_come_back(ada, email):
    token = enter(email)
    sign_out(actor=ada, token=token, now=NOW)
    assert holder_of(token=token, now=NOW) is None


def test_a_closed_account_signs_in_no_more_and_its_sessions_are_over(ada, email):
    token = enter(email)
    db.session.get_one(Account, ada.account_id).closed_at = NOW
    db.session.commit()
    assert holder_of(token=token, now=NOW) is None
    wrong(email)
    with pytest.raises(NotSignedIn):
        enter(email)


def test_an_account_that_never_chose_a_password_is_not_entered_by_an_empty_one(ada):
    account = db.session.get_one(Account, ada.account_id)
    for password in ("", "None", PASSWORD):
        with pytest.raises(NotSignedIn):
            enter(account.email, password)


@pytest.mark.parametrize("whose", ["known", "unknown"])
def test_from_the_fifth_wrong_try_on_the_wait_doubles(email, whose):
    name = email if whose == "known" else "nobody@test.example"
    said = {wrong(name) for _ in range(5)}
    assert len(said) == 1
    assert waits(name) == 3  # two seconds from now on, and the one that is begun
    assert waits(name, NOW + SECOND) == 2
    later = NOW + 2 * SECOND
    wrong(name, later)
    assert waits(name, later) == 5


def test_waiting_is_not_a_try_and_the_wait_ends(email):
    for _ in range(5):
        wrong(email)
    for _ in range(20):
        waits(email)
    assert enter(email, now=NOW + 2 * SECOND)
    assert db.session.scalars(select(WrongTries.count)).all() == []


def test_the_wait_grows_to_a_quarter_of_an_hour_and_a_hundred_tries_are_the_most(ada, email):
    db.session.add(WrongTries(name_hash=fingerprint(email), count=MOST_TRIES - 2, last_at=NOW))
    db.session.commit()
    wrong(email)
    assert waits(email) == 15 * 60 + 1
    wrong(email, NOW + timedelta(hours=1))
    with pytest.raises(TooManyTries, match="new password by e-mail"):
        enter(email, now=NOW + timedelta(days=365))


def test_many_tries_at_once_are_counted_one_by_one(app, email):
    db.session.rollback()

    def guess(_number):
        with app.app_context():
            try:
                enter(email, "a guess among many others")
            except TooManyTries:
                return "waits"
            except NotSignedIn:
                return "wrong"

    with ThreadPoolExecutor(8) as crowd:
        outcomes = list(crowd.map(guess, range(16)))
    assert outcomes.count("wrong") == 5
    assert outcomes.count("waits") == 11


def test_guessing_is_on_the_trail_without_what_was_typed(email):
    for _ in range(5):
        wrong(email)
    wrong("nobody@test.example")
    entries = db.session.scalars(
        select(AuditEntry.body).where(AuditEntry.action == "refused: sign in")
    ).all()
    assert len(entries) == 1
    assert "not my password" not in entries[0]
    assert "10.0.0.9" in entries[0]


def test_changing_the_password_counts_wrong_old_ones_too(ada, email):
    token = enter(email)

    def change(old, new="seven teal kettles hum"):
        change_password(actor=ada, token=token, old=old, new=new, now=NOW)

    for _ in range(5):
        with pytest.raises(BadInput, match="not your password"):
            change("a guess among many others")
    with pytest.raises(TooManyTries):
        change(PASSWORD)


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "x" * 100_000, "", "٣"])
def test_no_odd_name_or_password_is_a_fault(app, email, typed):
    with pytest.raises(NotSignedIn):
        enter(typed)
    with pytest.raises(NotSignedIn):
        enter(email, typed)
