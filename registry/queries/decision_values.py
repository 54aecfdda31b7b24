"""A decision as plain values: what its page shows, and what may be sent to another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from registry.queries.requirement_pages import RequirementInWords
from registry.queries.requirement_words import in_words
from registry.rules.eligibility import Decision
from registry.rules.findings import HOUSE_RULE, Citation, Finding
from registry.rules.house_rules import OnlyForSites
from registry.rules.questions import Circumstances, Question
from registry.rules.reasons import Reason, Verdict
from registry.rules.requirement_sets import AdoptedVersion, RequirementSet
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import CredentialKind

#: Where a requirement stands, by the identity of the requirement, where that is a clinic itself.
OwnRules = Mapping[int, Citation]


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """What one requirement says; `have` and `need` where it counts something."""

    kind: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    sentence: str
    remedy: str
    have: Decimal | int | None
    need: Decimal | int | None
    gate: bool
    evidence: tuple[tuple[CredentialKind, int], ...]
    citation: Citation

    @property
    def met(self) -> bool:
        return self.verdict is Verdict.MET


def own_rules(rulebook: Rulebook, question: Question, clinic: str) -> OwnRules:
    """What the clinic asks of its own accord on that day, cited as its own."""
    found: dict[int, Citation] = {}
    for rules in rulebook.house_rules:
        if rules.clinic_id == question.clinic_id and rules.in_force_on(question.day):
            for one in rules.requirements:
                itself = one.asked if isinstance(one, OnlyForSites) else one
                cited = _own(itself.citation, clinic, rules.first_day)
                found[id(one)] = found[id(itself)] = cited
    return found


def findings_seen(decision: Decision, own: OwnRules | None = None) -> tuple[FindingSeen, ...]:
    """In the order of the decision: what is not met first, the nearest to a cure leading."""
    return tuple(_seen(finding, own or {}) for finding in decision.findings)


def gates_seen(decision: Decision, own: OwnRules | None = None) -> tuple[RequirementInWords, ...]:
    """What is asked of each appointment besides, whoever needles."""
    gates = decision.requirement_set.gates if decision.requirement_set else ()
    cited = own or {}
    return tuple(
        RequirementInWords(in_words(gate), cited.get(id(gate), gate.citation), True)
        for gate in gates
    )


def decision_as_mapping(
    decision: Decision, findings: Sequence[FindingSeen] | None = None
) -> dict[str, Any]:
    """As plain JSON values. `findings` are those of the decision, where a clinic's rules are."""
    seen = findings_seen(decision) if findings is None else findings
    refusals = [finding for finding in seen if not finding.met]
    return {
        "question": _question(decision.question),
        "eligible": decision.eligible,
        "reasons": sorted({str(reason) for one in refusals for reason in one.reasons}),
        "nearest_fix": refusals[0].remedy if refusals else None,
        "requirement_set": _set(decision.requirement_set),
        "judged_by": [_version(one) for one in decision.judged_by],
        "findings": [_finding(finding) for finding in seen],
    }


def _seen(finding: Finding, own: OwnRules) -> FindingSeen:
    return FindingSeen(
        finding.requirement.kind,
        finding.verdict,
        finding.reasons,
        finding.sentence,
        finding.remedy,
        finding.have,
        finding.need,
        finding.requirement.gate,
        finding.evidence,
        own.get(id(finding.requirement), finding.citation),
    )


def _own(cited: Citation, clinic: str, since: date) -> Citation:
    """A source with an address stays, and is said to be the clinic's choice."""
    if cited.source_url.startswith(("https://", "http://")):
        return cited._replace(text=f"{clinic}'s own rule. {cited.text or ''}".strip())
    said = cited.text if cited != HOUSE_RULE else None
    return Citation(f"{clinic}'s own rule", since.isoformat(), text=said)


def _question(question: Question) -> dict[str, Any]:
    return {
        "clinic_id": question.clinic_id,
        "jurisdiction": question.jurisdiction,
        "site": question.site,
        "day": question.day.isoformat(),
        "circumstances": _circumstances(question.circumstances),
    }


def _circumstances(known: Circumstances | None) -> dict[str, Any] | None:
    return None if known is None else {**known._asdict(), "consent": str(known.consent)}


def _set(one: RequirementSet | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "jurisdiction": one.jurisdiction,
        "place": one.place,
        "profession": str(one.profession),
        "edition": one.version,
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat() if one.last_day else None,
    }


def _version(one: AdoptedVersion) -> dict[str, Any]:
    """What the organisation adopted; the edition of the set is that of the file it came with."""
    since = one.since.isoformat() if one.since else None
    return {"version": one.version, "adopted_by": one.by, "in_force_since": since}


def _finding(seen: FindingSeen) -> dict[str, Any]:
    return {
        "requirement": seen.kind,
        "verdict": str(seen.verdict),
        "reasons": [str(reason) for reason in seen.reasons],
        "sentence": seen.sentence,
        "remedy": seen.remedy,
        "have": _number(seen.have),
        "need": _number(seen.need),
        "gate": seen.gate,
        "evidence": [{"kind": str(kind), "id": number} for kind, number in seen.evidence],
        "citation": _citation(seen.citation),
    }


def _citation(cited: Citation) -> dict[str, Any]:
    return {
        "source": cited.source_url,
        "date": cited.source_date,
        "confidence": str(cited.confidence),
        "text": cited.text,
        "stale_risk": cited.stale_risk,
    }


def _number(value: Decimal | int | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value % 1 == 0 else float(value)
