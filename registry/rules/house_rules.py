"""A clinic's own rules on top of its jurisdiction's: stricter, never looser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.rules.course_rules import CourseRule
from registry.rules.days import day_before
from registry.rules.facts import Facts
from registry.rules.findings import MET, Case, Finding, Requirement
from registry.rules.forms import BadRequirementSet, Form
from registry.rules.regions import SITES, site_name, sites_meant
from registry.rules.requirement_forms import parse_requirement, requirement_as_mapping
from registry.rules.requirement_kinds import KINDS

#: What no clinic has to decide for itself.
NOT_A_CLINICS = frozenset(
    {"barred", "not_yet_in_force", "open_question", "licence", "dry_needling_certificate"}
)
HOUSE_KINDS = tuple(kind for kind in KINDS if kind not in NOT_A_CLINICS)


@dataclass(frozen=True, eq=False)
class HouseRules:
    """They are judged beside the jurisdiction's requirements, so they can only take away."""

    clinic_id: int
    first_day: date
    last_day: date | None
    requirements: tuple[Requirement, ...]

    def in_force_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class OnlyForSites(Requirement):
    """Another requirement, asked for some sites only: a region means its muscles too."""

    sites: tuple[str, ...]
    asked: Requirement

    @property
    def kind(self) -> str:  # type: ignore[override]
        return self.asked.kind

    @property
    def about_site(self) -> bool:  # type: ignore[override]
        return True

    @property
    def gate(self) -> bool:  # type: ignore[override]
        return self.asked.gate

    def judge(self, case: Case) -> Finding:
        if case.question.site in self._elsewhere():
            return Finding(self, case, MET)
        return self.asked.judge(case)

    def sites_met(self, case: Case) -> frozenset[str]:
        return self.asked.sites_met(case) | self._elsewhere()

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        return self.asked.turning_days(facts, jurisdiction)

    def sentence(self, finding: Finding) -> str:
        return f"{site_name(finding.case.question.site)}: not asked for."

    def remedy(self, finding: Finding) -> str:
        return self.asked.remedy(finding)

    def _elsewhere(self) -> frozenset[str]:
        return SITES - sites_meant(self.sites)


def parse_house_requirement(mapping: Mapping[str, Any]) -> Requirement:
    """
    As in a jurisdiction's file, and `only_sites` besides.

    Raises BadRequirementSet for what a clinic cannot ask, for an unknown site, and for a rule
    about courses limited to sites, since a course counts for all it teaches or for nothing.
    """
    own = {key: value for key, value in mapping.items() if key != "only_sites"}
    form = Form(own)
    if form.text("kind") not in HOUSE_KINDS:
        raise form.refuse("kind", "is nothing a clinic decides for itself")
    asked = parse_requirement(form)
    sites = Form(mapping).texts("only_sites")
    if unknown := sorted(set(sites) - SITES):
        raise BadRequirementSet("only_sites", f"{unknown[0]!r} is no region or muscle")
    if not sites:
        return asked
    if isinstance(asked, CourseRule):
        raise BadRequirementSet("only_sites", "a rule about courses holds for every site")
    return OnlyForSites(tuple(sites), asked, citation=asked.citation)


def house_requirement_as_mapping(requirement: Requirement) -> dict[str, Any]:
    if isinstance(requirement, OnlyForSites):
        return {**requirement_as_mapping(requirement.asked), "only_sites": list(requirement.sites)}
    return requirement_as_mapping(requirement)


def timeline(versions: Sequence[HouseRules]) -> list[HouseRules]:
    """Each until the day before a later version begins; what a later one overtook is left out."""
    standing: list[HouseRules] = []
    for version in versions:
        standing = [
            replace(one, last_day=_earlier(one.last_day, day_before(version.first_day)))
            for one in standing
            if one.first_day < version.first_day
        ]
        standing.append(version)
    return standing


def _earlier(last_day: date | None, other: date) -> date:
    return other if last_day is None else min(last_day, other)
