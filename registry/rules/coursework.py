"""What training must amount to: a certificate that counts, sites taught, examinations passed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from registry.rules.facts import Certificate
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.misses import miss_remedy, miss_sentence
from registry.rules.reasons import Reason, Verdict
from registry.rules.regions import covered, site_name
from registry.rules.standing import Lack
from registry.rules.training import CERTIFICATE_REASONS
from registry.rules.vocabulary import Exam, ExamResult
from registry.rules.wording import as_sentence, count, every

PASSED = ExamResult.PASSED
LATER = "is judged once a dry-needling certificate counts."
NOT_COVERED = "not covered by the training on record."
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class HoldsCertificate(Requirement):
    """Somebody verified a dry-needling certificate, and it counts on the day."""

    kind: ClassVar[str] = "dry_needling_certificate"

    def judge(self, case: Case) -> Finding:
        training = case.training
        if training.lack is not None:
            verdict = UNKNOWN if training.lack is Lack.UNDATED else UNMET
            reason = CERTIFICATE_REASONS[training.lack]
            return Finding(self, case, verdict, (reason,), training.basis[:1])
        if training.basis:
            return Finding(self, case, MET, (), training.basis)
        on_record = case.facts.certificates
        others = tuple(c for c in on_record if c.lack_on(case.day) is not Lack.WITHDRAWN)
        reason = Reason.CERT_NOT_DRY_NEEDLING if others else Reason.CERT_NONE
        return Finding(self, case, UNMET, (reason,), others)

    def sentence(self, finding: Finding) -> str:
        if finding.met:
            return f"{count(len(finding.about), 'verified dry-needling certificate')} in force."
        if Reason.CERT_NONE in finding.reasons:
            return "No dry-needling certificate is on record."
        [first, *_] = finding.about
        if Reason.CERT_NOT_DRY_NEEDLING in finding.reasons:
            return as_sentence(f"{first.name} is not dry-needling training.")
        return miss_sentence(first, finding.case.day)

    def remedy(self, finding: Finding) -> str:
        if finding.case.training.basis:
            return miss_remedy(finding.about[0], finding.case.day, called="the certificate")
        return "Upload a dry-needling certificate and have it verified."


class Coursework(Requirement):
    """Judged over the training of the day; if short, it names the certificate that would help."""

    __slots__ = ()

    def later(self, case: Case, need: int | None = None) -> Finding:
        return Finding(self, case, UNKNOWN, need=need)

    def short(self, found: Finding, would_help: Callable[[Certificate], bool]) -> Finding:
        training = found.case.training
        helper = training.helper(would_help)
        if helper is not None:
            found.reasons = (*found.reasons, CERTIFICATE_REASONS[helper.lack])
            found.about = (*found.about, helper.certificate)
        elif refused := next(filter(would_help, training.refused), None):
            found.reasons = (*found.reasons, *found.case.reasons_against(refused)[:1])
            found.about = (*found.about, refused)
        return found

    def remedy(self, finding: Finding) -> str:
        if not finding.reasons:
            return "A verified dry-needling certificate comes first."
        return f"{self.own_remedy(finding)} {self._cure(finding)}".rstrip()

    def _cure(self, finding: Finding) -> str:
        """What would make the certificate count that would help."""
        if len(finding.reasons) < 2:
            return ""
        helper = finding.about[-1]
        if helper.lack_on(finding.case.day) is not None:
            return miss_remedy(helper, finding.case.day)
        return f"{as_sentence(helper.name)} does not count here for what it is."

    @abstractmethod
    def own_remedy(self, finding: Finding) -> str: ...


@dataclass(frozen=True, slots=True)
class RegionsTaught(Coursework):
    """Each course covers what it names; see `regions.covered` for the pleural rule."""

    kind: ClassVar[str] = "regions_taught"
    about_site: ClassVar[bool] = True

    def sites_met(self, case: Case) -> frozenset[str]:
        basis = case.training.basis
        return frozenset().union(*[covered(certificate.taught) for certificate in basis])

    def judge(self, case: Case) -> Finding:
        basis, site = case.training.basis, case.question.site
        if not basis:
            return self.later(case)
        teaching = [certificate for certificate in basis if site in covered(certificate.taught)]
        if teaching:
            return Finding(self, case, MET, (), tuple(teaching))
        short = Finding(self, case, UNMET, (Reason.REGION_NOT_COVERED,), basis)
        return self.short(short, lambda certificate: site in covered(certificate.taught))

    def sentence(self, finding: Finding) -> str:
        site = site_name(finding.case.question.site)
        if finding.met:
            return f"{site}: taught in {finding.about[0].name}."
        if not finding.reasons:
            return f"Whether {site.lower()} was taught {LATER}"
        return f"{site} is {NOT_COVERED}"

    def own_remedy(self, finding: Finding) -> str:
        return f"A verified course that teaches {site_name(finding.case.question.site).lower()}."


def not_covered(sites: Sequence[str]) -> str:
    """Several of them in one sentence."""
    if len(sites) > MOST_NAMED:
        return f"{len(sites)} regions are {NOT_COVERED}"
    names = every(site_name(site).lower() for site in sites)
    return as_sentence(f"{names} {'is' if len(sites) == 1 else 'are'} {NOT_COVERED}")


@dataclass(frozen=True, slots=True)
class ExaminationPassed(Coursework):
    kind: ClassVar[str] = "examination"

    exam: Exam
    in_person: bool = False

    def judge(self, case: Case) -> Finding:
        basis = case.training.basis
        if not basis:
            return self.later(case)
        verdict: Verdict = UNKNOWN
        for certificate in basis:
            answer = self._passed_in(certificate)
            if answer is MET:
                return Finding(self, case, MET, (), (certificate,))
            verdict = UNMET if answer is UNMET else verdict
        short = Finding(self, case, verdict, (Reason.EXAM_MISSING,), basis)
        return self.short(short, lambda certificate: self._passed_in(certificate) is MET)

    def _passed_in(self, certificate: Certificate) -> Verdict:
        """Unknown where the certificate does not state the examination, or how it was taken."""
        verdict: Verdict = UNKNOWN
        for taken in certificate.exams:
            if taken.exam is not self.exam:
                continue
            if taken.result is not PASSED or (self.in_person and taken.in_person is False):
                verdict = UNMET
            elif not self.in_person or taken.in_person:
                return MET
        return verdict

    @property
    def title(self) -> str:
        words = self.exam.replace("_", " ")
        title = words if " " in words else f"{words} examination"
        return f"{title}, taken in person," if self.in_person else title

    def sentence(self, finding: Finding) -> str:
        if finding.met:
            return f"The {self.title} was passed."
        if not finding.reasons:
            return f"Whether the {self.title} was passed {LATER}"
        if finding.verdict is UNKNOWN:
            return as_sentence(f"no certificate states a {self.title.rstrip(',')}.")
        return f"The {self.title} was not passed."

    def own_remedy(self, finding: Finding) -> str:
        if finding.verdict is UNKNOWN:
            return f"Ask the provider for the result of the {self.title} and record it."
        return f"Pass the {self.title} and have it verified."
