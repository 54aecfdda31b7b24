"""Before needling: the gates of one appointment, which facts open them, and which are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product

from registry.rules.days import ONE_DAY
from registry.rules.facts import Facts
from registry.rules.findings import MET, Case, Finding, Requirement
from registry.rules.gates import (
    AskedAt,
    NotDelegated,
    PatientConsents,
    PhysicianContacted,
    Referred,
)
from registry.rules.house_rules import OnlyForSites
from registry.rules.questions import Circumstances, Question
from registry.rules.reasons import Reason
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Profession

IN_SHORT = {
    Reason.CONSENT_MISSING: "Consent missing",
    Reason.REFERRAL_MISSING: "Referral missing",
    Reason.PHYSICIAN_CONTACT_MISSING: "Physician not consulted",
    Reason.PHYSICIAN_CONTRAINDICATED: "Physician advises against",
    Reason.DELEGATION_FORBIDDEN: "Handed on",
}


def questions_about(
    clinic_id: int,
    jurisdiction: str,
    sites: Iterable[str],
    days: tuple[date, date],
    known: Circumstances,
) -> list[Question]:
    """One for each site and each local day that an appointment touches."""
    first, last = days
    touched = [first] if first == last else [first, first + ONE_DAY]
    return [
        Question(clinic_id, jurisdiction, site, day, known) for site, day in product(sites, touched)
    ]


def gate_findings(
    rulebook: Rulebook, profession: Profession, questions: Sequence[Question]
) -> list[Finding]:
    """Each gate once, whichever site and day it is asked for; not met if it is not for one."""
    found: dict[Requirement, Finding] = {}
    for question in questions:
        chosen = rulebook.in_force(question, profession)
        case = Case(Facts(profession=profession), question, chosen.place) if chosen else None
        for gate in chosen.gates if chosen else ():
            assert case is not None  # noqa: S101 - there is a set
            finding = gate.judge(case)
            if gate not in found or finding.verdict is not MET:
                found[gate] = finding
    return list(found.values())


def missing_at(when: AskedAt, findings: Iterable[Finding]) -> list[Finding]:
    """What is not met and must be by then: what is asked at booking stays asked."""
    return [f for f in findings if not f.met and asked_at(f.requirement) in (when, AskedAt.BOOKING)]


def asked_at(gate: Requirement) -> AskedAt:
    gate = _itself(gate)
    if isinstance(gate, PatientConsents | Referred | PhysicianContacted):
        return gate.asked_at
    return AskedAt.CHECK_IN


def facts_asked(findings: Iterable[Finding]) -> list[str]:
    """The fields of `Circumstances` that these gates look at, each once."""
    return list(dict.fromkeys(name for f in findings for name in _facts_of(_itself(f.requirement))))


def in_short(finding: Finding) -> str:
    """Consent missing"""
    return ", ".join(IN_SHORT[reason] for reason in finding.reasons)


def _facts_of(gate: Requirement) -> tuple[str, ...]:
    match gate:
        case PatientConsents():
            return ("consent",)
        case Referred():
            return ("referral",)
        case PhysicianContacted(if_referred=True):
            return ("referred", "physician_contacted", "physician_contraindicates")
        case PhysicianContacted():
            return ("physician_contacted", "physician_contraindicates")
        case NotDelegated():
            return ("delegated",)
    return ()


def _itself(gate: Requirement) -> Requirement:
    return gate.asked if isinstance(gate, OnlyForSites) else gate
