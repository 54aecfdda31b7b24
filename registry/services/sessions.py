"""Sessions: opened by whoever came in, by whatever way, and ended; those of others too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint, new_token
from registry.errors import NotFound, NotSignedIn
from registry.leave import require
from registry.models import Account, SignIn, transaction
from registry.rules.access import Action, Actor
from registry.services.audit_trail import record

LIFE = timedelta(hours=12)
LONGEST_BROWSER = 200


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
        browser=printable(browser)[:LONGEST_BROWSER],
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
    """On whose behalf things are done for somebody who has not signed in."""
    return Actor(account_id=None, name="somebody not signed in", address=address)


def own_account(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotSignedIn("Please sign in first.")
    return actor.account_id


def printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
