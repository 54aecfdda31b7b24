"""What somebody does about a reminder: says that they are on it, or puts it off for a while."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, Overtaken
from registry.leave import require
from registry.models import (
    Clinic,
    Credential,
    CredentialVersion,
    Engagement,
    Practitioner,
    ReminderAnswer,
    transaction,
)
from registry.models.reminded import seen_to
from registry.rules.access import Action, Actor, Subject
from registry.rules.reminders import AnswerKind, snooze_fault
from registry.rules.vocabulary import Role, VersionState
from registry.rules.wording import day_in_words
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_diaries
from registry.services.outbox import promise_letter
from registry.services.reminder_letters import Reader, readers
from registry.services.sessions import own_account

CHANGED = "This was renewed or answered while you looked at it. Look again."


class _Lapsing(NamedTuple):
    session: Session
    credential: Credential
    version: CredentialVersion
    practitioner: Practitioner
    clinic: Clinic | None


def acknowledge_lapse(
    *,
    actor: Actor,
    credential_id: int,
    version_id: int,
    seen: int,
    now: datetime,
    clinic_id: int | None = None,
) -> None:
    """
    “I know, I am on it”: by whoever holds it, for everybody; or by a manager, for their clinic.

    `version_id` and `seen` (the number of the last answer, or 0) are what somebody was shown.
    Ends a snooze. Raises NotFound, NotAllowed, Overtaken.
    """
    with transaction() as session:
        found = _locked(session, actor, Action.ACKNOWLEDGE_LAPSE, credential_id, clinic_id)
        _refuse_unseen(found, version_id, seen)
        himself = Reader(own_account(actor), "", actor.name, early_letters=True)
        _answer(found, actor, AnswerKind.ACKNOWLEDGED, himself, None, now)


def snooze_lapse(
    *,
    actor: Actor,
    credential_id: int,
    version_id: int,
    seen: int,
    clinic_id: int,
    owner_id: int,
    until: date,
    now: datetime,
) -> None:
    """
    Off the clinic's list, and out of its managers' letters, through that day, its last at most.

    `owner_id` is the account of a manager there, who answers for it and is told. Not for what is
    one's own. Raises NotFound, NotAllowed, Overtaken, BadInput at `until` or `owner`.
    """
    with transaction() as session:
        found = _locked(session, actor, Action.SNOOZE_LAPSE, credential_id, clinic_id)
        _refuse_unseen(found, version_id, seen)
        last_day = found.version.last_day
        fault = last_day and snooze_fault(until, last_day, _today(found, now))
        if fault:
            raise BadInput(fault, field="until")
        known = {one.id: one for one in readers(session, Role.MANAGER, clinic_id)}
        if owner_id not in known:
            raise BadInput("Choose somebody who manages this clinic.", field="owner")
        owner = known[owner_id]
        answer = _answer(found, actor, AnswerKind.SNOOZED, owner, until, now)
        if owner_id != actor.account_id:
            _tell_owner(found, actor, answer, owner, now)


def _locked(
    session: Session, actor: Actor, action: Action, credential_id: int, clinic_id: int | None
) -> _Lapsing:
    """At a clinic where they work; without one, only one's own."""
    credential = session.get(Credential, credential_id)
    if credential is None:
        raise NotFound("There is no such record.")
    whose = session.get_one(Practitioner, credential.practitioner_id)
    clinic = None if clinic_id is None else session.get(Clinic, clinic_id)
    there = Subject(whose.as_subject().clinic_ids, whose.id)
    if clinic_id is not None:
        there = Subject(frozenset({clinic_id}), whose.id)
    require(actor, action, there)
    at = select(Engagement.id).where(
        Engagement.practitioner_id == whose.id, Engagement.clinic_id == clinic_id
    )
    nowhere = clinic_id is None and actor.practitioner_id != whose.id
    if nowhere or (clinic_id is not None and session.scalar(at.limit(1)) is None):
        raise NotFound("There is no such record.", action=action, subject=there)
    lock_diaries(session, [whose.id])
    version = session.scalar(
        select(CredentialVersion)
        .where(
            CredentialVersion.credential_id == credential_id,
            CredentialVersion.state == VersionState.VERIFIED,
            CredentialVersion.last_day.is_not(None),
        )
        .execution_options(populate_existing=True)
    )
    if version is None:
        raise Overtaken("This no longer lapses: look again.")
    return _Lapsing(session, credential, version, whose, clinic)


def _refuse_unseen(found: _Lapsing, version_id: int, seen: int) -> None:
    clinic_id = found.clinic.id if found.clinic else None
    said = seen_to(found.session, clinic_id, [found.version.id])[found.version.id]
    if (found.version.id, said.last) != (version_id, seen):
        raise Overtaken(CHANGED)


def _answer(
    found: _Lapsing,
    actor: Actor,
    kind: AnswerKind,
    owner: Reader,
    until: date | None,
    now: datetime,
) -> ReminderAnswer:
    """By whoever holds it, it is of no clinic, wherever they said it."""
    own = actor.practitioner_id == found.practitioner.id
    answer = ReminderAnswer(
        version_id=found.version.id,
        clinic_id=None if own or found.clinic is None else found.clinic.id,
        kind=kind,
        until=until,
        owner_id=owner.id,
        owner_name=owner.name,
        made_by=own_account(actor),
        made_by_name=actor.name,
        made_on=_today(found, now),
        made_at=now,
    )
    found.session.add(answer)
    found.session.flush()
    record(
        found.session,
        actor=actor,
        action="acknowledge a lapse" if kind is AnswerKind.ACKNOWLEDGED else "snooze a lapse",
        subject=f"credential:{found.credential.id}",
        at=now,
        clinic_id=answer.clinic_id,
        practitioner_id=found.practitioner.id,
        after={"version": found.version.version, "until": until, "owner": owner.name},
    )
    return answer


def _tell_owner(
    found: _Lapsing, actor: Actor, answer: ReminderAnswer, owner: Reader, now: datetime
) -> None:
    clinic, last_day = found.clinic, found.version.last_day
    if clinic is None or last_day is None or answer.until is None:
        return
    promise_letter(
        found.session,
        dedup_key=f"reminder owner:{answer.id}",
        to=owner.email,
        template="reminder_owner",
        particulars={
            "name": owner.name,
            "by": actor.name,
            "who": found.practitioner.name,
            "kind": found.credential.kind.title,
            "clinic": clinic.name,
            "day": day_in_words(last_day),
            "until": day_in_words(answer.until),
            "path": f"/oversight/expiries?clinic={clinic.id}&show=snoozed",
        },
        now=now,
        account_id=owner.id,
    )


def _today(found: _Lapsing, now: datetime) -> date:
    """At the clinic; of what is said for all of them, in whichever the day is latest."""
    if found.clinic is not None:
        return now.astimezone(ZoneInfo(found.clinic.zone)).date()
    zones = found.session.scalars(
        select(Clinic.zone)
        .join(Engagement, Engagement.clinic_id == Clinic.id)
        .where(Engagement.practitioner_id == found.practitioner.id)
    )
    return max((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date())
