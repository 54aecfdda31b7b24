"""What is on record about a practitioner, as plain values with dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple

from registry.rules.days import day_after
from registry.rules.standing import RESTRICTED, Held, Lack
from registry.rules.standing import StandingSince as StandingSince
from registry.rules.vocabulary import (
    Consent,
    CourseKind,
    CredentialKind,
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

    def _lack_in(self, standing: Standing) -> Lack | None:
        return None if standing is RESTRICTED else Held._lack_in(self, standing)


class Approval(NamedTuple):
    body: str
    granted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Held):
    """Proof of a course. `taught`: the regions and muscles it names; none named, none covered."""

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
    hours_practical: Hours = None
    hours_foundation: Hours = None
    taught: frozenset[str] = frozenset()
    exams: tuple[tuple[Exam, ExamResult], ...] = ()
    approvals: tuple[Approval, ...] = ()
    course_started: date | None = None
    holder_matches: bool = True

    @property
    def name(self) -> str:
        return f"certificate “{self.course}” of {self.provider}"

    @property
    def course_key(self) -> tuple[object, ...]:
        """The same for two uploads of one course: its hours count once."""
        course = (self.number,) if self.number else (self.course.casefold(), self.completed_on)
        return (self.provider.casefold(), *course)

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
        return f"{self.kind} with {self.board or 'the board'}"


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
    cpr: tuple[Cpr, ...] = ()
    indemnities: tuple[Indemnity, ...] = ()
    engagements: tuple[Engagement, ...] = ()

    @property
    def credentials(self) -> tuple[Held, ...]:
        training = (*self.certificates, *self.supervised)
        return (*self.licences, *training, *self.registrations, *self.cpr, *self.indemnities)

    def turning_days(self) -> Iterator[date]:
        for credential in self.credentials:
            yield from credential.turning_days()
        for engagement in self.engagements:
            yield engagement.first_day
            if engagement.last_day is not None:
                yield day_after(engagement.last_day)


class Circumstances(NamedTuple):
    """What is known of one appointment beyond its place and day. None: not known."""

    consent: Consent = Consent.NONE
    physician_contacted: bool | None = None
    delegated: bool = False


class Question(NamedTuple):
    """May this practitioner needle this site at this clinic on this day?"""

    clinic_id: int
    jurisdiction: str
    site: str
    day: date
    circumstances: Circumstances | None = None
