"""What the pages on requirement sets show: jurisdictions, adoptions, requirements, questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from registry.rules.findings import Citation
from registry.rules.vocabulary import Profession


@dataclass(frozen=True, slots=True)
class AdoptionSeen:
    version: int
    by: str
    at: datetime
    settled: dict[str, str]


@dataclass(frozen=True, slots=True)
class JurisdictionLine:
    """`allowed` and `barred` are professions; `adoption` is the latest, if anybody adopted it."""

    code: str
    name: str
    allowed: tuple[Profession, ...]
    barred: tuple[Profession, ...]
    open_questions: int
    clinics: int
    shipped: bool
    adoption: AdoptionSeen | None


@dataclass(frozen=True, slots=True)
class RequirementInWords:
    words: str
    citation: Citation
    gate: bool  # asked of each appointment, not of the practitioner


@dataclass(frozen=True, slots=True)
class QuestionInWords:
    """Something no source answered; `answer` is the adopter's reading, if there is one."""

    code: str
    question: str
    citation: Citation
    answer: str
    professions: tuple[Profession, ...]


@dataclass(frozen=True, slots=True)
class SetInWords:
    profession: Profession
    version: int
    first_day: date
    last_day: date | None
    note: str
    requirements: tuple[RequirementInWords, ...]


@dataclass(frozen=True, slots=True)
class JurisdictionPage:
    """`behind` says that what ships differs from what was adopted."""

    code: str
    name: str
    notes: tuple[str, ...]
    clinics: tuple[str, ...]
    adoption: AdoptionSeen | None
    behind: bool
    sets: tuple[SetInWords, ...]
    questions: tuple[QuestionInWords, ...]
