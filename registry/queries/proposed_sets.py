"""The sets of a proposal, as somebody edits them before they are put in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from registry.errors import NotFound, NotInThatState
from registry.leave import require
from registry.models import Adoption, AdoptionState, db
from registry.models.rules_on_record import adopted_on_record
from registry.queries.requirement_sets import shipped_file
from registry.rules.access import Action, Actor, Subject
from registry.rules.requirement_sets import RequirementSet


@dataclass(frozen=True, slots=True)
class ProposedSets:
    """`settled` is as the adoption keeps it. A proposal never changes, so a place in it is sure."""

    adoption_id: int
    code: str
    name: str
    version: int
    sets: tuple[RequirementSet, ...]
    settled: dict[str, Any]


def proposed_sets(actor: Actor, code: str, version: int) -> ProposedSets:
    """Raises NotAllowed, NotFound, and NotInThatState for what is no proposal any more."""
    require(actor, Action.ADOPT_REQUIREMENTS, Subject())
    name = shipped_file(code).name
    wanted = select(Adoption).where(Adoption.jurisdiction == code, Adoption.version == version)
    row = db.session.scalar(wanted)
    if row is None:
        raise NotFound(f"There is no version {version} for {name}.")
    if row.state is not AdoptionState.PROPOSED:
        raise NotInThatState(f"Version {version} is {row.state}, so it is not edited any more.")
    sets = adopted_on_record(db.session(), row.id)
    return ProposedSets(row.id, code, name, version, sets, row.settled)
