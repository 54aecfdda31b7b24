"""What is on record about a practitioner, as plain values with dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple

from registry.rules.days import day_after
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.standing import RESTRICTED, Held, Lack
from registry.rules.standing import StandingSince as StandingSince
from registry.rules.vocabulary import (
    CourseKind,
    CredentialKind,
    DegreeLevel,
    Exam,
    ExamResult,
    LicenceKind,
    Profession,
    RegistrationKind,
    Standing,
)

Hours = Decimal | int | None  # None: not stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence(Held):
    """Permission to practise. A restricted one counts; some rules ask for an unrestricted one."""

    credential_kind: ClassVar = CredentialKind.LICENCE

    number: str
    jurisdiction: str
    profession: Profession
    kind: LicenceKind = LicenceKind.FULL
    first_licensed: date | None = None

    @property
    def name(self) -> str:
        return f"licence {self.number}"

    @property
    def spoken(self) -> str:
        return f"the licence for {jurisdiction_name(self.jurisdiction)}"

    def _lack_in(self, standing: Standing) -> Lack | None:
        return None if standing is RESTRICTED else Held._lack_in(self, standing)


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


class Approval(NamedTuple):
    body: str
    granted_on: date | None


class Examination(NamedTuple):
    """`in_person` is None where nobody said how it was taken."""

    exam: Exam
    result: ExamResult
    in_person: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Held):
    """
    Proof of a course. `taught`: the regions and muscles it names; none named, none covered.

    `in_degree`: the course was part of the degree that led to the licence.
    """

    credential_kind: ClassVar = CredentialKind.CERTIFICATE

    provider: str
    course: str
    number: str | None = None
    kind: CourseKind = CourseKind.DRY_NEEDLING
    level: str | None = None
    completed_on: date | None = None
    issued_on: date | None = None
    hours_total: Hours = None
    hours_in_person: Hours = None
    hours_live_video: Hours = None
    hours_didactic: Hours = None
    hours_practical: Hours = None
    hours_foundation: Hours = None
    taught: frozenset[str] = frozenset()
    exams: tuple[Examination, ...] = ()
    approvals: tuple[Approval, ...] = ()
    course_started: date | None = None
    instructor_needling_years: int | None = None
    in_degree: bool = False
    holder_matches: bool = True

    @property
    def name(self) -> str:
        return f"certificate “{self.course}” of {self.provider}" if self.course else "certificate"

    @property
    def course_key(self) -> tuple[object, ...]:
        """The same for two uploads of one course: its hours count once."""
        if self.number and (number := "".join(self.number.split()).casefold()):
            return (_plain(self.provider), number)
        return self.course_held

    @property
    def course_held(self) -> tuple[object, ...]:
        """The course by its name and last day, whatever number the paper bears."""
        return (_plain(self.provider), _plain(self.course), self.completed_on)

    def lack_on(self, day: date) -> Lack | None:
        return Held.lack_on(self, day) if self.holder_matches else Lack.NOT_THE_HOLDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Held):
    """What was settled with a board: on its register, or merely sent to it."""

    credential_kind: ClassVar = CredentialKind.REGISTRATION

    jurisdiction: str
    kind: RegistrationKind
    board: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind.noun} with {self.board or 'the board'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisedPractice(Held):
    """Needling sessions done: under a supervisor, or independently as a licensed professional."""

    credential_kind: ClassVar = CredentialKind.SUPERVISED_PRACTICE

    sessions: int
    independent: bool = False
    supervisor: str = ""
    supervisor_needling_months: int | None = None
    mode: str = ""
    started: date | None = None
    finished: date | None = None

    @property
    def name(self) -> str:
        return f"log of {self.sessions} sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeHours(Held):
    """Hours of clinical practice in the profession, attested by somebody."""

    credential_kind: ClassVar = CredentialKind.PRACTICE_HOURS

    hours: int
    where: str = ""

    @property
    def name(self) -> str:
        return f"record of {self.hours} practice hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree(Held):
    """An academic degree in the profession, from the day it was awarded."""

    credential_kind: ClassVar = CredentialKind.DEGREE

    level: DegreeLevel
    title: str
    school: str = ""

    @property
    def name(self) -> str:
        return f"degree “{self.title}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpr(Held):
    credential_kind: ClassVar = CredentialKind.CPR

    @property
    def name(self) -> str:
        return "CPR card"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indemnity(Held):
    credential_kind: ClassVar = CredentialKind.INDEMNITY

    excluded: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return "indemnity cover"


class Engagement(NamedTuple):
    """A practitioner works at a clinic from a day to a day, both included."""

    clinic_id: int
    first_day: date
    last_day: date | None = None

    def lasts_on(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the rules may know of one practitioner."""

    profession: Profession
    licences: tuple[Licence, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    registrations: tuple[Registration, ...] = ()
    supervised: tuple[SupervisedPractice, ...] = ()
    practice_hours: tuple[PracticeHours, ...] = ()
    degrees: tuple[Degree, ...] = ()
    cpr: tuple[Cpr, ...] = ()
    indemnities: tuple[Indemnity, ...] = ()
    engagements: tuple[Engagement, ...] = ()

    @property
    def credentials(self) -> tuple[Held, ...]:
        training = (*self.certificates, *self.supervised, *self.practice_hours, *self.degrees)
        return (*self.licences, *training, *self.registrations, *self.cpr, *self.indemnities)

    def turning_days(self) -> Iterator[date]:
        for credential in self.credentials:
            yield from credential.turning_days()
        for engagement in self.engagements:
            yield engagement.first_day
            if engagement.last_day is not None:
                yield day_after(engagement.last_day)
