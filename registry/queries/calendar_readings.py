"""A calendar feed that is asked for: what it is of, and its maker with the rights they hold now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select

from registry.adapters.tokens import fingerprint
from registry.models import Account, AccountGrant, CalendarFeed, Clinic, Practitioner, db
from registry.rules.access import Actor, Grant
from registry.rules.calendars import FeedKind


@dataclass(frozen=True, slots=True)
class FeedAsked:
    """The feed behind a token, and its maker with the grants they hold now."""

    id: int
    kind: FeedKind
    clinic_id: int | None
    practitioner_id: int | None
    of: str  # the clinic's or the practitioner's name
    made_at: datetime
    last_read_at: datetime | None
    ended: bool  # withdrawn, or its maker's account is closed
    maker: Actor


def feed_asked(*, token: str) -> FeedAsked | None:
    """None where there never was such a token. One statement."""
    rows = db.session.execute(_asked(), {"token_hash": fingerprint(token)}).all()
    if not rows:
        return None
    first = rows[0]
    grants = tuple(Grant(row.role, row.at) for row in rows if row.role is not None)
    return FeedAsked(
        id=first.id,
        kind=first.kind,
        clinic_id=first.clinic_id,
        practitioner_id=first.practitioner_id,
        of=first.clinic or first.practitioner,
        made_at=first.made_at,
        last_read_at=first.last_read_at,
        ended=first.withdrawn_at is not None or first.closed_at is not None,
        maker=Actor(first.account_id, first.maker, grants, first.practises_as),
    )


@cache
def _asked() -> Any:
    """Put together once, for calendar programs ask it all day."""
    feed = CalendarFeed
    return (
        select(
            *(feed.id, feed.kind, feed.clinic_id, feed.practitioner_id, feed.made_at),
            *(feed.last_read_at, feed.withdrawn_at, feed.account_id, Account.closed_at),
            Account.name.label("maker"),
            Clinic.name.label("clinic"),
            Practitioner.name.label("practitioner"),
            Account.practitioner_id.label("practises_as"),
            AccountGrant.role,
            AccountGrant.clinic_id.label("at"),
        )
        .join(Account, Account.id == feed.account_id)
        .outerjoin(Clinic, Clinic.id == feed.clinic_id)
        .outerjoin(Practitioner, Practitioner.id == feed.practitioner_id)
        .outerjoin(
            AccountGrant,
            and_(AccountGrant.account_id == Account.id, AccountGrant.proposed_by.is_(None)),
        )
        .where(feed.token_hash == bindparam("token_hash"))
        .order_by(AccountGrant.id)
    )
