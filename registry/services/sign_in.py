"""Signing in and out. A session is a row here; the browser holds only the token to it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from registry.adapters.passwords import DUMMY_HASH, check_password
from registry.adapters.tokens import fingerprint, new_token
from registry.errors import NotSignedIn
from registry.models import Account, SecondStep, SignIn, db, transaction
from registry.models.second_factors import holds_second_factor
from registry.rules.access import Actor
from registry.services.audit_trail import record
from registry.services.sessions import open_sign_in, printable, stranger
from registry.services.tries import count_try, forget_tries, record_wrong_try

HALFWAY_LASTS = timedelta(minutes=5)
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


def _begin_second_step(session: Session, account: Account, address: str, now: datetime) -> str:
    session.execute(delete(SecondStep).where(SecondStep.until <= now))
    token = new_token()
    step = SecondStep(
        token_hash=fingerprint(token),
        account_id=account.id,
        password_hash=account.password_hash,
        until=now + HALFWAY_LASTS,
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


def _as_kept(email: str) -> str:
    """As accounts keep it; what can be nobody's address is still a name, and still waits."""
    name = printable(email).strip()[:LONGEST_EMAIL].casefold()
    return unicodedata.normalize("NFC", name)
