"""One version of a jurisdiction's sets: what it asks, what it changes, what was asked about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Adoption, Clinic, Phase, WhatIf, db
from registry.models.concerned import AT_ONCE
from registry.models.requirement_sets import AdoptionState
from registry.queries.activations import ActivationSeen, activation_seen
from registry.queries.requirement_pages import AdoptionSeen, OpenItem
from registry.queries.requirement_sets import differ, open_items, shipped_file, versions_of
from registry.queries.requirement_words import in_words
from registry.queries.rules_to_see_to import TOO_LONG
from registry.queries.what_if_answers import latest_what_if
from registry.rules.access import Action, Actor, Subject
from registry.rules.requirement_sets import RequirementSet
from registry.rules.vocabulary import Profession
from registry.rules.wording import day_in_words


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked of a profession besides, and no longer, in the words of the requirements."""

    profession: Profession
    besides: tuple[str, ...]
    no_longer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedLast:
    """The question what it would do; `long` is one that is answered in the background."""

    id: int
    answered: bool
    long: bool
    done: int
    total: int
    failed: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """`before` is the version in force, if that is another. `differs`: from what ships."""

    adoption_id: int
    code: str
    name: str
    seen: AdoptionSeen
    professions: tuple[Profession, ...]
    items: tuple[OpenItem, ...]
    differs: bool
    before: AdoptionSeen | None
    changes: tuple[Change, ...]
    activation: ActivationSeen | None
    asked: AskedLast | None

    @property
    def proposed(self) -> bool:
        return self.seen.state is AdoptionState.PROPOSED

    @property
    def moving(self) -> bool:
        return self.activation is not None and self.activation.phase is not Phase.DONE

    @property
    def may_be_given_up(self) -> bool:
        return self.activation is not None and self.activation.may_be_given_up

    def stands_still(self, now: datetime) -> bool:
        seen = self.activation
        if seen is None or not self.moving:
            return False
        return bool(seen.failed_with) or seen.moved_at < now - TOO_LONG


def version_page(actor: Actor, code: str, version: int) -> VersionPage:
    """For whoever may adopt it. Raises NotAllowed, NotFound."""
    require(actor, Action.ADOPT_REQUIREMENTS, Subject())
    file = shipped_file(code)
    versions = versions_of(code)
    found = next((one for one in versions if one[0].version == version), None)
    if found is None:
        raise NotFound(f"There is no version {version} for {file.name}.")
    seen, sets = found
    in_force = next((v for v in versions if v[0].state is AdoptionState.ACTIVE), None)
    before = in_force if in_force and in_force[0].version != version else None
    adoption_id = _number(code, version)
    return VersionPage(
        adoption_id=adoption_id,
        code=file.code,
        name=file.name,
        seen=seen,
        professions=tuple(dict.fromkeys(one.profession for one in sets)),
        items=open_items(sets, seen.settled),
        differs=differ(sets, file.sets),
        before=before[0] if before else None,
        changes=tuple(_changes(before[1], sets)) if before else (),
        activation=activation_seen(actor, adoption_id),
        asked=_asked_last(actor, adoption_id),
    )


def clocks_of(clinic_ids: Iterable[int]) -> dict[int, str]:
    """The time zones of these clinics."""
    rows = db.session.execute(select(Clinic.id, Clinic.zone).where(Clinic.id.in_(clinic_ids)))
    return {row.id: row.zone for row in rows}


def _number(code: str, version: int) -> int:
    wanted = select(Adoption.id).where(Adoption.jurisdiction == code, Adoption.version == version)
    return db.session.scalars(wanted).one()


def _asked_last(actor: Actor, adoption_id: int) -> AskedLast | None:
    number = latest_what_if(actor, adoption_id=adoption_id)
    row = db.session.get(WhatIf, number, populate_existing=True) if number else None
    if row is None:
        return None
    answered = row.answered_at is not None
    long = row.total > AT_ONCE
    return AskedLast(row.id, answered, long, row.done, row.total, bool(row.failed_with))


def _changes(before: list[RequirementSet], after: list[RequirementSet]) -> Iterable[Change]:
    professions = dict.fromkeys(one.profession for one in (*before, *after))
    for profession in professions:
        old, new = _said(before, profession), _said(after, profession)
        besides = tuple(words for words in new if words not in old)
        no_longer = tuple(words for words in old if words not in new)
        if besides or no_longer:
            yield Change(profession, besides, no_longer)


def _said(sets: list[RequirementSet], profession: Profession) -> dict[str, None]:
    """Each sentence once, in their order."""
    said: dict[str, None] = {}
    for one in sets:
        if one.profession is profession:
            said[_days(one)] = None
            said |= dict.fromkeys(map(in_words, one.requirements))
    return said


def _days(one: RequirementSet) -> str:
    until = f" to {day_in_words(one.last_day)}" if one.last_day else " on"
    return f"A set holds from {day_in_words(one.first_day)}{until}."
