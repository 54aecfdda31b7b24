"""
May this practitioner needle this site at this clinic on this day?

The one definition of eligibility. It never raises, and its answer is never a bare yes or no: it
holds every finding, the nearest to a cure first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.rules.facts import Facts
from registry.rules.findings import HOUSE_RULE, MET, Case, Finding, Requirement
from registry.rules.gates import NotDelegated
from registry.rules.jurisdictions import jurisdiction_name
from registry.rules.questions import Question
from registry.rules.reasons import Reason
from registry.rules.requirement_sets import AdoptedVersion, RequirementSet
from registry.rules.requirements import WORKS_HERE, NotAdopted, ProfessionAllowed
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession

NOT_ADOPTED = NotAdopted(citation=HOUSE_RULE)


@dataclass(slots=True)
class Decision:
    """
    `findings`: what is not met comes first, the nearest to a cure leading.

    `left_out_by`: the versions adopted there, where none of their sets is for the profession.
    """

    question: Question
    eligible: bool
    findings: tuple[Finding, ...]
    requirement_set: RequirementSet | None
    left_out_by: tuple[AdoptedVersion, ...] = ()

    @property
    def judged_by(self) -> tuple[AdoptedVersion, ...]:
        """The adopted versions that decided; two while one is being activated."""
        return self.requirement_set.adoptions if self.requirement_set else self.left_out_by

    @property
    def refusals(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.met)

    @property
    def reasons(self) -> frozenset[Reason]:
        return frozenset(reason for finding in self.refusals for reason in finding.reasons)

    @property
    def gravest(self) -> Finding | None:
        return gravest_of(self.refusals)


def gravest_of(refusals: Iterable[Finding]) -> Finding | None:
    """
    The reason to name where there is room for one: the farthest from a cure.

    What keeps somebody from every site goes before what keeps them from one, and what merely
    waits for another requirement is not named at all.
    """
    unmet = list(refusals)
    grounds = [finding for finding in unmet if finding.reasons] or unmet
    common = [finding for finding in grounds if not finding.requirement.about_site] or grounds
    return max(common, key=_nearness, default=None)


def decide(facts: Facts, rulebook: Rulebook, question: Question) -> Decision:
    """
    Judge every requirement in force there on the day.

    Gates (consent and the like) are judged only when the question gives its circumstances. An
    open question or an unknown fact refuses as an unmet requirement does.
    """
    chosen = rulebook.in_force(question, facts.profession)
    if chosen is None:
        others = rulebook.sets_without(question, facts.profession)
        return _decide_without_set(facts, others, question)
    case = Case(facts, question, chosen.place, chosen.course_rules)
    asked = chosen.standing if question.circumstances is None else chosen.everything
    refused: list[Finding] = []
    met: list[Finding] = []
    for requirement in asked:
        finding = requirement.judge(case)
        (met if finding.verdict is MET else refused).append(finding)
    if len(refused) > 1:
        refused.sort(key=_turn)
    return Decision(question, not refused, (*refused, *met), chosen)


def _decide_without_set(
    facts: Facts, others: Sequence[RequirementSet], question: Question
) -> Decision:
    """No set for the profession: adopted for others only, or not adopted at all."""
    if not others:
        case = Case(facts, question, jurisdiction_name(question.jurisdiction))
        findings = [NOT_ADOPTED.judge(case), WORKS_HERE.judge(case)]
    else:
        case = Case(facts, question, others[0].place)
        allows = _profession_rule(others, facts.profession)
        asked = [allows, WORKS_HERE, *_delegation_rules(others, question)]
        findings = [requirement.judge(case) for requirement in asked]
    judged_by = tuple(dict.fromkeys(version for one in others for version in one.adoptions))
    return Decision(question, False, tuple(sorted(findings, key=_order)), None, judged_by)


def _profession_rule(others: Sequence[RequirementSet], profession: Profession) -> Requirement:
    """Where the rule lets them needle, what is missing is a set that somebody adopted for them."""
    rules = [r for one in others for r in one.requirements if isinstance(r, ProfessionAllowed)]
    if not rules:
        return ProfessionAllowed((), citation=others[0].requirements[0].citation)
    return next((rule for rule in rules if profession not in rule.professions), NOT_ADOPTED)


def _delegation_rules(others: Sequence[RequirementSet], question: Question) -> list[Requirement]:
    if question.circumstances is None:
        return []
    rules = [gate for other in others for gate in other.gates if isinstance(gate, NotDelegated)]
    return list(rules[:1])


def _nearness(finding: Finding) -> int:
    return finding.nearness


def _turn(finding: Finding) -> int:
    return finding.turn


def _order(finding: Finding) -> tuple[bool, int]:
    return finding.met, finding.nearness
