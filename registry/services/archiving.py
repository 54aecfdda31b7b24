"""Archiving: a practitioner works nowhere any more, until somebody brings them back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import NotInThatState
from registry.models import Appointment, Clinic, Engagement, Practitioner, transaction
from registry.rules.access import Action, Actor
from registry.rules.vocabulary import AT_STAKE
from registry.services.audit_trail import last_told
from registry.services.engagements import engage
from registry.services.holds import LostGround
from registry.services.practitioners import locked_practitioner, record_change
from registry.services.privileges import rederive

Shown = dict[str, Any]


def archive_practitioner(
    *, actor: Actor, practitioner_id: int, reason: str = "", now: datetime
) -> list[LostGround]:
    """
    Their engagements end today, and what is booked from this moment on is put on hold.

    What they treated until now keeps its ground; their record, credentials and history stay.
    Returns what lost its ground. Raises NotInThatState if it is done already.
    """
    action = Action.ARCHIVE_PRACTITIONER
    with transaction() as session:
        practitioner = locked_practitioner(session, practitioner_id, action, actor)
        if practitioner.archived_at is not None:
            raise NotInThatState("This practitioner is archived already.")
        practitioner.archived_at = now
        before = {"archived_at": None, "engagements": _end_engagements(session, practitioner, now)}
        after = {"archived_at": now}
        record_change(session, actor, action, practitioner, now, before, after, reason)
        return rederive(
            session,
            actor=actor,
            practitioner_ids=[practitioner_id],
            because=f"{practitioner.name} was archived.",
            now=now,
            cause=f"practitioner:{practitioner_id}",
        )


def bring_back_practitioner(
    *, actor: Actor, practitioner_id: int, reason: str = "", now: datetime
) -> None:
    """
    From today on they work where archiving ended it, until the last day that had been agreed.

    In the days between they worked nowhere. What is still on hold with them and still fits stands
    again. Raises NotInThatState for one who is not archived.
    """
    with transaction() as session:
        practitioner = locked_practitioner(
            session, practitioner_id, Action.ARCHIVE_PRACTITIONER, actor
        )
        if practitioner.archived_at is None:
            raise NotInThatState("This practitioner is not archived.")
        before = {"archived_at": practitioner.archived_at}
        practitioner.archived_at = None
        after = {"archived_at": None, "engagements": _engage_again(session, practitioner, now)}
        record_change(
            session, actor, "bring back practitioner", practitioner, now, before, after, reason
        )
        rederive(
            session,
            actor=actor,
            practitioner_ids=[practitioner_id],
            because=f"{practitioner.name} was brought back.",
            now=now,
        )


def _end_engagements(session: Session, practitioner: Practitioner, now: datetime) -> list[Shown]:
    """Those that run end, those that lie ahead go; as they were, for the trail to remember."""
    were: list[Shown] = []
    for engagement in practitioner.engagements:
        today = _today(session, engagement.clinic_id, now)
        if engagement.last_day is not None and engagement.last_day <= today:
            continue
        were.append(_shown(engagement))
        if engagement.first_day > today:
            session.delete(engagement)
        else:
            engagement.last_day = max(today, _under_way_until(session, engagement, now) or today)
    session.flush()
    session.expire(practitioner, ["engagements"])
    return were


def _engage_again(session: Session, practitioner: Practitioner, now: datetime) -> list[Shown]:
    subject = f"practitioner:{practitioner.id}"
    told = last_told(session, subject=subject, action=Action.ARCHIVE_PRACTITIONER)
    again: list[Shown] = []
    for was in (told.get("before") or {}).get("engagements", ()):
        first_day, last_day = date.fromisoformat(was["first_day"]), _day(was["last_day"])
        today = _today(session, was["clinic"], now)
        if last_day is not None and last_day < today:
            continue
        engagement = _kept(session, practitioner.id, was["clinic"], first_day)
        if engagement is not None and (engagement.last_day or today) >= today:
            engagement.last_day = last_day  # archived today: nothing lies between
        else:
            since = max(first_day, today)
            engagement = engage(session, practitioner, was["clinic"], since, last_day)
        again.append(_shown(engagement))
    session.flush()
    return again


def _kept(
    session: Session, practitioner_id: int, clinic_id: int, first_day: date
) -> Engagement | None:
    """By what is never given to another one; numbers of rows that are gone may be."""
    return session.scalar(
        select(Engagement).where(
            Engagement.practitioner_id == practitioner_id,
            Engagement.clinic_id == clinic_id,
            Engagement.first_day == first_day,
        )
    )


def _under_way_until(session: Session, engagement: Engagement, now: datetime) -> date | None:
    """A treatment that has begun may end after midnight, and keeps its ground until then."""
    until: date | None = session.scalar(
        select(func.max(Appointment.last_day)).where(
            Appointment.practitioner_id == engagement.practitioner_id,
            Appointment.clinic_id == engagement.clinic_id,
            Appointment.state.in_(AT_STAKE),
            Appointment.starts_at <= now,
        )
    )
    return until


def _today(session: Session, clinic_id: int, now: datetime) -> date:
    """By the clinic's clock."""
    return now.astimezone(ZoneInfo(session.get_one(Clinic, clinic_id).zone)).date()


def _shown(engagement: Engagement) -> Shown:
    return {
        "clinic": engagement.clinic_id,
        "first_day": engagement.first_day,
        "last_day": engagement.last_day,
    }


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
