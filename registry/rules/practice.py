"""Supervised practice: enough sessions, and training finished within the time allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from registry.rules.days import years_after
from registry.rules.facts import Certificate, Facts, SupervisedPractice
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.reasons import Reason, Verdict
from registry.rules.standing import SUBMITTED, Lack
from registry.rules.wording import count


def practice_on(facts: Facts, day: date) -> list[SupervisedPractice]:
    return [practice for practice in facts.supervised if practice.lack_on(day) is None]


def sessions_of(logs: Iterable[SupervisedPractice]) -> int:
    """Two uploads of one log, by whom and from when to when, count once."""
    found: dict[tuple[object, ...], int] = {}
    for log in logs:
        key = (log.supervisor.strip().casefold(), log.started, log.finished, log.independent)
        found[key] = max(found.get(key, 0), log.sessions)
    return sum(found.values())


def _with_unchecked(case: Case) -> Iterator[SupervisedPractice]:
    lacks = (None, Lack.PENDING)
    return (log for log in case.facts.supervised if log.lack_on(case.day) in lacks)


@dataclass(frozen=True, slots=True)
class SupervisedSessions(Requirement):
    """
    `supervisor_months`: how long the supervisor must have needled for the sessions to count.
    `independent_count`: as many sessions done alone as a licensed professional do instead; the
    two are not added up.
    """

    kind: ClassVar[str] = "supervised_sessions"

    sessions: int
    supervisor_months: int | None = None
    independent_count: bool = False

    def judge(self, case: Case) -> Finding:
        logs = practice_on(case.facts, case.day)
        have = self._counted(logs)
        if have >= self.sessions:
            return Finding(self, case, MET, (), tuple(logs), have, self.sessions)
        unstated = any(not log.independent and self._months_unstated(log) for log in logs)
        return Finding(
            self,
            case,
            UNKNOWN if unstated else UNMET,
            (Reason.SESSIONS_SHORT,),
            tuple(logs),
            have,
            self.sessions,
            waits=self._counted(_with_unchecked(case)) >= self.sessions,
        )

    def _counted(self, logs: Iterable[SupervisedPractice]) -> int:
        every = list(logs)
        independent = sessions_of(log for log in every if log.independent)
        supervised = sessions_of(
            log for log in every if not log.independent and self._supervisor_qualified(log)
        )
        return max(supervised, independent) if self.independent_count else supervised

    def _months_unstated(self, log: SupervisedPractice) -> bool:
        return self.supervisor_months is not None and log.supervisor_needling_months is None

    def _supervisor_qualified(self, log: SupervisedPractice) -> bool:
        if self.supervisor_months is None:
            return True
        months = log.supervisor_needling_months
        return months is not None and months >= self.supervisor_months

    def sentence(self, finding: Finding) -> str:
        found = count(finding.have or 0, "supervised session")
        text = f"{found} of {self.sessions} asked for count."
        if finding.verdict is UNKNOWN:
            return f"{text} How long a supervisor has needled is not stated."
        return text

    def remedy(self, finding: Finding) -> str:
        missing = self.sessions - (finding.have or 0)
        waiting = sum(
            log.sessions for log in finding.case.facts.supervised if log.state is SUBMITTED
        )
        text = f"{count(missing, 'more supervised session')}, logged and verified."
        if self.supervisor_months:
            text += f" The supervisor must have needled for {self.supervisor_months} months."
        return f"{text} {count(waiting, 'session')} await verification." if waiting else text


@dataclass(frozen=True, slots=True)
class TrainingWindow(Requirement):
    """
    Within so many years of the start of a course, it is completed and so many sessions are done.

    Sessions before the course, after that time, or without a supervisor are left out. Too few in
    all are short as sessions, not for the time they took.
    """

    kind: ClassVar[str] = "training_window"

    years: int
    sessions: int

    def judge(self, case: Case) -> Finding:
        basis = case.training.basis
        if not basis:
            return Finding(self, case, UNKNOWN, need=self.years)
        logs = [log for log in practice_on(case.facts, case.day) if not log.independent]
        about, have = (*basis, *logs), sessions_of(logs)
        if have < self.sessions:
            short = (Reason.SESSIONS_SHORT,)
            return Finding(self, case, UNMET, short, about, have, self.sessions)
        verdicts = {self._in_time(certificate, logs) for certificate in basis}
        if MET in verdicts:
            return Finding(self, case, MET, (), about, need=self.years)
        verdict = UNKNOWN if UNKNOWN in verdicts else UNMET
        reasons = (Reason.TRAINING_WINDOW_EXCEEDED,)
        return Finding(self, case, verdict, reasons, about, need=self.years)

    def _in_time(self, course: Certificate, logs: list[SupervisedPractice]) -> Verdict:
        begun, done = course.course_started, course.completed_on
        if begun is None or done is None:
            return UNKNOWN
        limit = years_after(begun, self.years)
        in_time = sessions_of(
            log
            for log in logs
            if log.started and log.finished and begun <= log.started and log.finished <= limit
        )
        if done <= limit and in_time >= self.sessions:
            return MET
        undated = done <= limit and any(None in (log.started, log.finished) for log in logs)
        return UNKNOWN if undated else UNMET

    def sentence(self, finding: Finding) -> str:
        limit = count(self.years, "year")
        if finding.met:
            return f"Course and sessions were done within {limit}."
        if not finding.reasons:
            return f"Whether training took at most {limit} is judged once a certificate counts."
        if Reason.SESSIONS_SHORT in finding.reasons:
            have = count(finding.have or 0, "supervised session")
            return f"{have} of the {self.sessions} asked for within {limit} are on record."
        if finding.verdict is UNKNOWN:
            return "When the course started, or training ended, is not stated."
        return f"Course and sessions took longer than {limit}."

    def remedy(self, finding: Finding) -> str:
        if not finding.reasons:
            return "A verified dry-needling certificate comes first."
        limit = count(self.years, "year")
        if Reason.SESSIONS_SHORT in finding.reasons:
            more = count(self.sessions - (finding.have or 0), "more supervised session")
            return f"{more}, done within {limit} of the start of the course."
        if finding.verdict is UNKNOWN:
            return "Record when the course started, and when it and the sessions ended."
        return f"A course with its sessions, finished within {limit}."
