"""The board: who works there on its days, and whether anything changed since it was drawn."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, String, cast, func, literal, select

from registry.leave import require
from registry.models import AuditEntry, Engagement, TreatmentType, db
from registry.queries.premises import Place
from registry.queries.staff import Person, staff_for
from registry.rules.access import Action, Actor, Subject
from registry.rules.days import Span

#: How many of the last entries make up a mark: more than are ever written at the same moment.
LAST_ENTRIES = 100


def change_mark(actor: Actor, clinic_id: int) -> str:
    """
    Another text as soon as anything was changed that its board shows. One statement, on indexes.

    Of the clinic's last entries together, for numbers are given before they are committed: one that
    comes late is lower than the highest, and would not be noticed by that alone. Of each who works
    there, and each treatment, the last: whoever changes one has it locked, so none comes late.
    """
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({clinic_id})))
    last = (
        select(AuditEntry.id)
        .where(AuditEntry.clinic_id == clinic_id)
        .order_by(AuditEntry.id.desc())
        .limit(LAST_ENTRIES)
        .subquery()
    )
    marks = db.session.execute(
        select(
            func.coalesce(func.max(last.c.id), 0),
            func.coalesce(func.sum(last.c.id), 0),
            _of_those_who_work_at(clinic_id),
            _of_treatments(),
        )
    ).one()
    return "-".join(str(mark) for mark in marks)


def _of_those_who_work_at(clinic_id: int) -> ScalarSelect[int]:
    """Time off and names are theirs, and told of without a clinic."""
    at = Engagement.clinic_id == clinic_id
    whose = select(Engagement.practitioner_id).where(at).distinct().subquery()
    theirs = AuditEntry.practitioner_id == whose.c.practitioner_id
    last = select(func.max(AuditEntry.id)).where(theirs).correlate(whose).scalar_subquery()
    return select(func.coalesce(func.sum(last), 0)).select_from(whose).scalar_subquery()


def _of_treatments() -> ScalarSelect[int]:
    """They have no clinic."""
    its = AuditEntry.subject == literal("treatment:") + cast(TreatmentType.id, String)
    last = select(func.max(AuditEntry.id)).where(its).correlate(TreatmentType).scalar_subquery()
    return select(func.coalesce(func.sum(last), 0)).select_from(TreatmentType).scalar_subquery()


def staff_on(actor: Actor, place: Place, days: Span) -> list[Person]:
    """Who works there on any of these days, by name. One statement."""
    require(actor, Action.SEE_SCHEDULE, Subject(frozenset({place.id})))
    return staff_for([place.id], (), days, None).get(place.id, [])
