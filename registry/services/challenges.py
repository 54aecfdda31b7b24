"""Challenges: what a passkey is asked to sign; ours to give, good once and for five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint, new_token
from registry.models import Challenge, ChallengePurpose, transaction

GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Taken:
    """A challenge that was ours, and the password it was earned with, where it was with one."""

    password_hash: str | None


def new_challenge(
    session: Session,
    purpose: ChallengePurpose,
    account_id: int | None,
    now: datetime,
    *,
    password_hash: str | None = None,
) -> bytes:
    """What several use cases share; those that are over go."""
    session.execute(delete(Challenge).where(Challenge.until <= now))
    challenge = new_token().encode()
    session.add(
        Challenge(
            challenge_hash=_hash(challenge),
            purpose=purpose,
            account_id=account_id,
            password_hash=password_hash,
            until=now + GOOD_FOR,
        )
    )
    return challenge


def take_challenge(
    challenge: bytes, purpose: ChallengePurpose, account_id: int | None, now: datetime
) -> Taken | None:
    """
    None where it was not ours to be answered, for this and by this account; now it never is again.

    In a transaction of its own, so that it is gone also where the answer turns out wrong.
    """
    with transaction() as session:
        taken = session.execute(
            delete(Challenge)
            .where(
                Challenge.challenge_hash == _hash(challenge),
                Challenge.purpose == purpose,
                Challenge.account_id.is_not_distinct_from(account_id),
                Challenge.until > now,
            )
            .returning(Challenge.password_hash)
        ).one_or_none()
        return Taken(taken.password_hash) if taken else None


def _hash(challenge: bytes) -> str:
    return fingerprint(challenge.hex())
