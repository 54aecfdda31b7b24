"""What was done to one appointment, and by whom: for those who may read the clinic's events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from registry.models import AuditEntry, Practitioner, TreatmentType, db
from registry.queries.appointments import AppointmentPage
from registry.queries.diary import treatment_in_words
from registry.queries.premises import Place
from registry.rules.access import Action, Actor
from registry.rules.treatments import kind_in_words
from registry.rules.wording import day_in_words

MOST_HISTORY = 50
WHAT = ("treatment", "treatment_type_id", "sites")


@dataclass(frozen=True, slots=True)
class Event:
    """`changes` pairs a word with what it is since."""

    at: datetime
    action: str
    by: str
    reason: str
    changes: list[tuple[str, str]]


class Names(NamedTuple):
    practitioners: dict[int, str]
    treatments: dict[int, str]


def history(actor: Actor, page: AppointmentPage) -> list[Event]:
    """What was done to it, the latest first; empty for whoever may not read the clinic's events."""
    if not page.actions & {Action.SEE_CLINIC_EVENTS, Action.SEE_PRACTITIONER_EVENTS}:
        return []
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.body)
        .where(AuditEntry.subject == f"appointment:{page.id}")
        .order_by(AuditEntry.id.desc())
        .limit(MOST_HISTORY)
    )
    told = [(row, json.loads(row.body)) for row in rows]
    names = _names(body for _, body in told)
    return [_event(row, body, page.place, names) for row, body in told]


def _names(bodies: Iterable[dict[str, Any]]) -> Names:
    """Who it was given to, and what it was to be, by their numbers. Two statements."""
    afters = [body.get("after") or {} for body in bodies]

    def named(kind: type[Practitioner] | type[TreatmentType], key: str) -> dict[int, str]:
        numbers = {after.get(key) for after in afters} - {None}
        rows = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(numbers)))
        return {row.id: row.name for row in rows}

    return Names(named(Practitioner, "practitioner_id"), named(TreatmentType, "treatment_type_id"))


def _event(row: Any, body: dict[str, Any], where: Place, names: Names) -> Event:
    before, after = body.get("before") or {}, body.get("after") or {}
    reason = body.get("reason") or after.get("reason") or ""
    return Event(
        row.at, row.action, body["by"]["name"], reason, _changes(before, after, where, names)
    )


def _changes(
    before: dict[str, Any], after: dict[str, Any], where: Place, names: Names
) -> list[tuple[str, str]]:
    """What changed, in words; who and where are told by the facts above."""
    words: dict[str, str] = {
        name: _shown(name, str(after[name]), where)
        for name in ("state", "starts_at")
        if name in after and before.get(name) != after[name]
    }
    if not before:
        return list(words.items())
    if _differ(before, after, "room_id"):
        words["room"] = next((r.name for r in where.rooms if r.id == after["room_id"]), "another")
    if _differ(before, after, "practitioner_id"):
        words["practitioner"] = names.practitioners.get(after["practitioner_id"], "somebody else")
    if any(_differ(before, after, name) for name in WHAT):
        kind = kind_in_words(str(after["treatment"]))
        named = names.treatments.get(after.get("treatment_type_id") or 0, kind)
        words["what"] = treatment_in_words(named, after["sites"])
    return list(words.items())


def _differ(before: dict[str, Any], after: dict[str, Any], name: str) -> bool:
    return name in after and before.get(name) != after[name]


def _shown(name: str, value: str, where: Place) -> str:
    if name != "starts_at":
        return value.replace("_", "-")
    local = datetime.fromisoformat(value).astimezone(where.zone)
    return f"{day_in_words(local.date())}, {local:%H:%M}"
