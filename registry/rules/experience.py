"""What somebody must have behind them besides training: hours of practice, a degree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from registry.rules.facts import Facts
from registry.rules.findings import MET, UNMET, Case, Finding, Requirement
from registry.rules.licensed_years import licensed_stretches
from registry.rules.misses import miss_remedy, nearest_miss
from registry.rules.reasons import Reason
from registry.rules.vocabulary import DegreeLevel, YearsCounted
from registry.rules.wording import count, day_in_words

HERE = YearsCounted.HERE


@dataclass(frozen=True, slots=True)
class EnoughPracticeHours(Requirement):
    """Hours of clinical practice; records of them add up."""

    kind: ClassVar[str] = "practice_hours"

    hours: int

    def judge(self, case: Case) -> Finding:
        records = tuple(r for r in case.facts.practice_hours if r.counts_on(case.day))
        have = sum(record.hours for record in records)
        if have >= self.hours:
            return Finding(self, case, MET, (), records, have, self.hours)
        reasons = (Reason.PRACTICE_HOURS_SHORT,)
        return Finding(self, case, UNMET, reasons, records, have, self.hours)

    def sentence(self, finding: Finding) -> str:
        have = count(finding.have or 0, "practice hour")
        return f"{have} on record; {self.hours} are asked for."

    def remedy(self, finding: Finding) -> str:
        miss = nearest_miss(finding.case.facts.practice_hours, finding.case.day)
        if miss is not None:
            return miss_remedy(miss[1], finding.case.day)
        missing = self.hours - (finding.have or 0)
        return f"{count(missing, 'more practice hour')}, attested, recorded and verified."


@dataclass(frozen=True, slots=True)
class DegreeOrLongLicensed(Requirement):
    """The degree; or licensed here without a gap since that day."""

    kind: ClassVar[str] = "degree_rule"

    degree: DegreeLevel
    licensed_here_since: date

    def judge(self, case: Case) -> Finding:
        for degree in case.facts.degrees:
            if degree.level is self.degree and degree.counts_on(case.day):
                return Finding(self, case, MET, (), (degree,))
        if any(
            stretch.first <= self.licensed_here_since and case.day in stretch
            for stretch in licensed_stretches(case.facts, HERE, case.question.jurisdiction)
        ):
            return Finding(self, case, MET)
        return Finding(self, case, UNMET, (Reason.DEGREE_RULE,))

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        yield self.licensed_here_since

    def sentence(self, finding: Finding) -> str:
        since = day_in_words(self.licensed_here_since)
        if finding.met:
            about = finding.about[0].name if finding.about else f"licensed here since {since}"
            return f"Asked for is a {self.degree} degree, or a licence since {since}: {about}."
        return f"Neither a {self.degree} degree nor a licence here since {since} is on record."

    def remedy(self, finding: Finding) -> str:
        waiting = [d for d in finding.case.facts.degrees if d.level is self.degree]
        miss = nearest_miss(waiting, finding.case.day)
        if miss is not None:
            return miss_remedy(miss[1], finding.case.day)
        return "Record the degree, or the licence held since then, and have it verified."
