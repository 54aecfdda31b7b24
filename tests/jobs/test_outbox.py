from __future__ import annotations

import smtplib
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import OperationalError

from registry.jobs import outbox
from registry.jobs.outbox import send_waiting
from registry.models import Letter, db, transaction
from registry.queries.oversight import letters_overdue
from registry.services.outbox import (
    GIVE_UP_AFTER,
    LEASE,
    claim_letter,
    forget_addresses,
    promise_letter,
    settle_letter,
)
from tests.given import NOW

HOUSE = "https://registry.test"


class Postbox:
    """Takes every letter, except those whose address it does not like."""

    def __init__(self, refuses=()):
        self.letters = []
        self.refuses = set(refuses)

    def send(self, letter):
        if letter.to in self.refuses:
            raise OSError("post office closed")
        self.letters.append(letter)


class Refusing:
    """Answers every letter with the same fault."""

    def __init__(self, fault):
        self.fault = fault

    def send(self, letter):
        raise self.fault


def promise(to="dana@test.example", key=None, template="invitation", **particulars):
    known = {"name": "Dana <b>Okafor</b>", "path": "/invitation/tok", "until": "Monday"}
    with transaction() as session:
        promise_letter(
            session,
            dedup_key=key or f"test:{to}",
            to=to,
            template=template,
            particulars=known | particulars,
            now=NOW,
        )


def test_a_letter_is_sent_once_however_often_the_job_runs(app):
    promise()
    post = Postbox()
    assert [send_waiting(post, NOW, HOUSE) for _ in range(3)] == [1, 0, 0]

    (letter,) = post.letters
    assert letter.to == "dana@test.example"
    assert letter.subject == "Your account in the needling registry"
    assert "https://registry.test/invitation/tok" in letter.text
    assert "https://registry.test/invitation/tok" in letter.html


def test_a_name_in_a_letter_cannot_be_markup(app):
    promise()
    post = Postbox()
    send_waiting(post, NOW, HOUSE)
    assert "Dana <b>Okafor</b>" in post.letters[0].text
    assert "Dana &lt;b&gt;Okafor" in post.letters[0].html


@pytest.mark.parametrize("template", ["invitation", "reset"])
def test_every_letter_about_an_account_has_a_subject_and_two_forms(app, template):
    promise(template=template)
    post = Postbox()
    send_waiting(post, NOW, HOUSE)
    letter = post.letters[0]
    assert letter.subject
    assert letter.text.startswith("Hello")
    assert letter.html.lstrip().startswith("<!doctype html>")


def test_what_a_letter_said_is_forgotten_once_it_is_sent(app):
    promise()
    send_waiting(Postbox(), NOW, HOUSE)
    assert db.session.scalars(select(Letter.particulars)).all() == ["{}"]


def test_where_a_letter_went_is_forgotten_after_a_month(app):
    promise()
    send_waiting(Postbox(), NOW, HOUSE)
    for days, known in ((29, "dana@test.example"), (30, "")):
        forget_addresses(now=NOW + timedelta(days=days))
        assert db.session.scalars(select(Letter.to)).all() == [known]
        db.session.rollback()


def test_where_a_letter_waits_to_go_is_not_forgotten_and_of_one_given_up_it_is(app):
    promise("waits@test.example")
    promise("given.up@test.example")
    tries = {"waits@test.example": 1, "given.up@test.example": GIVE_UP_AFTER}
    for to, tried in tries.items():
        db.session.execute(update(Letter).where(Letter.to == to).values(tries=tried))
    db.session.commit()
    forget_addresses(now=NOW + timedelta(days=40))
    kept = db.session.execute(select(Letter.to, Letter.particulars).order_by(Letter.id)).all()
    assert kept[0][0] == "waits@test.example"
    assert kept[1] == ("", "{}")


def test_why_a_letter_did_not_go_is_kept_without_its_address(app):
    promise("bad@test.example")
    claimed = claim_letter(now=NOW)
    settle_letter(letter_id=claimed.id, now=NOW, error="550 bad@test.example is nobody")
    assert db.session.scalars(select(Letter.last_error)).all() == ["550 its reader is nobody"]


def test_one_letter_that_cannot_go_does_not_stop_the_next(app):
    promise("bad@test.example")
    promise("good@test.example")
    post = Postbox(refuses=["bad@test.example"])

    assert send_waiting(post, NOW, HOUSE) == 1
    assert [letter.to for letter in post.letters] == ["good@test.example"]
    errors = db.session.scalars(select(Letter.last_error).order_by(Letter.id)).all()
    assert errors == ["OSError: post office closed", ""]


def test_letters_are_claimed_one_by_one_however_the_database_goes_about_it(app, database):
    for number in range(12):
        promise(f"somebody-{number}@test.example")
    if database.name == "postgresql":  # leave it only the plan that asks for each row anew
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            db.session.execute(text(f"SET enable_{way} = off"))
        db.session.commit()
    claimed = [claim_letter(now=NOW) for _ in range(12)]
    assert len({letter.id for letter in claimed}) == 12
    assert claim_letter(now=NOW) is None


def test_a_letter_with_a_template_that_is_not_there_is_settled_as_an_error(app):
    promise(template="no_such_letter")
    promise("good@test.example")
    assert send_waiting(Postbox(), NOW, HOUSE) == 1


