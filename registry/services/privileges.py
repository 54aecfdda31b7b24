"""Privileges: derived from facts and requirement sets, together with whatever changed them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from registry.models import Appointment, Privilege
from registry.models.derived_privileges import Spans, derive, first_day_lost, stored_privileges
from registry.rules.access import Actor
from registry.rules.vocabulary import AT_STAKE, Treatment
from registry.services.diary_lock import lock_diaries
from registry.services.holds import (
    LostGround,
    Occasion,
    hold_uncovered,
    hold_unengaged,
    tell_of_holds,
)
from registry.services.incidents import look_back_upon
from registry.services.knowledge import keep_known_people
from registry.services.provisional import settle_provisional
from registry.services.restoring import restore_covered

TABLE = Privilege.metadata.tables[Privilege.__tablename__]
KEY = ("practitioner_id", "clinic_id", "site", "first_day")
ONE = [TABLE.c[name] == bindparam(f"its_{name}") for name in KEY]
NEW_SPAN = insert(TABLE)
OTHER_END = update(TABLE).where(*ONE).values(last_day=bindparam("until"))
GONE = delete(TABLE).where(*ONE)


@dataclass(slots=True)
class Change:
    """What is to be written so that the table says what the rules say."""

    insert: list[dict[str, Any]] = field(default_factory=list)
    update: list[dict[str, Any]] = field(default_factory=list)
    delete: list[dict[str, Any]] = field(default_factory=list)


def rederive(
    session: Session,
    *,
    actor: Actor,
    practitioner_ids: Collection[int],
    because: str,
    now: datetime,
    cause: str = "",
) -> list[LostGround]:
    """
    Make the privileges of these practitioners what the facts now say.

    Confirmed appointments that lose their ground are put on hold first (`because` says why), for
    the database refuses to take a span from under one. So are other treatments with somebody who
    works there no more; `cause` names what took their ground, as the audit trail names it. What is
    on hold and has its ground again is restored, if it still fits. What was provisional is
    confirmed where it is covered by now, and held where it waits for nothing any more. Who must act
    is written to, and an incident is opened of what had begun. Returns what is held or had begun,
    the soonest first.
    """
    lock_diaries(session, practitioner_ids)
    session.flush()
    lost = _put_right(session, Occasion(actor, because, now, cause), practitioner_ids)
    restore_covered(
        session, actor=actor, practitioner_ids=practitioner_ids, because=because, now=now
    )
    lost += settle_provisional(session, actor, practitioner_ids, because, now, cause=cause)
    tell_of_holds(session, lost, because, now)
    look_back_upon(session, actor=actor, lost=lost, because=because, cause=cause, now=now)
    keep_known_people(session, practitioner_ids, now)
    return sorted(lost, key=lambda appointment: appointment.starts_at)


def _put_right(
    session: Session, on: Occasion, practitioner_ids: Collection[int]
) -> list[LostGround]:
    """The table, once nothing stands any more on what goes; what stood on it is returned."""
    moved = _moved(session, practitioner_ids)
    since = {who: first_day_lost(old, new) for who, (old, new) in moved.items()}
    lost = hold_unengaged(session, on, practitioner_ids)
    for who in _with_work_at_stake(session, since):
        lost += hold_uncovered(session, on, who, moved[who][1], since[who])
    _write(session, moved)
    return lost


def _moved(session: Session, practitioner_ids: Collection[int]) -> dict[int, tuple[Spans, Spans]]:
    """Those for whom the table says something else than the rules: what it says, and they."""
    derived = derive(session, practitioner_ids)
    stored = stored_privileges(session, practitioner_ids)
    return {
        who: (stored[who], derived.get(who, {}))
        for who in sorted(practitioner_ids)
        if stored[who] != derived.get(who, {})
    }


def _with_work_at_stake(session: Session, since: Mapping[int, date]) -> list[int]:
    """Those with needling from the first day on that they lose; one question for all of them."""
    losers = {who: day for who, day in since.items() if day != date.max}
    if not losers:
        return []
    latest = (
        select(Appointment.practitioner_id, func.max(Appointment.last_day))
        .where(
            Appointment.practitioner_id.in_(losers),
            Appointment.state.in_(AT_STAKE),
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.last_day >= min(losers.values()),
            Appointment.ground_lost_at.is_(None),
        )
        .group_by(Appointment.practitioner_id)
        .order_by(Appointment.practitioner_id)
    )
    return [who for who, last_day in session.execute(latest) if last_day >= losers[who]]


def _write(session: Session, moved: Mapping[int, tuple[Spans, Spans]]) -> None:
    """Added before taken away, so that no confirmed appointment stands uncovered in between."""
    change = Change()
    for practitioner_id, (old, new) in moved.items():
        _note(change, practitioner_id, old, new)
    for statement, rows in (
        (NEW_SPAN, change.insert),
        (OTHER_END, change.update),
        (GONE, change.delete),
    ):
        if rows:
            session.connection().execute(statement, rows)


def _note(change: Change, practitioner_id: int, old: Spans, new: Spans) -> None:
    for where in old.keys() | new.keys():
        before = {span.first: span.last for span in old.get(where, ())}
        after = {span.first: span.last for span in new.get(where, ())}
        for first, last in after.items():
            key = (practitioner_id, *where, first)
            if first not in before:
                change.insert.append({**dict(zip(KEY, key, strict=True)), "last_day": last})
            elif before[first] != last:
                change.update.append({**_its(key), "until": last})
        change.delete.extend(
            _its((practitioner_id, *where, first)) for first in before.keys() - after.keys()
        )


def _its(key: tuple[int, int, str, date]) -> dict[str, Any]:
    return {f"its_{name}": value for name, value in zip(KEY, key, strict=True)}
