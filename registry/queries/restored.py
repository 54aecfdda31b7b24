"""Restored by themselves: appointments whose ground came back while they were still on hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select

from registry.leave import require
from registry.models import Appointment, AuditEntry, Practitioner, db
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject
from registry.rules.holds import RESTORED_BY_ITSELF

MOST_SHOWN = 50
#: Written out, not handed over: the index of just these entries is found by it.
SO_NAMED = AuditEntry.action == literal_column(f"'{RESTORED_BY_ITSELF}'")


@dataclass(frozen=True, slots=True)
class Restored:
    """One that stands again: when that was, and what brought its ground back."""

    id: int
    starts_at: datetime
    practitioner: str
    at: datetime
    because: str


def restored_by(actor: Actor, since: datetime) -> int:
    """How many stand again by what this person did from that moment on. One statement."""
    wanted = _entries(since).where(AuditEntry.account_id == actor.account_id)
    counted = wanted.with_only_columns(func.count()).order_by(None)
    return db.session.scalar(counted) or 0


def restored_at(actor: Actor, place: ClinicSeen, since: datetime) -> list[Restored]:
    """There since that moment, the latest first. One statement, two if there are any."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({place.id})))
    entries = db.session.execute(
        _entries(since).where(AuditEntry.clinic_id == place.id).limit(MOST_SHOWN)
    ).all()
    numbers = {row.id: int(row.subject.partition(":")[2]) for row in entries}
    if not numbers:
        return []
    booked = {
        row.id: row
        for row in db.session.execute(
            select(Appointment.id, Appointment.starts_at, Practitioner.name)
            .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
            .where(Appointment.id.in_(numbers.values()))
        )
    }
    return [
        Restored(one.id, one.starts_at, one.name, row.at, json.loads(row.body)["reason"])
        for row in entries
        if (one := booked.get(numbers[row.id])) is not None
    ]


def _entries(since: datetime) -> Any:
    return (
        select(AuditEntry.id, AuditEntry.at, AuditEntry.subject, AuditEntry.body)
        .where(SO_NAMED, AuditEntry.at >= since)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
