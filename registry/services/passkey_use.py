"""Passkeys in use: signing in with one alone, and what a signature of one is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.adapters.passkeys import (
    BadAnswer,
    House,
    checked_use,
    options_to_use,
    taken_apart,
)
from registry.errors import NotSignedIn
from registry.models import Account, ChallengePurpose, Passkey, db, transaction
from registry.services.account_letters import tell_holder
from registry.services.audit_trail import record
from registry.services.challenges import new_challenge, take_challenge
from registry.services.sessions import open_sign_in, stranger

WRONG = "This passkey opens no account here. Try again, or sign in with your password."

COPIED = "What may be a copy of your passkey was refused"


class CopiedPasskey(NotSignedIn):
    """Its count of signatures went back: somebody may have a copy of it."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A good one, over a challenge of ours, by a device that made sure who holds it."""

    passkey_id: int
    account_id: int
    count: int


def ask_for_passkey(*, house: House, now: datetime) -> str:
    """What the sign-in page asks the browser, as JSON."""
    with transaction() as session:
        challenge = new_challenge(session, ChallengePurpose.SIGN_IN, None, now)
        return options_to_use(house, challenge=challenge)


def sign_in_with_passkey(
    *, answer: str, house: House, address: str, browser: str, now: datetime
) -> str:
    """
    A token for the browser. The passkey is two factors by itself: the device, and who unlocks it.

    Raises NotSignedIn, in the same words whatever is wrong with it.
    """
    try:
        used = signature_of(answer, house, ChallengePurpose.SIGN_IN, None, now)
        with transaction() as session:
            account = session.get_one(Account, used.account_id, with_for_update=True)
            if account.closed_at is not None or not note_use(session, used, now):
                raise NotSignedIn(WRONG)
            return open_sign_in(
                session, account, by="passkey", address=address, browser=browser, now=now
            )
    except CopiedPasskey as refusal:
        record_copy(used, address, now)
        raise NotSignedIn(WRONG) from refusal


def signature_of(
    answer: str,
    house: House,
    purpose: ChallengePurpose,
    account_id: int | None,
    now: datetime,
) -> Signature:
    """
    What several use cases share. `account_id`: whose it must be, None for anybody's.

    The challenge is used up, whatever becomes of it. Raises NotSignedIn.
    """
    try:
        told = taken_apart(answer)
        if not take_challenge(told.challenge, purpose, account_id, now):
            raise NotSignedIn(WRONG)
        row = db.session.execute(
            select(Passkey.id, Passkey.account_id, Passkey.public_key).where(
                Passkey.credential_id == told.credential_id
            )
        ).one_or_none()
        if row is None or account_id not in (None, row.account_id):
            raise NotSignedIn(WRONG)
        count = checked_use(told, house, public_key=row.public_key, account_id=row.account_id)
    except BadAnswer as error:
        raise NotSignedIn(WRONG) from error
    return Signature(row.id, row.account_id, count)


def note_use(session: Session, used: Signature, now: datetime) -> bool:
    """
    Whether it is still there. A device that counts must count on; many do not, and say 0.

    Raises CopiedPasskey for a count that did not grow.
    """
    passkey = session.get(Passkey, used.passkey_id, with_for_update=True)
    if passkey is None:
        return False
    counts = used.count > 0 or passkey.sign_count > 0
    if counts and used.count <= passkey.sign_count:
        raise CopiedPasskey(WRONG)
    passkey.sign_count, passkey.last_used_at = used.count, now
    return True


def record_copy(used: Signature, address: str, now: datetime) -> None:
    """In a transaction of its own: the one that found out is undone. The holder gets a letter."""
    with transaction() as session:
        record(
            session,
            actor=stranger(address),
            action="refused: passkey that may be a copy",
            subject=f"account:{used.account_id}",
            at=now,
            after={"passkey": used.passkey_id, "count": used.count},
        )
        account, passkey = (
            session.get(Account, used.account_id),
            session.get(Passkey, used.passkey_id),
        )
        if account is not None and passkey is not None:
            more = f"It is called “{passkey.name}”."
            tell_holder(session, account, COPIED, stranger(address), now, more=more)
