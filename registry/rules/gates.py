"""What must hold for one appointment: judged only when its circumstances are given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.questions import Circumstances
from registry.rules.reasons import Reason
from registry.rules.vocabulary import Consent

NOTHING_KNOWN = Circumstances()


class AskedAt(StrEnum):
    """When a gate must be met at the latest."""

    BOOKING = "booking"
    CHECK_IN = "check_in"


def _circumstances(case: Case) -> Circumstances:
    return case.question.circumstances or NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class PatientConsents(Requirement):
    kind: ClassVar[str] = "consent"
    gate: ClassVar[bool] = True

    written: bool = False
    asked_at: AskedAt = AskedAt.CHECK_IN

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
class Referred(Requirement):
    kind: ClassVar[str] = "referral"
    gate: ClassVar[bool] = True

    asked_at: AskedAt = AskedAt.CHECK_IN

    def judge(self, case: Case) -> Finding:
        referral = _circumstances(case).referral
        if referral:
            return Finding(self, case, MET)
        verdict = UNKNOWN if referral is None else UNMET
        return Finding(self, case, verdict, (Reason.REFERRAL_MISSING,))

    def sentence(self, finding: Finding) -> str:
        return f"A referral for this patient {'is' if finding.met else 'is not'} on record."

    def remedy(self, finding: Finding) -> str:
        return "Obtain the referral and record it."


@dataclass(frozen=True, slots=True)
class PhysicianContacted(Requirement):
    """
    Whoever the physician advises against needling is not needled, asked or not.

    `if_referred`: asked only for patients whom a physician sent.
    """

    kind: ClassVar[str] = "physician_contact"
    gate: ClassVar[bool] = True

    if_referred: bool = False
    asked_at: AskedAt = AskedAt.CHECK_IN

    def judge(self, case: Case) -> Finding:
        known = _circumstances(case)
        if known.physician_contraindicates:
            return Finding(self, case, UNMET, (Reason.PHYSICIAN_CONTRAINDICATED,))
        nobody_sent = known.referred is False and not known.referral
        if known.physician_contacted or (self.if_referred and nobody_sent):
            return Finding(self, case, MET)
        verdict = UNKNOWN if known.physician_contacted is None else UNMET
        return Finding(self, case, verdict, (Reason.PHYSICIAN_CONTACT_MISSING,))

    def sentence(self, finding: Finding) -> str:
        known = _circumstances(finding.case)
        if Reason.PHYSICIAN_CONTRAINDICATED in finding.reasons:
            return "The physician says this patient is not to be needled."
        if finding.met and not known.physician_contacted:
            return "No physician sent this patient, so none need be consulted."
        return f"A physician {'was' if finding.met else 'was not, as far as is known,'} consulted."

    def remedy(self, finding: Finding) -> str:
        if Reason.PHYSICIAN_CONTRAINDICATED in finding.reasons:
            return "Book another treatment for this patient."
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
