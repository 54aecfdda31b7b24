"""All jurisdictions at a glance: how the law stands, the numbers asked for, whether we adopted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import aliased

from registry.errors import BadInput
from registry.leave import require
from registry.models import Adoption, Clinic, StoredRequirementSet, db
from registry.models.requirement_sets import AdoptionState
from registry.queries.adopted_days import AdoptedDays
from registry.queries.headlines import SetLine, set_line
from registry.queries.requirement_pages import JurisdictionLine
from registry.queries.requirement_sets import seen_as, shipped
from registry.rules.access import Action, Actor, Subject
from registry.rules.jurisdictions import JurisdictionStatus, jurisdiction_name
from registry.rules.requirement_sets import RequirementSet, parse_requirement_set
from registry.rules.vocabulary import Profession

#: Stands for a status where the profession that was asked for has no set at all.
NO_SET = "no_set"
NO_SUCH_PROFESSION = "No requirement set is for that profession."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; None is everything, but for those without a set for the profession."""

    profession: Profession | None = None
    status: str | None = None  # a JurisdictionStatus, or NO_SET
    adopted: bool | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One jurisdiction, seen for the profession that was asked for."""

    line: JurisdictionLine
    shown: SetLine | None
    status: str  # a JurisdictionStatus, or NO_SET
    allowed: tuple[Profession, ...]
    listed: bool  # it is among those wanted


@dataclass(frozen=True, slots=True)
class Overview:
    """`rows` are all there are, by name; `counts` say how many have each status."""

    rows: tuple[Row, ...]
    counts: Counter[str]

    @property
    def listed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.listed)


def jurisdiction_overview(actor: Actor, *, wanted: Wanted, today: date) -> Overview:
    """In two statements, however many there are."""
    rows = tuple(_row(line, wanted, today) for line in jurisdiction_lines(actor, today))
    return Overview(rows, Counter(row.status for row in rows))


def jurisdiction_lines(actor: Actor, today: date) -> list[JurisdictionLine]:
    """Every jurisdiction that ships, has a clinic or was adopted, by name, with today's sets."""
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    counted = select(Clinic.jurisdiction, func.count()).group_by(Clinic.jurisdiction)
    clinics: dict[str, int] = dict(db.session.execute(counted).all())
    kept: dict[str, list[tuple[Adoption, list[str]]]] = {}
    for adoption, content in db.session.execute(_versions(today)):
        versions = kept.setdefault(adoption.jurisdiction, [])
        if not versions or versions[-1][0] is not adoption:
            versions.append((adoption, []))
        versions[-1][1].append(content)
    lines = (
        _line(code, clinics.get(code, 0), kept.get(code, []), today)
        for code in {*shipped(), *clinics, *kept}
    )
    return sorted(lines, key=lambda line: (line.name, line.code))


def professions_on_record() -> tuple[Profession, ...]:
    """Those for whom some set ships, in the order of the vocabulary."""
    known = {one.profession for file in shipped().values() for one in file.sets}
    return tuple(profession for profession in Profession if profession in known)


def profession_asked(code: str) -> Profession | None:
    """None for no code. Raises BadInput."""
    if not code:
        return None
    if code not in professions_on_record():
        raise BadInput(
            "No set is for that profession. Choose one from the list.", field="profession"
        )
    return Profession(code)


def status_asked(code: str) -> str | None:
    """None for no code. Raises BadInput."""
    if code and code != NO_SET and code not in list(JurisdictionStatus):
        raise BadInput("There is no such status. Choose one from the list.", field="status")
    return code or None


@cache
def _shipped_line(code: str) -> JurisdictionLine:
    file = shipped().get(code)
    if file is None:
        return JurisdictionLine(code, jurisdiction_name(code), None, (), 0)
    lines = tuple(set_line(one, file.status) for one in file.sets)
    return JurisdictionLine(code, file.name, file.status, lines, 0)


@lru_cache(maxsize=512)
def _parsed(content: str) -> RequirementSet:
    """By its text: a set that was adopted never changes."""
    return parse_requirement_set(json.loads(content))


def _versions(today: date) -> Any:
    """
    Of each jurisdiction the newest in each state, and what still holds, each with its sets.

    One that is in force holds until the first newer one all of whose sets have begun.
    """
    newest = (
        select(func.max(Adoption.id))
        .where(Adoption.state != AdoptionState.WITHDRAWN)
        .group_by(Adoption.jurisdiction, Adoption.state)
    )
    newer = aliased(Adoption)
    begins_later = (
        select(StoredRequirementSet.id)
        .where(StoredRequirementSet.adoption_id == newer.id, StoredRequirementSet.first_day > today)
        .exists()
    )
    replaced = (
        select(newer.id)
        .where(
            newer.jurisdiction == Adoption.jurisdiction,
            newer.state == AdoptionState.ACTIVE,
            newer.version > Adoption.version,
            ~begins_later,
        )
        .exists()
    )
    holds = (Adoption.state == AdoptionState.ACTIVE) & ~replaced
    return (
        select(Adoption, cast(StoredRequirementSet.content, Text))
        .outerjoin(StoredRequirementSet, StoredRequirementSet.adoption_id == Adoption.id)
        .where(or_(Adoption.id.in_(newest), holds))
        .order_by(Adoption.id, StoredRequirementSet.id)
    )


def _line(
    code: str, clinics: int, kept: list[tuple[Adoption, list[str]]], today: date
) -> JurisdictionLine:
    line = replace(_shipped_line(code), clinics=clinics)
    versions = [
        (seen_as(adoption), [_parsed(text) for text in contents if text is not None])
        for adoption, contents in kept
    ]
    days = AdoptedDays(code, versions)
    if days.latest is not None:
        latest, sets = days.latest
        status = line.status or JurisdictionStatus.ALLOWED_RULE
        shown = tuple(set_line(one, status) for one in days.sets_on(today) or sets)
        holding = (*days.versions_on(today), latest)
        line = replace(line, adoption=holding[0], sets=shown, turn=days.next_turn(today))
    newest = max((seen for seen, _ in versions), key=lambda seen: seen.version, default=None)
    waits = newest is not None and newest.state is not AdoptionState.ACTIVE
    return replace(line, coming=newest) if waits else line


def _row(line: JurisdictionLine, wanted: Wanted, today: date) -> Row:
    shown = line.set_for(wanted.profession, today)
    if wanted.profession is None:
        status: str = line.status or NO_SET
    else:
        status = shown.status if shown else NO_SET
    fits = status == wanted.status if wanted.status else shown or not wanted.profession
    adopted = wanted.adopted in (None, line.adoption is not None)
    return Row(line, shown, status, line.allowed(today), bool(fits) and adopted)
