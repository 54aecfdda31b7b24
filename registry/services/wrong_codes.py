"""Wrong codes of privilege letters: counted by where they come from, which waits ever longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from registry.adapters.tokens import fingerprint
from registry.errors import TooManyTries
from registry.models import WrongTries, db, transaction
from registry.rules.letter_codes import counted_under
from registry.services.tries import FORGOTTEN_AFTER, LONGEST_WAIT, MOST_TRIES, NOTE_NAME

FREE = 10
#: Never as many as would keep an address out for good: many people may share one.
MOST_COUNTED = MOST_TRIES - 1
TOO_MANY = "Too many codes that show nothing came from here. Wait {} seconds."


def wait_after_wrong_codes(*, address: str, now: datetime) -> None:
    """
    Of a code that shows nothing. Raises TooManyTries while that address has to wait.

    A right code is not asked to wait, or somebody could shut out all who share their address. What
    keeps codes from being guessed is that there are 36 thousand million million of them; waiting
    keeps the wrong ones from being written down without end.
    """
    waits = select(WrongTries.wait_until).where(
        WrongTries.name_hash == fingerprint(counted_under(address))
    )
    until = db.session.scalar(waits)
    if until is not None and until > now:
        seconds = int((until - now).total_seconds()) + 1
        raise TooManyTries(TOO_MANY.format(seconds), seconds=seconds)


def count_wrong_code(*, address: str, now: datetime) -> None:
    """Once it may be told that it shows nothing. Forgotten after a day without any."""
    with transaction() as session:
        name_hash = fingerprint(counted_under(address))
        session.execute(
            delete(WrongTries).where(
                WrongTries.last_at < now - FORGOTTEN_AFTER, WrongTries.count < MOST_TRIES
            )
        )
        session.execute(NOTE_NAME, {"name_hash": name_hash, "now": now})
        tries = session.get_one(WrongTries, name_hash, with_for_update=True)
        tries.count = min(tries.count + 1, MOST_COUNTED)
        tries.last_at = now
        if tries.count > FREE:
            wait = min(2 ** (tries.count - FREE), LONGEST_WAIT)
            tries.wait_until = now + timedelta(seconds=wait)
