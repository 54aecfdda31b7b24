"""Wrong tries at a password: counted before they are looked at, and made to wait ever longer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint
from registry.errors import TooManyTries
from registry.models import Account, transaction
from registry.rules.access import Actor
from registry.services.guard import record

FREE_TRIES = 4
MOST_TRIES = 100
LONGEST_WAIT = 15 * 60
ONLY_A_LINK = "There were too many wrong tries. Ask for a new password by e-mail."


@dataclass(slots=True)
class Tries:
    """How often a name was tried in vain, and from when on it may be tried again."""

    count: int = 0
    wait_until: datetime | None = None


class UnknownNames:
    """
    The tries at names that nobody has, so that they are made to wait as if somebody had.

    In memory, by fingerprint, the latest few thousand of them: nothing is lost with it but the
    pretence, and a stranger cannot fill a table by it.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._tries: OrderedDict[str, Tries] = OrderedDict()
        self._lock = Lock()

    def count(self, name: str, now: datetime) -> int:
        with self._lock:
            tries = self._tries.pop(fingerprint(name), Tries())
            self._tries[fingerprint(name)] = tries
            if len(self._tries) > self.MOST:
                self._tries.popitem(last=False)
            return _count(tries, now)

    def forget(self) -> None:
        with self._lock:
            self._tries.clear()


UNKNOWN = UnknownNames()


def count_try(name: str, now: datetime) -> int:
    """
    Which wrong try it will be, should it be wrong: a hundred at once are counted as a hundred.

    Raises TooManyTries while the name has to wait, in the same words whether it exists or not.
    """
    with transaction() as session:
        account = session.execute(
            select(Account.id, Account.wrong_tries, Account.wait_until)
            .where(Account.email == name, Account.closed_at.is_(None))
            .with_for_update()
        ).one_or_none()
        if account is None:
            return UNKNOWN.count(name, now)
        tries = Tries(account.wrong_tries, account.wait_until)
        counted = _count(tries, now)
        session.execute(
            update(Account)
            .where(Account.id == account.id)
            .values(wrong_tries=tries.count, wait_until=tries.wait_until)
        )
        return counted


def forget_tries(session: Session, account_id: int) -> None:
    session.execute(
        update(Account).where(Account.id == account_id).values(wrong_tries=0, wait_until=None)
    )


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


def _count(tries: Tries, now: datetime) -> int:
    if tries.count >= MOST_TRIES:
        raise TooManyTries(ONLY_A_LINK, seconds=LONGEST_WAIT)
    if tries.wait_until is not None and tries.wait_until > now:
        seconds = int((tries.wait_until - now).total_seconds()) + 1
        raise TooManyTries(f"Too many wrong tries. Wait {seconds} seconds.", seconds=seconds)
    tries.count += 1
    if tries.count > FREE_TRIES:
        wait = min(2 ** (tries.count - FREE_TRIES), LONGEST_WAIT)
        tries.wait_until = now + timedelta(seconds=wait)
    return tries.count
