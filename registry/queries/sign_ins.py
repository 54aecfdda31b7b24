"""Sign-ins: whose one is, which others somebody has open, and whose password a link sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from registry.adapters.tokens import fingerprint
from registry.models import Account, AccountGrant, AccountLink, Heartbeat, Purpose, SignIn, db
from registry.models.second_factors import holds_second_factor
from registry.rules.access import Actor, Grant
from registry.rules.passwords import shortest_with


@dataclass(frozen=True, slots=True)
class SignedIn:
    """
    An account and the sign-in it came by.

    Beside them, so that no page asks for it by itself: when the sweep of the worker ran through
    that waits longest.
    """

    sign_in_id: int
    email: str
    until: datetime
    actor: Actor
    oldest_beat: datetime | None


def holder_of(*, token: str, now: datetime) -> SignedIn | None:
    """Whose sign-in this is, with grants as they are now; None once it ended, in one statement."""
    asked = {"token_hash": fingerprint(token), "now": now}
    rows = db.session.execute(_holder(), asked).all()
    if not rows:
        return None
    first = rows[0]
    grants = tuple(Grant(row.role, row.clinic_id) for row in rows if row.role is not None)
    actor = Actor(first.account_id, first.name, grants, first.practitioner_id)
    return SignedIn(first.sign_in_id, first.email, first.until, actor, first.oldest_beat)


@cache
def _holder() -> Any:
    """Put together once, for every page asks it."""
    return (
        select(
            SignIn.id.label("sign_in_id"),
            SignIn.until,
            Account.id.label("account_id"),
            Account.email,
            Account.name,
            Account.practitioner_id,
            AccountGrant.role,
            AccountGrant.clinic_id,
            select(func.min(Heartbeat.finished_at)).scalar_subquery().label("oldest_beat"),
        )
        .join(Account, Account.id == SignIn.account_id)
        .outerjoin(
            AccountGrant,
            and_(AccountGrant.account_id == Account.id, AccountGrant.proposed_by.is_(None)),
        )
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            SignIn.until > bindparam("now"),
            Account.closed_at.is_(None),
        )
        .order_by(AccountGrant.id)
    )


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Whose password a link sets, and how many characters it needs."""

    name: str
    email: str
    purpose: Purpose
    shortest: int


def holder_of_link(*, token: str, now: datetime) -> LinkHolder | None:
    """None where the link was used, is over, or never was."""
    row = db.session.execute(
        select(
            Account.name,
            Account.email,
            AccountLink.purpose,
            holds_second_factor(Account.id).label("second_factor"),
        )
        .join(AccountLink, AccountLink.account_id == Account.id)
        .where(
            AccountLink.token_hash == fingerprint(token),
            AccountLink.used_at.is_(None),
            AccountLink.until > now,
            Account.closed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    shortest = shortest_with(second_factor=row.second_factor)
    return LinkHolder(row.name, row.email, row.purpose, shortest)


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    at: datetime
    until: datetime
    address: str
    browser: str
    here: bool


def sign_ins_of(*, actor: Actor, token: str, now: datetime) -> list[OpenSignIn]:
    """One's own that still hold, this one first."""
    rows = db.session.execute(
        select(SignIn.at, SignIn.until, SignIn.address, SignIn.browser, SignIn.token_hash)
        .where(
            SignIn.account_id == actor.account_id,
            SignIn.ended_at.is_(None),
            SignIn.until > now,
        )
        .order_by(SignIn.id.desc())
    )
    here = fingerprint(token)
    found = [OpenSignIn(*row[:4], here=row.token_hash == here) for row in rows]
    return sorted(found, key=lambda one: not one.here)
