"""Hours of dry-needling training, in all and in person; they add up over distinct courses."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from registry.rules.coursework import LATER, Coursework
from registry.rules.facts import Certificate, Hours
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding
from registry.rules.vocabulary import Reason
from registry.rules.wording import count, number


@dataclass(frozen=True, slots=True)
class _EnoughHours(Coursework):
    what: ClassVar[str]
    reason: ClassVar[Reason]

    hours: int

    @abstractmethod
    def stated(self, certificate: Certificate) -> Hours: ...

    def judge(self, case: Case) -> Finding:
        basis = case.training.basis
        if not basis:
            return self.later(case, self.hours)
        have: Decimal | int = 0
        verdict = UNMET
        for certificate in case.training.courses:
            hours = self.stated(certificate)
            if hours is None:
                verdict = UNKNOWN
            else:
                have += hours
        if have >= self.hours:
            return Finding(self, case, MET, (), basis, have, self.hours)
        short = Finding(self, case, verdict, (self.reason,), basis, have, self.hours)
        counted = {certificate.course_key for certificate in basis}
        return self.short(short, lambda c: c.course_key not in counted and self.stated(c) != 0)

    def sentence(self, finding: Finding) -> str:
        asked = f"{count(self.hours, self.what)} of dry-needling training"
        if finding.have is None:
            return f"Whether there are {asked} {LATER}"
        if finding.met:
            return f"{count(finding.have, self.what)}; {number(self.hours)} are asked for."
        unstated = " A certificate does not state them." if finding.verdict is UNKNOWN else ""
        return f"{number(finding.have)} of the {asked} asked for are on record.{unstated}"

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return "Ask the provider for the hours and record them."
        missing = self.hours - (finding.have or 0)
        more = f"more {self.what}"
        return f"{count(missing, more)} of dry-needling training."


@dataclass(frozen=True, slots=True)
class TotalHours(_EnoughHours):
    kind: ClassVar[str] = "total_hours"
    what: ClassVar[str] = "hour"
    reason: ClassVar[Reason] = Reason.HOURS_SHORT

    def stated(self, certificate: Certificate) -> Hours:
        return certificate.hours_total


@dataclass(frozen=True, slots=True)
class InPersonHours(_EnoughHours):
    kind: ClassVar[str] = "in_person_hours"
    what: ClassVar[str] = "in-person hour"
    reason: ClassVar[Reason] = Reason.IN_PERSON_HOURS_SHORT

    def stated(self, certificate: Certificate) -> Hours:
        return certificate.hours_in_person
