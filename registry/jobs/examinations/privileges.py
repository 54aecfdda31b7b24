"""Privileges: is what is stored what the rules derive from the facts?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.jobs.examinations.everybody import practitioners
from registry.models import Activation, Adoption, AdoptionState, Phase
from registry.models.derived_privileges import (
    Spans,
    derive,
    derived_by,
    jurisdictions_of,
    places_of,
    stored_privileges,
)
from registry.models.facts_on_record import facts_on_record
from registry.models.rules_on_record import adopted_on_record, rulebook_on_record
from registry.rules.days import Span
from registry.rules.regions import site_name
from registry.rules.rulebooks import Adopted, Rulebook


@dataclass(frozen=True, slots=True)
class Running:
    """
    An activation under way: whoever's number is beyond `reached` has its next phase ahead.

    `given_up` are the sets that were given up, if they were.
    """

    jurisdiction: str
    phase: Phase
    reached: int
    given_up: Adopted = ()


def privileges(session: Session) -> Iterator[str]:
    running = _running(session)
    for ids in practitioners(session):
        stored, derived = stored_privileges(session, ids), derive(session, ids)
        odd = [who for who in ids if stored[who] != derived.get(who, {})]
        for who in _not_only_waiting(session, odd, running) if running and odd else odd:
            yield _sentence(who, stored[who], derived.get(who, {}))
        session.expunge_all()


def _running(session: Session) -> list[Running]:
    """What is still narrowing first, then the newest first: so they are undone in turn."""
    rows = session.execute(
        select(Activation, Adoption.jurisdiction, Adoption.state)
        .join(Adoption)
        .where(Activation.phase != Phase.DONE)
        .order_by(Activation.phase != Phase.NARROWING, Adoption.id.desc())
    )
    return [
        Running(
            jurisdiction,
            one.phase,
            one.reached,
            adopted_on_record(session, one.adoption_id) if state is AdoptionState.WITHDRAWN else (),
        )
        for one, jurisdiction, state in rows.all()
    ]


def _together(running: Sequence[Running]) -> Iterator[tuple[Running, ...]]:
    """Those of one place, alone and with others: who waits for one may wait for another too."""
    for number in range(1, len(running) + 1):
        for those in combinations(running, number):
            if len({one.jurisdiction for one in those}) == 1:
                yield those


def _not_only_waiting(
    session: Session, ids: Collection[int], running: Sequence[Running]
) -> list[int]:
    """
    Those whose privileges are neither what the rules derive nor what they still may be.

    While an activation narrows, who has yet to be judged anew holds what the version before
    allows; after the switch, or once it was given up, what both allow. Each clinic is looked at by
    itself.
    """
    places = places_of(session, ids)
    facts = facts_on_record(session, ids)
    stored = stored_privileges(session, ids)
    rulebook = rulebook_on_record(session, jurisdictions_of(places))
    derived = derived_by(rulebook, facts, places)
    others = [
        (those, derived_by(reduce(_as_before, those, rulebook), facts, places))
        for those in _together(running)
    ]
    wrong = []
    for who in ids:
        for clinic_id, jurisdiction in places.get(who, ()):
            may_be = [derived[who]]
            for those, before in others:
                waits = who > max(one.reached for one in those)
                if waits and those[0].jurisdiction == jurisdiction:
                    may_be.append(before[who])
            if _at(clinic_id, stored[who]) not in [_at(clinic_id, held) for held in may_be]:
                wrong.append(who)
                break
        else:
            clinics = {clinic_id for clinic_id, _ in places.get(who, ())}
            if any(clinic_id not in clinics for clinic_id, _ in stored[who]):
                wrong.append(who)
    return wrong


def _as_before(rulebook: Rulebook, one: Running) -> Rulebook:
    """By what was judged in the phase before this one."""
    if one.given_up:
        return replace(rulebook, coming=(*rulebook.coming, one.given_up))
    there = [a for a in rulebook.adoptions if a[0].jurisdiction == one.jurisdiction]
    elsewhere = tuple(a for a in rulebook.adoptions if a[0].jurisdiction != one.jurisdiction)
    if one.phase is Phase.NARROWING:
        coming = tuple(a for a in rulebook.coming if a[0].jurisdiction != one.jurisdiction)
        return replace(rulebook, coming=coming)
    return replace(
        rulebook,
        adoptions=(*elsewhere, *there[:-1]),
        coming=(*rulebook.coming, *there[-1:]),
    )


def _at(clinic_id: int, spans: Spans) -> Spans:
    return {where: days for where, days in spans.items() if where[0] == clinic_id}


def _sentence(practitioner_id: int, has: Spans, should: Spans) -> str:
    odd = sorted(
        where for where in has.keys() | should.keys() if has.get(where) != should.get(where)
    )
    clinic_id, site = odd[0]
    more = f" So it is with {len(odd) - 1} more." if len(odd) > 1 else ""
    return (
        f"The privileges of practitioner {practitioner_id} are not what the rules derive: "
        f"{site_name(site).lower()} at clinic {clinic_id} is stored as "
        f"{_days(has.get(odd[0], ()))}, but derived as {_days(should.get(odd[0], ()))}.{more}"
    )


def _days(spans: Sequence[Span]) -> str:
    return " and ".join(f"{span.first} to {span.last}" for span in spans) or "never"
