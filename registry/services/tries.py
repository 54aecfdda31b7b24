"""Wrong tries at a password: counted before they are looked at, and made to wait ever longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint
from registry.errors import TooManyTries
from registry.models import WrongTries, transaction
from registry.models.base import UtcMoment
from registry.rules.access import Actor
from registry.services.audit_trail import record

FREE_TRIES = 4
MOST_TRIES = 100
LONGEST_WAIT = 15 * 60
ONLY_A_LINK = "There were too many wrong tries. Ask for a new password by e-mail."
FORGOTTEN_AFTER = timedelta(days=1)
NOTE_NAME = text(
    "INSERT INTO wrong_tries (name_hash, count, last_at) VALUES (:name_hash, 0, :now)"
    " ON CONFLICT (name_hash) DO UPDATE SET last_at = wrong_tries.last_at"  # so that it is locked
).bindparams(bindparam("now", type_=UtcMoment))


def count_try(name: str, now: datetime, *, in_the_end: str = ONLY_A_LINK) -> int:
    """
    Which wrong try it will be, should it be wrong: a hundred at once are counted as a hundred.

    Raises TooManyTries while the name has to wait, in the same words whether anybody has it or
    not. Names left alone for a day are forgotten, unless it is too late for that: `in_the_end` says
    what else helps.
    """
    with transaction() as session:
        name_hash = fingerprint(name)
        session.execute(
            delete(WrongTries).where(
                WrongTries.last_at < now - FORGOTTEN_AFTER, WrongTries.count < MOST_TRIES
            )
        )
        session.execute(NOTE_NAME, {"name_hash": name_hash, "now": now})
        tries = session.get_one(WrongTries, name_hash, with_for_update=True)
        _count(tries, now, in_the_end)
        tries.last_at = now
        return tries.count


def second_step_of(account_id: int) -> str:
    """The name its wrong tries are counted under; one that nobody can type as an address."""
    return f"\x00second step:{account_id}"


def own_password_of(account_id: int) -> str:
    """
    The name under which whoever is signed in is asked for their password again.

    Not their address: under that any stranger may guess, and would shut them out.
    """
    return f"\x00own password:{account_id}"


def forget_tries(session: Session, name: str) -> None:
    session.execute(delete(WrongTries).where(WrongTries.name_hash == fingerprint(name)))


def record_wrong_try(*, actor: Actor, count: int, account_id: int | None, now: datetime) -> None:
    """On the trail once it looks like guessing. What was typed as a name may be a password."""
    if count <= FREE_TRIES:
        return
    with transaction() as session:
        record(
            session,
            actor=actor,
            action="refused: sign in",
            subject=f"account:{account_id or 'unknown'}",
            at=now,
            after={"wrong tries": count},
        )


def _count(tries: WrongTries, now: datetime, in_the_end: str) -> None:
    if tries.count >= MOST_TRIES:
        raise TooManyTries(in_the_end, seconds=LONGEST_WAIT)
    if tries.wait_until is not None and tries.wait_until > now:
        seconds = int((tries.wait_until - now).total_seconds()) + 1
        raise TooManyTries(f"Too many wrong tries. Wait {seconds} seconds.", seconds=seconds)
    tries.count += 1
    if tries.count > FREE_TRIES:
        wait = min(2 ** (tries.count - FREE_TRIES), LONGEST_WAIT)
        tries.wait_until = now + timedelta(seconds=wait)
