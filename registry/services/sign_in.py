"""Signing in and out. A session is a row here; the browser holds only the token to it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from registry.adapters.passwords import DUMMY_HASH, check_password
from registry.adapters.tokens import fingerprint, new_token
from registry.errors import NotFound, NotSignedIn
from registry.leave import require
from registry.models import Account, SecondStep, SignIn, db, transaction
from registry.models.second_factors import holds_second_factor
from registry.rules.access import Action, Actor
from registry.services.audit_trail import record
from registry.services.tries import count_try, forget_tries, record_wrong_try

LIFE = timedelta(hours=12)
HALFWAY = timedelta(minutes=5)
LONGEST_BROWSER = 200
LONGEST_EMAIL = 254
WRONG = "This address and password do not belong together. Check both and try again."


@dataclass(frozen=True, slots=True)
class Entry:
    """`token` is for the browser. Not `whole`: it opens nothing but the second step."""

    token: str
    whole: bool


def sign_in(*, email: str, password: str, address: str, browser: str, now: datetime) -> Entry:
    """
    Signed in for twelve hours, or on the way to the second step where the account holds one.

    Raises NotSignedIn, in the same words and the same time whether the name or the password is
    wrong, and TooManyTries from the fifth wrong try on.
    """
    name = _as_kept(email)
    count = count_try(name, now)
    account_id, kept = _password_of(name)
    fits, better = check_password(password, kept or DUMMY_HASH)
    if not fits or account_id is None or kept is None:
        record_wrong_try(actor=stranger(address), count=count, account_id=account_id, now=now)
        raise NotSignedIn(WRONG)
    with transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.closed_at is not None or account.password_hash != kept:
            raise NotSignedIn(WRONG)
        account.password_hash = better or kept
        if session.scalar(select(holds_second_factor(account_id))):
            # Half a sign-in forgets no wrong tries.
            return Entry(_begin_second_step(session, account, address, now), whole=False)
        forget_tries(session, name)
        token = open_sign_in(
            session, account, by="password", address=address, browser=browser, now=now
        )
        return Entry(token, whole=True)


def open_sign_in(
    session: Session, account: Account, *, by: str, address: str, browser: str, now: datetime
) -> str:
    """What every way in ends with: a token for the browser; `by` is what it was earned with."""
    token = new_token()
    entry = SignIn(
        token_hash=fingerprint(token),
        account_id=account.id,
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
        after={"by": by},
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
        ended = end_sign_ins(session, own_account(actor), now, except_token=token)
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


def end_sign_ins(
    session: Session, account_id: int, now: datetime, *, except_token: str | None = None
) -> int:
    """What several use cases share: at the next request these browsers are strangers."""
    ending = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if except_token is not None:
        ending = ending.where(SignIn.token_hash != fingerprint(except_token))
    return len(session.execute(ending.values(ended_at=now).returning(SignIn.id)).all())


def stranger(address: str) -> Actor:
    return Actor(account_id=None, name="somebody not signed in", address=address)


def _begin_second_step(session: Session, account: Account, address: str, now: datetime) -> str:
    session.execute(delete(SecondStep).where(SecondStep.until <= now))
    token = new_token()
    step = SecondStep(
        token_hash=fingerprint(token),
        account_id=account.id,
        password_hash=account.password_hash,
        until=now + HALFWAY,
    )
    session.add(step)
    record(
        session,
        actor=replace(account.as_actor(), address=address),
        action="give the right password",
        subject=f"account:{account.id}",
        at=now,
        after={"asked for next": "the second step"},
    )
    return token


def _password_of(name: str) -> tuple[int | None, str | None]:
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(
            Account.email == name, Account.closed_at.is_(None)
        )
    ).one_or_none()
    return (row.id, row.password_hash) if row else (None, None)


def own_account(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotSignedIn("Please sign in first.")
    return actor.account_id


def _as_kept(email: str) -> str:
    """As accounts keep it; what can be nobody's address is still a name, and still waits."""
    name = _printable(email).strip()[:LONGEST_EMAIL].casefold()
    return unicodedata.normalize("NFC", name)


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
