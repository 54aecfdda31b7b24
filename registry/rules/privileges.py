"""The same answer for all days at once: for each site, the spans of days on which it is yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, pairwise

from registry.rules.days import Span as Span
from registry.rules.days import day_after, day_before
from registry.rules.facts import Facts
from registry.rules.findings import MET, Case
from registry.rules.questions import Question
from registry.rules.regions import SITES
from registry.rules.rulebooks import Rulebook

NOWHERE: frozenset[str] = frozenset()


def spans(
    facts: Facts, rulebook: Rulebook, clinic_id: int, jurisdiction: str
) -> dict[str, tuple[Span, ...]]:
    """
    Site: maximal, disjoint spans of days, in order; `date.max` where there is no last day.

    A site is in it on a day exactly if `decide` finds it eligible, gates aside. Sites without any
    day are left out.
    """
    found: dict[str, list[Span]] = {}
    for stretch in _stretches(facts, rulebook, clinic_id, jurisdiction):
        question = Question(clinic_id, jurisdiction, "", stretch.first)
        for site in _sites_on(facts, rulebook, question):
            _add(found.setdefault(site, []), stretch)
    return {site: tuple(found[site]) for site in sorted(found)}


def _stretches(
    facts: Facts, rulebook: Rulebook, clinic_id: int, jurisdiction: str
) -> Iterator[Span]:
    """All days, cut where an answer may change."""
    turns = {date.min, *facts.turning_days()}
    turns.update(rulebook.turning_days(facts, clinic_id, jurisdiction))
    days = sorted(turns)
    ends = chain((day_before(later) for _, later in pairwise(days)), (date.max,))
    return map(Span, days, ends)


def _sites_on(facts: Facts, rulebook: Rulebook, question: Question) -> frozenset[str]:
    chosen = rulebook.in_force(question, facts.profession)
    if chosen is None:
        return NOWHERE
    case = Case(facts, question, chosen.place, chosen.course_rules)
    sites = SITES
    for requirement in chosen.standing:
        if requirement.about_site:
            sites &= requirement.sites_met(case)
        elif requirement.judge(case).verdict is not MET:
            return NOWHERE
    return sites


def _add(spans_so_far: list[Span], stretch: Span) -> None:
    """Stretches come in order: one that touches the last span lengthens it."""
    if spans_so_far and day_after(spans_so_far[-1].last) == stretch.first:
        spans_so_far[-1] = Span(spans_so_far[-1].first, stretch.last)
    else:
        spans_so_far.append(stretch)
