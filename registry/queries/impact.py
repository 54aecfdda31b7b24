"""Impact: what a change does to the appointment book, asked while it is only rehearsed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from registry.models import Appointment, db
from registry.models.derived_privileges import Spans, stored_privileges
from registry.queries.hand_over import takers_of
from registry.queries.premises import Place, places
from registry.queries.sites_lost import folded, sites_lost
from registry.queries.standing_work import AT_ONCE, Work, work_numbered
from registry.rules.access import Action, Actor, Subject, may
from registry.rules.series import MOST_APPOINTMENTS
from registry.rules.vocabulary import Role

SHOWN_AT_ONCE = 10
MOST_SHOWN = 200


class Lost(Protocol):
    """What a use case says of an appointment that lost its ground."""

    @property
    def id(self) -> int: ...
    @property
    def clinic_id(self) -> int: ...
    @property
    def begun(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """`today` is the day it is at the clinic; `patient` is None where the name is not shown."""

    id: int
    starts_at: datetime
    zone: ZoneInfo
    today: date
    clinic: str
    practitioner: str
    patient: str | None
    what: str

    @property
    def day(self) -> date:
        return self.starts_at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Listed:
    """The soonest first, no more than a page bears; `elsewhere`: more, at others' clinics."""

    lines: tuple[ImpactLine, ...]
    total: int
    patients: int
    elsewhere: int

    @property
    def soonest(self) -> tuple[ImpactLine, ...]:
        return self.lines[:SHOWN_AT_ONCE]

    @property
    def later(self) -> tuple[ImpactLine, ...]:
        return self.lines[SHOWN_AT_ONCE:]

    @property
    def others(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True)
class SitesLost:
    clinic: str
    sites: tuple[str, ...]
    since: date


@dataclass(frozen=True, slots=True)
class Impact:
    """
    `held` would go on hold; `begun` had started already and would be listed for look-back.

    Of the `asked` soonest of what is held, `movable` could be given to a colleague at its time.
    """

    held: Listed
    begun: Listed
    asked: int
    movable: int
    losses: tuple[SitesLost, ...] = ()


def held_privileges(practitioner_ids: Collection[int]) -> Mapping[int, Spans]:
    """Before and after a change, for `impact_of` to tell what went. One statement."""
    return stored_privileges(db.session(), practitioner_ids)


def impact_of(
    actor: Actor,
    lost: Sequence[Lost],
    now: datetime,
    before: Mapping[int, Spans] | None = None,
) -> Impact:
    """
    What lost its ground, of the world as it is now: to be asked inside the rehearsal.

    `before` are the privileges held before it, of the practitioner whom it is about. Appointments
    of clinics where the person may not move them are counted alone. Two statements, and eight for
    each clinic; two for `before`.
    """
    here = {c for c in {one.clinic_id for one in lost} if _may_move(actor, c)}
    known = places(here)
    begun = {one.id for one in lost if one.begun}
    work = work_numbered(actor, here, [one.id for one in lost])
    asked = movable = 0
    for clinic_id, at in work.items():
        ahead = [one for one in at if one.pattern.id not in begun][:MOST_APPOINTMENTS]
        asked += len(ahead)
        movable += sum(bool(one.takers) for one in takers_of(actor, known[clinic_id], ahead))
    flat = [(known[clinic_id], one) for clinic_id, at in work.items() for one in at]
    elsewhere = [one for one in lost if one.clinic_id not in here]
    return Impact(
        _listed([b for b in flat if b[1].pattern.id not in begun], elsewhere, now, begun=False),
        _listed([b for b in flat if b[1].pattern.id in begun], elsewhere, now, begun=True),
        asked,
        movable,
        () if before is None else tuple(_losses(actor, before, now)),
    )


def _listed(
    work: list[tuple[Place, Work]], elsewhere: Collection[Lost], now: datetime, *, begun: bool
) -> Listed:
    work.sort(key=lambda both: both[1].pattern.slot.starts_at)
    return Listed(
        tuple(_line(*both, now) for both in work[:MOST_SHOWN]),
        len(work),
        len({one.pattern.patient_id for _, one in work}),
        sum(one.begun is begun for one in elsewhere),
    )


def _line(place: Place, work: Work, now: datetime) -> ImpactLine:
    return ImpactLine(
        work.pattern.id,
        work.pattern.slot.starts_at,
        place.zone,
        place.today(now),
        place.name,
        work.practitioner,
        work.pattern.patient,
        work.what,
    )


def _losses(actor: Actor, before: Mapping[int, Spans], now: datetime) -> Iterable[SitesLost]:
    """At the clinics of whoever asks, by name."""
    reached = actor.clinics(*Role)
    theirs = {
        c for spans in before.values() for c, _site in spans if reached is None or c in reached
    }
    known = places(theirs)
    today = {clinic_id: place.today(now) for clinic_id, place in known.items()}
    after = held_privileges(list(before))
    for who, old in before.items():
        seen = {where: days for where, days in old.items() if where[0] in theirs}
        gone = sites_lost(seen, after[who], today)
        for clinic_id in sorted(gone, key=lambda number: known[number].name):
            sites = gone[clinic_id]
            yield SitesLost(known[clinic_id].name, tuple(folded(sites)), min(sites.values()))


def patients_by_clinic(numbers: Sequence[int]) -> Mapping[int, int]:
    """How many have these appointments. A statement for each thousand."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for start in range(0, len(numbers), AT_ONCE):
        some = Appointment.id.in_(numbers[start : start + AT_ONCE])
        rows = select(Appointment.clinic_id, Appointment.patient_id).where(some).distinct()
        for clinic_id, patient_id in db.session.execute(rows):
            found[clinic_id].add(patient_id)
    return {clinic_id: len(patients) for clinic_id, patients in found.items()}


def _may_move(actor: Actor, clinic_id: int) -> bool:
    here = Subject(frozenset({clinic_id}))
    return may(actor, Action.MOVE, here) and may(actor, Action.BOOK, here)
