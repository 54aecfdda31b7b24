"""What one requirement says to one question: met, unmet or not known, with evidence and remedy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple, Protocol

from registry.rules.facts import Certificate, Facts
from registry.rules.questions import Question
from registry.rules.reasons import Reason, Verdict
from registry.rules.regions import SITES
from registry.rules.standing import Held
from registry.rules.training import Training, training_on
from registry.rules.vocabulary import Confidence, CredentialKind

MET, UNMET, UNKNOWN = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN

NEAREST_FIRST = (
    Reason.CONSENT_MISSING,
    Reason.REFERRAL_MISSING,
    Reason.PHYSICIAN_CONTACT_MISSING,
    Reason.LICENCE_PENDING,
    Reason.CERT_PENDING,
    Reason.LICENCE_LAPSED,
    Reason.CERT_EXPIRED,
    Reason.LICENCE_NOT_STARTED,
    Reason.CERT_NOT_YET_ISSUED,
    Reason.NOT_AT_CLINIC,
    Reason.CPR_NOT_CURRENT,
    Reason.INDEMNITY_MISSING,
    Reason.INDEMNITY_EXCLUDED,
    Reason.NOTIFICATION_MISSING,
    Reason.REGISTRATION_MISSING,
    Reason.HOURS_SHORT,
    Reason.IN_PERSON_HOURS_SHORT,
    Reason.SESSIONS_SHORT,
    Reason.COURSE_NOT_APPROVED,
    Reason.INSTRUCTOR_NOT_QUALIFIED,
    Reason.EXAM_MISSING,
    Reason.REGION_NOT_COVERED,
    Reason.TRAINING_WINDOW_EXCEEDED,
    Reason.PRACTICE_HOURS_SHORT,
    Reason.YEARS_SHORT,
    Reason.DEGREE_RULE,
    Reason.PROVISIONAL_REGISTRATION,
    Reason.LICENCE_RESTRICTED,
    Reason.LICENCE_SUSPENDED,
    Reason.CERT_SUSPENDED,
    Reason.CERT_REVOKED,
    Reason.CERT_REJECTED,
    Reason.CERT_HOLDER_MISMATCH,
    Reason.CERT_NOT_DRY_NEEDLING,
    Reason.CERT_NONE,
    Reason.LICENCE_MISSING,
    Reason.OPEN_QUESTION,
    Reason.JURISDICTION_NOT_ADOPTED,
    Reason.PHYSICIAN_CONTRAINDICATED,
    Reason.DELEGATION_FORBIDDEN,
    Reason.PROFESSION_NOT_ALLOWED,
    Reason.NOT_YET_IN_EFFECT,
    Reason.JURISDICTION_BARRED,
)
RANKS = {reason: rank for rank, reason in enumerate(NEAREST_FIRST)}
FARTHEST = len(NEAREST_FIRST)
WAITS = RANKS[Reason.CERT_PENDING]
#: Papers that a board takes once licence and training are there.
FILED_LAST = {Reason.NOTIFICATION_MISSING, Reason.REGISTRATION_MISSING}


class Citation(NamedTuple):
    """
    Where a requirement comes from, and how far that source is trusted.

    `source_name` is the source's name among those of its file; `stale_risk` says why what it
    states may be out of date already.
    """

    source_url: str
    source_date: str
    confidence: Confidence = Confidence.HIGH
    text: str | None = None
    stale_risk: str | None = None
    source_name: str = ""

    @property
    def doubtful(self) -> bool:
        """Not to be relied on before a person has looked."""
        return self.confidence is Confidence.LOW or self.stale_risk is not None


HOUSE_RULE = Citation("house rule", "2026-11-22", text="The registry's own rule, asked everywhere.")


class AsksOfCourses(Protocol):
    """What a place asks of a course before it counts; see `rules/course_rules.py`."""

    @property
    def reason(self) -> Reason: ...

    def accepts(self, certificate: Certificate, case: Case) -> Verdict: ...


@dataclass(slots=True)
class Case:
    """A question, the facts it is put to, and the training that counts on its day."""

    facts: Facts
    question: Question
    place: str  # the jurisdiction's name
    course_rules: tuple[AsksOfCourses, ...] = ()
    day: date = field(init=False)
    training: Training = field(init=False)

    def __post_init__(self) -> None:
        self.day = self.question.day
        accepts = self._accepts if self.course_rules else None
        self.training = training_on(self.facts, self.day, accepts)

    def reasons_against(self, course: Certificate) -> list[Reason]:
        """One for each thing asked of a course that this one does not meet."""
        return [r.reason for r in self.course_rules if r.accepts(course, self) is not MET]

    def _accepts(self, course: Certificate) -> bool:
        return not self.reasons_against(course)


@dataclass(slots=True)
class Finding:
    """The outcome of one requirement. Its words are made only when somebody reads them."""

    requirement: Requirement
    case: Case
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    about: tuple[Held, ...] = ()
    have: Decimal | int | None = None
    need: Decimal | int | None = None
    waits: bool = False  # for the clinic's check only: all that is asked for is on record

    @property
    def met(self) -> bool:
        return self.verdict is MET

    @property
    def citation(self) -> Citation:
        return self.requirement.citation

    @property
    def evidence(self) -> tuple[tuple[CredentialKind, int], ...]:
        return tuple((held.credential_kind, held.id) for held in self.about)

    @property
    def sentence(self) -> str:
        return self.requirement.sentence(self)

    @property
    def remedy(self) -> str:
        """What would cure it; empty when it is met."""
        return "" if self.met else self.requirement.remedy(self)

    @property
    def nearness(self) -> int:
        """0 is the nearest to a cure; what only waits for a check is nearer than what is not."""
        if self.waits:
            return WAITS
        reasons = self.reasons
        if len(reasons) == 1:
            return RANKS[reasons[0]]
        return min([RANKS[reason] for reason in reasons], default=FARTHEST)

    @property
    def turn(self) -> int:
        """When to see to it: the nearest to a cure first, but papers only after what they show."""
        if self.waits or not FILED_LAST.intersection(self.reasons):
            return self.nearness
        return FARTHEST - 1


@dataclass(frozen=True, slots=True)
class Requirement(ABC):
    """
    One typed condition with its source.

    `about_site`: its answer differs by site; it then has `sites_met`.
    `gate`: it is about one appointment, not about the practitioner.
    """

    kind: ClassVar[str]
    about_site: ClassVar[bool] = False
    gate: ClassVar[bool] = False

    citation: Citation = field(kw_only=True)

    def at_odds(self) -> tuple[str, str] | None:
        """The field, and what is wrong with it, where what is stated contradicts itself."""
        return None

    @abstractmethod
    def judge(self, case: Case) -> Finding: ...

    @abstractmethod
    def sentence(self, finding: Finding) -> str: ...

    @abstractmethod
    def remedy(self, finding: Finding) -> str: ...

    def sites_met(self, case: Case) -> frozenset[str]:
        """The sites for which it is met, whatever site the question names."""
        return SITES if self.judge(case).verdict is MET else frozenset()

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        """Days, beside those in the facts, on which its answer may change."""
        return ()
