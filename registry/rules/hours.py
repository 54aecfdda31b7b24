"""Hours of dry-needling training of each sort; they add up over distinct courses."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from registry.rules.coursework import LATER, Coursework
from registry.rules.days import years_after
from registry.rules.facts import Certificate, Facts, Hours
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding
from registry.rules.reasons import Reason
from registry.rules.training import Courses
from registry.rules.wording import count, number


@dataclass(frozen=True, slots=True)
class _EnoughHours(Coursework):
    """Of two papers on one course, the one that states more hours is taken."""

    what: ClassVar[str]
    of: ClassVar[str] = " of dry-needling training"
    reason: ClassVar[Reason]

    hours: int

    @abstractmethod
    def stated(self, certificate: Certificate) -> Hours: ...

    def judge(self, case: Case) -> Finding:
        basis = case.training.basis
        if not basis:
            return self.later(case, self.hours)
        have, all_stated = self.sum_of(case.training.courses)
        if have >= self.hours:
            return Finding(self, case, MET, (), basis, have, self.hours)
        verdict = UNMET if all_stated else UNKNOWN
        short = Finding(self, case, verdict, (self.reason,), basis, have, self.hours)
        counted = {certificate.course_key for certificate in basis}
        return self.short(short, lambda c: c.course_key not in counted and self.stated(c) != 0)

    def sum_of(self, courses: Courses) -> tuple[Decimal | int, bool]:
        """How many, and whether every course states them."""
        have: Decimal | int = 0
        all_stated = True
        for course in courses:
            stated = [hours for paper in course if (hours := self.stated(paper)) is not None]
            if stated:
                have += max(stated)
            else:
                all_stated = False
        return have, all_stated

    def sentence(self, finding: Finding) -> str:
        asked = f"{count(self.hours, self.what)}{self.of}"
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
        return f"{count(missing, more)}{self.of}."


@dataclass(frozen=True, slots=True)
class _HoursWithInterim(_EnoughHours):
    """
    Within `interim_years` of the start of a course, `interim_hours` are enough.

    Only courses begun within that time are then counted, so that an old one neither helps nor
    harms.
    """

    interim_hours: int | None = None
    interim_years: int | None = None

    def at_odds(self) -> tuple[str, str] | None:
        if self.interim_hours is None and self.interim_years is None:
            return None
        if self.interim_years is None:
            return "interim_years", "is missing: say for how many years the fewer hours are enough"
        if self.interim_hours is None:
            return "interim_hours", "is missing: say how many hours are enough at first"
        if self.interim_hours >= self.hours:
            return "interim_hours", f"should be less than the {self.hours} asked for after that"
        return None

    def judge(self, case: Case) -> Finding:
        finding = _EnoughHours.judge(self, case)
        if finding.met or self.interim_hours is None or not case.training.basis:
            return finding
        have, _ = self.sum_of(self._recent(case))
        if have >= self.interim_hours:
            return Finding(self, case, MET, (), case.training.basis, have, self.hours)
        if self._hangs_on_a_start(case):
            finding.verdict = UNKNOWN
        return finding

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        if self.interim_years is not None:
            for certificate in facts.certificates:
                if certificate.course_started is not None:
                    yield years_after(certificate.course_started, self.interim_years)

    def sentence(self, finding: Finding) -> str:
        if finding.met and finding.have is not None and finding.have < self.hours:
            return (
                f"{count(finding.have, self.what)}: enough for the first {self._span}; "
                f"{number(self.hours)} are asked for after that."
            )
        if self._hangs_on_a_start(finding.case):
            few = number(self.interim_hours or 0)
            return (
                f"{number(finding.have or 0)} of the {count(self.hours, self.what)}{self.of} asked "
                f"for are on record. For the first {self._span} of a course {few} are enough, "
                "but nobody said when it began."
            )
        return _EnoughHours.sentence(self, finding)

    def own_remedy(self, finding: Finding) -> str:
        for_good = _EnoughHours.own_remedy(self, finding)
        if self.interim_hours is None:
            return for_good
        if self._hangs_on_a_start(finding.case):
            return f"Record when the course began: if within {self._span}, they are enough."
        recent, _ = self.sum_of(self._recent(finding.case))
        few = self.interim_hours - recent
        if finding.verdict is UNKNOWN or few >= self.hours - (finding.have or 0):
            return for_good
        more = count(few, f"more {self.what}")
        return (
            f"{more}{self.of}, of a course begun within {self._span}: that is enough for so long. "
            f"After that: {for_good}"
        )

    @property
    def _span(self) -> str:
        return count(self.interim_years or 0, "year")

    def _hangs_on_a_start(self, case: Case) -> bool:
        """It would be enough, had the courses begun lately of which nobody said when they did."""
        if self.interim_hours is None:
            return False
        recent, _ = self.sum_of(self._recent(case))
        perhaps, _ = self.sum_of(self._recent(case, undated_too=True))
        return recent < self.interim_hours <= perhaps

    def _recent(self, case: Case, *, undated_too: bool = False) -> Courses:
        years = self.interim_years or 0

        def counts(paper: Certificate) -> bool:
            start = paper.course_started
            return undated_too if start is None else case.day < years_after(start, years)

        return tuple(course for course in case.training.courses if any(map(counts, course)))


@dataclass(frozen=True, slots=True)
class TotalHours(_HoursWithInterim):
    kind: ClassVar[str] = "total_hours"
    what: ClassVar[str] = "hour"
    reason: ClassVar[Reason] = Reason.HOURS_SHORT

    def stated(self, certificate: Certificate) -> Hours:
        return certificate.hours_total


@dataclass(frozen=True, slots=True)
class InPersonHours(_HoursWithInterim):
    """`live_video_counts`: a course followed live by video is as good as one in the room."""

    kind: ClassVar[str] = "in_person_hours"
    what: ClassVar[str] = "in-person hour"
    reason: ClassVar[Reason] = Reason.IN_PERSON_HOURS_SHORT

    live_video_counts: bool = False

    def stated(self, certificate: Certificate) -> Hours:
        hours, live = certificate.hours_in_person, certificate.hours_live_video
        return hours if not self.live_video_counts or live is None else (hours or 0) + live


@dataclass(frozen=True, slots=True)
class PracticalHours(_EnoughHours):
    kind: ClassVar[str] = "practical_hours"
    what: ClassVar[str] = "practical hour"
    reason: ClassVar[Reason] = Reason.IN_PERSON_HOURS_SHORT

    def stated(self, certificate: Certificate) -> Hours:
        return certificate.hours_practical


@dataclass(frozen=True, slots=True)
class DidacticHours(_EnoughHours):
    kind: ClassVar[str] = "didactic_hours"
    what: ClassVar[str] = "theory hour"
    reason: ClassVar[Reason] = Reason.HOURS_SHORT

    def stated(self, certificate: Certificate) -> Hours:
        return certificate.hours_didactic


@dataclass(frozen=True, slots=True)
class FoundationHours(_EnoughHours):
    """General schooling, on top of what is about dry needling."""

    kind: ClassVar[str] = "foundation_hours"
    what: ClassVar[str] = "foundation hour"
    of: ClassVar[str] = ""
    reason: ClassVar[Reason] = Reason.HOURS_SHORT

    def stated(self, certificate: Certificate) -> Hours:
        return certificate.hours_foundation
