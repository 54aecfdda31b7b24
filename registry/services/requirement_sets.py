"""Requirement sets are adopted: a named person answers for the rules the organisation applies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.errors import BadInput
from registry.leave import require
from registry.models import Adoption, Clinic, Engagement, StoredRequirementSet, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.requirement_sets import RequirementSet
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_every_diary
from registry.services.holds import LostGround
from registry.services.privileges import rederive


def adopt_requirements(
    *,
    actor: Actor,
    jurisdiction: str,
    sets: Collection[RequirementSet],
    settled: Mapping[str, str],
    now: datetime,
) -> list[LostGround]:
    """
    A jurisdiction's sets apply from now on, each from its own first day.

    `settled` holds the adopter's reading of every open question, by its code. Raises BadInput
    naming those left open. Returns the appointments that lost their ground by it.
    """
    with transaction() as session:
        require(actor, Action.ADOPT_REQUIREMENTS, Subject())
        open_codes = {question.code for one in sets for question in one.open_questions}
        if left := sorted(code for code in open_codes if not settled.get(code, "").strip()):
            raise BadInput(f"Settle these first: {', '.join(left)}.", field=left[0])
        lock_every_diary(session)
        adoption = _store(session, actor, jurisdiction, sets, settled, now)
        record(
            session,
            actor=actor,
            action="adopt requirement sets",
            subject=f"adoption:{adoption.id}",
            at=now,
            after={"jurisdiction": jurisdiction, "version": adoption.version, "settled": settled},
        )
        return rederive(
            session,
            actor=actor,
            practitioner_ids=_who_works_in(session, jurisdiction),
            because=f"Requirement set of {jurisdiction}, version {adoption.version}, was adopted.",
            now=now,
        )


def _store(
    session: Session,
    actor: Actor,
    jurisdiction: str,
    sets: Collection[RequirementSet],
    settled: Mapping[str, str],
    now: datetime,
) -> Adoption:
    before = session.scalar(
        select(func.max(Adoption.version)).where(Adoption.jurisdiction == jurisdiction)
    )
    adoption = Adoption(
        jurisdiction=jurisdiction,
        version=(before or 0) + 1,
        settled=dict(settled),
        adopted_by=actor.account_id,
        adopted_by_name=actor.name,
        adopted_at=now,
        sets=[
            StoredRequirementSet(
                profession=one.profession,
                first_day=one.first_day,
                last_day=one.last_day,
                content=one.as_mapping(),
            )
            for one in sets
        ],
    )
    session.add(adoption)
    session.flush()
    return adoption


def _who_works_in(session: Session, jurisdiction: str) -> list[int]:
    return list(
        session.scalars(
            select(Engagement.practitioner_id)
            .join(Clinic, Clinic.id == Engagement.clinic_id)
            .where(Clinic.jurisdiction == jurisdiction)
            .distinct()
        )
    )
