"""One version of a jurisdiction's sets: what it asks, what it changes, what was asked about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from registry.adapters.jurisdiction_forms import JurisdictionFile
from registry.errors import NotFound
from registry.leave import require
from registry.models import Appointment, Clinic, Phase, WhatIf, db
from registry.models.concerned import AT_ONCE
from registry.models.requirement_sets import AdoptionState
from registry.queries.activations import ActivationSeen, activation_seen
from registry.queries.adopted_days import AdoptedDays
from registry.queries.requirement_changes import Change, changes
from registry.queries.requirement_pages import FOR_ALL, AdoptionSeen, Holds, OpenItem, SetInWords
from registry.queries.requirement_sets import (
    Version,
    differ,
    open_items,
    ruled,
    shipped_file,
    versions_of,
    why_withdrawn,
)
from registry.queries.restoring import how_many_restorable
from registry.queries.rules_to_see_to import TOO_LONG
from registry.queries.topics import set_in_words
from registry.queries.what_if_answers import latest_what_if
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.vocabulary import Profession


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
    """
    `holds`: from when to when, once it is in force. `latest` is another that was put in force last.

    `before`: those that it takes the place of, or did, from `first_day` on. `differs`: from what
    ships. `restorable`: how many on hold may be restored.
    """

    adoption_id: int
    code: str
    name: str
    seen: AdoptionSeen
    professions: tuple[Profession, ...]
    sets: tuple[SetInWords, ...]
    items: tuple[OpenItem, ...]
    differs: bool
    first_day: date
    holds: Holds | None
    latest: AdoptionSeen | None
    before: tuple[AdoptionSeen, ...]
    changes: tuple[Change, ...]
    activation: ActivationSeen | None
    restorable: int
    why_withdrawn: str
    asked: AskedLast | None

    @property
    def proposed(self) -> bool:
        return self.seen.state is AdoptionState.PROPOSED

    @property
    def overtaken(self) -> bool:
        """A later version came into force, so this one never can."""
        return self.latest is not None and self.latest.version > self.seen.version

    @property
    def beyond(self) -> str:
        """Why it cannot be put in force any more, in a sentence; empty while it can."""
        this = f"Version {self.seen.version}"
        match self.seen.state:
            case AdoptionState.ACTIVE:
                return f"{this} was put in force already."
            case AdoptionState.ACTIVATING:
                return f"{this} is being put in force already."
            case AdoptionState.WITHDRAWN:
                return f"{this} was withdrawn, so it is never put in force."
        if self.overtaken and self.latest:
            later = self.latest.version
            return f"Version {later} came into force since, so {this.lower()} cannot be any more."
        return ""

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


def version_page(actor: Actor, code: str, version: int, now: datetime) -> VersionPage:
    """For whoever may adopt it, and is about to. Raises NotAllowed, NotFound."""
    require(actor, Action.ADOPT_REQUIREMENTS, Subject())
    return version_to_read(actor, code, version, now)


def version_to_read(actor: Actor, code: str, version: int, now: datetime) -> VersionPage:
    """
    What was put in force is for everybody, what is proposed for those whose clinics it concerns.

    Raises NotAllowed, NotFound.
    """
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    file, versions = shipped_file(code), versions_of(code)
    found = next((one for one in versions if one[0].version == version), None)
    if found is None:
        raise NotFound(f"There is no version {version} for {file.name}.")
    clinics = db.session.scalars(select(Clinic.id).where(Clinic.jurisdiction == code)).all()
    if found[0].state not in FOR_ALL:
        require(actor, Action.SEE_PROPOSALS, ruled(clinics))
    return _page(actor, file, found, versions, clinics, now)


def _page(
    actor: Actor,
    file: JurisdictionFile,
    found: Version,
    versions: Sequence[Version],
    clinics: Collection[int],
    now: datetime,
) -> VersionPage:
    seen, sets = found
    since = (seen.active_since or seen.at).date()
    first_day = max(since, min(one.first_day for one in sets))
    latest = AdoptedDays(file.code, (one for one in versions if one[0] is not seen)).latest
    before = AdoptedDays(file.code, _before(seen, versions))
    by = activation_seen(actor, seen.id)
    return VersionPage(
        adoption_id=seen.id,
        code=file.code,
        name=file.name,
        seen=seen,
        professions=tuple(dict.fromkeys(one.profession for one in sets)),
        sets=tuple(map(set_in_words, sets)),
        items=open_items(sets, seen.settled),
        differs=differ(sets, file.sets),
        first_day=first_day,
        holds=AdoptedDays(file.code, versions).holds(seen.version),
        latest=latest[0] if latest else None,
        before=before.versions_on(first_day),
        changes=tuple(changes(before, sets, since)) if before.latest else (),
        activation=by,
        why_withdrawn=why_withdrawn([seen]).get(seen.version, ""),
        restorable=_restorable(actor, clinics, now) if by else 0,
        asked=_asked_last(actor, seen, by, clinics),
    )


def _before(seen: AdoptionSeen, versions: Iterable[Version]) -> list[Version]:
    """What was in force already when it came into force, or was proposed."""
    others = [one for one in versions if one[0].version != seen.version]
    if seen.state is AdoptionState.PROPOSED:
        return others
    earlier = [one for one in others if one[0].version < seen.version]
    since = seen.active_since or seen.at
    return [one for one in earlier if one[0].active_since and one[0].active_since <= since]


def clocks_of(clinic_ids: Iterable[int]) -> dict[int, str]:
    """The time zones of these clinics."""
    rows = db.session.execute(select(Clinic.id, Clinic.zone).where(Clinic.id.in_(clinic_ids)))
    return {row.id: row.zone for row in rows}


def _restorable(actor: Actor, clinics: Iterable[int], now: datetime) -> int:
    """How many on hold there may be restored, at the clinics that are theirs to see to."""
    theirs = [c for c in clinics if may(actor, Action.SEE_PROPOSALS, Subject(frozenset({c})))]
    return how_many_restorable(now, Appointment.clinic_id.in_(theirs)) if theirs else 0


def _asked_last(
    actor: Actor, seen: AdoptionSeen, by: ActivationSeen | None, clinics: Collection[int]
) -> AskedLast | None:
    """What was found out only once it was being put in force says nothing any more."""
    if not may(actor, Action.SEE_PROPOSALS, ruled(clinics)):
        return None
    number = latest_what_if(actor, adoption_id=seen.id)
    row = db.session.get(WhatIf, number, populate_existing=True) if number else None
    if row is None:
        return None
    answered = row.answered_at is not None
    if seen.state is not AdoptionState.PROPOSED:
        too_late = not row.finished or (by and row.answered_at and row.answered_at > by.started_at)
        if too_late:
            return None
    long = row.total > AT_ONCE
    return AskedLast(row.id, answered, long, row.done, row.total, bool(row.failed_with))
