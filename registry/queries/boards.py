"""The board: who works there on its days, and whether anything changed since it was drawn."""

from __future__ import annotations

from sqlalchemy import func, select

from registry.leave import require
from registry.models import AuditEntry, db
from registry.queries.premises import Place
from registry.queries.staff import Person, staff_for
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span

#: How many of the last entries make up a mark: more than are ever written at the same moment.
LAST_ENTRIES = 100


def change_mark(actor: Actor, clinic_id: int) -> str:
    """
    Another text as soon as anything was changed at the clinic. One statement, on an index.

    Of the last entries together, for numbers are given before they are committed: one that
    comes late is lower than the highest, and would not be noticed by that alone.
    """
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({clinic_id})))
    last = (
        select(AuditEntry.id)
        .where(AuditEntry.clinic_id == clinic_id)
        .order_by(AuditEntry.id.desc())
        .limit(LAST_ENTRIES)
        .subquery()
    )
    highest, together = db.session.execute(
        select(func.coalesce(func.max(last.c.id), 0), func.coalesce(func.sum(last.c.id), 0))
    ).one()
    return f"{highest}-{together}"


def staff_on(actor: Actor, place: Place, days: Span) -> list[Person]:
    """Who works there on any of these days, by name. One statement."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({place.id})))
    return staff_for([place.id], (), days, None).get(place.id, [])
