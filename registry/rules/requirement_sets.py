"""A jurisdiction's requirements for one profession, in force from a day to a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from registry.rules.course_rules import CourseRule
from registry.rules.coursework import HoldsCertificate, RegionsTaught
from registry.rules.findings import Requirement
from registry.rules.forms import BadRequirementSet as BadRequirementSet
from registry.rules.forms import Form
from registry.rules.licensing import LicenceHere
from registry.rules.open_items import Unstated, doubtful_sources, unstated_item
from registry.rules.requirement_forms import parse_requirement, requirement_as_mapping
from registry.rules.requirements import (
    WORKS_HERE,
    Barred,
    NotYetInForce,
    OpenQuestion,
    ProfessionAllowed,
)
from registry.rules.vocabulary import Profession

# No set may leave these out: only certified staff needle, and only what they were taught.
ALWAYS_ASKED = (ProfessionAllowed, LicenceHere, HoldsCertificate, RegionsTaught)


class AdoptedVersion(NamedTuple):
    """As which version an organisation adopted it, by whom, and since when it applies."""

    version: int
    by: str
    since: datetime | None  # None while it is being activated


@dataclass(frozen=True)
class RequirementSet:
    """
    `not_found`: the values no source states; `settled`: the codes of the open items that the
    adoption answered. `version` is the file's own edition; `adoptions` are those it comes from.

    Raises BadRequirementSet when one of `ALWAYS_ASKED` is missing and the set lets anybody needle.
    """

    jurisdiction: str
    place: str  # the jurisdiction's name
    profession: Profession
    version: int
    first_day: date
    last_day: date | None
    requirements: tuple[Requirement, ...]
    open_questions: tuple[OpenQuestion, ...] = ()
    not_found: tuple[Unstated, ...] = ()
    settled: frozenset[str] = frozenset()
    note: str = ""
    adoptions: tuple[AdoptedVersion, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        kinds = {type(requirement) for requirement in self.requirements}
        if self.last_day is not None and self.last_day < self.first_day:
            raise BadRequirementSet("last_day", "is before the first day")
        if kinds & {Barred, NotYetInForce}:
            return
        for kind in self.left_out:
            raise BadRequirementSet("requirements", f"{kind} is missing")

    @property
    def left_out(self) -> tuple[str, ...]:
        """Which kinds of `ALWAYS_ASKED` it does not ask; a set that lets nobody needle may."""
        kinds = {requirement.kind for requirement in self.requirements}
        return tuple(always.kind for always in ALWAYS_ASKED if always.kind not in kinds)

    @property
    def lets_needle(self) -> bool:
        return not any(isinstance(r, Barred | NotYetInForce) for r in self.requirements)

    @cached_property
    def open_items(self) -> tuple[OpenQuestion, ...]:
        """All that an adopter must settle: not known is not met."""
        gaps = map(unstated_item, self.not_found)
        return (*self.open_questions, *gaps, *doubtful_sources(self.requirements))

    @cached_property
    def unsettled(self) -> tuple[OpenQuestion, ...]:
        return tuple(q for q in self.open_items if q.code not in self.settled)

    @cached_property
    def course_rules(self) -> tuple[CourseRule, ...]:
        """What is asked of each course before it counts at all."""
        return tuple(r for r in self.requirements if isinstance(r, CourseRule))

    @cached_property
    def standing(self) -> tuple[Requirement, ...]:
        """What is asked of the practitioner, whatever the appointment."""
        return (WORKS_HERE, *(r for r in self.requirements if not r.gate), *self.unsettled)

    @cached_property
    def gates(self) -> tuple[Requirement, ...]:
        """What is asked of each appointment besides."""
        return tuple(requirement for requirement in self.requirements if requirement.gate)

    @cached_property
    def everything(self) -> tuple[Requirement, ...]:
        return (*self.standing, *self.gates)

    def in_force_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def settling(self, codes: Iterable[str]) -> RequirementSet:
        return replace(self, settled=self.settled | frozenset(codes))

    def as_mapping(self) -> dict[str, Any]:
        """As plain JSON values; `parse_requirement_set` reads it back."""
        return {
            "jurisdiction": self.jurisdiction,
            "place": self.place,
            "profession": str(self.profession),
            "version": self.version,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "requirements": [requirement_as_mapping(r) for r in self.requirements],
            "open_questions": [requirement_as_mapping(q) for q in self.open_questions],
            "not_found": [str(value) for value in self.not_found],
            "settled": sorted(self.settled),
            "note": self.note,
        }


def parse_requirement_set(mapping: Mapping[str, Any]) -> RequirementSet:
    """Raises BadRequirementSet, which names the place in the mapping and what is wrong there."""
    form = Form(mapping)
    made = RequirementSet(
        jurisdiction=form.text("jurisdiction"),
        place=form.text("place"),
        profession=form.one_of(Profession, "profession"),
        version=form.whole("version"),
        first_day=form.day("first_day"),
        last_day=form.day("last_day") if form.has("last_day") else None,
        requirements=tuple(map(parse_requirement, form.forms("requirements"))),
        open_questions=tuple(map(_parse_question, form.forms("open_questions"))),
        not_found=form.several_of(Unstated, "not_found"),
        settled=frozenset(form.texts("settled")),
        note=form.text("note", default=""),
    )
    form.nothing_else()
    return made


def _parse_question(form: Form) -> OpenQuestion:
    question = parse_requirement(form)
    if not isinstance(question, OpenQuestion):
        raise form.refuse("kind", f"should be {OpenQuestion.kind}")
    return question
