"""Days that a place sets to a course: when it lapses, when it may begin, when papers are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from registry.rules.course_rules import CourseRule
from registry.rules.days import days_later, months_after
from registry.rules.facts import Certificate, Facts
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding
from registry.rules.licensed_years import complete_on, licensed_stretches
from registry.rules.reasons import Reason, Verdict
from registry.rules.vocabulary import RegistrationKind, YearsCounted
from registry.rules.wording import count, day_in_words


@dataclass(frozen=True, slots=True)
class CertificateLapses(CourseRule):
    """Whatever the paper prints, it is good for so many months; of one level only, if named."""

    kind: ClassVar[str] = "certificate_lapses"
    reason: ClassVar[Reason] = Reason.CERT_EXPIRED

    months: int
    level: str | None = None

    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        ends = self._ends(certificate)
        if ends is None:
            return MET if self._is_other(certificate) else UNKNOWN
        return MET if case.day < ends else UNMET

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        for certificate in facts.certificates:
            if (ends := self._ends(certificate)) is not None:
                yield ends

    def says(self, certificate: Certificate, case: Case) -> str:
        ends = self._ends(certificate)
        if self._is_other(certificate):
            return f"{certificate.name} does not lapse by rule."
        if ends is None:
            unsaid = "When {} was issued" if self._is_that(certificate) else "The level of {}"
            return f"{unsaid.format(certificate.name)} is not stated."
        will = "lapses" if case.day < ends else "lapsed"
        return f"{certificate.name} {will} by rule on {day_in_words(ends)}."

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return "Record when the certificate was issued, and of what level it is."
        return "A new certificate, verified."

    def _is_that(self, certificate: Certificate) -> bool:
        return self.level is None or _plain(certificate.level) == _plain(self.level)

    def _is_other(self, certificate: Certificate) -> bool:
        """Stated, and not the one that lapses; a level nobody stated may be either."""
        return bool(_plain(certificate.level)) and not self._is_that(certificate)

    def _ends(self, certificate: Certificate) -> date | None:
        """The first day on which it counts no more."""
        issued = certificate.issued_on or certificate.first_day
        if issued is None or not self._is_that(certificate):
            return None
        return months_after(issued, self.months)


@dataclass(frozen=True, slots=True)
class YearsBeforeTraining(CourseRule):
    """Licensed for so many years, anywhere, when the course began."""

    kind: ClassVar[str] = "years_before_training"
    reason: ClassVar[Reason] = Reason.YEARS_SHORT

    years: int

    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        stretches = licensed_stretches(case.facts, YearsCounted.ANYWHERE)
        if certificate.course_started is None or not stretches:
            return UNKNOWN
        done = complete_on(stretches, self.years)
        return MET if done is not None and done <= certificate.course_started else UNMET

    def says(self, certificate: Certificate, case: Case) -> str:
        years = count(self.years, "licensed year")
        match self.accepts(certificate, case):
            case Verdict.MET:
                return f"{years} were complete when {certificate.name} began."
            case Verdict.UNMET:
                return f"{certificate.name} began before {years} were complete."
            case _:
                return f"When {certificate.name} began, or the first licence, is not stated."

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return "Record when the course began, and the first licence."
        years = count(self.years, "licensed year")
        return f"A course begun after {years}; if licensed earlier, record that licence."


@dataclass(frozen=True, slots=True)
class NotifiedWithin(CourseRule):
    """
    Papers reach the board within so many days of completing the course.

    Until then the course counts; after that only once a filing is on record that is no older than
    the course: what was filed for one says nothing of the next.
    """

    kind: ClassVar[str] = "notification_within"
    reason: ClassVar[Reason] = Reason.NOTIFICATION_MISSING

    days: int

    def accepts(self, certificate: Certificate, case: Case) -> Verdict:
        last = self._last_day(certificate)
        if last is None:
            return UNKNOWN
        if self._filed(certificate, case):
            return MET
        return MET if case.day <= last else UNMET

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        for certificate in facts.certificates:
            last = self._last_day(certificate)
            if last is not None:
                yield days_later(last, 1)

    def says(self, certificate: Certificate, case: Case) -> str:
        last = self._last_day(certificate)
        if last is None:
            return f"When {certificate.name} was completed is not stated."
        if self._filed(certificate, case):
            return f"The notification to the board of {case.place} is on record."
        if case.day <= last:
            return f"Proof of {certificate.name} is due at the board by {day_in_words(last)}."
        return f"Proof of {certificate.name} was due at the board by {day_in_words(last)}."

    def own_remedy(self, finding: Finding) -> str:
        place = finding.case.place
        return f"File with the board of {place}, record it and have it verified."

    def _filed(self, course: Certificate, case: Case) -> bool:
        done = course.completed_on
        return done is not None and any(
            filed.kind is RegistrationKind.NOTIFICATION
            and filed.jurisdiction == case.question.jurisdiction
            and filed.counts_on(case.day)
            and filed.first_day is not None
            and filed.first_day >= done
            for filed in case.facts.registrations
        )

    def _last_day(self, course: Certificate) -> date | None:
        done = course.completed_on
        return None if done is None else days_later(done, self.days)


def _plain(level: str | None) -> str:
    return (level or "").strip().casefold().replace(" ", "_")
