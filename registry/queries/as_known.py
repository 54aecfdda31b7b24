"""Both axes of time: may somebody needle on a day, and what was known of that at a moment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from registry.errors import BadInput, NotFound
from registry.leave import require
from registry.models import Clinic, Engagement, Practitioner, db
from registry.models.knowledge_on_record import Kept, knowledge_on_record
from registry.queries.decision_values import gates_seen, own_rules
from registry.queries.decisions import (
    NOT_HERE,
    ExplainedDecision,
    findings_for,
    papers_for,
    reads_in_full,
)
from registry.queries.scope import ClinicSeen
from registry.rules.access import Action, Actor, Subject
from registry.rules.knowledge import Knowledge
from registry.rules.regions import SITES

#: So long after a moment what was being saved in it may still come in.
SETTLES = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AsKnown:
    """
    `explained` is None where nothing was known at that moment. Then `kept_since` is the first
    moment of which it can be told, and `not_kept` whether there was something before it.
    `settled`: nothing that is being saved just now can change this answer any more. `named_then`:
    `name` is what they were called then; others read what they are called now.
    """

    practitioner_id: int
    clinic_id: int
    name: str
    clinic: str
    zone: str
    site: str
    day: date
    known_at: datetime
    named_then: bool
    settled: bool
    explained: ExplainedDecision | None
    kept_since: datetime | None
    not_kept: bool

    def as_mapping(self) -> dict[str, Any]:
        """The report as plain JSON values: the same for ever, once it is settled."""
        return {
            "practitioner_id": self.practitioner_id,
            "clinic_id": self.clinic_id,
            "site": self.site,
            "day": self.day.isoformat(),
            "known_at": self.known_at.isoformat(),
            "kept_since": self.kept_since.isoformat() if self.kept_since else None,
            "practitioner": self.name if self.explained and self.named_then else None,
            "clinic": self.explained.clinic if self.explained else None,
            "decision": self.explained.as_mapping() if self.explained else None,
        }


def decision_as_known(
    actor: Actor,
    *,
    practitioner_id: int,
    clinic_id: int,
    site: str,
    day: date | None,
    known_at: datetime | None,
    now: datetime,
) -> AsKnown:
    """
    In six statements and one for each adoption. No moment means now, no day the day of the moment.

    Raises NotFound for somebody who never worked there, BadInput for an unknown site and for a
    moment that lies ahead.
    """
    moment = _checked(site, known_at, now)
    require(actor, Action.SEE_DIRECTORY, Subject(frozenset({clinic_id}), practitioner_id))
    row = _there(practitioner_id, clinic_id)
    known = (kept := knowledge_on_record(db.session(), practitioner_id, clinic_id)).knowledge
    if not row.works_there and not _worked_there(known, moment):
        raise NotFound(NOT_HERE)
    person, place = known.person_at(moment), known.place_at(moment)
    zone = place.zone if place else row.zone
    day = day or moment.astimezone(ZoneInfo(zone)).date()
    kept_since, not_kept = _kept_since(kept, moment)
    named_then = reads_in_full(actor, clinic_id, practitioner_id)
    return AsKnown(
        practitioner_id=practitioner_id,
        clinic_id=clinic_id,
        name=person.name if person and named_then else row.name,
        clinic=place.name if place else row.clinic,
        zone=zone,
        site=site,
        day=day,
        known_at=moment,
        named_then=named_then,
        settled=moment <= now - SETTLES,
        explained=_explained(actor, practitioner_id, known, site, day, moment),
        kept_since=kept_since,
        not_kept=not_kept,
    )


def _checked(site: str, known_at: datetime | None, now: datetime) -> datetime:
    """The moment, to the second. Raises BadInput."""
    if site not in SITES:
        raise BadInput("There is no such region or muscle. Choose one from the list.", field="site")
    moment = (known_at or now).replace(microsecond=0)
    if moment > now:
        raise BadInput("That moment lies ahead: nobody knows yet what will be known.", field="at")
    return moment


def _there(practitioner_id: int, clinic_id: int) -> Any:
    works_there = exists().where(
        Engagement.practitioner_id == practitioner_id, Engagement.clinic_id == clinic_id
    )
    row = db.session.execute(
        select(
            Practitioner.name,
            Clinic.name.label("clinic"),
            Clinic.zone,
            works_there.label("works_there"),
        )
        .join(Clinic, Clinic.id == clinic_id)
        .where(Practitioner.id == practitioner_id)
    ).one_or_none()
    if row is None:
        raise NotFound(NOT_HERE)
    return row


def _worked_there(known: Knowledge, moment: datetime) -> bool:
    person = known.person_at(moment)
    engagements = person.facts.engagements if person else ()
    return any(one.clinic_id == known.clinic_id for one in engagements)


def _kept_since(kept: Kept, moment: datetime) -> tuple[datetime | None, bool]:
    """The first moment that can be told of, where this one is before it."""
    firsts = [since for since in (kept.person, kept.place) if since and since.first > moment]
    if not firsts:
        return None, False
    latest = max(firsts)
    return latest.first, latest.begun


def _explained(
    actor: Actor,
    practitioner_id: int,
    known: Knowledge,
    site: str,
    day: date,
    moment: datetime,
) -> ExplainedDecision | None:
    person, place = known.person_at(moment), known.place_at(moment)
    decision = known.decision(site, day, moment)
    if person is None or place is None or decision is None:
        return None
    rulebook = known.rulebook_at(moment)
    own = own_rules(rulebook, decision.question, place.name)
    return ExplainedDecision(
        practitioner_id,
        person.name,
        person.facts.profession,
        place.name,
        place.zone,
        moment.astimezone(ZoneInfo(place.zone)).date(),
        decision,
        findings_for(actor, known.clinic_id, practitioner_id, decision, own),
        gates_seen(decision, own),
        papers_for(actor, known.clinic_id, practitioner_id, person.facts),
        bool(rulebook.coming),
    )


def people_ever_at(place: ClinicSeen) -> list[tuple[int, str]]:
    """Whoever ever worked there, those who left included."""
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name)
        .where(
            exists().where(
                Engagement.practitioner_id == Practitioner.id, Engagement.clinic_id == place.id
            )
        )
        .order_by(Practitioner.name, Practitioner.id)
    )
    return [(row.id, row.name) for row in rows]
