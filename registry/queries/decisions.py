"""Decisions: every requirement put to one practitioner, and the gravest reason of many at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.models import db
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.decision_values import (
    FindingSeen,
    OwnRules,
    decision_as_mapping,
    findings_seen,
    gates_seen,
    own_rules,
)
from registry.queries.practitioner_records import PractitionerRecord, Workplace
from registry.queries.record_reader import record_of
from registry.queries.requirement_pages import RequirementInWords
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Answer, Subject, answer, may
from registry.rules.coursework import RegionsTaught, not_covered
from registry.rules.eligibility import Decision, decide
from registry.rules.facts import Facts
from registry.rules.plain_telling import told_plainly
from registry.rules.questions import Question
from registry.rules.regions import REGIONS, SITES
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import CredentialKind, Profession

NOT_HERE = "There is no such practitioner at this clinic."

#: The papers that findings rest on, by kind and number, in words.
Papers = dict[tuple[CredentialKind, int], str]


@dataclass(frozen=True, slots=True)
class ExplainedDecision:
    """
    `findings` cite the clinic for what it asks of its own accord; `gates` are asked of each
    appointment; `papers` is empty for those who may not open the credentials themselves.
    `activating`: a newer version of the sets is about to apply, and is asked besides.
    """

    practitioner_id: int
    name: str
    profession: Profession
    clinic: str
    zone: str
    today: date
    decision: Decision
    findings: tuple[FindingSeen, ...]
    gates: tuple[RequirementInWords, ...]
    papers: Papers
    activating: bool

    @property
    def eligible(self) -> bool:
        return self.decision.eligible

    @property
    def refusals(self) -> tuple[FindingSeen, ...]:
        return tuple(finding for finding in self.findings if not finding.met)

    def as_mapping(self) -> dict[str, Any]:
        """The decision as plain JSON values."""
        return decision_as_mapping(self.decision, self.findings)


@dataclass(frozen=True, slots=True)
class GravestReason:
    """Why a practitioner may not needle some regions, in one sentence; `site` is one of them."""

    practitioner_id: int
    site: str
    sentence: str


def explained_decision(
    actor: Actor,
    *,
    practitioner_id: int,
    clinic_id: int | None,
    site: str,
    day: date | None,
    now: datetime,
) -> ExplainedDecision:
    """
    In four statements. No day means today, no clinic the first where the actor may look.

    Raises NotFound for somebody who never worked there, BadInput for an unknown site.
    """
    if site not in SITES:
        raise BadInput("There is no such region or muscle. Choose one from the list.", field="site")
    record = record_of(practitioner_id)
    here = _workplace(actor, record, clinic_id)
    today = here.today(now)
    facts = record.facts()
    rulebook = rulebook_on_record(db.session(), [here.jurisdiction])
    question = Question(here.clinic_id, here.jurisdiction, site, day or today)
    decision = decide(facts, rulebook, question)
    own = own_rules(rulebook, question, here.clinic)
    return ExplainedDecision(
        practitioner_id,
        record.name,
        record.profession,
        here.clinic,
        here.zone,
        today,
        decision,
        findings_for(actor, here.clinic_id, practitioner_id, decision, own),
        gates_seen(decision, own),
        papers_for(actor, here.clinic_id, practitioner_id, facts),
        bool(rulebook.coming),
    )


def gravest_reasons(
    place: ClinicSeen, *, practitioner_ids: Collection[int], day: date
) -> list[GravestReason]:
    """For those of them who work there on the day and lack a region. Others are left out."""
    rulebook = rulebook_on_record(db.session(), [place.jurisdiction])
    on_record = facts_on_record(db.session(), practitioner_ids)
    return [
        GravestReason(practitioner_id, *gravest)
        for practitioner_id, facts in on_record.items()
        if any(e.clinic_id == place.id and e.lasts_on(day) for e in facts.engagements)
        and (gravest := _gravest(facts, rulebook, place, day)) is not None
    ]


def _gravest(
    facts: Facts, rulebook: Rulebook, place: ClinicSeen, day: date
) -> tuple[str, str] | None:
    """A reason for every region if there is one; else the regions that training leaves out."""
    decided = (
        decide(facts, rulebook, Question(place.id, place.jurisdiction, region, day))
        for region in REGIONS
    )
    named = [(d.question.site, d.gravest) for d in decided if not d.eligible]
    found = [(site, finding) for site, finding in named if finding is not None]
    for site, finding in found:
        if not finding.requirement.about_site:
            return site, finding.sentence
    if not found:
        return None
    first, finding = found[0]
    if all(isinstance(other.requirement, RegionsTaught) for _, other in found):
        return first, not_covered([site for site, _ in found])
    return first, finding.sentence


def _workplace(actor: Actor, record: PractitionerRecord, clinic_id: int | None) -> Workplace:
    if clinic_id is not None:
        require(actor, Action.SEE_DIRECTORY, Subject(frozenset({clinic_id}), record.id))
    for workplace in record.workplaces:
        subject = Subject(frozenset({workplace.clinic_id}), record.id)
        if clinic_id in (None, workplace.clinic_id) and may(actor, Action.SEE_DIRECTORY, subject):
            return workplace
    raise NotFound(NOT_HERE)


def reads_in_full(actor: Actor, clinic_id: int, practitioner_id: int) -> bool:
    """Whether they may read numbers, courses and providers, and what somebody was once called."""
    subject = Subject(frozenset({clinic_id}), practitioner_id)
    return answer(actor, Action.SEE_CREDENTIAL, subject) is Answer.ALLOWED


def findings_for(
    actor: Actor, clinic_id: int, practitioner_id: int, decision: Decision, own: OwnRules
) -> tuple[FindingSeen, ...]:
    """Told plainly to those who may not open the credentials themselves."""
    if reads_in_full(actor, clinic_id, practitioner_id):
        return findings_seen(decision, own)
    plain = findings_seen(told_plainly(decision), own)
    return tuple(replace(finding, evidence=()) for finding in plain)


def papers_for(actor: Actor, clinic_id: int, practitioner_id: int, facts: Facts) -> Papers:
    """None for those who may not open the credentials themselves."""
    if not reads_in_full(actor, clinic_id, practitioner_id):
        return {}
    return {(held.credential_kind, held.id): held.name for held in facts.credentials}
