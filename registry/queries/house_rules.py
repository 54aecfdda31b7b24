"""What a clinic asks of its own: each version of its rules in words, and what is being drafted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.errors import NotFound
from registry.leave import require
from registry.models import Clinic, HouseRulesVersion, WhatIf, db
from registry.queries.requirement_words import in_words
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.house_rules import HouseRules, parse_house_requirement, timeline

Content = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OwnRule:
    """
    `gate`: asked of each appointment, not of practitioners.

    `added`: it is not among what the newest version asks.
    """

    kind: str
    words: str
    gate: bool
    added: bool = False


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """`last_day` is None while no later version begins; `overtaken`: a later one left it no day."""

    version: int
    first_day: date
    last_day: date | None
    overtaken: bool
    reason: str
    by: str
    at: datetime
    content: Content
    rules: tuple[OwnRule, ...]

    def in_force_on(self, day: date) -> bool:
        until = self.last_day is None or day <= self.last_day
        return not self.overtaken and self.first_day <= day and until


@dataclass(frozen=True, slots=True)
class OwnRules:
    """Of one clinic; `versions` has the newest first. `today` is the day on its clock."""

    clinic_id: int
    clinic: str
    jurisdiction: str
    zone: str
    today: date
    may_change: bool
    versions: tuple[OwnVersion, ...]

    @property
    def newest(self) -> int:
        """0 where there is none yet."""
        return self.versions[0].version if self.versions else 0

    @property
    def content(self) -> Content:
        """What the newest version asks, in force or still to come."""
        return self.versions[0].content if self.versions else ()

    @property
    def first_day(self) -> date:
        """The earliest on which a further version takes nothing away that is still to come."""
        return max(self.today, self.versions[0].first_day) if self.versions else self.today

    @property
    def in_force(self) -> OwnVersion | None:
        return next((one for one in self.versions if one.in_force_on(self.today)), None)

    @property
    def coming(self) -> tuple[OwnVersion, ...]:
        """Those still to begin, the next one first."""
        ahead = (v for v in self.versions if not v.overtaken and v.first_day > self.today)
        return tuple(sorted(ahead, key=lambda one: one.first_day))


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody asked last what it would do. `dropped` is in the newest version alone."""

    what_if_id: int
    first_day: date
    content: Content
    rules: tuple[OwnRule, ...]
    dropped: tuple[OwnRule, ...]


def own_rules_of(actor: Actor, clinic_id: int, now: datetime) -> OwnRules:
    """In two statements. Raises NotFound, NotAllowed."""
    subject = Subject(frozenset({clinic_id}))
    require(actor, Action.SEE_CLINIC, subject)
    clinic = db.session.get(Clinic, clinic_id)
    if clinic is None:
        raise NotFound("There is no such record.", action=Action.SEE_CLINIC, subject=subject)
    wanted = select(HouseRulesVersion).where(HouseRulesVersion.clinic_id == clinic_id)
    rows = db.session.scalars(wanted.order_by(HouseRulesVersion.version)).all()
    standing = _standing(rows)
    return OwnRules(
        clinic_id,
        clinic.name,
        clinic.jurisdiction,
        clinic.zone,
        now.astimezone(ZoneInfo(clinic.zone)).date(),
        may(actor, Action.CHANGE_CLINIC, subject),
        tuple(_version(row, standing) for row in reversed(rows)),
    )


def draft_of(actor: Actor, known: OwnRules) -> Draft | None:
    """Their own: what others try out is theirs. Raises NotAllowed."""
    require(actor, Action.CHANGE_CLINIC, Subject(frozenset({known.clinic_id})))
    own = (WhatIf.clinic_id == known.clinic_id, WhatIf.asked_by == actor.account_id)
    row = db.session.scalar(select(WhatIf).where(*own).order_by(WhatIf.id.desc()).limit(1))
    if row is None or row.first_day is None:
        return None
    before = list(known.content)
    dropped = (one for one in before if one not in row.requirements)
    return Draft(
        row.id,
        row.first_day,
        row.requirements,
        tuple(rule_in_words(one, added=one not in before) for one in row.requirements),
        tuple(map(rule_in_words, dropped)),
    )


def rule_in_words(mapping: Mapping[str, Any], *, added: bool = False) -> OwnRule:
    requirement = parse_house_requirement(mapping)
    return OwnRule(requirement.kind, in_words(requirement), requirement.gate, added)


def fingerprint(content: Content) -> str:
    """The same only for the same rules in the same order."""
    return sha256(json.dumps(list(content), sort_keys=True).encode()).hexdigest()[:16]


def _standing(rows: Sequence[HouseRulesVersion]) -> dict[int, date | None]:
    """The last day of each version that has a day at all; of one first day the newest stands."""
    newest = {row.first_day: row.version for row in rows}
    rules = [HouseRules(row.clinic_id, row.first_day, None, ()) for row in rows]
    return {newest[one.first_day]: one.last_day for one in timeline(rules)}


def _version(row: HouseRulesVersion, standing: Mapping[int, date | None]) -> OwnVersion:
    return OwnVersion(
        row.version,
        row.first_day,
        standing.get(row.version),
        row.version not in standing,
        row.reason,
        row.made_by_name,
        row.made_at,
        row.content,
        tuple(map(rule_in_words, row.content)),
    )
