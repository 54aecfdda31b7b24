"""The page of a repair: both plans beside each other, and what may still be accepted of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import undefer

from registry.errors import NotFound
from registry.leave import require
from registry.models import Practitioner, Repair, RepairPhase, db
from registry.queries.contraindications import notes_of_patients
from registry.queries.premises import Place, place
from registry.queries.repairs import repair_with
from registry.queries.standing_work import Work, work_by_number
from registry.rules.access import Action, Actor, Subject
from registry.rules.contraindications import Note, uncleared
from registry.rules.repair import Score
from registry.rules.repair_answers import Answer, Placement, Sharing, Why, answers_kept, sharing
from registry.rules.vocabulary import AppointmentState

STEPS = len(RepairPhase) - 1


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one of the two plans does with an appointment."""

    practitioner_id: int
    who: str
    room: str
    starts_at: datetime
    placement: Placement


@dataclass(frozen=True, slots=True)
class RepairLine:
    """
    One appointment as it is by now. `waits`: it is still on hold as it was when this was worked
    out. `rival` is when the one is that it makes way for; `to_clear` is to be asked first.
    """

    work: Work
    waits: bool
    best: Proposal | None
    plain: Proposal | None
    why: Why | None
    rival: datetime | None
    nobody: str | None
    to_clear: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class RepairAnswer:
    """`failed`: the solver could not run. Without `proven` its time was up before it was sure."""

    lines: tuple[RepairLine, ...]
    best: Score
    plain: Score
    best_shared: Sharing
    plain_shared: Sharing
    proven: bool
    failed: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class RepairPage:
    id: int
    place: Place
    whose: str | None
    asked_by: str
    phase: RepairPhase
    done: int
    failed_with: str
    as_of: datetime | None
    answer: RepairAnswer | None

    @property
    def total(self) -> int:
        return STEPS


def repair_page(actor: Actor, repair_id: int) -> RepairPage:
    """Raises NotFound, NotAllowed. Six statements once it is answered."""
    asked = repair_with(repair_id, undefer(Repair.result))
    if asked is None:
        raise NotFound("There is no such record.")
    require(actor, Action.MOVE, Subject(frozenset({asked.clinic_id})))
    where = place(asked.clinic_id)
    kept = asked.result
    found = answers_kept(kept["answers"]) if kept else []
    people = [asked.practitioner_id, *_people_in(found)]
    names = _names({who for who in people if who is not None})
    return RepairPage(
        id=asked.id,
        place=where,
        whose=names.get(asked.practitioner_id or 0),
        asked_by=asked.asked_by_name,
        phase=asked.phase,
        done=asked.done,
        failed_with=asked.failed_with,
        as_of=asked.as_of,
        answer=_answer(actor, where, found, names, kept) if kept else None,
    )


def _answer(
    actor: Actor,
    where: Place,
    found: Sequence[Answer],
    names: Mapping[int, str],
    kept: Mapping[str, Any],
) -> RepairAnswer:
    work = work_by_number(actor, where, [one.id for one in found])
    notes = notes_of_patients({one.pattern.patient_id for one in work.values()})
    rooms = {room.id: room.name for room in where.rooms}
    lines = (_line(one, work, notes, _Names(names, rooms)) for one in found if one.id in work)
    return RepairAnswer(
        lines=tuple(lines),
        best=Score(*kept["best"]),
        plain=Score(*kept["plain"]),
        best_shared=sharing(one.best for one in found),
        plain_shared=sharing(one.plain for one in found),
        proven=kept["proven"],
        failed=kept["failed"],
        seconds=kept["seconds"],
    )


class _Names(NamedTuple):
    people: Mapping[int, str]
    rooms: Mapping[int, str]

    def proposal(self, one: Placement | None) -> Proposal | None:
        if one is None:
            return None
        who, room = self.people.get(one.practitioner_id, ""), self.rooms.get(one.room_id, "")
        starts_at = datetime.fromtimestamp(one.starts, UTC)
        return Proposal(one.practitioner_id, who, room, starts_at, one)


def _line(
    one: Answer, work: Mapping[int, Work], notes: Mapping[int, Collection[Note]], names: _Names
) -> RepairLine:
    this = work[one.id]
    pattern, best = this.pattern, names.proposal(one.best)
    noted = notes.get(pattern.patient_id, ()) if pattern.needles else ()
    rival = work.get(one.parting.rival or 0) if one.parting else None
    return RepairLine(
        work=this,
        waits=this.state is AppointmentState.HELD and this.version == one.version,
        best=best,
        plain=names.proposal(one.plain),
        why=one.parting.why if one.parting else None,
        rival=rival.pattern.slot.starts_at if rival else None,
        nobody=one.nobody,
        to_clear=tuple(uncleared(noted, (), best.practitioner_id, pattern.sites)) if best else (),
    )


def _people_in(found: Sequence[Answer]) -> list[int]:
    plans = (plan for one in found for plan in (one.best, one.plain))
    return [plan.practitioner_id for plan in plans if plan is not None]


def _names(ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Practitioner.id, Practitioner.name).where(Practitioner.id.in_(ids))
    )
    return {row.id: row.name for row in rows}
