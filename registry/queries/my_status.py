"""A practitioner's own status: what they may needle where today, and what the rest would take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from registry.leave import require
from registry.models import db
from registry.models.rules_on_record import rulebook_on_record
from registry.queries.holdings import CredentialSeen, renewal_waits
from registry.queries.practitioner_records import PractitionerRecord, Workplace
from registry.queries.record_reader import record_of
from registry.rules.access import Action, Actor, Answer, may
from registry.rules.coursework import RegionsTaught
from registry.rules.days import Span
from registry.rules.eligibility import Decision, decide
from registry.rules.facts import Facts
from registry.rules.findings import Finding
from registry.rules.privileges import spans
from registry.rules.questions import Question
from registry.rules.regions import MUSCLES, REGIONS
from registry.rules.rulebooks import Rulebook
from registry.rules.vocabulary import CredentialKind, Role

ORDER = (
    CredentialKind.CERTIFICATE,
    *(k for k in CredentialKind if k != CredentialKind.CERTIFICATE),
)


@dataclass(frozen=True, slots=True)
class MayNeedle:
    """A region they may needle today, until a day; `but_not` are its muscles that they may not."""

    region: str
    last_day: date
    but_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """Regions that no counting course teaches; `cure`: what would make one on record count."""

    regions: tuple[str, ...]
    cure: str


@dataclass(frozen=True, slots=True)
class HereToday:
    """
    One clinic today. `general`: what stands in the way of every region, the nearest fix first;
    `short`: what only some regions lack. `muscles`: single ones outside those regions.
    """

    clinic_id: int
    clinic: str
    jurisdiction: str
    today: date
    from_day: date
    may: tuple[MayNeedle, ...]
    muscles: tuple[str, ...]
    general: tuple[Finding, ...]
    short: tuple[Short, ...]

    @property
    def works_later(self) -> bool:
        return self.from_day > self.today


@dataclass(frozen=True, slots=True)
class MyStatus:
    practitioner_id: int
    name: str
    profession: str
    today: date
    zone: str
    here: tuple[HereToday, ...]
    credentials: tuple[CredentialSeen, ...]
    in_full: bool
    may_upload: bool

    def renewal_waits(self, one: CredentialSeen) -> bool:
        return renewal_waits(one, self.credentials)


def my_status(*, actor: Actor, practitioner_id: int, now: datetime) -> MyStatus:
    """In four statements. Raises NotFound or NotAllowed."""
    record = record_of(practitioner_id)
    given = require(actor, Action.SEE_PROFILE, record.subject)
    rulebook = rulebook_on_record(db.session(), {w.jurisdiction for w in record.workplaces})
    facts = record.facts()
    return MyStatus(
        practitioner_id=record.id,
        name=record.name,
        profession=record.profession.title,
        today=record.today(now),
        here=tuple(
            _here(facts, rulebook, place, place.today(now)) for place in _places(record, actor, now)
        ),
        zone=record.zone,
        credentials=tuple(sorted(record.credentials, key=lambda c: (ORDER.index(c.kind), c.id))),
        in_full=given is Answer.ALLOWED,
        may_upload=may(actor, Action.UPLOAD_CREDENTIAL, record.subject),
    )


def _places(record: PractitionerRecord, actor: Actor, now: datetime) -> list[Workplace]:
    """Where they work or will work, each clinic once; a clinic's people see only their clinics."""
    reached = None if actor.practitioner_id == record.id else actor.clinics(*Role)
    found: dict[int, Workplace] = {}
    for place in record.workplaces:
        seen = reached is None or place.clinic_id in reached
        if seen and (place.last_day is None or place.last_day >= place.today(now)):
            found.setdefault(place.clinic_id, place)
    return list(found.values())


def _here(facts: Facts, rulebook: Rulebook, place: Workplace, today: date) -> HereToday:
    derived = spans(facts, rulebook, place.clinic_id, place.jurisdiction)
    until = {site: last for site, days in derived.items() if (last := _until(days, today))}
    refused = {
        region: decide(
            facts, rulebook, Question(place.clinic_id, place.jurisdiction, region, today)
        )
        for region in REGIONS
        if region not in until
    }
    inside = {code for code, muscle in MUSCLES.items() if muscle.regions & until.keys()}
    return HereToday(
        clinic_id=place.clinic_id,
        clinic=place.clinic,
        jurisdiction=place.jurisdiction,
        today=today,
        from_day=place.first_day,
        may=tuple(
            MayNeedle(region, until[region], _but_not(region, until))
            for region in REGIONS
            if region in until
        ),
        muscles=tuple(code for code in MUSCLES if code in until and code not in inside),
        general=_general(refused),
        short=_short(refused),
    )


def _until(days: tuple[Span, ...], today: date) -> date | None:
    return next((span.last for span in days if today in span), None)


def _but_not(region: str, until: dict[str, date]) -> tuple[str, ...]:
    return tuple(c for c, m in MUSCLES.items() if region in m.regions and c not in until)


def _general(refused: dict[str, Decision]) -> tuple[Finding, ...]:
    """The same for every region, so those of any one of them."""
    for decision in refused.values():
        return tuple(f for f in decision.refusals if not f.requirement.about_site)
    return ()


def _short(refused: dict[str, Decision]) -> tuple[Short, ...]:
    """Regions not taught, put together where the same certificate, or none, would cure it."""
    groups: dict[str, list[str]] = {}
    for region, decision in refused.items():
        for finding in decision.refusals:
            match finding.requirement:
                case RegionsTaught() as taught if finding.reasons:
                    cure = finding.remedy.removeprefix(taught.own_remedy(finding)).strip()
                    groups.setdefault(cure, []).append(region)
    return tuple(Short(tuple(regions), cure) for cure, regions in groups.items())
