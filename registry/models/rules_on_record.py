"""The rules on record: adopted sets, those being activated, and house rules, as a rulebook."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    String,
    Text,
    bindparam,
    cast,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from registry.models.clinics import Clinic
from registry.models.requirement_sets import (
    Adoption,
    AdoptionState,
    HouseRulesVersion,
    StoredRequirementSet,
)
from registry.rules.findings import Requirement
from registry.rules.house_rules import HouseRules, parse_house_requirement, timeline
from registry.rules.requirement_sets import AdoptedVersion, RequirementSet, parse_requirement_set
from registry.rules.rulebooks import Adopted, Rulebook

OF: BindParameter[Any] = bindparam("asked", expanding=True)
HOUSE = "house"


def rulebook_on_record(session: Session, jurisdictions: Collection[str]) -> Rulebook:
    """All ever adopted for these jurisdictions, and their clinics' own, in one statement."""
    adopted: dict[str, defaultdict[int, list[RequirementSet]]] = {
        AdoptionState.ACTIVE: defaultdict(list),
        AdoptionState.ACTIVATING: defaultdict(list),
    }
    house: defaultdict[int, list[HouseRules]] = defaultdict(list)
    for row in session.execute(_statement(), {"asked": list(jurisdictions)}):
        if row.state == HOUSE:
            house[row.of].append(house_rules_from(row.of, row.first_day, row.content))
        else:
            adopted[row.state][row.of].append(_parsed(row.content, row.settled, _version(row)))
    return Rulebook(
        _in_order(adopted[AdoptionState.ACTIVE]),
        _in_order(adopted[AdoptionState.ACTIVATING]),
        tuple(rules for versions in house.values() for rules in timeline(versions)),
    )


def adopted_on_record(session: Session, adoption_id: int) -> Adopted:
    """The sets of one adoption, whatever became of it."""
    rows = session.execute(
        select(
            cast(StoredRequirementSet.content, Text).label("content"),
            cast(Adoption.settled, Text).label("settled"),
            *_its_version(),
        )
        .join(Adoption, Adoption.id == StoredRequirementSet.adoption_id)
        .where(Adoption.id == adoption_id)
        .order_by(StoredRequirementSet.id)
    )
    return tuple(_parsed(row.content, row.settled, _version(row)) for row in rows)


def _in_order(adopted: dict[int, list[RequirementSet]]) -> tuple[Adopted, ...]:
    return tuple(tuple(adopted[number]) for number in sorted(adopted))


def _version(row: Any) -> AdoptedVersion:
    return AdoptedVersion(row.version, row.by, row.since)


@lru_cache(maxsize=256)
def _parsed(content: str, settled: str, version: AdoptedVersion) -> RequirementSet:
    """By its text: a set that was adopted never changes, and is read at every refusal."""
    mapping = {**json.loads(content), "settled": sorted(json.loads(settled))}
    return replace(parse_requirement_set(mapping), adoptions=(version,))


@lru_cache(maxsize=256)
def house_rules_from(clinic_id: int, first_day: date, content: str) -> HouseRules:
    return HouseRules(clinic_id, first_day, None, requirements_in(content))


def requirements_in(content: str) -> tuple[Requirement, ...]:
    return tuple(map(parse_house_requirement, json.loads(content)))


def _its_version() -> tuple[Any, ...]:
    return (
        Adoption.version.label("version"),
        Adoption.adopted_by_name.label("by"),
        Adoption.active_since.label("since"),
    )


@cache
def _statement() -> Any:
    """Put together once. `of` is the adoption, or the clinic whose own rules they are."""
    sets = (
        select(
            cast(Adoption.state, String).label("state"),
            Adoption.id.label("of"),
            StoredRequirementSet.id.label("part"),
            StoredRequirementSet.first_day.label("first_day"),
            cast(StoredRequirementSet.content, Text).label("content"),
            cast(Adoption.settled, Text).label("settled"),
            *_its_version(),
        )
        .join(StoredRequirementSet, StoredRequirementSet.adoption_id == Adoption.id)
        .where(
            Adoption.jurisdiction.in_(OF),
            Adoption.state.in_([AdoptionState.ACTIVE, AdoptionState.ACTIVATING]),
        )
    )
    house = (
        select(
            bindparam("house", HOUSE, String, literal_execute=True),
            cast(HouseRulesVersion.clinic_id, Integer),
            HouseRulesVersion.version,
            HouseRulesVersion.first_day,
            cast(HouseRulesVersion.content, Text),
            cast(null(), Text),
            HouseRulesVersion.version,
            HouseRulesVersion.made_by_name,
            HouseRulesVersion.made_at,
        )
        .join(Clinic, Clinic.id == HouseRulesVersion.clinic_id)
        .where(Clinic.jurisdiction.in_(OF))
    )
    return union_all(sets, house).order_by("of", "part")
