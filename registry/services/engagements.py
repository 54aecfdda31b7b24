"""Engagements: where a practitioner works, from a day to a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState
from registry.leave import require
from registry.models import Clinic, Engagement, Practitioner, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.wording import day_in_words
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_diaries
from registry.services.holds import LostGround
from registry.services.privileges import rederive


def engage_practitioner(
    *,
    actor: Actor,
    practitioner_id: int,
    clinic_id: int,
    first_day: date,
    last_day: date | None = None,
    now: datetime,
) -> Engagement:
    """
    They work there from now on too, both days included.

    Needs the right at the clinic, and to know the practitioner. Raises NotFound, NotAllowed,
    NotInThatState for one who is archived, BadInput at `clinic_id`, `first_day` or `last_day`.
    """
    with transaction() as session:
        practitioner = _newcomer(session, actor, practitioner_id, clinic_id)
        engagement = engage(session, practitioner, clinic_id, first_day, last_day)
        record(
            session,
            actor=actor,
            action="engage practitioner",
            subject=f"engagement:{engagement.id}",
            at=now,
            clinic_id=clinic_id,
            practitioner_id=practitioner_id,
            after={"first_day": first_day, "last_day": last_day},
        )
        rederive(
            session,
            actor=actor,
            practitioner_ids=[practitioner_id],
            because=f"{practitioner.name} works at another clinic too.",
            now=now,
        )
        return engagement


def end_engagement(
    *, actor: Actor, engagement_id: int, last_day: date, now: datetime
) -> list[LostGround]:
    """
    The last day they work there, itself included; what is booked after it is put on hold.

    Returns what lost its ground. Raises NotFound, NotAllowed, NotInThatState for one who is
    archived, BadInput at `last_day`.
    """
    with transaction() as session:
        engagement = _locked(session, engagement_id)
        subject = Subject(frozenset({engagement.clinic_id}), engagement.practitioner_id)
        require(actor, Action.ARCHIVE_PRACTITIONER, subject)
        practitioner = session.get_one(Practitioner, engagement.practitioner_id)
        _refuse_archived(practitioner)
        _refuse_backwards(engagement.first_day, last_day)
        before, engagement.last_day = engagement.last_day, last_day
        session.flush()
        _refuse_overlap(session, engagement)
        record(
            session,
            actor=actor,
            action="end engagement",
            subject=f"engagement:{engagement_id}",
            at=now,
            clinic_id=engagement.clinic_id,
            practitioner_id=engagement.practitioner_id,
            before={"last_day": before},
            after={"last_day": last_day},
        )
        return rederive(
            session,
            actor=actor,
            practitioner_ids=[engagement.practitioner_id],
            because=f"{practitioner.name} works at the clinic until {day_in_words(last_day)}.",
            now=now,
            cause=f"engagement:{engagement_id}",
        )


def engage(
    session: Session,
    practitioner: Practitioner,
    clinic_id: int,
    first_day: date,
    last_day: date | None,
) -> Engagement:
    """What several use cases share. Whoever calls it re-derives afterwards."""
    if session.get(Clinic, clinic_id) is None:
        raise BadInput("There is no such clinic.", field="clinic_id")
    _refuse_backwards(first_day, last_day)
    engagement = Engagement(
        practitioner_id=practitioner.id,
        clinic_id=clinic_id,
        first_day=first_day,
        last_day=last_day,
    )
    _refuse_overlap(session, engagement)
    practitioner.engagements.append(engagement)
    session.flush()
    return engagement


def _newcomer(session: Session, actor: Actor, practitioner_id: int, clinic_id: int) -> Practitioner:
    """Who is to work at that clinic too, their diary locked."""
    lock_diaries(session, [practitioner_id])
    practitioner = session.get(Practitioner, practitioner_id)
    if practitioner is None:
        raise NotFound("There is no such record.")
    require(actor, Action.ADD_PRACTITIONER, practitioner.as_subject())
    require(actor, Action.ADD_PRACTITIONER, Subject(frozenset({clinic_id})))
    _refuse_archived(practitioner)
    return practitioner


def _locked(session: Session, engagement_id: int) -> Engagement:
    found = session.get(Engagement, engagement_id)
    if found is None:
        raise NotFound("There is no such record.")
    lock_diaries(session, [found.practitioner_id])
    session.refresh(found)
    return found


def _refuse_archived(practitioner: Practitioner) -> None:
    """Archiving ended what they had, and only bringing them back takes it up again."""
    if practitioner.archived_at is not None:
        raise NotInThatState("This practitioner is archived.")


def _refuse_backwards(first_day: date, last_day: date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise BadInput("The last day is before the first.", field="last_day")


def _refuse_overlap(session: Session, engagement: Engagement) -> None:
    """One row for one stretch, so that ending it ends it."""
    others = session.scalars(
        select(Engagement).where(
            Engagement.practitioner_id == engagement.practitioner_id,
            Engagement.clinic_id == engagement.clinic_id,
            Engagement.id != (engagement.id or 0),
        )
    )
    for other in others:
        starts_before = engagement.last_day is None or other.first_day <= engagement.last_day
        if starts_before and (other.last_day is None or other.last_day >= engagement.first_day):
            raise BadInput(
                f"They work at this clinic already, from {day_in_words(other.first_day)} on.",
                field="first_day",
            )
