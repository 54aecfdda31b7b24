"""The outbox: letters promised as rows beside their cause, each once, then sent until it went."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from registry.models import Letter, transaction

LEASE = timedelta(minutes=5)
#: After so long nobody asks any more where a letter went, or why it did not.
ADDRESS_KEPT = timedelta(days=30)
#: Between two tries, at the most: a server that is mended is not kept waiting until tomorrow.
LONGEST_WAIT = timedelta(hours=2)
#: Tries: two hours of growing waits, then 59 of the longest, so about five days of a server's no.
GIVE_UP_AFTER = 66
#: Tries of what no server will ever take: about four hours, should it have been a mistake.
GIVE_UP_FOR_GOOD_AFTER = 8

# Every booking takes letters back; making these anew cost it more than asking them.
_waiting = (Letter.about == bindparam("subject"), Letter.sent_at.is_(None))
NEVER_TRIED = delete(Letter).where(*_waiting, Letter.tries == 0).returning(Letter.particulars)
REPLACED = (
    update(Letter)
    .where(*_waiting)
    .values(sent_at=bindparam("now"), particulars="{}", last_error="A later letter took its place.")
    .returning(Letter.id)
)


@dataclass(frozen=True, slots=True)
class PromisedLetter:
    id: int
    to: str
    template: str
    particulars: dict[str, Any]


class NewLetter(NamedTuple):
    """As `promise_letter` takes it."""

    dedup_key: str
    to: str
    template: str
    particulars: dict[str, Any]
    account_id: int | None = None
    about: str = ""


class TakenBack(NamedTuple):
    """`unheard` is what a letter that nobody tried to send was to say; `tried` may have arrived."""

    unheard: dict[str, Any] | None
    tried: bool


def promise_letter(
    session: Session,
    *,
    dedup_key: str,
    to: str,
    template: str,
    particulars: dict[str, Any],
    now: datetime,
    account_id: int | None = None,
    about: str = "",
    wait: timedelta = timedelta(0),
) -> None:
    """
    A row in the transaction of its cause; nothing if a letter of that key was promised before.

    `template` names templates/mail/<template>.txt and .html; `particulars` is what they show.
    `about` is what `take_back` knows it by, which a `wait` leaves the time for.
    """
    if session.scalar(select(Letter.id).where(Letter.dedup_key == dedup_key)) is None:
        session.add(
            Letter(
                dedup_key=dedup_key,
                about=about,
                account_id=account_id,
                to=to,
                template=template,
                particulars=json.dumps(particulars, default=str),
                promised_at=now,
                not_before=now + wait,
            )
        )


def promise_letters(session: Session, letters: Collection[NewLetter], now: datetime) -> int:
    """The same for many, in two statements; how many were not promised before."""
    keys = [each.dedup_key for each in letters]
    known = set(session.scalars(select(Letter.dedup_key).where(Letter.dedup_key.in_(keys))))
    rows = [
        {
            **each._asdict(),
            "particulars": json.dumps(each.particulars, default=str),
            "promised_at": now,
            "not_before": now,
        }
        for each in letters
        if each.dedup_key not in known
    ]
    if rows:
        session.execute(insert(Letter), rows)
    return len(rows)


def take_unsaid(session: Session, about: str) -> list[dict[str, Any]]:
    """What letters about this were to say that nobody tried to send: another is to say it."""
    unsaid = session.execute(NEVER_TRIED, {"subject": about}).scalars()
    return [json.loads(particulars) for particulars in unsaid]


def take_back(session: Session, about: str, now: datetime) -> TakenBack:
    """
    Letters about this that have not gone are not to go: a later one says how it is now.

    What was tried already may have arrived, and is not tried again.
    """
    unheard = session.execute(NEVER_TRIED, {"subject": about}).scalars().all()
    tried = session.execute(REPLACED, {"subject": about, "now": now}).all()
    return TakenBack(json.loads(unheard[0]) if unheard else None, bool(tried))


def readdress(session: Session, about: str, to: str) -> None:
    """Letters about this that have not gone go to another address."""
    session.execute(
        update(Letter).where(Letter.about == about, Letter.sent_at.is_(None)).values(to=to)
    )


def take_back_all(session: Session, account_id: int) -> None:
    """Letters about appointments that somebody does not want any more, and nobody tried to send."""
    session.execute(
        delete(Letter).where(
            Letter.account_id == account_id,
            Letter.about.startswith("appointment:"),
            Letter.sent_at.is_(None),
            Letter.tries == 0,
        )
    )


def claim_letter(*, now: datetime) -> PromisedLetter | None:
    """The next letter that is due, leased to the caller for a while; None if there is none."""
    with transaction() as session:
        due = (
            select(Letter.id)
            .where(Letter.sent_at.is_(None), Letter.not_before <= now, Letter.tries < GIVE_UP_AFTER)
            .order_by(Letter.not_before, Letter.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        # Asked first, by itself: inside the update PostgreSQL may ask it anew for each row, and
        # then one statement claims several.
        if (number := session.scalar(due)) is None:
            return None
        claimed = session.execute(
            update(Letter)
            .where(Letter.id == number)
            .values(not_before=now + LEASE, tries=Letter.tries + 1)
            .returning(Letter.id, Letter.to, Letter.template, Letter.particulars)
        ).one()
        return PromisedLetter(claimed.id, claimed.to, claimed.template, json.loads(claimed[3]))


def settle_letter(
    *, letter_id: int, now: datetime, error: str = "", for_good: bool = False
) -> None:
    """
    Sent: forget what it said (links are secrets). Not sent: try again after a growing wait.

    `for_good` says that the error is not expected to pass: it is tried less often.
    """
    with transaction() as session:
        letter = session.get_one(Letter, letter_id)
        if error:
            letter.last_error = error.replace(letter.to, "its reader")[:300]
            letter.not_before = now + _wait_after(letter.tries)
            if for_good and letter.tries >= GIVE_UP_FOR_GOOD_AFTER:
                letter.tries = GIVE_UP_AFTER
        else:
            letter.sent_at = now
            letter.particulars, letter.last_error = "{}", ""


def _wait_after(tries: int) -> timedelta:
    return min(timedelta(minutes=2 ** min(tries, GIVE_UP_FOR_GOOD_AFTER)), LONGEST_WAIT)


def forget_addresses(*, now: datetime) -> None:
    """Of letters that went, or were given up, long ago; that there was one stays on record."""
    settled = or_(Letter.sent_at.is_not(None), Letter.tries >= GIVE_UP_AFTER)
    with transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.to != "", Letter.promised_at <= now - ADDRESS_KEPT, settled)
            .values(to="", particulars="{}")
        )
