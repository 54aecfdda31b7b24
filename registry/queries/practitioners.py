"""Practitioners as setting up needs them: who is on record, and where they work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from registry.errors import NotAllowed, NotFound
from registry.leave import require
from registry.models import Account, Clinic, Engagement, Practitioner, db
from registry.rules.access import Action, Actor, Answer, Subject, answer, may
from registry.rules.vocabulary import Profession, Role

LOOKERS = (Role.FRONT_DESK, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class WorksAt:
    engagement_id: int
    clinic_id: int
    clinic: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class PractitionerLine:
    """`works_at` names only clinics that the asker reaches."""

    id: int
    name: str
    profession: Profession
    npi: str | None
    email: str
    phone: str
    languages: list[str]
    archived_at: datetime | None
    account_id: int | None
    works_at: tuple[WorksAt, ...]


def practitioners_on_record(
    *, actor: Actor, clinic_id: int | None = None
) -> list[PractitionerLine]:
    """Whom they may see in full, by name, archived ones last, in two statements."""
    if not actor.holds(*LOOKERS):
        raise NotAllowed(
            "You may not see who is on record.", action=Action.SEE_PROFILE, subject=Subject()
        )
    engaged = _engagements()
    return [
        _line(row, engaged[row.id], actor.clinics(*LOOKERS))
        for row in _rows()
        if answer(actor, Action.SEE_PROFILE, _subject(row.id, engaged[row.id])) is Answer.ALLOWED
        and (clinic_id is None or any(each.clinic_id == clinic_id for each in engaged[row.id]))
    ]


def practitioner_on_record(*, actor: Actor, practitioner_id: int) -> PractitionerLine:
    """Raises NotFound, NotAllowed."""
    engaged = _engagements(practitioner_id)[practitioner_id]
    subject = _subject(practitioner_id, engaged)
    row = next(iter(_rows(practitioner_id)), None)
    if row is None:
        raise NotFound("There is no such record.", action=Action.SEE_PROFILE, subject=subject)
    if require(actor, Action.SEE_PROFILE, subject) is not Answer.ALLOWED:
        raise NotAllowed(
            "You may not see the full profile.", action=Action.SEE_PROFILE, subject=subject
        )
    return _line(row, engaged, actor.clinics(*LOOKERS))


def may_to(actor: Actor, action: Action, whom: PractitionerLine) -> bool:
    return may(actor, action, subject_of(whom))


def subject_of(whom: PractitionerLine) -> Subject:
    return _subject(whom.id, whom.works_at)


def _engagements(practitioner_id: int | None = None) -> defaultdict[int, list[WorksAt]]:
    wanted = (
        select(
            Engagement.practitioner_id,
            Engagement.id,
            Engagement.clinic_id,
            Clinic.name,
            Engagement.first_day,
            Engagement.last_day,
        )
        .join(Clinic, Clinic.id == Engagement.clinic_id)
        .order_by(Clinic.name, Engagement.first_day)
    )
    if practitioner_id is not None:
        wanted = wanted.where(Engagement.practitioner_id == practitioner_id)
    found: defaultdict[int, list[WorksAt]] = defaultdict(list)
    for row in db.session.execute(wanted):
        found[row[0]].append(WorksAt(*row[1:]))
    return found


def _rows(practitioner_id: int | None = None) -> Sequence[Any]:
    wanted = (
        select(
            Practitioner.id,
            Practitioner.name,
            Practitioner.profession,
            Practitioner.npi,
            Practitioner.email,
            Practitioner.phone,
            Practitioner.languages,
            Practitioner.archived_at,
            Account.id.label("account_id"),
        )
        .outerjoin(Account, Account.practitioner_id == Practitioner.id)
        .order_by(Practitioner.archived_at.is_not(None), Practitioner.name, Practitioner.id)
    )
    if practitioner_id is not None:
        wanted = wanted.where(Practitioner.id == practitioner_id)
    return db.session.execute(wanted).all()


def _line(row: Any, engaged: list[WorksAt], reached: frozenset[int] | None) -> PractitionerLine:
    known = tuple(each for each in engaged if reached is None or each.clinic_id in reached)
    return PractitionerLine(**row._asdict(), works_at=known)


def _subject(practitioner_id: int, engaged: Iterable[WorksAt]) -> Subject:
    return Subject(frozenset(each.clinic_id for each in engaged), practitioner_id)
