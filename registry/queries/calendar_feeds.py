"""Calendar feeds: those one has, those of others one may end, and those one may make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Account, AccountGrant, CalendarFeed, Clinic, Practitioner, db
from registry.models.calendars import workplaces
from registry.queries.scope import clinics_reached
from registry.rules.access import Actor, Subject, may
from registry.rules.calendars import STANDS_ON, FeedKind, clinics_shown
from registry.rules.vocabulary import Role

#: Of others' feeds so many are listed, the newest first.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class FeedLine:
    id: int
    kind: FeedKind
    of: str  # the clinic's or the practitioner's name
    name: str
    maker: str
    made_at: datetime
    last_read_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """What they may make a feed of."""

    kind: FeedKind
    of: str
    number: int


def feeds_to_see(actor: Actor) -> list[FeedLine]:
    """One's own, then those of others that one may withdraw. One statement."""
    rows = db.session.execute(
        _lines()
        .where(or_(CalendarFeed.account_id == actor.account_id, _may_be_ended_by(actor)))
        .order_by(CalendarFeed.account_id != actor.account_id, CalendarFeed.id.desc())
        .limit(MOST_LISTED)
    )
    return [
        FeedLine(
            row.id,
            row.kind,
            row.clinic or row.practitioner,
            row.name,
            row.maker,
            row.made_at,
            row.last_read_at,
            row.account_id == actor.account_id,
        )
        for row in rows
    ]


def feeds_to_make(actor: Actor, *, now: datetime) -> list[FeedChoice]:
    """Their own first, then each clinic's. Two statements."""
    return [*_own(actor, now), *_clinics(actor)]


def feed_can_be_made(actor: Actor, kind: FeedKind, number: int) -> str:
    """Of whom or of where it would be: a name. Raises NotFound, NotAllowed as the use case does."""
    if kind.of_clinic:
        subject = Subject(frozenset({number}))
        require(actor, STANDS_ON[kind], subject)
        found = db.session.get(Clinic, number)
        if found is None:
            raise NotFound("There is no such record.", action=STANDS_ON[kind], subject=subject)
        return found.name
    whose = db.session.get(Practitioner, number)
    if whose is None:
        raise NotFound("There is no such record.")
    require(actor, STANDS_ON[kind], whose.as_subject())
    return whose.name


def wants_letters(actor: Actor) -> bool | None:
    """Of each of their appointments; None for whoever treats nobody."""
    if actor.practitioner_id is None:
        return None
    return db.session.scalar(select(Account.calendar_letters).where(Account.id == actor.account_id))


def _own(actor: Actor, now: datetime) -> Sequence[FeedChoice]:
    mine = actor.practitioner_id
    if mine is None or not (places := workplaces(db.session(), mine, now)):
        return ()
    kinds = (FeedKind.PRACTITIONER, FeedKind.LAPSES_OF_PRACTITIONER)
    return [
        FeedChoice(kind, actor.name, mine)
        for kind in kinds
        if clinics_shown(actor, kind, places, mine)
    ]


def _clinics(actor: Actor) -> list[FeedChoice]:
    kinds = (FeedKind.CLINIC, FeedKind.LAPSES_AT_CLINIC)
    return [
        FeedChoice(kind, clinic.name, clinic.id)
        for clinic in clinics_reached(actor)
        for kind in kinds
        if may(actor, STANDS_ON[kind], Subject(frozenset({clinic.id})))
    ]


def _lines() -> Select[*tuple[Any, ...]]:
    feed = CalendarFeed
    return (
        select(
            *(feed.id, feed.kind, feed.name, feed.account_id, feed.made_at, feed.last_read_at),
            Account.name.label("maker"),
            Clinic.name.label("clinic"),
            Practitioner.name.label("practitioner"),
        )
        .join(Account, Account.id == feed.account_id)
        .outerjoin(Clinic, Clinic.id == feed.clinic_id)
        .outerjoin(Practitioner, Practitioner.id == feed.practitioner_id)
        .where(feed.withdrawn_at.is_(None))
    )


def _may_be_ended_by(actor: Actor) -> Any:
    """As `withdraw_feed` asks: of their clinics, of people who belong to these, or of oneself."""
    if actor.holds(Role.ADMINISTRATOR):
        return CalendarFeed.id.is_not(None)
    managed = actor.clinics(Role.MANAGER)
    if managed is None:
        return CalendarFeed.id.is_not(None)
    staff = select(AccountGrant.account_id).where(AccountGrant.clinic_id.in_(managed))
    return or_(
        CalendarFeed.clinic_id.in_(managed),
        and_(CalendarFeed.practitioner_id.is_not(None), CalendarFeed.account_id.in_(staff)),
        CalendarFeed.practitioner_id == (actor.practitioner_id or 0),
    )
