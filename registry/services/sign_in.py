"""Signing in and out. A session is a row here; the browser holds only the token to it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.adapters.passwords import DUMMY_HASH, check_password, hash_password
from registry.adapters.tokens import fingerprint, new_token
from registry.errors import BadInput, NotFound, NotSignedIn
from registry.leave import require
from registry.models import Account, SignIn, db, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.passwords import why_weak
from registry.services.audit_trail import record
from registry.services.tries import count_try, forget_tries, record_wrong_try

LIFE = timedelta(hours=12)
LONGEST_BROWSER = 200
LONGEST_EMAIL = 254
WRONG = "This address and password do not belong together. Check both and try again."


def sign_in(*, email: str, password: str, address: str, browser: str, now: datetime) -> str:
    """
    A token for the browser, good for twelve hours.

    Raises NotSignedIn, in the same words and the same time whether the name or the password is
    wrong, and TooManyTries from the fifth wrong try on.
    """
    name = _as_kept(email)
    count = count_try(name, now)
    account_id, kept = _password_of(name)
    fits, better = check_password(password, kept or DUMMY_HASH)
    if not fits or account_id is None or kept is None:
        stranger = Actor(account_id=None, name="somebody not signed in", address=address)
        record_wrong_try(actor=stranger, count=count, account_id=account_id, now=now)
        raise NotSignedIn(WRONG)
    token = new_token()
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.closed_at is not None or account.password_hash != kept:
            raise NotSignedIn(WRONG)
        account.password_hash = better or kept
        forget_tries(session, name)
        entry = SignIn(
            token_hash=fingerprint(token),
            account_id=account_id,
            at=now,
            until=now + LIFE,
            address=address,
            browser=_printable(browser)[:LONGEST_BROWSER],
        )
        session.add(entry)
        session.flush()
        record(
            session,
            actor=replace(account.as_actor(), address=address),
            action="sign in",
            subject=f"sign_in:{entry.id}",
            at=now,
        )
    return token


def sign_out(*, actor: Actor, token: str, now: datetime) -> None:
    """The token is worth nothing from now on, wherever a copy of it lies."""
    with transaction() as session:
        ended = session.scalar(
            update(SignIn)
            .where(SignIn.token_hash == fingerprint(token), SignIn.ended_at.is_(None))
            .values(ended_at=now)
            .returning(SignIn.id)
        )
        if ended is not None:
            record(session, actor=actor, action="sign out", subject=f"sign_in:{ended}", at=now)


def end_other_sessions(*, actor: Actor, token: str, now: datetime) -> int:
    """Everywhere but here; returns how many."""
    with transaction() as session:
        ended = end_sign_ins(session, _own(actor), now, except_token=token)
        record(
            session,
            actor=actor,
            action="end own other sessions",
            subject=f"account:{actor.account_id}",
            at=now,
            after={"ended": ended},
        )
        return ended


def end_sessions(*, actor: Actor, account_id: int, now: datetime) -> int:
    """Somebody else's, all of them, at once; returns how many."""
    with transaction() as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound("There is no such record.")
        require(actor, Action.END_SESSIONS, account.as_subject())
        ended = end_sign_ins(session, account_id, now)
        record(
            session,
            actor=actor,
            action=Action.END_SESSIONS,
            subject=f"account:{account_id}",
            at=now,
            after={"ended": ended},
        )
        return ended


def change_password(*, actor: Actor, token: str, old: str, new: str, now: datetime) -> None:
    """
    Asks for the old one, ends every other session.

    Raises BadInput at `old` or `new`, TooManyTries, NotAllowed.
    """
    require(actor, Action.CHANGE_OWN_PASSWORD, Subject())
    account_id = _own(actor)
    account = db.session.get_one(Account, account_id)
    email, name, kept = account.email, account.name, account.password_hash
    count = count_try(email, now)
    if not check_password(old, kept or DUMMY_HASH)[0]:
        record_wrong_try(actor=actor, count=count, account_id=account_id, now=now)
        raise BadInput("This is not your password now.", field="old")
    if why := why_weak(new, email, name):
        raise BadInput(why, field="new")
    hashed = hash_password(new)
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.password_hash != kept:
            raise BadInput("Your password was changed meanwhile. Type it again.", field="old")
        account.password_hash = hashed
        forget_tries(session, email)
        end_sign_ins(session, account_id, now, except_token=token)
        record(
            session,
            actor=actor,
            action=Action.CHANGE_OWN_PASSWORD,
            subject=f"account:{account_id}",
            at=now,
        )


def end_sign_ins(
    session: Session, account_id: int, now: datetime, *, except_token: str | None = None
) -> int:
    """What several use cases share: at the next request these browsers are strangers."""
    ending = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if except_token is not None:
        ending = ending.where(SignIn.token_hash != fingerprint(except_token))
    return len(session.execute(ending.values(ended_at=now).returning(SignIn.id)).all())


def _password_of(name: str) -> tuple[int | None, str | None]:
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(
            Account.email == name, Account.closed_at.is_(None)
        )
    ).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def _own(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotSignedIn("Please sign in first.")
    return actor.account_id


def _as_kept(email: str) -> str:
    """As accounts keep it; what can be nobody's address is still a name, and still waits."""
    name = _printable(email).strip()[:LONGEST_EMAIL].casefold()
    return unicodedata.normalize("NFC", name)


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
