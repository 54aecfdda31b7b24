"""What somebody asked what-if about, how far the answer is, and what was found out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from registry.errors import NotFound
from registry.leave import require
from registry.models import (
    Adoption,
    AdoptionState,
    Clinic,
    Practitioner,
    WhatIf,
    WhatIfPart,
    db,
)
from registry.models.concerned import AT_ONCE, who_works_in
from registry.queries.impact import patients_by_clinic
from registry.queries.what_if import found_out, supposed_by
from registry.rules.access import Action, Actor, Subject, may


@dataclass(frozen=True, slots=True)
class Mover:
    """Somebody who gains or loses regions or muscles at the clinic, and from which day on."""

    practitioner_id: int
    name: str
    sites: tuple[str, ...]
    since: date | None  # answers from before it was kept do not say


@dataclass(frozen=True, slots=True)
class WouldBeHeld:
    appointment_id: int
    practitioner_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class ClinicThen:
    clinic_id: int
    name: str
    gains: tuple[Mover, ...]
    loses: tuple[Mover, ...]
    held: tuple[WouldBeHeld, ...]
    begun: int
    patients: int  # whose appointments would be held


@dataclass(frozen=True, slots=True)
class WhatIfAnswer:
    """
    `as_of` is when the last of it was found out; complete once `answered`.

    `overtaken_by` is what became of the proposal meanwhile. What was not found out by then is not
    told: of what is in force already everybody would find that it changes nothing.
    """

    id: int
    as_of: datetime
    answered: bool
    done: int
    total: int
    failed_with: str
    clinics: tuple[ClinicThen, ...]
    overtaken_by: AdoptionState | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What was found out about the next practitioners: none left, where `reached` is None."""

    after: int
    reached: int | None
    count: int
    content: list[dict[str, Any]]


def what_if_answer(actor: Actor, what_if_id: int, now: datetime) -> WhatIfAnswer:
    """For few it is worked out on the spot, of the clinics open to them. Raises NotFound."""
    asked = db.session.get(WhatIf, what_if_id)
    if asked is None:
        raise NotFound("There is no such record.")
    _require(actor, asked)
    became = _became(asked)
    if became is not None and not asked.finished:
        return replace(_answer(asked, (), now), overtaken_by=became)
    if asked.answered_at is None:
        supposed = supposed_by(db.session(), asked)
        ids = who_works_in(db.session(), supposed.place, after=0, most=AT_ONCE + 1)
        if len(ids) <= AT_ONCE:
            found = found_out(db.session(), supposed, ids, now)
            return _answer(asked, _open_to(actor, asked, found), now)
    kept = db.session.scalars(
        select(WhatIfPart.content)
        .where(WhatIfPart.what_if_id == what_if_id)
        .order_by(WhatIfPart.reached)
    )
    found = [at for content in kept for at in content]
    return replace(_answer(asked, _open_to(actor, asked, found)), overtaken_by=became)


