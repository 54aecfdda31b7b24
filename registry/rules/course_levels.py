"""Levels of a course, from introductory to advanced, where a place asks one for some sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from registry.rules.coursework import LATER, Coursework
from registry.rules.facts import Certificate
from registry.rules.findings import MET, UNMET, Case, Finding
from registry.rules.reasons import Reason
from registry.rules.regions import SITES, covered, site_name, sites_meant

LEVELS = ("introductory", "foundation", "intermediate", "advanced")


def sites_taught(case: Case, level: str) -> frozenset[str]:
    """What the courses of at least that level cover."""
    return frozenset().union(*[taught_by(course, level) for course in case.training.basis])


def taught_by(course: Certificate, level: str) -> frozenset[str]:
    return covered(course.taught) if rank_of(course.level) >= rank_of(level) else frozenset()


def rank_of(level: str | None) -> int:
    """From introductory to advanced; a level nobody knows ranks below all of them."""
    return LEVELS.index(word) if (word := (level or "").strip().casefold()) in LEVELS else -1


@dataclass(frozen=True, slots=True)
class LevelTaught(Coursework):
    """Some sites need a course of that level which teaches them; the others do not."""

    kind: ClassVar[str] = "level_taught"
    about_site: ClassVar[bool] = True

    level: str
    sites: tuple[str, ...]

    def sites_met(self, case: Case) -> frozenset[str]:
        return sites_taught(case, self.level) | (SITES - sites_meant(self.sites))

    def judge(self, case: Case) -> Finding:
        site = case.question.site
        if site not in sites_meant(self.sites):
            return Finding(self, case, MET)
        if not case.training.basis:
            return self.later(case)
        if site in sites_taught(case, self.level):
            return Finding(self, case, MET, (), case.training.basis)
        short = Finding(self, case, UNMET, (Reason.REGION_NOT_COVERED,), case.training.basis)
        return self.short(short, lambda certificate: site in taught_by(certificate, self.level))

    def sentence(self, finding: Finding) -> str:
        site = site_name(finding.case.question.site)
        if finding.case.question.site not in sites_meant(self.sites):
            return f"{site} needs no course of {self.level} level."
        if finding.met:
            return f"{site}: taught at {self.level} level."
        if not finding.reasons:
            return f"Whether {site.lower()} was taught at {self.level} level {LATER}"
        return f"{site} was not taught at {self.level} level."

    def own_remedy(self, finding: Finding) -> str:
        site = site_name(finding.case.question.site).lower()
        return f"A verified course of {self.level} level that teaches {site}."
