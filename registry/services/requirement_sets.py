"""Requirement sets are adopted: a named person answers for the rules the organisation applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.errors import BadInput, NotFound, NotInThatState, Overtaken
from registry.leave import require
from registry.models import Adoption, AdoptionState, StoredRequirementSet, transaction
from registry.rules.access import Action, Actor, Subject
from registry.rules.requirement_sets import RequirementSet
from registry.rules.wording import with_article
from registry.services.audit_trail import record
from registry.services.settling import Settled, checked_settled


def propose_adoption(
    *,
    actor: Actor,
    jurisdiction: str,
    sets: Sequence[RequirementSet],
    settled: Settled,
    now: datetime,
) -> Adoption:
    """
    A new version of a jurisdiction's sets, which applies to nobody before it is activated.

    Raises LeftOpen naming every item that is not settled, BadInput for sets that cannot stand
    together, Overtaken where somebody proposed another version at the same instant.
    """
    with transaction() as session:
        require(actor, Action.ADOPT_REQUIREMENTS, Subject())
        _check_together(jurisdiction, sets)
        adoption = _proposed(session, actor, jurisdiction, now)
        adoption.settled = checked_settled(sets, settled, now.date())
        adoption.sets = [_stored(one) for one in sets]
        session.add(adoption)
        try:
            session.flush()
        except IntegrityError as error:
            raise Overtaken("Somebody else just proposed a version. Please try again.") from error
        _record(session, actor, "propose requirement sets", adoption, now)
        return adoption


def withdraw_proposal(*, actor: Actor, adoption_id: int, reason: str, now: datetime) -> None:
    """It stays on record. Raises NotAllowed, NotFound, and NotInThatState once it is activated."""
    with transaction() as session:
        require(actor, Action.ADOPT_REQUIREMENTS, Subject())
        adoption = locked_proposal(session, adoption_id)
        adoption.state = AdoptionState.WITHDRAWN
        _record(session, actor, "withdraw requirement sets", adoption, now, reason=reason[:500])


def locked_proposal(session: Session, adoption_id: int) -> Adoption:
    """Raises NotFound, and NotInThatState for one that is no proposal any more."""
    adoption = session.get(Adoption, adoption_id, with_for_update=True)
    if adoption is None:
        raise NotFound("There is no such record.")
    if adoption.state is not AdoptionState.PROPOSED:
        raise NotInThatState(f"This version is {adoption.state} already.")
    return adoption


def _check_together(jurisdiction: str, sets: Sequence[RequirementSet]) -> None:
    if not sets:
        raise BadInput("There is nothing to adopt.", field="sets")
    if any(one.jurisdiction != jurisdiction for one in sets):
        raise BadInput(f"Every set must be one of {jurisdiction}.", field="sets")
    for one, other in combinations(sets, 2):
        if one.profession is other.profession and _overlap(one, other):
            who, both = with_article(one.profession.title), max(one.first_day, other.first_day)
            raise BadInput(
                f"Two sets for {who} are in force on {both}: end the earlier one the day before.",
                field="sets",
            )


def _overlap(one: RequirementSet, other: RequirementSet) -> bool:
    return one.in_force_on(other.first_day) or other.in_force_on(one.first_day)


def _proposed(session: Session, actor: Actor, jurisdiction: str, now: datetime) -> Adoption:
    latest = select(func.max(Adoption.version)).where(Adoption.jurisdiction == jurisdiction)
    return Adoption(
        jurisdiction=jurisdiction,
        version=(session.scalar(latest) or 0) + 1,
        state=AdoptionState.PROPOSED,
        adopted_by=actor.account_id,
        adopted_by_name=actor.name,
        adopted_at=now,
    )


def _stored(one: RequirementSet) -> StoredRequirementSet:
    """Without what it was said to be settled: that is the adoption's to say."""
    return StoredRequirementSet(
        profession=one.profession,
        first_day=one.first_day,
        last_day=one.last_day,
        content={**one.as_mapping(), "settled": []},
    )


def _record(
    session: Session,
    actor: Actor,
    action: str,
    adoption: Adoption,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"adoption:{adoption.id}",
        at=now,
        after={
            "jurisdiction": adoption.jurisdiction,
            "version": adoption.version,
            "state": adoption.state,
            "settled": adoption.settled,
        },
        reason=reason,
    )
