"""What must be in force beside licence and training: resuscitation training, indemnity cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from registry.rules.findings import MET, UNMET, Case, Finding, Requirement
from registry.rules.misses import miss_remedy, miss_sentence, nearest_miss
from registry.rules.reasons import Reason
from registry.rules.regions import SITES, regions_of, site_name
from registry.rules.wording import as_sentence


@dataclass(frozen=True, slots=True)
class CprCurrent(Requirement):
    kind: ClassVar[str] = "cpr"

    def judge(self, case: Case) -> Finding:
        for card in case.facts.cpr:
            if card.counts_on(case.day):
                return Finding(self, case, MET, (), (card,))
        miss = nearest_miss(case.facts.cpr, case.day)
        about = (miss[1],) if miss else ()
        return Finding(self, case, UNMET, (Reason.CPR_NOT_CURRENT,), about)

    def sentence(self, finding: Finding) -> str:
        if finding.met:
            return "A CPR card is in force."
        if finding.about:
            return miss_sentence(finding.about[0], finding.case.day)
        return "No CPR card is on record."

    def remedy(self, finding: Finding) -> str:
        if finding.about:
            return miss_remedy(finding.about[0], finding.case.day)
        return "Upload a CPR card and have it verified."


@dataclass(frozen=True, slots=True)
class Insured(Requirement):
    """Some cover in force does not exclude the site, nor a region it belongs to."""

    kind: ClassVar[str] = "indemnity"
    about_site: ClassVar[bool] = True

    def judge(self, case: Case) -> Finding:
        site = case.question.site
        covers = [cover for cover in case.facts.indemnities if cover.counts_on(case.day)]
        for cover in covers:
            if not _excludes(cover.excluded, site):
                return Finding(self, case, MET, (), (cover,))
        if covers:
            return Finding(self, case, UNMET, (Reason.INDEMNITY_EXCLUDED,), tuple(covers))
        miss = nearest_miss(case.facts.indemnities, case.day)
        about = (miss[1],) if miss else ()
        return Finding(self, case, UNMET, (Reason.INDEMNITY_MISSING,), about)

    def sites_met(self, case: Case) -> frozenset[str]:
        covers = [cover for cover in case.facts.indemnities if cover.counts_on(case.day)]
        return frozenset(
            site for site in SITES if any(not _excludes(cover.excluded, site) for cover in covers)
        )

    def sentence(self, finding: Finding) -> str:
        site = site_name(finding.case.question.site)
        if finding.met:
            return f"{site}: insured."
        if Reason.INDEMNITY_EXCLUDED in finding.reasons:
            return as_sentence(f"{site}: excluded from the cover on record.")
        if finding.about:
            return miss_sentence(finding.about[0], finding.case.day)
        return "No indemnity cover is on record."

    def remedy(self, finding: Finding) -> str:
        if Reason.INDEMNITY_EXCLUDED in finding.reasons:
            site = site_name(finding.case.question.site).lower()
            return f"Buy cover for {site}, record it and have it verified."
        if finding.about:
            return miss_remedy(finding.about[0], finding.case.day)
        return "Record an indemnity cover and have it verified."


def _excludes(excluded: frozenset[str], site: str) -> bool:
    return bool(excluded) and not excluded.isdisjoint(regions_of(site) | {site})
