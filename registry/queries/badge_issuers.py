"""Issuers of digital badges: those on record, one with all that was decided, and their lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import BadgeIssuer, BadgeIssuerVersion, StatusListCopy, db
from registry.models.badges_on_record import newest_copies
from registry.rules.access import Action, Actor, Subject
from registry.rules.badge_status import STALE


@dataclass(frozen=True, slots=True)
class IssuerDecision:
    number: int
    name: str
    keys: tuple[tuple[str, dict[str, Any]], ...]
    accepted: bool
    counts: bool
    may_lack_status: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ListLine:
    """The newest copy of a status list; `old`: it tells nothing of today any more."""

    address: str
    purpose: str
    fetched: bool
    kept_by: str
    kept_at: datetime
    old: bool


@dataclass(frozen=True, slots=True)
class IssuerSeen:
    """`decisions`: the latest, which holds, first."""

    id: int
    identifier: str
    decisions: tuple[IssuerDecision, ...]
    lists: tuple[ListLine, ...]

    @property
    def now(self) -> IssuerDecision:
        return self.decisions[0]


def badge_issuers(*, actor: Actor, now: datetime) -> list[IssuerSeen]:
    """In the order of their names; in three statements. Raises NotAllowed."""
    require(actor, Action.SEE_ISSUERS, Subject())
    rows = db.session.scalars(select(BadgeIssuer)).all()
    ids = [row.id for row in rows]
    decisions = db.session.scalars(
        select(BadgeIssuerVersion)
        .where(BadgeIssuerVersion.issuer_id.in_(ids))
        .order_by(BadgeIssuerVersion.number.desc())
    ).all()
    copies = newest_copies(db.session(), ids)
    seen = [
        IssuerSeen(
            row.id,
            row.identifier,
            tuple(_decision(one) for one in decisions if one.issuer_id == row.id),
            tuple(_lists((one for one in copies if one.issuer_id == row.id), now)),
        )
        for row in rows
    ]
    return sorted(seen, key=lambda one: (not one.now.accepted, one.now.name.casefold()))


def badge_issuer(*, actor: Actor, issuer_id: int, now: datetime) -> IssuerSeen:
    """Raises NotAllowed, NotFound."""
    for one in badge_issuers(actor=actor, now=now):
        if one.id == issuer_id:
            return one
    raise NotFound("There is no such record.")


def _decision(row: BadgeIssuerVersion) -> IssuerDecision:
    return IssuerDecision(
        row.number,
        row.name,
        tuple((name, jwk) for name, jwk in row.keys),
        row.accepted,
        row.counts,
        row.may_lack_status,
        row.reason,
        row.decided_by_name,
        row.decided_at,
    )


def _lists(copies: Iterable[StatusListCopy], now: datetime) -> Iterable[ListLine]:
    for one in copies:
        old = now - one.kept_at > STALE
        yield ListLine(one.address, one.purpose, one.fetched, one.kept_by_name, one.kept_at, old)
