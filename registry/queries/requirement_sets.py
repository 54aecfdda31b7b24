"""Requirement sets: what ships with the registry, what was adopted, by whom, and what they said."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import func, select

from registry.adapters.jurisdiction_files import JurisdictionFile, load_jurisdictions
from registry.errors import NotFound
from registry.leave import require
from registry.models import Adoption, Clinic, StoredRequirementSet, db
from registry.queries.requirement_pages import (
    AdoptionSeen,
    JurisdictionLine,
    JurisdictionPage,
    QuestionInWords,
    RequirementInWords,
    SetInWords,
)
from registry.queries.requirement_words import in_words
from registry.rules.access import Action, Actor, Subject
from registry.rules.requirement_sets import RequirementSet, parse_requirement_set
from registry.rules.requirements import Barred

shipped = cache(load_jurisdictions)  # they come with the code, so they never change under it


def jurisdiction_lines(actor: Actor) -> list[JurisdictionLine]:
    """Every jurisdiction that ships or has a clinic, in two statements."""
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    adopted = _latest_adoptions()
    counted = select(Clinic.jurisdiction, func.count()).group_by(Clinic.jurisdiction)
    clinics: dict[str, int] = dict(db.session.execute(counted).all())
    codes = sorted(shipped().keys() | clinics.keys() | adopted.keys())
    return [_line(code, clinics.get(code, 0), adopted.get(code)) for code in codes]


def jurisdiction_page(actor: Actor, code: str) -> JurisdictionPage:
    """What is shipped, beside what was adopted; in three statements. Raises NotFound."""
    require(actor, Action.SEE_REQUIREMENTS, Subject())
    file = shipped_file(code)
    adoption = _latest_adoptions(code).get(code)
    clinics = db.session.scalars(
        select(Clinic.name).where(Clinic.jurisdiction == code).order_by(Clinic.name)
    )
    return JurisdictionPage(
        file.code,
        file.name,
        file.notes,
        tuple(clinics),
        adoption,
        adoption is not None and _adopted_sets(code, adoption.version) != _as_kept(file),
        tuple(_set_in_words(one) for one in file.sets),
        _questions(file, adoption.settled if adoption else {}),
    )


def shipped_file(code: str) -> JurisdictionFile:
    """Raises NotFound."""
    file = shipped().get(code)
    if file is None:
        raise NotFound(f"No requirement sets for “{code[:20]}” come with the registry.")
    return file


def _latest_adoptions(code: str | None = None) -> dict[str, AdoptionSeen]:
    wanted = select(Adoption).order_by(Adoption.version)
    if code is not None:
        wanted = wanted.where(Adoption.jurisdiction == code)
    return {
        row.jurisdiction: AdoptionSeen(
            row.version, row.adopted_by_name, row.adopted_at, row.settled
        )
        for row in db.session.scalars(wanted)
    }


def _adopted_sets(code: str, version: int) -> list[dict[str, Any]]:
    """As kept, in the order of the professions."""
    rows = db.session.scalars(
        select(StoredRequirementSet.content)
        .join(Adoption)
        .where(Adoption.jurisdiction == code, Adoption.version == version)
    )
    return sorted(
        (parse_requirement_set(content).as_mapping() for content in rows), key=_profession
    )


def _as_kept(file: JurisdictionFile) -> list[dict[str, Any]]:
    return sorted((one.as_mapping() for one in file.sets), key=_profession)


def _profession(content: dict[str, Any]) -> str:
    return str(content["profession"])


def _line(code: str, clinics: int, adoption: AdoptionSeen | None) -> JurisdictionLine:
    file = shipped().get(code)
    if file is None:
        return JurisdictionLine(code, code, (), (), 0, clinics, False, adoption)
    barred = {
        one.profession for one in file.sets if any(isinstance(r, Barred) for r in one.requirements)
    }
    questions = {question.code for one in file.sets for question in one.open_questions}
    return JurisdictionLine(
        code,
        file.name,
        tuple(one.profession for one in file.sets if one.profession not in barred),
        tuple(sorted(barred)),
        len(questions),
        clinics,
        True,
        adoption,
    )


def _set_in_words(one: RequirementSet) -> SetInWords:
    return SetInWords(
        one.profession,
        one.version,
        one.first_day,
        one.last_day,
        one.note,
        tuple(RequirementInWords(in_words(r), r.citation, r.gate) for r in one.requirements),
    )


def _questions(file: JurisdictionFile, settled: dict[str, str]) -> tuple[QuestionInWords, ...]:
    """Each question once, with the professions whose set it stands in."""
    found: dict[str, QuestionInWords] = {}
    for one in file.sets:
        for asked in one.open_questions:
            before = found.get(asked.code)
            found[asked.code] = QuestionInWords(
                asked.code,
                asked.question,
                asked.citation,
                settled.get(asked.code, ""),
                (*(before.professions if before else ()), one.profession),
            )
    return tuple(found.values())
