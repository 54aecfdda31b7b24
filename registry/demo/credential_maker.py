"""Making the demo's credentials, ordinary but for what is said, as days from today."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from registry.rules.facts import (
    Certificate,
    Cpr,
    Degree,
    Examination,
    Indemnity,
    Licence,
    PracticeHours,
    Registration,
    SupervisedPractice,
)
from registry.rules.standing import Held
from registry.rules.vocabulary import (
    DegreeLevel,
    Exam,
    ExamResult,
    Profession,
    RegistrationKind,
    VersionState,
)

UPPER = frozenset({"neck", "shoulder_girdle", "arm", "forearm_hand"})
LOWER = frozenset({"lumbar_abdomen", "pelvis_gluteal", "thigh", "leg_foot"})
LONG_AGO = 40  # days


def passed(*exams: Exam) -> tuple[Examination, ...]:
    """Each in person."""
    return tuple(Examination(exam, ExamResult.PASSED, in_person=True) for exam in exams)


class Paper(StrEnum):
    PDF = "certificate.pdf"
    PHOTO = "IMG_2041.jpg"
    BLURRED = "IMG_2107.jpg"


class Holding(NamedTuple):
    """A credential, how many days ago it was entered, and what a reviewer made of it."""

    fact: Held
    becomes: VersionState = VersionState.VERIFIED
    days_ago: int = LONG_AGO
    paper: Paper | None = None
    reason: str = ""


class Maker:
    """Credentials as days from today: a negative number of days lies in the past."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.number = 4100

    def licence(self, *, here: str = "US-GA", ends: int = 420, **known: Any) -> Holding:
        self.number += 7
        last_day = self._day(ends)
        ordinary: dict[str, Any] = {
            "number": f"{here.rsplit('-', 1)[-1]}-{self.number}",
            "jurisdiction": here,
            "profession": Profession.PT,
            "first_licensed": self._day(-3100),
            "first_day": last_day - timedelta(days=1460),
            "last_day": last_day,
        }
        return Holding(_new(Licence, **ordinary | known))

    def course(self, *, completed: int = -800, **known: Any) -> Holding:
        self.number += 7
        day = self._day(completed)
        rest = {name: known.pop(name) for name in list(known) if name in Holding._fields}
        ordinary: dict[str, Any] = {
            "provider": "Lakeside Institute of Manual Therapy",
            "course": "Dry needling, upper and lower quarter",
            "number": f"DN-{self.number}",
            "completed_on": day,
            "issued_on": day,
            "first_day": day,
            "hours_total": 60,
            "hours_in_person": 54,
            "taught": UPPER | LOWER,
            "exams": passed(Exam.WRITTEN, Exam.PRACTICAL),
            "instructor_needling_years": 12,
        }
        return Holding(_new(Certificate, **ordinary | known), **rest)

    def filed(self, **rest: Any) -> Holding:
        """The proof of training, sent to the board of Georgia."""
        return self.registered("US-GA", RegistrationKind.NOTIFICATION, "Board of Georgia", **rest)

    def registered(self, here: str, kind: RegistrationKind, board: str, **rest: Any) -> Holding:
        fact = _new(
            Registration, jurisdiction=here, kind=kind, board=board, first_day=self._day(-760)
        )
        return Holding(fact, **rest)

    def cpr(self, ends: int) -> Holding:
        return Holding(_new(Cpr, first_day=self._day(ends - 730), last_day=self._day(ends)))

    def cover(self, ends: int) -> Holding:
        return Holding(_new(Indemnity, first_day=self._day(ends - 365), last_day=self._day(ends)))

    def sessions(self, how_many: int) -> Holding:
        """Done under supervision."""
        return Holding(
            _new(
                SupervisedPractice,
                sessions=how_many,
                supervisor="Dana Okafor",
                supervisor_needling_months=30,
                mode="in person",
                started=self._day(-300),
                finished=self._day(-90),
                first_day=self._day(-90),
            )
        )

    def degree(self) -> Holding:
        return Holding(
            _new(
                Degree,
                level=DegreeLevel.DOCTORAL,
                title="Doctor of Physical Therapy",
                school="Willow Court College",
                first_day=self._day(-3200),
            )
        )

    def practised(self, hours: int, where: str) -> Holding:
        return Holding(_new(PracticeHours, hours=hours, where=where, first_day=self._day(-60)))

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)


def _new(made: type[Held], /, **known: Any) -> Held:
    return made(id=0, state=VersionState.SUBMITTED, **known)
