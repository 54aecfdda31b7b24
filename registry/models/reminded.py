"""What was promised about versions, and what somebody did about it, as one clinic may know it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from registry.models.people import Account, AccountGrant
from registry.models.reminders import Reminder, ReminderAnswer
from registry.rules.reminders import AnswerKind, Audience
from registry.rules.vocabulary import Role

#: Versions, by their numbers or as a question for them.
Versions = Collection[int] | Select[Any]


class Told(NamedTuple):
    audience: Audience
    band: int
    at: datetime
    caught_up: bool


@dataclass(slots=True)
class SeenTo:
    """
    What was said last: that somebody is on it, by those of the clinic or by the holder; and until
    when it was put off there, with who answers for that. `last` is the number of the last answer.
    """

    last: int = 0
    acknowledged_by: str = ""
    acknowledged_on: date | None = None
    snoozed_until: date | None = None
    owner: str = ""

    def is_snoozed(self, today: date) -> bool:
        return self.snoozed_until is not None and self.snoozed_until >= today


def promised_to(
    session: Session, clinic_id: int, versions: Versions
) -> defaultdict[int, list[Told]]:
    """Of each version, to the holder and at this clinic, the first one first."""
    told = (Reminder.audience, Reminder.band, Reminder.promised_at, Reminder.caught_up)
    rows = session.execute(
        select(Reminder.version_id, *told)
        .where(Reminder.version_id.in_(versions), _here(Reminder, clinic_id))
        .order_by(Reminder.id)
    )
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for row in rows:
        found[row.version_id].append(Told(*row[1:]))
    return found


def seen_to(
    session: Session, clinic_id: int | None, versions: Versions
) -> defaultdict[int, SeenTo]:
    """Of each version, by the holder and at this clinic; none: by the holder alone."""
    answers = session.execute(
        select(ReminderAnswer, still_answered_for())
        .where(ReminderAnswer.version_id.in_(versions), _here(ReminderAnswer, clinic_id))
        .order_by(ReminderAnswer.id)
    )
    found: defaultdict[int, SeenTo] = defaultdict(SeenTo)
    for answer, counts in answers:
        _hear(found[answer.version_id], answer, counts=counts)
    return found


def still_answered_for() -> ColumnElement[bool]:
    """By the holder; or by an open account that manages that clinic to this day."""
    manages = (
        select(AccountGrant.id)
        .join(Account, Account.id == AccountGrant.account_id)
        .where(
            Account.id == ReminderAnswer.owner_id,
            Account.closed_at.is_(None),
            AccountGrant.role == Role.MANAGER,
            AccountGrant.proposed_by.is_(None),
            or_(
                AccountGrant.clinic_id.is_(None),
                AccountGrant.clinic_id == ReminderAnswer.clinic_id,
            ),
        )
        .correlate(ReminderAnswer)
        .exists()
    )
    return or_(ReminderAnswer.clinic_id.is_(None), manages)


def _hear(said: SeenTo, answer: ReminderAnswer, *, counts: bool) -> None:
    """
    A later word of the clinic takes the place of a snooze; that of the holder stands beside.

    One by somebody who manages there no more still took the place of what was said before it.
    """
    said.last = answer.id
    if not counts:
        said.snoozed_until, said.owner = None, ""
        return
    if answer.kind is AnswerKind.ACKNOWLEDGED:
        said.acknowledged_by, said.acknowledged_on = answer.made_by_name, answer.made_on
        if answer.clinic_id is None:
            return
    said.snoozed_until, said.owner = answer.until, answer.owner_name


def _here(kind: Any, clinic_id: int | None) -> Any:
    return or_(kind.clinic_id.is_(None), kind.clinic_id == clinic_id)
