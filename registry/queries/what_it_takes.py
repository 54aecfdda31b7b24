"""What would it take: all that a place asks of one practitioner, had and missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from registry.errors import BadInput, NotAllowed
from registry.leave import require
from registry.models import db
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.decision_values import FindingSeen, findings_seen, gates_seen
from registry.queries.practitioner_records import PractitionerRecord
from registry.queries.record_reader import record_of
from registry.queries.requirement_pages import RequirementInWords
from registry.queries.requirement_sets import shipped_file
from registry.queries.requirement_words import in_words
from registry.rules.access import Action, Actor, Answer, may
from registry.rules.eligibility import Decision, decide
from registry.rules.facts import Engagement, Facts
from registry.rules.jurisdictions import JurisdictionStatus
from registry.rules.questions import Question
from registry.rules.regions import SITES
from registry.rules.requirements import OpenQuestion, WorksHere
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import CredentialKind, Profession

#: Of no clinic: no clinic's own rules are asked, and to work there is no condition.
NO_CLINIC = 0
NO_WAY = frozenset({"barred", "not_yet_in_force", "profession_allowed"})
EVERYWHERE = (Engagement(NO_CLINIC, date.min),)


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement in words, beside what the practitioner has and lacks of it."""

    words: str
    finding: FindingSeen


@dataclass(frozen=True, slots=True)
class WhatItTakes:
    """
    `missing` has the nearest to a cure first. `open_items` are for an adopter to settle, not for
    the practitioner. `in_force`: some set applies there on the day, for whatever profession.
    """

    practitioner_id: int
    name: str
    profession: Profession
    today: date
    jurisdiction: str
    place: str
    status: JurisdictionStatus
    site: str
    day: date
    adopted: bool
    in_force: bool
    missing: tuple[Asked, ...]
    met: tuple[Asked, ...]
    open_items: tuple[str, ...]
    gates: tuple[RequirementInWords, ...]
    papers: dict[tuple[CredentialKind, int], str]
    may_upload: bool

    @property
    def no_way(self) -> Asked | None:
        """What nothing that they could bring would cure: the place lets nobody of theirs needle."""
        return next((one for one in self.missing if one.finding.kind in NO_WAY), None)

    @property
    def first(self) -> tuple[Asked, ...]:
        """What is missing now."""
        return tuple(one for one in self.missing if one.finding.reasons)

    @property
    def later(self) -> tuple[Asked, ...]:
        """What is judged only once something that is missing is there."""
        return tuple(one for one in self.missing if not one.finding.reasons)


@dataclass(frozen=True, slots=True)
class Judged:
    """By what was `adopted` there, or else by what ships; `in_force` on the day of the question."""

    adopted: bool
    in_force: bool
    decision: Decision

    def asked(self, *, met: bool) -> tuple[Asked, ...]:
        """What is asked of the practitioner and is met, or is not."""
        found = _asked(self.decision) if self.in_force else []
        return tuple(one for one in found if one.finding.met is met)


def record_for_question(actor: Actor, practitioner_id: int) -> PractitionerRecord:
    """In three statements. Raises NotFound, and NotAllowed for whoever sees no credentials."""
    record = record_of(practitioner_id)
    if require(actor, Action.SEE_CREDENTIAL, record.subject) is not Answer.ALLOWED:
        action = Action.SEE_CREDENTIAL
        raise NotAllowed(f"You may not {action}.", action=action, subject=record.subject)
    return record


def what_it_takes(
    actor: Actor,
    record: PractitionerRecord,
    *,
    jurisdiction: str,
    site: str,
    day: date | None,
    now: datetime,
) -> WhatItTakes:
    """
    By what was adopted there, else by what ships; no day means today. In one statement.

    Raises NotFound for an unknown jurisdiction, BadInput for an unknown site.
    """
    _refuse_unknown(site)
    file = shipped_file(jurisdiction)
    today = record.today(now)
    question = Question(NO_CLINIC, jurisdiction, site, day or today)
    facts = replace(record.facts(), engagements=EVERYWHERE)
    judged = _judged(facts, question, Rulebook((file.sets,)))
    return WhatItTakes(
        practitioner_id=record.id,
        name=record.name,
        profession=record.profession,
        today=today,
        jurisdiction=file.code,
        place=file.name,
        status=file.status,
        site=site,
        day=question.day,
        adopted=judged.adopted,
        in_force=judged.in_force,
        missing=judged.asked(met=False),
        met=judged.asked(met=True),
        open_items=tuple(_open_items(judged.decision)),
        gates=gates_seen(judged.decision),
        papers=_papers(facts),
        may_upload=may(actor, Action.UPLOAD_CREDENTIAL, record.subject),
    )


def _refuse_unknown(site: str) -> None:
    if site not in SITES:
        raise BadInput("There is no such region or muscle. Choose one from the list.", field="site")


def _judged(facts: Facts, question: Question, shipped: Rulebook) -> Judged:
    on_record = rulebook_on_record(db.session(), [question.jurisdiction])
    adopted = bool(on_record.sets_here(question))
    rulebook = on_record if adopted else shipped
    in_force = bool(rulebook.sets_here(question))
    return Judged(adopted, in_force, decide(facts, rulebook, question))


def _asked(decision: Decision) -> list[Asked]:
    """What is the practitioner's to meet: not an adopter's to settle, nor a clinic's to record."""
    return [
        Asked(in_words(finding.requirement), seen)
        for finding, seen in zip(decision.findings, findings_seen(decision), strict=True)
        if not isinstance(finding.requirement, OpenQuestion | WorksHere)
    ]


def _open_items(decision: Decision) -> Iterator[str]:
    for finding in decision.refusals:
        if isinstance(finding.requirement, OpenQuestion):
            yield finding.requirement.question


def _papers(facts: Facts) -> dict[tuple[CredentialKind, int], str]:
    return {(held.credential_kind, held.id): held.name for held in facts.credentials}
