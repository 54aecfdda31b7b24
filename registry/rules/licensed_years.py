"""How long somebody has been licensed, counted the way the rule of the place counts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

from registry.rules.days import Span, day_before, days_later, merged, years_after
from registry.rules.facts import Facts, Licence
from registry.rules.findings import MET, UNKNOWN, UNMET, Case, Finding, Requirement
from registry.rules.licensing import licences_here
from registry.rules.reasons import Reason
from registry.rules.standing import IN_FORCE, RESTRICTED, VERIFIED
from registry.rules.vocabulary import LicenceKind, YearsCounted
from registry.rules.wording import count, day_in_words

ANYWHERE, UNBROKEN = YearsCounted.ANYWHERE, YearsCounted.UNRESTRICTED_IMMEDIATELY_BEFORE


@dataclass(frozen=True, slots=True)
class YearsLicensed(Requirement):
    """
    Anywhere: all licensed time in the profession adds up, from the day first licensed.

    Here, and unbroken: only the days of this jurisdiction's own licences are known to count; for
    unbroken, only the unrestricted stretch that the day itself lies in. `waived_in_degree`:
    nothing is asked of those whose needling course was part of their degree.
    """

    kind: ClassVar[str] = "years_licensed"

    years: int
    counted: YearsCounted = ANYWHERE
    waived_in_degree: bool = False

    def judge(self, case: Case) -> Finding:
        if self.waived_in_degree and any(course.in_degree for course in case.training.basis):
            return Finding(self, case, MET, need=self.years)
        stretches = self._stretches(case)
        done = self._complete_on(stretches, case.day)
        if done is not None and done <= case.day:
            return Finding(self, case, MET, need=self.years)
        if not stretches or case.day < stretches[0].first or not self._can_tell(case):
            return Finding(self, case, UNKNOWN, need=self.years)
        return Finding(self, case, UNMET, (Reason.YEARS_SHORT,), need=self.years)

    def turning_days(self, facts: Facts, jurisdiction: str) -> Iterable[date]:
        stretches = licensed_stretches(facts, self.counted, jurisdiction)
        for stretch in stretches:
            yield stretch.first
            yield years_after(stretch.first, self.years)
        total = complete_on(stretches, self.years)
        if total is not None:
            yield total

    def sentence(self, finding: Finding) -> str:
        years = count(self.years, "licensed year")
        if finding.met:
            return f"Has the {years} asked for."
        if not finding.reasons:
            return f"The {years} asked for are judged once a licence counts."
        done = self._done(finding)
        when = f"; they are complete on {day_in_words(done)}" if done else ""
        return f"Has not yet the {years} asked for{when}."

    def remedy(self, finding: Finding) -> str:
        done = self._done(finding)
        wait = f"Book from {day_in_words(done)} on. " if done else ""
        return f"{wait}If first licensed earlier, record that licence and have it verified."

    def _stretches(self, case: Case) -> list[Span]:
        return licensed_stretches(case.facts, self.counted, case.question.jurisdiction)

    def _complete_on(self, stretches: list[Span], day: date) -> date | None:
        if self.counted is UNBROKEN:
            stretches = [stretch for stretch in stretches if day in stretch]
        return complete_on(stretches, self.years)

    def _can_tell(self, case: Case) -> bool:
        """Without a licence that counts, an unbroken stretch up to the day cannot be asked for."""
        here = licences_here(case.facts, case.question.jurisdiction)
        return self.counted is not UNBROKEN or any(licence.counts_on(case.day) for licence in here)

    def _done(self, finding: Finding) -> date | None:
        case = finding.case
        stretches = self._stretches(case)
        return self._complete_on(stretches, case.day)


def licensed_stretches(facts: Facts, counted: YearsCounted, jurisdiction: str = "") -> list[Span]:
    """The days licensed in the profession, as far as they count; `jurisdiction` for the others."""
    spans: list[Span] = []
    for licence in facts.licences:
        if licence.state is not VERIFIED or licence.profession is not facts.profession:
            continue
        if counted is ANYWHERE or licence.jurisdiction == jurisdiction:
            spans.extend(_stretches_of(licence, counted))
    return merged(spans) if len(spans) > 1 else spans


def _stretches_of(licence: Licence, counted: YearsCounted) -> list[Span]:
    """The days on which the licence stood as the rule asks."""
    first, last = licence.first_day, licence.last_day or date.max
    if counted is ANYWHERE and licence.first_licensed is not None:
        first = min(licence.first_licensed, first or date.max)
    if first is None or first > last:
        return []
    if not licence.decisions:
        return [Span(first, last)]
    turns = {d.from_day for d in licence.decisions if first < d.from_day <= last}
    days = [first, *sorted(turns)]
    ends = [*map(day_before, days[1:]), last]
    return [
        Span(day, end) for day, end in zip(days, ends, strict=True) if _good(licence, day, counted)
    ]


def _good(licence: Licence, day: date, counted: YearsCounted) -> bool:
    standing = licence.standing_on(day)
    if counted is UNBROKEN and licence.kind is LicenceKind.PROVISIONAL:
        return False
    return standing is IN_FORCE or (standing is RESTRICTED and counted is not UNBROKEN)


def complete_on(stretches: list[Span], years: int) -> date | None:
    """
    The day on which the licensed years are complete; gaps between stretches put it off.

    Years differ in length, so the count starts with whichever stretch brings that day nearest:
    more time licensed never puts it off.
    """
    counts = (_complete_from(stretches[start:], years) for start in range(len(stretches)))
    return min((done for done in counts if done is not None), default=None)


def _complete_from(stretches: list[Span], years: int) -> date | None:
    done = years_after(stretches[0].first, years)
    for earlier, later in pairwise(stretches):
        if day_before(done) <= earlier.last:
            return done
        done = days_later(done, (later.first - earlier.last).days - 1)
    return done if day_before(done) <= stretches[-1].last else None
