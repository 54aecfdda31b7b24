"""Privileges: derived from facts and requirement sets, together with whatever changed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from registry.models import Clinic, Engagement, Privilege
from registry.models.facts_on_record import facts_on_record, sets_on_record
from registry.rules.access import Actor
from registry.rules.days import Span, day_after
from registry.rules.privileges import spans
from registry.services.diary_lock import lock_diaries
from registry.services.holds import (
    LostGround,
    hold_uncovered,
    hold_unengaged,
    tell_of_holds,
)

#: Where: a clinic and a site there, and the spans of days on which the site may be needled.
Spans = dict[tuple[int, str], tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written so that the table says what the rules say."""

    insert: list[dict[str, Any]]
    update: list[dict[str, Any]]
    delete: list[dict[str, Any]]


def rederive(
    session: Session,
    *,
    actor: Actor,
    practitioner_ids: Collection[int],
    because: str,
    now: datetime,
) -> list[LostGround]:
    """
    Make the privileges of these practitioners what the facts now say.

    Confirmed appointments that lose their ground are put on hold first (`because` says why), for
    the database refuses to take a span from under one. So are other treatments with somebody who
    works there no more. Who must act is written to. Returns them, the soonest first.
    """
    lock_diaries(session, practitioner_ids)
    session.flush()
    derived = derive(session, practitioner_ids)
    stored = stored_privileges(session, practitioner_ids)
    lost = hold_unengaged(
        session, actor=actor, practitioner_ids=practitioner_ids, because=because, now=now
    )
    for practitioner_id in sorted(practitioner_ids):
        old, new = stored[practitioner_id], derived.get(practitioner_id, {})
        if old == new:
            continue
        lost += hold_uncovered(
            session,
            actor=actor,
            practitioner_id=practitioner_id,
            covered=new,
            since=_first_day_lost(old, new),
            because=because,
            now=now,
        )
        _write(session, _change(practitioner_id, old, new))
    tell_of_holds(session, lost, because, now)
    return sorted(lost, key=lambda appointment: appointment.starts_at)


def derive(session: Session, practitioner_ids: Collection[int]) -> dict[int, Spans]:
    """What the rules say of each practitioner, at every clinic where they ever work."""
    clinics = defaultdict(list)
    for practitioner_id, clinic_id, jurisdiction in session.execute(
        select(Engagement.practitioner_id, Clinic.id, Clinic.jurisdiction)
        .join(Clinic, Clinic.id == Engagement.clinic_id)
        .where(Engagement.practitioner_id.in_(practitioner_ids))
        .distinct()
    ):
        clinics[practitioner_id].append((clinic_id, jurisdiction))
    sets = sets_on_record(session, {j for places in clinics.values() for _, j in places})
    return {
        practitioner_id: {
            (clinic_id, site): tuple(days)
            for clinic_id, jurisdiction in clinics[practitioner_id]
            for site, days in spans(facts, sets, clinic_id, jurisdiction).items()
        }
        for practitioner_id, facts in facts_on_record(session, practitioner_ids).items()
    }


def stored_privileges(session: Session, practitioner_ids: Collection[int]) -> Mapping[int, Spans]:
    """What the table says of each of them; nothing of those it does not name."""
    found: defaultdict[int, Spans] = defaultdict(dict)
    for row in session.execute(
        select(
            Privilege.practitioner_id,
            Privilege.clinic_id,
            Privilege.site,
            Privilege.first_day,
            Privilege.last_day,
        )
        .where(Privilege.practitioner_id.in_(practitioner_ids))
        .order_by(Privilege.first_day)
    ):
        where = (row.clinic_id, row.site)
        before = found[row.practitioner_id].get(where, ())
        found[row.practitioner_id][where] = (*before, Span(row.first_day, row.last_day))
    return found


def _first_day_lost(old: Spans, new: Spans) -> date:
    """The first day that some site loses; date.max where nothing is lost."""
    lost = [date.max]
    for where, before in old.items():
        for span in before:
            kept = next((s for s in new.get(where, ()) if s.first <= span.first <= s.last), None)
            if kept is None:
                lost.append(span.first)
            elif kept.last < span.last:
                lost.append(day_after(kept.last))
    return min(lost)


def _change(practitioner_id: int, old: Spans, new: Spans) -> Change:
    change = Change([], [], [])
    for where in old.keys() | new.keys():
        before = {span.first: span.last for span in old.get(where, ())}
        after = {span.first: span.last for span in new.get(where, ())}
        key = {"practitioner_id": practitioner_id, "clinic_id": where[0], "site": where[1]}
        for first, last in after.items():
            row = {**key, "first_day": first, "last_day": last}
            if first not in before:
                change.insert.append(row)
            elif before[first] != last:
                change.update.append(row)
        change.delete.extend({**key, "first_day": first} for first in before.keys() - after.keys())
    return change


def _write(session: Session, change: Change) -> None:
    """Added before taken away, so that no confirmed appointment stands uncovered in between."""
    if change.insert:
        session.execute(insert(Privilege), change.insert)
    if change.update:
        session.execute(update(Privilege), change.update)
    for row in change.delete:
        session.execute(delete(Privilege).where(*_is(row.items())))


def _is(values: Iterable[tuple[str, Any]]) -> list[Any]:
    return [getattr(Privilege, name) == value for name, value in values]
