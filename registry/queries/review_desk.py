"""The review desk: one version beside what a check of it would change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.errors import NotFound
from registry.leave import require
from registry.models import db
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.badges import BadgeOnDesk, badge_on_desk
from registry.queries.holdings import CredentialSeen, VersionSeen
from registry.queries.paper_marks import PaperMarks, reviewers_marks
from registry.queries.practitioner_records import PractitionerRecord, Workplace
from registry.queries.record_reader import record_behind_version
from registry.rules.access import Action, Actor, Answer, may
from registry.rules.days import Span, day_after, day_before
from registry.rules.eligibility import decide
from registry.rules.facts import Certificate, Facts, PracticeHours
from registry.rules.privileges import spans
from registry.rules.questions import Question
from registry.rules.regions import REGIONS
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import Role, VersionState

Derived = dict[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sites that may, or may no longer, be needled at a clinic on the same days."""

    clinic: str
    sites: tuple[str, ...]
    days: Span


@dataclass(frozen=True, slots=True)
class Effect:
    """`lacks`: by clinic, what is still missing there where nothing is gained."""

    gained: tuple[Stretch, ...]
    lost: tuple[Stretch, ...]
    lacks: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class VersionDesk:
    record: PractitionerRecord
    credential: CredentialSeen
    version: VersionSeen
    today: date
    flags: tuple[str, ...]
    effect: Effect
    may_open: bool
    may_check: bool
    marks: PaperMarks
    badge: BadgeOnDesk | None

    @property
    def waits(self) -> bool:
        return self.version.state is VersionState.SUBMITTED


def version_desk(*, actor: Actor, version_id: int, now: datetime) -> VersionDesk:
    """In eight statements, some more with a digital badge. Raises NotFound or NotAllowed."""
    record = record_behind_version(version_id)
    credential, version = _found(record, version_id)
    subject = record.subject_of(credential)
    if require(actor, Action.SEE_CREDENTIAL, subject) is Answer.LIMITED:
        require(actor, Action.VERIFY_CREDENTIAL, subject)
    rulebook = rulebook_on_record(db.session(), {w.jurisdiction for w in record.workplaces})
    return VersionDesk(
        record=record,
        credential=credential,
        version=version,
        today=record.today(now),
        flags=tuple(_flags(record, credential, version)),
        effect=_effect(record, version_id, rulebook, actor.clinics(*Role), now),
        may_open=may(actor, Action.OPEN_DOCUMENT, subject),
        may_check=may(actor, Action.VERIFY_CREDENTIAL, subject),
        marks=reviewers_marks(actor, record, credential, version),
        badge=badge_on_desk(version.id, version.particulars, now),
    )


def _found(record: PractitionerRecord, version_id: int) -> tuple[CredentialSeen, VersionSeen]:
    for credential in record.credentials:
        for version in credential.versions:
            if version.id == version_id:
                return credential, version
    raise NotFound("There is no such record.")


def _flags(
    record: PractitionerRecord, credential: CredentialSeen, version: VersionSeen
) -> Iterator[str]:
    """What a careful reader would want to be told before looking."""
    fact = credential.fact(version)
    if version.document is None:
        yield "It was entered without a document."
    elif version.document.elsewhere:
        yield "The very same file is on record under another practitioner."
    if isinstance(fact, Certificate):
        if not fact.holder_matches:
            yield f"The name on it is not {record.name}: it will not count, even when verified."
        twins = [c for c in record.facts().certificates if c.course_key == fact.course_key]
        if any(twin.id != credential.id for twin in twins):
            yield "The same course is on record already. Its hours count once."
    if isinstance(fact, PracticeHours) and any(
        one.id != credential.id for one in record.facts().practice_hours
    ):
        yield "Other practice hours are on record. They add up: no hour may be in both."


def _effect(
    record: PractitionerRecord,
    version_id: int,
    rulebook: Rulebook,
    reached: frozenset[int] | None,
    now: datetime,
) -> Effect:
    before, after = record.facts(), record.facts(assumed=version_id)
    gained: list[Stretch] = []
    lost: list[Stretch] = []
    lacks: list[tuple[str, tuple[str, ...]]] = []
    places = {w.clinic_id: w for w in record.workplaces}
    for place in places.values():
        if reached is not None and place.clinic_id not in reached:
            continue
        ahead = Span(place.today(now), date.max)
        old, new = (
            spans(f, rulebook, place.clinic_id, place.jurisdiction) for f in (before, after)
        )
        here = list(_stretches(place.clinic, new, old, ahead))
        gained += here
        lost += _stretches(place.clinic, old, new, ahead)
        if not here and (missing := _lacks(after, rulebook, place, ahead.first)):
            lacks.append((place.clinic, missing))
    return Effect(tuple(gained), tuple(lost), tuple(lacks))


def _stretches(clinic: str, these: Derived, those: Derived, ahead: Span) -> Iterator[Stretch]:
    """Days to come that are in these, not in those; sites with the same days put together."""
    groups: defaultdict[Span, list[str]] = defaultdict(list)
    for site, days in these.items():
        for span in _without(days, those.get(site, ())):
            if span.last >= ahead.first:
                groups[Span(max(span.first, ahead.first), span.last)].append(site)
    for span in sorted(groups):
        yield Stretch(clinic, tuple(groups[span]), span)


def _without(days: Sequence[Span], taken: Sequence[Span]) -> Iterator[Span]:
    for span in days:
        first = span.first
        for gone in taken:
            if gone.last < first or gone.first > span.last:
                continue
            if gone.first > first:
                yield Span(first, day_before(gone.first))
            first = day_after(gone.last)
            if gone.last >= span.last:
                break
        else:
            yield Span(first, span.last)


def _lacks(facts: Facts, rulebook: Rulebook, place: Workplace, today: date) -> tuple[str, ...]:
    """What it would still take to needle the region that is nearest to it."""
    asked = (
        decide(facts, rulebook, Question(place.clinic_id, place.jurisdiction, region, today))
        for region in REGIONS
    )
    nearest = min(asked, key=lambda decision: len(decision.refusals))
    return tuple(finding.remedy for finding in nearest.refusals)
