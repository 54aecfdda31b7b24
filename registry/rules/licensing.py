"""Licence requirements: one that counts here on the day, and unrestricted where that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from registry.rules.facts import Facts, Licence
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.misses import miss_remedy, miss_sentence
from registry.rules.reasons import Reason
from registry.rules.standing import IN_FORCE, Lack
from registry.rules.vocabulary import LicenceKind
from registry.rules.wording import as_sentence, day_in_words

PROVISIONAL = LicenceKind.PROVISIONAL

LICENCE_REASONS = {
    Lack.PENDING: Reason.LICENCE_PENDING,
    Lack.LAPSED: Reason.LICENCE_LAPSED,
    Lack.NOT_STARTED: Reason.LICENCE_NOT_STARTED,
    Lack.UNDATED: Reason.LICENCE_NOT_STARTED,
    Lack.SUSPENDED: Reason.LICENCE_SUSPENDED,
    Lack.REVOKED: Reason.LICENCE_SUSPENDED,
    Lack.REJECTED: Reason.LICENCE_MISSING,
    Lack.NOT_THE_HOLDERS: Reason.LICENCE_MISSING,
}


def licences_here(facts: Facts, jurisdiction: str) -> list[Licence]:
    """Those for the practitioner's own profession in the jurisdiction."""
    return [
        licence
        for licence in facts.licences
        if licence.jurisdiction == jurisdiction and licence.profession is facts.profession
    ]


@dataclass(frozen=True, slots=True)
class LicenceHere(Requirement):
    kind: ClassVar[str] = "licence"

    provisional_allowed: bool = False

    def judge(self, case: Case) -> Finding:
        nearest: tuple[Lack, Licence] | None = None
        provisional: Licence | None = None
        for licence in licences_here(case.facts, case.question.jurisdiction):
            lack = licence.lack_on(case.day)
            if lack is None:
                if licence.kind is not PROVISIONAL or self.provisional_allowed:
                    return Finding(self, case, MET, (), (licence,))
                provisional = licence
            elif lack is not Lack.WITHDRAWN and (nearest is None or lack < nearest[0]):
                nearest = (lack, licence)
        return self._refusal(case, nearest, provisional)

    def _refusal(
        self, case: Case, nearest: tuple[Lack, Licence] | None, provisional: Licence | None
    ) -> Finding:
        if provisional and (nearest is None or nearest[0] > Lack.NOT_STARTED):
            return Finding(self, case, UNMET, (Reason.PROVISIONAL_REGISTRATION,), (provisional,))
        if nearest is None:
            return Finding(self, case, UNMET, (Reason.LICENCE_MISSING,))
        lack, licence = nearest
        verdict = UNKNOWN if lack is Lack.UNDATED else UNMET
        return Finding(self, case, verdict, (LICENCE_REASONS[lack],), (licence,))

    def sentence(self, finding: Finding) -> str:
        if not finding.about:
            return f"No {finding.case.place} licence is on record."
        [licence] = finding.about
        if not finding.met and Reason.PROVISIONAL_REGISTRATION not in finding.reasons:
            return miss_sentence(licence, finding.case.day)
        if finding.met:
            until = f"until {day_in_words(licence.last_day)}" if licence.last_day else "with no end"
            return as_sentence(f"{licence.spoken} is good {until}.")
        return as_sentence(f"{licence.spoken} is provisional; full registration is needed.")

    def remedy(self, finding: Finding) -> str:
        place = finding.case.place
        if Reason.LICENCE_LAPSED in finding.reasons:
            return f"Renew the {place} licence and have it verified."
        if not finding.about or Reason.PROVISIONAL_REGISTRATION in finding.reasons:
            return f"Obtain a full {place} licence, record it and have it verified."
        return miss_remedy(finding.about[0], finding.case.day)


@dataclass(frozen=True, slots=True)
class Unrestricted(Requirement):
    """A provisional licence is none without restriction, whatever became of it."""

    kind: ClassVar[str] = "unrestricted"

    def judge(self, case: Case) -> Finding:
        here = licences_here(case.facts, case.question.jurisdiction)
        counting = [licence for licence in here if licence.lack_on(case.day) is None]
        full = tuple(licence for licence in counting if licence.kind is not PROVISIONAL)
        for licence in full:
            if licence.standing_on(case.day) is IN_FORCE:
                return Finding(self, case, MET, (), (licence,))
        if full:
            return Finding(self, case, UNMET, (Reason.LICENCE_RESTRICTED,), full)
        if counting:
            reasons = (Reason.PROVISIONAL_REGISTRATION,)
            return Finding(self, case, UNMET, reasons, tuple(counting))
        return Finding(self, case, UNKNOWN)

    def sentence(self, finding: Finding) -> str:
        if not finding.about:
            return "Whether the licence is unrestricted is judged once one counts."
        what = "unrestricted" if finding.met else "restricted"
        if Reason.PROVISIONAL_REGISTRATION in finding.reasons:
            what = "provisional"
        return as_sentence(f"{finding.about[0].spoken} is {what}.")

    def remedy(self, finding: Finding) -> str:
        if not finding.about:
            return "A verified licence comes first."
        if Reason.PROVISIONAL_REGISTRATION in finding.reasons:
            return f"Obtain a full {finding.case.place} licence, record it and have it verified."
        return "Have the board lift the restriction, then have the licence reinstated here."
