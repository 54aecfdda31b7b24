"""What a place asks of each course before it counts: who approved it, who taught it, how."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from registry.rules.coursework import Coursework
from registry.rules.facts import Certificate
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding
from registry.rules.reasons import Reason, Verdict
from registry.rules.wording import as_sentence, count, either


class Granted(StrEnum):
    """When an approval must have been given for the course to count."""

    ANY_TIME = "any_time"
    BEFORE_START = "before_start"
    BEFORE_COMPLETION = "before_completion"


class Share(StrEnum):
    MOST = "most"
    ALL = "all"


class CourseRule(Coursework):
    """
    Courses that do not meet it are left out, whatever else is judged.

    Where none meets every course rule, all are judged as if they counted, and it refuses unless
    each of them meets it: what one course lacks, another does not make up for.
    """

    __slots__ = ()
    reason: ClassVar[Reason]

    @abstractmethod
    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        """Met, unmet, or unknown where what it asks for is not stated."""

    @abstractmethod
    def says(self, certificate: Certificate, case: Case) -> str:
        """Why this course does, or does not, meet it."""

    def judge(self, case: Case) -> Finding:
        training = case.training
        if not training.basis:
            return self.later(case)
        if training.accepted:
            return Finding(self, case, MET, (), training.basis)
        refused = [(c, v) for c in training.basis if (v := self.accepts(c, case)) is not MET]
        if not refused:
            return Finding(self, case, MET, (), training.basis)
        verdict = UNMET if any(v is UNMET for _, v in refused) else UNKNOWN
        short = Finding(self, case, verdict, (self.reason,), tuple(c for c, _ in refused))
        return self.short(short, lambda course: self.accepts(course, case) is MET)

    def sentence(self, finding: Finding) -> str:
        if not finding.met and not finding.reasons:
            return "What is asked of a course is judged once there is one."
        courses = (held for held in finding.about if isinstance(held, Certificate))
        return as_sentence(self.says(next(courses), finding.case))


@dataclass(frozen=True, slots=True)
class CourseApproved(CourseRule):
    """By one of these bodies, compared without regard to case; or taught within the degree."""

    kind: ClassVar[str] = "course_approved"
    reason: ClassVar[Reason] = Reason.COURSE_NOT_APPROVED

    bodies: tuple[str, ...]
    granted: Granted = Granted.ANY_TIME
    or_in_degree: bool = False

    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        if self.or_in_degree and certificate.in_degree:
            return MET
        wanted = {body.casefold() for body in self.bodies}
        verdicts = [
            self._in_time(approval.granted_on, certificate)
            for approval in certificate.approvals
            if approval.body.strip().casefold() in wanted
        ]
        return MET if MET in verdicts else UNKNOWN if UNKNOWN in verdicts else UNMET

    def _in_time(self, granted_on: date | None, course: Certificate) -> Verdict:
        if self.granted is Granted.ANY_TIME:
            return MET
        before = self.granted is Granted.BEFORE_START
        limit = course.course_started if before else course.completed_on
        if granted_on is None or limit is None:
            return UNKNOWN
        return MET if granted_on <= limit else UNMET

    def says(self, certificate: Certificate, case: Case) -> str:
        verdict = self.accepts(certificate, case)
        if verdict is MET:
            return f"{certificate.name} is approved as the rule asks."
        if verdict is UNKNOWN:
            return f"When {certificate.name} was approved, or held, is not stated."
        late = any(self._names(approval.body) for approval in certificate.approvals)
        if late:
            return f"{certificate.name} was approved only after it {self._limit}."
        return f"No approval of {certificate.name} by {either(self.bodies)} is on record."

    @property
    def _limit(self) -> str:
        return "had begun" if self.granted is Granted.BEFORE_START else "was completed"

    def _names(self, body: str) -> bool:
        return body.strip().casefold() in {one.casefold() for one in self.bodies}

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return "Record when the approval was given and when the course was held."
        before = "" if self.granted is Granted.ANY_TIME else f", given before it {self._limit}"
        return f"A course approved by {either(self.bodies)}{before}."


@dataclass(frozen=True, slots=True)
class InstructorQualified(CourseRule):
    """Whoever taught the course had needled for so many years by then."""

    kind: ClassVar[str] = "instructor_qualified"
    reason: ClassVar[Reason] = Reason.INSTRUCTOR_NOT_QUALIFIED

    years: int

    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        needled = certificate.instructor_needling_years
        if needled is None:
            return UNKNOWN
        return MET if needled >= self.years else UNMET

    def says(self, certificate: Certificate, case: Case) -> str:
        needled = certificate.instructor_needling_years
        if needled is None:
            return f"How long the instructor of {certificate.name} had needled is not stated."
        return f"The instructor of {certificate.name} had needled for {count(needled, 'year')}."

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return "Ask the provider how long the instructor had needled, and record it."
        return f"A course by an instructor who has needled for {count(self.years, 'year')}."


@dataclass(frozen=True, slots=True)
class InPersonShare(CourseRule):
    """Most, or all, of the hours of the course were in person."""

    kind: ClassVar[str] = "in_person_share"
    reason: ClassVar[Reason] = Reason.IN_PERSON_HOURS_SHORT

    share: Share

    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        total, in_person = certificate.hours_total, certificate.hours_in_person
        if total is None or in_person is None:
            return UNKNOWN
        enough = in_person >= total if self.share is Share.ALL else in_person * 2 > total
        return MET if enough else UNMET

    def says(self, certificate: Certificate, case: Case) -> str:
        match self.accepts(certificate, case):
            case Verdict.MET:
                return f"{self.share} of {certificate.name} was in person."
            case Verdict.UNMET:
                return f"Not {self.share} of {certificate.name} was in person."
            case _:
                return f"{certificate.name} does not state its hours, in all and in person."

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return "Ask the provider for the hours and record them."
        return f"A course of which {self.share} is in person."
