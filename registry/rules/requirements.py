"""What a place asks: that it allows the profession, and what must be settled with its board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from registry.rules.findings import HOUSE_RULE, MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.misses import miss_remedy, miss_sentence, nearest_miss
from registry.rules.reasons import Reason
from registry.rules.standing import Lack
from registry.rules.vocabulary import Profession, RegistrationKind
from registry.rules.wording import as_sentence, either, with_article

NOTIFICATION = RegistrationKind.NOTIFICATION
PENDING = Lack.PENDING


@dataclass(frozen=True, slots=True)
class NotAdopted(Requirement):
    """Stands in where nobody adopted a requirement set: not known is not met."""

    kind: ClassVar[str] = "jurisdiction_adopted"

    def judge(self, case: Case) -> Finding:
        return Finding(self, case, UNKNOWN, (Reason.JURISDICTION_NOT_ADOPTED,))

    def sentence(self, finding: Finding) -> str:
        who = with_article(finding.case.facts.profession.title)
        return f"Nobody has adopted the requirements of {finding.case.place} for {who} on this day."

    def remedy(self, finding: Finding) -> str:
        return f"An administrator reviews and adopts the requirements of {finding.case.place}."


@dataclass(frozen=True, slots=True)
class Barred(Requirement):
    kind: ClassVar[str] = "barred"

    def judge(self, case: Case) -> Finding:
        return Finding(self, case, UNMET, (Reason.JURISDICTION_BARRED,))

    def sentence(self, finding: Finding) -> str:
        who = with_article(finding.case.facts.profession.title)
        return as_sentence(f"{who} may not needle in {finding.case.place} at all.")

    def remedy(self, finding: Finding) -> str:
        return "None here: book another treatment."


@dataclass(frozen=True, slots=True)
class NotYetInForce(Requirement):
    """A law was passed, but nobody may begin before its rules are made."""

    kind: ClassVar[str] = "not_yet_in_force"

    def judge(self, case: Case) -> Finding:
        return Finding(self, case, UNMET, (Reason.NOT_YET_IN_EFFECT,))

    def sentence(self, finding: Finding) -> str:
        who = with_article(finding.case.facts.profession.title)
        return as_sentence(f"{who} may not needle in {finding.case.place} yet.")

    def remedy(self, finding: Finding) -> str:
        return "Wait for the board's rules; an administrator then adopts the new requirements."


@dataclass(frozen=True, slots=True)
class ProfessionAllowed(Requirement):
    kind: ClassVar[str] = "profession_allowed"

    professions: tuple[Profession, ...]

    def judge(self, case: Case) -> Finding:
        if case.facts.profession in self.professions:
            return Finding(self, case, MET)
        return Finding(self, case, UNMET, (Reason.PROFESSION_NOT_ALLOWED,))

    def sentence(self, finding: Finding) -> str:
        place, who = finding.case.place, with_article(finding.case.facts.profession.title)
        if finding.met:
            return f"The rule of {place} lets {who} needle."
        if not self.professions:
            return f"No rule of {place} on record lets {who} needle."
        allowed = either(with_article(profession.title) for profession in self.professions)
        return f"The rule of {place} on record lets only {allowed} needle, not {who}."

    def remedy(self, finding: Finding) -> str:
        return "None in this profession: book somebody else, or another treatment."


@dataclass(frozen=True, slots=True)
class WorksHere(Requirement):
    kind: ClassVar[str] = "works_here"

    def judge(self, case: Case) -> Finding:
        clinic, day = case.question.clinic_id, case.day
        for engagement in case.facts.engagements:
            if engagement.clinic_id == clinic and engagement.lasts_on(day):
                return Finding(self, case, MET)
        return Finding(self, case, UNMET, (Reason.NOT_AT_CLINIC,))

    def sentence(self, finding: Finding) -> str:
        return f"{'Works' if finding.met else 'Does not work'} at this clinic on that day."

    def remedy(self, finding: Finding) -> str:
        return "An administrator records from which day they work at this clinic."


WORKS_HERE = WorksHere(citation=HOUSE_RULE)


@dataclass(frozen=True, slots=True)
class OnRegister(Requirement):
    """An entry with the board that takes effect when the board makes it."""

    kind: ClassVar[str] = "registration"

    needs: RegistrationKind

    def judge(self, case: Case) -> Finding:
        return _filed(self, case, self.needs, Reason.REGISTRATION_MISSING)

    def sentence(self, finding: Finding) -> str:
        return _filing_sentence(finding, self.needs)

    def remedy(self, finding: Finding) -> str:
        return _filing_remedy(finding, f"Obtain the {self.needs.noun} for dry needling")


@dataclass(frozen=True, slots=True)
class BoardNotified(Requirement):
    """Papers that must have been sent to the board; it need not answer."""

    kind: ClassVar[str] = "notification"

    def judge(self, case: Case) -> Finding:
        return _filed(self, case, NOTIFICATION, Reason.NOTIFICATION_MISSING)

    def sentence(self, finding: Finding) -> str:
        return _filing_sentence(finding, NOTIFICATION)

    def remedy(self, finding: Finding) -> str:
        return _filing_remedy(finding, "File the training documents")


@dataclass(frozen=True, slots=True)
class OpenQuestion(Requirement):
    """Something no source answered. A person settles it when adopting the set; until then: no."""

    kind: ClassVar[str] = "open_question"

    code: str
    question: str

    def judge(self, case: Case) -> Finding:
        return Finding(self, case, UNKNOWN, (Reason.OPEN_QUESTION,))

    def sentence(self, finding: Finding) -> str:
        return f"Not settled for {finding.case.place}: {self.question}"

    def remedy(self, finding: Finding) -> str:
        return "An administrator answers it with a source and adopts the set."


def _filed(requirement: Requirement, case: Case, kind: RegistrationKind, reason: Reason) -> Finding:
    here = case.question.jurisdiction
    filed = [r for r in case.facts.registrations if r.kind is kind and r.jurisdiction == here]
    for registration in filed:
        if registration.counts_on(case.day):
            return Finding(requirement, case, MET, (), (registration,))
    miss = nearest_miss(filed, case.day)
    if miss is None:
        return Finding(requirement, case, UNMET, (reason,))
    lack, nearest = miss
    return Finding(requirement, case, UNMET, (reason,), (nearest,), waits=lack is PENDING)


def _filing_sentence(finding: Finding, kind: RegistrationKind) -> str:
    if finding.met:
        return f"The {kind.noun} with the board of {finding.case.place} is on record."
    if finding.about:
        return miss_sentence(finding.about[0], finding.case.day)
    return f"No {kind.noun} with the board of {finding.case.place} is on record."


def _filing_remedy(finding: Finding, action: str) -> str:
    if finding.about:
        return miss_remedy(finding.about[0], finding.case.day)
    return f"{action} with the board of {finding.case.place}, record it and have it verified."
