"""Calendar feeds are made and withdrawn; and whether letters bring one's appointments along."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.adapters.tokens import fingerprint, new_token
from registry.errors import BadInput, NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    Account,
    AuditEntry,
    CalendarFeed,
    Clinic,
    Practitioner,
    transaction,
)
from registry.models.calendars import workplaces
from registry.rules.access import Action, Actor, Subject
from registry.rules.calendars import STANDS_ON, FeedKind, clinics_shown
from registry.services.audit_trail import record
from registry.services.outbox import take_back_all
from registry.services.sessions import own_account
from registry.services.typed import typed_line

LONGEST_NAME = 60
MOST = 20
#: Programs ask all day: that one was read is kept so often, a refusal told of so often.
NOTED_EVERY = timedelta(minutes=10)
TOLD_EVERY = timedelta(days=1)
REFUSED = "refused: read a calendar feed"


def make_feed(*, actor: Actor, kind: FeedKind, number: int, name: str, now: datetime) -> str:
    """
    The token of its address, which is shown once and kept by nobody. `number` is the clinic's or
    the practitioner's.

    Raises NotFound, NotAllowed, NotInThatState where a practitioner works nowhere, and BadInput
    at `name`.
    """
    account_id = own_account(actor)
    with transaction() as session:
        _require_feed(session, actor, kind, number, now)
        called = typed_line(name, field="name", longest=LONGEST_NAME)
        session.get_one(Account, account_id, with_for_update=True)
        _room_for_one(session, account_id)
        token = new_token()
        feed = CalendarFeed(
            account_id=account_id,
            kind=kind,
            clinic_id=number if kind.of_clinic else None,
            practitioner_id=None if kind.of_clinic else number,
            name=called,
            token_hash=fingerprint(token),
            made_at=now,
        )
        session.add(feed)
        session.flush()
        record(
            session,
            actor=actor,
            action="make a calendar feed",
            subject=f"calendar_feed:{feed.id}",
            at=now,
            clinic_id=feed.clinic_id,
            practitioner_id=feed.practitioner_id,
            after={"kind": kind, "name": called},
        )
        return token


def withdraw_feed(*, actor: Actor, feed_id: int, now: datetime) -> str:
    """
    At once, for good; returns its name. By its maker, whom it is of, or who answers for the place.

    Raises NotFound, NotInThatState.
    """
    with transaction() as session:
        feed = session.get(CalendarFeed, feed_id, with_for_update=True)
        if feed is None:
            raise NotFound("There is no such record.")
        if feed.account_id != actor.account_id:
            require(actor, Action.WITHDRAW_FEED, _subject_of(session, feed))
        if feed.withdrawn_at is not None:
            raise NotInThatState("This calendar feed is withdrawn already.")
        feed.withdrawn_at = now
        record(
            session,
            actor=actor,
            action="withdraw a calendar feed",
            subject=f"calendar_feed:{feed.id}",
            at=now,
            clinic_id=feed.clinic_id,
            practitioner_id=feed.practitioner_id,
            before={"kind": feed.kind, "name": feed.name, "made_by": feed.account_id},
        )
        return feed.name


def choose_calendar_letters(*, actor: Actor, wanted: bool, now: datetime) -> None:
    """Whether a letter tells whoever treats of each appointment of theirs."""
    with transaction() as session:
        account = session.get_one(Account, own_account(actor), with_for_update=True)
        before, account.calendar_letters = account.calendar_letters, wanted
        if not wanted:
            take_back_all(session, account.id)
        record(
            session,
            actor=actor,
            action="choose calendar letters",
            subject=f"account:{account.id}",
            at=now,
            before={"calendar_letters": before},
            after={"calendar_letters": wanted},
        )


def note_reading(*, feed_id: int, last_read_at: datetime | None, now: datetime) -> None:
    """A calendar program read it; kept every ten minutes at most."""
    if last_read_at is not None and last_read_at > now - NOTED_EVERY:
        return
    with transaction() as session:
        session.execute(
            update(CalendarFeed).where(CalendarFeed.id == feed_id).values(last_read_at=now)
        )


def note_refused_reading(*, actor: Actor, feed_id: int, now: datetime) -> None:
    """A program still asks for what is withdrawn. Told of once a day, however often it asks."""
    with transaction() as session:
        subject = f"calendar_feed:{feed_id}"
        told = select(AuditEntry.id).where(
            AuditEntry.subject == subject,
            AuditEntry.action == REFUSED,
            AuditEntry.at > now - TOLD_EVERY,
        )
        if session.scalar(told.limit(1)) is None:
            feed = session.get_one(CalendarFeed, feed_id)
            record(
                session,
                actor=actor,
                action=REFUSED,
                subject=subject,
                at=now,
                clinic_id=feed.clinic_id,
                practitioner_id=feed.practitioner_id,
            )


def _require_feed(
    session: Session, actor: Actor, kind: FeedKind, number: int, now: datetime
) -> None:
    if kind.of_clinic:
        subject = Subject(frozenset({number}))
        require(actor, STANDS_ON[kind], subject)
        if session.get(Clinic, number) is None:
            raise NotFound("There is no such record.", action=STANDS_ON[kind], subject=subject)
        return
    whose = session.get(Practitioner, number)
    if whose is None:
        raise NotFound("There is no such record.")
    require(actor, STANDS_ON[kind], whose.as_subject())
    places = workplaces(session, number, now)
    if not clinics_shown(actor, kind, places, number):
        raise NotInThatState("They work at no clinic that you may see, so nothing would be in it.")


def _room_for_one(session: Session, account_id: int) -> None:
    held = select(func.count()).where(
        CalendarFeed.account_id == account_id, CalendarFeed.withdrawn_at.is_(None)
    )
    if (session.scalar(held) or 0) >= MOST:
        raise BadInput(f"You have {MOST} calendar feeds. Withdraw one first.", field="name")


def _subject_of(session: Session, feed: CalendarFeed) -> Subject:
    """Of a clinic's: that clinic. Of a practitioner's: them, and the clinics its maker is of."""
    if feed.clinic_id is not None:
        return Subject(frozenset({feed.clinic_id}))
    maker = session.get_one(Account, feed.account_id).as_subject()
    nowhere = frozenset({0})  # a maker of no clinic in particular: administrators' business
    return Subject(maker.clinic_ids or nowhere, feed.practitioner_id)