def test_a_letter_that_could_not_go_is_tried_again_after_a_growing_wait(app):
    promise()
    closed, post = Postbox(refuses=["dana@test.example"]), Postbox()
    assert send_waiting(closed, NOW, HOUSE) == 0
    assert send_waiting(post, NOW + timedelta(minutes=1), HOUSE) == 0
    assert send_waiting(post, NOW + timedelta(minutes=2), HOUSE) == 1


def test_a_letter_that_never_goes_is_given_up_and_stays_visible(app):
    promise()
    closed = Postbox(refuses=["dana@test.example"])
    for day in range(GIVE_UP_AFTER + 3):
        send_waiting(closed, NOW + timedelta(days=day), HOUSE)
    row = db.session.scalars(select(Letter)).one()
    assert (row.tries, row.sent_at) == (GIVE_UP_AFTER, None)


def _tries_of(closed, since=NOW):
    """When it was tried, in order, by a worker that is always there, until it was given up."""
    tried, now, before = [], since, 0
    while (row := db.session.scalars(select(Letter)).one()).tries < GIVE_UP_AFTER:
        now = max(now, row.not_before)
        db.session.rollback()
        send_waiting(closed, now, HOUSE)
        tried.append(now)
        before += 1
        assert before <= GIVE_UP_AFTER
        db.session.expire_all()
    return tried


def test_a_letter_is_tried_for_five_days_every_two_hours_at_the_least(app):
    promise()
    tried = _tries_of(Postbox(refuses=["dana@test.example"]))
    between = [later - earlier for earlier, later in pairwise(tried)]
    assert max(between) == timedelta(hours=2)
    assert timedelta(days=4.9) < tried[-1] - tried[0] < timedelta(days=5.1)


def test_a_letter_that_is_refused_for_good_is_given_up_within_half_a_day(app):
    promise()
    nobody = {"dana@test.example": (550, b"no such mailbox")}
    tried = _tries_of(Refusing(smtplib.SMTPRecipientsRefused(nobody)))
    assert len(tried) == 8
    assert tried[-1] - tried[0] < timedelta(hours=12)
    db.session.rollback()
    promise("other@test.example", template="no_such_letter")
    db.session.execute(delete(Letter).where(Letter.to == "dana@test.example"))
    db.session.commit()
    assert len(_tries_of(Postbox())) == 8


def test_a_letter_that_is_refused_for_now_is_not_given_up_so_soon(app):
    promise()
    full = {"dana@test.example": (452, b"mailbox full, come again")}
    assert len(_tries_of(Refusing(smtplib.SMTPRecipientsRefused(full)))) == GIVE_UP_AFTER


def test_what_a_server_refuses_is_overdue_though_its_next_try_is_yet_to_come(app):
    promise()
    closed = Postbox(refuses=["dana@test.example"])
    tried = NOW
    for _ in range(5):
        send_waiting(closed, tried, HOUSE)
        tried = db.session.scalars(select(Letter.not_before)).one()
        db.session.rollback()
    now = tried - timedelta(minutes=1)
    assert letters_overdue(now) == 1
    assert letters_overdue(NOW + timedelta(minutes=15)) == 0


def test_what_is_to_wait_is_overdue_only_after_its_wait(app):
    with transaction() as session:
        promise_letter(
            session, dedup_key="waits", to="dana@test.example", template="reset", particulars={},
            now=NOW, wait=timedelta(hours=1),
        )  # fmt: skip
    assert letters_overdue(NOW + timedelta(minutes=70)) == 0
    assert letters_overdue(NOW + timedelta(minutes=76)) == 1


def test_a_letter_whose_sender_died_goes_out_again_under_the_same_number(app):
    promise()
    post = Postbox()
    claimed = claim_letter(now=NOW)
    assert send_waiting(post, NOW, HOUSE) == 0
    assert send_waiting(post, NOW + LEASE, HOUSE) == 1
    assert post.letters[0].headers["Message-ID"] == f"<letter-{claimed.id}@registry.test>"


def _away(times, monkeypatch):
    """The database is away so often when a letter is to be settled; what was asked of it."""
    asked = []

    def settle(**known):
        asked.append(known["letter_id"])
        if len(asked) <= times:
            raise OperationalError("UPDATE letters", {}, OSError("gone away"))
        settle_letter(**known)

    monkeypatch.setattr(outbox, "settle_letter", settle)
    monkeypatch.setattr(outbox, "PAUSES", (0, 0, 0))
    return asked


def test_a_letter_that_went_does_not_go_twice_because_the_database_was_away_then(app, monkeypatch):
    promise()
    post, asked = Postbox(), _away(2, monkeypatch)
    assert send_waiting(post, NOW, HOUSE) == 1
    assert len(asked) == 3
    assert send_waiting(post, NOW + LEASE, HOUSE) == 0
    assert len(post.letters) == 1


def test_a_database_that_stays_away_is_a_failure_and_the_letter_goes_again(app, monkeypatch):
    promise()
    post, asked = Postbox(), _away(4, monkeypatch)
    with pytest.raises(OperationalError):
        send_waiting(post, NOW, HOUSE)
    assert len(asked) == 4
    assert send_waiting(post, NOW + LEASE, HOUSE) == 1
    assert len(post.letters) == 2


def test_a_line_break_in_a_subject_adds_no_header(app):
    promise(template="held_work", clinic="Harbour\r\nBcc: all@test.example", count=1)
    post = Postbox()
    send_waiting(post, NOW, HOUSE)
    assert "\n" not in post.letters[0].subject