def _open_to(
    actor: Actor, asked: WhatIf, found: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """A manager reads of their own clinics alone."""
    action = Action.SEE_PROPOSALS if asked.clinic_id is None else Action.CHANGE_CLINIC
    return [at for at in found if may(actor, action, Subject(frozenset({at["clinic"]})))]


def latest_what_if(actor: Actor, *, adoption_id: int) -> int | None:
    """The number of the question asked last about this proposal."""
    require(actor, Action.SEE_PROPOSALS, Subject())
    wanted = select(WhatIf.id).where(WhatIf.adoption_id == adoption_id)
    return db.session.scalar(wanted.order_by(WhatIf.id.desc()).limit(1))


def waiting_what_if(now: datetime) -> int | None:
    """
    The question that waits longest for the next part of its answer; one that failed comes last,
    and not before its time.
    """
    return db.session.scalar(
        select(WhatIf.id)
        .where(WhatIf.answered_at.is_(None), or_(WhatIf.failed_with == "", WhatIf.moved_at <= now))
        .order_by(WhatIf.failed_with != "", WhatIf.moved_at, WhatIf.id)
        .limit(1)
    )


def next_part(what_if_id: int, now: datetime) -> Part:
    """
    Worked out from the record as it is now; nothing is written.

    Of what is no proposal any more nothing is left to find out.
    """
    session = db.session()
    asked = session.get_one(WhatIf, what_if_id, populate_existing=True)
    if _became(asked) is not None:
        return Part(asked.reached, None, 0, [])
    supposed = supposed_by(session, asked)
    some = who_works_in(session, supposed.place, after=asked.reached, most=AT_ONCE)
    content = found_out(session, supposed, some, now) if some else []
    reached = some[-1] if some else None
    return Part(asked.reached, reached, len(some), content)


def _became(asked: WhatIf) -> AdoptionState | None:
    """What the proposal has become, if it is none any more."""
    wanted = select(Adoption.state).where(Adoption.id == asked.adoption_id)
    state = db.session.scalar(wanted) if asked.adoption_id is not None else None
    return None if state is AdoptionState.PROPOSED else state


def _require(actor: Actor, asked: WhatIf) -> None:
    if asked.clinic_id is None:
        require(actor, Action.SEE_PROPOSALS, Subject())
    else:
        require(actor, Action.CHANGE_CLINIC, Subject(frozenset({asked.clinic_id})))


def _answer(
    asked: WhatIf, found: Iterable[Mapping[str, Any]], now: datetime | None = None
) -> WhatIfAnswer:
    at_clinics = defaultdict(list)
    for part in found:
        at_clinics[part["clinic"]].append(part)
    names = _names(Clinic, at_clinics)
    people = _names(Practitioner, _people_in(at_clinics.values()))
    held = [number for parts in at_clinics.values() for at in parts for number, *_ in at["held"]]
    patients = patients_by_clinic(held)
    clinics = [_clinic(names, people, patients, *both) for both in at_clinics.items()]
    return WhatIfAnswer(
        asked.id,
        now or asked.answered_at or asked.moved_at,
        bool(now or asked.answered_at),
        asked.total if now else asked.done,
        asked.total,
        asked.failed_with,
        tuple(sorted(clinics, key=lambda clinic: clinic.name)),
    )


def _clinic(
    names: Mapping[int, str],
    people: Mapping[int, str],
    patients: Mapping[int, int],
    clinic_id: int,
    parts: list[Mapping[str, Any]],
) -> ClinicThen:
    def movers(which: str) -> tuple[Mover, ...]:
        found = [
            Mover(who, people.get(who, ""), tuple(sites), _day(since))
            for part in parts
            for who, sites, *since in part[which]
        ]
        return tuple(sorted(found, key=lambda mover: (mover.name, mover.practitioner_id)))

    held = [
        WouldBeHeld(number, who, datetime.fromisoformat(starts))
        for part in parts
        for number, who, starts in part["held"]
    ]
    return ClinicThen(
        clinic_id,
        names.get(clinic_id, ""),
        movers("gains"),
        movers("loses"),
        tuple(sorted(held, key=lambda one: one.starts_at)),
        sum(part["begun"] for part in parts),
        patients.get(clinic_id, 0),
    )


def _day(since: list[str]) -> date | None:
    return date.fromisoformat(since[0]) if since else None


def _people_in(clinics: Iterable[list[Mapping[str, Any]]]) -> set[int]:
    return {
        who
        for parts in clinics
        for part in parts
        for which in ("gains", "loses")
        for who, *_ in part[which]
    }


def _names(model: type[Clinic] | type[Practitioner], ids: Iterable[int]) -> dict[int, str]:
    wanted = sorted(ids)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), 1000):
        some = select(model.id, model.name).where(model.id.in_(wanted[start : start + 1000]))
        found |= {row.id: row.name for row in db.session.execute(some)}
    return found
