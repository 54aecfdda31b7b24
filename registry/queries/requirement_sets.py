"""Requirement sets: what ships with the registry, what was adopted, by whom, and what they said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select

from registry.adapters.jurisdiction_files import JurisdictionFile, load_jurisdictions
from registry.errors import NotFound
from registry.leave import require
from registry.models import Adoption, AuditEntry, Clinic, StoredRequirementSet, db
from registry.models.requirement_sets import AdoptionState
from registry.queries.adopted_days import NO_CLINIC, AdoptedDays
from registry.queries.requirement_pages import (
    AdoptionInWords,
    AdoptionSeen,
    JurisdictionPage,
    OpenItem,
    Settling,
    settlings,
)
from registry.queries.topics import set_in_words
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.requirement_sets import AdoptedVersion, RequirementSet, parse_requirement_set
from registry.rules.requirements import OpenQuestion
from registry.rules.vocabulary import Profession

shipped = cache(load_jurisdictions)  # they come with the code, so they never change under it

#: An adoption with its sets.
Version = tuple[AdoptionSeen, list[RequirementSet]]


def jurisdiction_page(
    actor: Actor, code: str, *, day: date | None = None, as_shipped: bool = False
) -> JurisdictionPage:
    """
    What holds there on the day, or what ships where nobody adopted it or that is asked for.

    No day means all sets of the version put in force last. In three statements. Raises NotFound.
    """
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    file = shipped_file(code)
    clinics = db.session.execute(
        select(Clinic.id, Clinic.name).where(Clinic.jurisdiction == code).order_by(Clinic.name)
    ).all()
    versions = versions_of(code)
    days = AdoptedDays(code, versions)
    latest = days.latest
    holding = days.versions_on(day) if day else (latest[0],) if latest else ()
    settled = {c: told for one in reversed(holding) for c, told in one.settled.items()}
    adopted = (day and days.sets_on(day)) or (list(latest[1]) if latest else None)
    sets = list(file.sets) if adopted is None or as_shipped else adopted
    return JurisdictionPage(
        code=file.code,
        name=file.name,
        status=file.status,
        notes=file.notes,
        clinics=tuple(one.name for one in clinics),
        day=day,
        adoption=holding[0] if holding else None,
        others=holding[1:],
        latest=latest[0] if latest else None,
        turn=days.next_turn(day) if day else None,
        behind=latest is not None and differ(latest[1], file.sets),
        as_shipped=adopted is None or as_shipped,
        sets=tuple(map(set_in_words, sets)),
        items=open_items(sets, settled),
        history=_history(versions, days),
        reads_proposals=may(actor, Action.SEE_PROPOSALS, ruled(one.id for one in clinics)),
    )


def ruled(clinic_ids: Iterable[int]) -> Subject:
    """What concerns the clinics of a place: nobody's own where there is none."""
    return Subject(frozenset(clinic_ids) or frozenset({NO_CLINIC}))


def shipped_file(code: str) -> JurisdictionFile:
    """Raises NotFound."""
    file = shipped().get(code)
    if file is None:
        raise NotFound(f"No requirement sets for “{code[:20]}” come with the registry.")
    return file


def versions_of(code: str) -> list[Version]:
    """All that were ever proposed or adopted for it, the newest first. In two statements."""
    adoptions = db.session.scalars(
        select(Adoption).where(Adoption.jurisdiction == code).order_by(Adoption.version.desc())
    ).all()
    rows = db.session.execute(
        select(StoredRequirementSet.adoption_id, StoredRequirementSet.content)
        .join(Adoption)
        .where(Adoption.jurisdiction == code)
        .order_by(StoredRequirementSet.id)
    )
    sets: dict[int, list[RequirementSet]] = {one.id: [] for one in adoptions}
    known = {one.id: (_as_version(one),) for one in adoptions}
    for adoption_id, content in rows:
        parsed = replace(parse_requirement_set(content), adoptions=known[adoption_id])
        sets[adoption_id].append(parsed)
    return [(seen_as(one), sets[one.id]) for one in adoptions]


def seen_as(row: Adoption) -> AdoptionSeen:
    return AdoptionSeen(
        row.id,
        row.version,
        row.state,
        row.adopted_by_name,
        row.adopted_at,
        row.active_since,
        settlings(row.settled),
    )


def _as_version(row: Adoption) -> AdoptedVersion:
    return AdoptedVersion(row.version, row.adopted_by_name, row.active_since)


def open_items(
    sets: Iterable[RequirementSet], settled: dict[str, Settling]
) -> tuple[OpenItem, ...]:
    """Each once, with the professions in whose sets it stands."""
    return _merged(((q, one.profession) for one in sets for q in one.open_items), settled)


def _merged(
    asked: Iterable[tuple[OpenQuestion, Profession]], settled: dict[str, Settling]
) -> tuple[OpenItem, ...]:
    found: dict[tuple[str, str], OpenItem] = {}
    for question, profession in asked:
        known = question.code, question.question
        before = found.get(known)
        found[known] = OpenItem(
            *known,
            question.citation,
            tuple(dict.fromkeys((*(before.professions if before else ()), profession))),
            settled.get(question.code),
        )
    return tuple(found.values())


def why_withdrawn(versions: Iterable[AdoptionSeen]) -> dict[int, str]:
    """By version, what was written when it was withdrawn; asks nothing where none was."""
    of = {f"adoption:{v.id}": v.version for v in versions if v.state is AdoptionState.WITHDRAWN}
    if not of:
        return {}
    rows = db.session.execute(
        select(AuditEntry.subject, AuditEntry.body).where(
            AuditEntry.subject.in_(of), AuditEntry.action == "withdraw requirement sets"
        )
    )
    return {of[row.subject]: str(json.loads(row.body).get("reason") or "") for row in rows}


def _history(versions: list[Version], days: AdoptedDays) -> tuple[AdoptionInWords, ...]:
    why = why_withdrawn(seen for seen, _ in versions)
    return tuple(_in_words(one, days, why.get(one[0].version, "")) for one in versions)


def _in_words(version: Version, days: AdoptedDays, why: str) -> AdoptionInWords:
    seen, sets = version
    return AdoptionInWords(
        seen,
        tuple(item for item in open_items(sets, seen.settled) if item.settling is not None),
        tuple(dict.fromkeys(one.profession for one in sets)),
        days.holds(seen.version),
        why,
    )


def differ(adopted: Iterable[RequirementSet], ships: Iterable[RequirementSet]) -> bool:
    return _as_kept(adopted) != _as_kept(ships)


def _as_kept(sets: Iterable[RequirementSet]) -> list[dict[str, Any]]:
    """Without what was settled, which only an adoption can say."""
    kept = [one.as_mapping() | {"settled": []} for one in sets]
    return sorted(kept, key=lambda one: (one["profession"], one["first_day"]))
