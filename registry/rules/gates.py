"""What must hold for one appointment: judged only when its circumstances are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from registry.rules.facts import Circumstances
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.vocabulary import Consent, Reason

NOTHING_KNOWN = Circumstances()


def _circumstances(case: Case) -> Circumstances:
    return case.question.circumstances or NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class PatientConsents(Requirement):
    kind: ClassVar[str] = "consent"
    gate: ClassVar[bool] = True

    written: bool = False

    def judge(self, case: Case) -> Finding:
        consent = _circumstances(case).consent
        if consent is Consent.WRITTEN or (consent is Consent.VERBAL and not self.written):
            return Finding(self, case, MET)
        return Finding(self, case, UNMET, (Reason.CONSENT_MISSING,))

    def sentence(self, finding: Finding) -> str:
        manner = "written consent" if self.written else "consent"
        state = "is" if finding.met else "is not"
        return f"The patient's {manner} to dry needling {state} on record."

    def remedy(self, finding: Finding) -> str:
        return f"Obtain and record {'written ' if self.written else ''}consent to dry needling."


@dataclass(frozen=True, slots=True)
class PhysicianContacted(Requirement):
    kind: ClassVar[str] = "physician_contact"
    gate: ClassVar[bool] = True

    def judge(self, case: Case) -> Finding:
        contacted = _circumstances(case).physician_contacted
        if contacted:
            return Finding(self, case, MET)
        verdict = UNKNOWN if contacted is None else UNMET
        return Finding(self, case, verdict, (Reason.PHYSICIAN_CONTACT_MISSING,))

    def sentence(self, finding: Finding) -> str:
        return f"A physician {'was' if finding.met else 'was not, as far as is known,'} consulted."

    def remedy(self, finding: Finding) -> str:
        return "Consult a physician about this patient and record it."


@dataclass(frozen=True, slots=True)
class NotDelegated(Requirement):
    kind: ClassVar[str] = "not_delegated"
    gate: ClassVar[bool] = True

    def judge(self, case: Case) -> Finding:
        if _circumstances(case).delegated:
            return Finding(self, case, UNMET, (Reason.DELEGATION_FORBIDDEN,))
        return Finding(self, case, MET)

    def sentence(self, finding: Finding) -> str:
        return "Done in person." if finding.met else "Dry needling may not be handed on here."

    def remedy(self, finding: Finding) -> str:
        return "Book somebody who may needle in their own right."
