"""All that was known of one practitioner, one clinic and the rules there, read in one go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from registry.models.activations import Activation, ActivationGivenUp
from registry.models.clinics import Clinic
from registry.models.facts_on_record import facts_on_record
from registry.models.knowledge import KnownPersonRow, KnownPlaceRow
from registry.models.people import Practitioner
from registry.models.requirement_sets import Adoption, AdoptionState, HouseRulesVersion
from registry.models.rules_on_record import adopted_on_record, house_rules_from
from registry.rules.knowledge import (
    AdoptedOnce,
    HouseRulesOnce,
    Knowledge,
    KnownPerson,
    KnownPlace,
    Told,
    place_from,
)


class KeptSince(NamedTuple):
    """When the first row is from; `begun` if more was known before, and was not kept."""

    first: datetime
    begun: bool


class Kept(NamedTuple):
    """`person` and `place` are None where there is nothing at all of them."""

    knowledge: Knowledge
    person: KeptSince | None
    place: KeptSince | None


def knowledge_on_record(session: Session, practitioner_id: int, clinic_id: int) -> Kept:
    """In three statements, and one more for each adoption there ever was at such a place."""
    people = _rows(session, KnownPersonRow, KnownPersonRow.practitioner_id == practitioner_id)
    places = _rows(session, KnownPlaceRow, KnownPlaceRow.clinic_id == clinic_id)
    jurisdictions = {place_from(row.content).jurisdiction for row in places}
    knowledge = Knowledge(
        clinic_id,
        tuple(Told(row.known_from, row.content) for row in people),
        tuple(Told(row.known_from, row.content) for row in places),
        _adoptions(session, jurisdictions),
        _house(session, clinic_id),
    )
    return Kept(knowledge, _since(people), _since(places))


def people_on_record(session: Session, practitioner_ids: Collection[int]) -> dict[int, KnownPerson]:
    """As the rules are told of them now, in three statements."""
    facts = facts_on_record(session, practitioner_ids)
    names = session.execute(
        select(Practitioner.id, Practitioner.name).where(Practitioner.id.in_(practitioner_ids))
    )
    return {row.id: KnownPerson(row.name, facts[row.id]) for row in names if row.id in facts}


def place_on_record(clinic: Clinic) -> KnownPlace:
    return KnownPlace(clinic.name, clinic.zone, clinic.jurisdiction)


def last_known(session: Session, kind: Any, whose: Any, ids: Collection[int]) -> dict[int, Told]:
    """The last row of each of them, by their number; of a million rows only those are read."""
    latest = select(func.max(kind.id)).where(whose.in_(ids)).group_by(whose)
    rows = session.execute(
        select(whose.label("whose"), kind.known_from, kind.content).where(kind.id.in_(latest))
    )
    return {row.whose: Told(row.known_from, row.content) for row in rows}


def _rows(session: Session, kind: Any, whose: Any) -> list[Any]:
    wanted = select(kind.known_from, kind.content, kind.begins).where(whose).order_by(kind.id)
    return list(session.execute(wanted))


def _since(rows: list[Any]) -> KeptSince | None:
    return KeptSince(rows[0].known_from, rows[0].begins) if rows else None


def _adoptions(session: Session, jurisdictions: Collection[str]) -> tuple[AdoptedOnce, ...]:
    """All that were ever begun; an older one, without a record of that, began when adopted."""
    rows = session.execute(
        select(
            Adoption.id,
            Adoption.state,
            Adoption.adopted_at,
            Adoption.active_since,
            Activation.started_at,
            ActivationGivenUp.given_up_at,
        )
        .outerjoin(Activation, Activation.adoption_id == Adoption.id)
        .outerjoin(ActivationGivenUp, ActivationGivenUp.adoption_id == Adoption.id)
        .where(Adoption.jurisdiction.in_(jurisdictions))
        .order_by(Adoption.id)
    ).all()
    return tuple(
        AdoptedOnce(
            adopted_on_record(session, row.id),
            row.started_at or row.adopted_at,
            (row.active_since or row.adopted_at) if row.state is AdoptionState.ACTIVE else None,
            row.given_up_at,
        )
        for row in rows
        if row.state is AdoptionState.ACTIVE or row.started_at is not None
    )


def _house(session: Session, clinic_id: int) -> tuple[HouseRulesOnce, ...]:
    rows = session.execute(
        select(
            HouseRulesVersion.made_at,
            HouseRulesVersion.first_day,
            cast(HouseRulesVersion.content, Text).label("content"),
        )
        .where(HouseRulesVersion.clinic_id == clinic_id)
        .order_by(HouseRulesVersion.version)
    )
    return tuple(
        HouseRulesOnce(row.made_at, house_rules_from(clinic_id, row.first_day, row.content))
        for row in rows
    )
