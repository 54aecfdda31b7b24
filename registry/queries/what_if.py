"""What if: who gains and loses, and which appointments, by rules that are not in force yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from registry.models import Appointment, Clinic, WhatIf
from registry.models.derived_privileges import (
    Places,
    Spans,
    derived_by,
    first_day_lost,
    places_of,
    stored_privileges,
)
from registry.models.facts_on_record import facts_on_record
from registry.models.provisional_ground import is_kept
from registry.models.rules_on_record import adopted_on_record, rulebook_on_record
from registry.queries.sites_lost import folded, sites_lost
from registry.rules.days import Span, cover
from registry.rules.facts import Facts
from registry.rules.house_rules import HouseRules, parse_house_requirement, timeline
from registry.rules.questions import Question
from registry.rules.rulebooks import Adopted, Rulebook
from registry.rules.vocabulary import AT_STAKE, AppointmentState, Treatment


@dataclass(frozen=True, slots=True)
class Supposed:
    """Rules as if they were in force, and where they would be: a jurisdiction or one clinic."""

    place: str | int
    adopted: Adopted = ()
    house_rules: HouseRules | None = None

    def applied_to(self, rulebook: Rulebook) -> Rulebook:
        if self.house_rules is None:
            return replace(rulebook, adoptions=(*rulebook.adoptions, self.adopted))
        here = self.house_rules.clinic_id
        others = [rules for rules in rulebook.house_rules if rules.clinic_id != here]
        before = [rules for rules in rulebook.house_rules if rules.clinic_id == here]
        return replace(rulebook, house_rules=(*others, *timeline([*before, self.house_rules])))


#: The sites that somebody gains or loses, and the first day of it, as it is kept.
Moves = tuple[list[str], str]


@dataclass(slots=True)
class AtClinic:
    """
    By practitioner, the sites that they gain or lose, and the first day, from today on.

    `held` are the appointments that would go on hold: number, practitioner, start. `begun` counts
    those that would be listed for look-back.
    """

    gains: dict[int, Moves] = field(default_factory=dict)
    loses: dict[int, Moves] = field(default_factory=dict)
    held: list[tuple[int, int, datetime]] = field(default_factory=list)
    begun: int = 0

    def as_mapping(self, clinic_id: int) -> dict[str, Any]:
        return {
            "clinic": clinic_id,
            "gains": [(who, *moves) for who, moves in self.gains.items()],
            "loses": [(who, *moves) for who, moves in self.loses.items()],
            "held": [(number, who, starts.isoformat()) for number, who, starts in self.held],
            "begun": self.begun,
        }


def supposed_by(session: Session, asked: WhatIf) -> Supposed:
    if asked.clinic_id is None:
        assert asked.adoption_id is not None  # noqa: S101 (the database checks it)
        adopted = adopted_on_record(session, asked.adoption_id)
        return Supposed(adopted[0].jurisdiction, adopted=adopted)
    requirements = tuple(map(parse_house_requirement, asked.requirements))
    first_day = asked.first_day or date.min
    rules = HouseRules(asked.clinic_id, first_day, None, requirements)
    return Supposed(asked.clinic_id, house_rules=rules)


def found_out(
    session: Session, supposed: Supposed, practitioner_ids: Collection[int], now: datetime
) -> list[dict[str, Any]]:
    """What would become of these practitioners, clinic by clinic; in eight statements."""
    places = {
        who: [(clinic, code) for clinic, code in there if supposed.place in (clinic, code)]
        for who, there in places_of(session, practitioner_ids).items()
    }
    today = _today_at(session, places, now)
    judged = _judged(session, supposed, places)
    moved = judged.moved(places)
    found: defaultdict[int, AtClinic] = defaultdict(AtClinic)
    for who, (old, new) in moved.items():
        for clinic_id, sites in sites_lost(old, new, today).items():
            found[clinic_id].loses[who] = folded(sites), min(sites.values()).isoformat()
        for clinic_id, sites in sites_lost(new, old, today).items():
            found[clinic_id].gains[who] = folded(sites), min(sites.values()).isoformat()
    for row in _uncovered(session, moved, today):
        if row.state is AppointmentState.CONFIRMED and row.starts_at > now:
            found[row.clinic_id].held.append((row.id, row.practitioner_id, row.starts_at))
        else:
            found[row.clinic_id].begun += 1
    for row in _waiting_in_vain(session, judged, places, today):
        found[row.clinic_id].held.append((row.id, row.practitioner_id, row.starts_at))
    for at in found.values():
        at.held.sort(key=lambda one: (one[2], one[0]))
    return [at.as_mapping(clinic_id) for clinic_id, at in sorted(found.items())]


def _today_at(session: Session, places: Places, now: datetime) -> dict[int, date]:
    clinics = {clinic_id for there in places.values() for clinic_id, _ in there}
    zones = session.execute(select(Clinic.id, Clinic.zone).where(Clinic.id.in_(clinics)))
    return {clinic_id: now.astimezone(ZoneInfo(zone)).date() for clinic_id, zone in zones}


@dataclass(frozen=True, slots=True)
class _Judged:
    """By the supposed rules: what is on record of each, what they hold and would hold."""

    rulebook: Rulebook
    facts: Mapping[int, Facts]
    stored: Mapping[int, Spans]
    derived: Mapping[int, Spans]

    def moved(self, places: Places) -> dict[int, tuple[Spans, Spans]]:
        """What each holds now and would hold, where that differs."""
        moved = {}
        for who, there in places.items():
            clinics = {clinic_id for clinic_id, _ in there}
            old = {where: days for where, days in self.stored[who].items() if where[0] in clinics}
            if old != self.derived[who]:
                moved[who] = (old, self.derived[who])
        return moved


def _judged(session: Session, supposed: Supposed, places: Places) -> _Judged:
    jurisdictions = {code for there in places.values() for _, code in there}
    rulebook = supposed.applied_to(rulebook_on_record(session, jurisdictions))
    facts = facts_on_record(session, places.keys())
    derived = derived_by(rulebook, facts, places)
    return _Judged(rulebook, facts, stored_privileges(session, places.keys()), derived)


def _waiting_in_vain(
    session: Session, judged: _Judged, places: Places, today: Mapping[int, date]
) -> Iterator[Row[Any]]:
    """Of what is provisional there: what would wait for nothing any more."""
    rows = _booked(list(places), today, (AppointmentState.PROVISIONAL,))
    for row in session.execute(rows):
        who, where = row.practitioner_id, dict(places[row.practitioner_id])
        asked = [
            Question(row.clinic_id, where[row.clinic_id], site, day)
            for site in row.sites
            for day in sorted({row.first_day, row.last_day})
        ]
        held = judged.derived[who]
        if not is_kept(judged.facts[who], judged.rulebook, held, asked, today[row.clinic_id]):
            yield row


def _uncovered(
    session: Session, moved: Mapping[int, tuple[Spans, Spans]], clinic_ids: Collection[int]
) -> Iterator[Row[Any]]:
    """The appointments of these people, at these clinics, that would lose their ground."""
    since = {who: first_day_lost(old, new) for who, (old, new) in moved.items()}
    losers = [who for who, day in since.items() if day != date.max]
    earliest = min(since.values(), default=date.max)
    at_stake = _booked(losers, clinic_ids, AT_STAKE).where(Appointment.last_day >= earliest)
    for row in session.execute(at_stake):
        days, new = Span(row.first_day, row.last_day), moved[row.practitioner_id][1]
        covered = (cover(new.get((row.clinic_id, site), ()), days) for site in row.sites)
        if row.last_day >= since[row.practitioner_id] and not all(covered):
            yield row


def _booked(
    practitioner_ids: Sequence[int],
    clinic_ids: Collection[int],
    states: Collection[AppointmentState],
) -> Any:
    return (
        select(
            Appointment.id,
            Appointment.clinic_id,
            Appointment.practitioner_id,
            Appointment.state,
            Appointment.sites,
            Appointment.starts_at,
            Appointment.first_day,
            Appointment.last_day,
        )
        .where(
            Appointment.practitioner_id.in_(practitioner_ids),
            Appointment.clinic_id.in_(clinic_ids),
            Appointment.state.in_(states),
            Appointment.treatment == Treatment.NEEDLING,
            Appointment.ground_lost_at.is_(None),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
