"""What was known of an appointment when it was booked, let in and begun; and is known now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import select

from registry.models import Appointment, AuditEntry, db
from registry.models.knowledge_on_record import knowledge_on_record
from registry.rules.holds import CONFIRMED_LATER, RESTORED_BY_ITSELF
from registry.rules.knowledge import Knowledge

#: What settles with whom, when and what an appointment is.
BOOKED = "book appointment"
SETTLED = (
    BOOKED,
    "change appointment",
    "hand over appointment",
    "repair appointment",
    "restore appointment",
    RESTORED_BY_ITSELF,
    CONFIRMED_LATER,
    "undo change",
)
AT_A_TIME = 500


class Asked(NamedTuple):
    """One question of it, and whether the answer was yes; None: it could not be told."""

    site: str
    day: date
    eligible: bool | None


@dataclass(frozen=True, slots=True)
class KnownThen:
    """`gravest` is the first thing that stood in the way, in a sentence."""

    words: str
    at: datetime
    asked: tuple[Asked, ...]
    gravest: str

    @property
    def status(self) -> str:
        if any(one.eligible is None for one in self.asked):
            return "not_known"
        return "may_needle" if all(one.eligible for one in self.asked) else "may_not"

    @property
    def telling(self) -> Asked:
        """The question to look at first: one that was answered with no, else any."""
        return next((one for one in self.asked if not one.eligible), self.asked[0])


def known_of(appointments: Collection[Appointment], now: datetime) -> dict[int, list[KnownThen]]:
    """By the appointment's number, the earliest moment first. Of what needles only."""
    needling = [one for one in appointments if one.sites]
    settled = _settled([one.id for one in needling])
    known: dict[tuple[int, int], Knowledge] = {}
    found = {}
    for one in needling:
        who = (one.practitioner_id, one.clinic_id)
        if who not in known:
            known[who] = knowledge_on_record(db.session(), *who).knowledge
        found[one.id] = [
            _then(known[who], one, words, at) for words, at in _moments(one, settled[one.id], now)
        ]
    return found


def known_of_one(appointment_id: int, now: datetime) -> list[KnownThen]:
    """Of one whose page this person may see; nothing where it does not needle."""
    one = db.session.get_one(Appointment, appointment_id)
    return known_of([one], now).get(one.id, [])


def _settled(numbers: Collection[int]) -> defaultdict[int, list[Any]]:
    """What the trail tells of booking and changing each of them, in its order."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    ordered = sorted(numbers)
    for start in range(0, len(ordered), AT_A_TIME):
        subjects = {f"appointment:{n}": n for n in ordered[start : start + AT_A_TIME]}
        for row in db.session.execute(
            select(AuditEntry.subject, AuditEntry.action, AuditEntry.at)
            .where(AuditEntry.subject.in_(subjects), AuditEntry.action.in_(SETTLED))
            .order_by(AuditEntry.id)
        ):
            found[subjects[row.subject]].append(row)
    return found


def _moments(one: Appointment, told: list[Any], now: datetime) -> Iterator[tuple[str, datetime]]:
    """Before it was last changed it was another appointment: that is no moment of this one."""
    before = [row for row in told if row.at <= one.starts_at] or told[:1]
    if before:
        last = before[-1]
        yield "When it was booked" if last.action == BOOKED else "When it was last changed", last.at
    if one.checked_in_at is not None:
        yield "At check-in", one.checked_in_at
    if one.starts_at <= now:
        yield "When it started", one.starts_at
    yield "Now", now.replace(microsecond=0)


def _then(known: Knowledge, one: Appointment, words: str, at: datetime) -> KnownThen:
    asked, gravest = [], ""
    for site, day in product(one.sites, dict.fromkeys((one.first_day, one.last_day))):
        decision = known.decision(site, day, at)
        asked.append(Asked(site, day, None if decision is None else decision.eligible))
        if not gravest and decision is not None and decision.gravest is not None:
            gravest = decision.gravest.sentence
    return KnownThen(words, at, tuple(asked), gravest)
