"""
Adoptions are activated: at once for few practitioners, in the background for many.

In the background everybody is first judged by the old version and the new together, then, once all
are, the new one takes over in one instant, and everybody is judged by it alone. So at no moment is
the gate open wider than either version. How far it got is on record: it goes on after any crash.
Given up before that instant, everybody is judged by the version in force, which stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import NotInThatState
from registry.leave import require
from registry.models import Activation, Adoption, AdoptionState, Phase, transaction
from registry.models.concerned import AT_ONCE, number_concerned, who_works_in
from registry.rules.access import Action, Actor, Subject
from registry.rules.jurisdictions import jurisdiction_name
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_every_diary
from registry.services.gates import ask_gates_anew
from registry.services.holds import LostGround
from registry.services.privileges import rederive
from registry.services.requirement_sets import locked_proposal


@dataclass(frozen=True, slots=True)
class Activated:
    """`lost` is what lost its ground; where it goes on in the background, nothing has yet."""

    in_background: bool
    lost: list[LostGround]


def activate_adoption(*, actor: Actor, adoption_id: int, now: datetime) -> Activated:
    """
    The proposed version takes the place of the one before, each set from its own first day.

    Raises NotAllowed, NotFound, and NotInThatState for what is no proposal, is overtaken by a
    later version, waits behind another activation, or rests on an answer that is due.
    """
    with transaction() as session:
        require(actor, Action.ADOPT_REQUIREMENTS, Subject())
        # Whoever is being engaged or judged just now is done before it is counted who is concerned.
        lock_every_diary(session)
        adoption = locked_proposal(session, adoption_id)
        _check_its_turn(session, adoption, now)
        concerned = number_concerned(session, adoption.jurisdiction)
        activation = _begun(actor, adoption, 2 * concerned, now)
        session.add(activation)
        _record(session, actor, "activate requirement sets", adoption, now)
        if concerned > AT_ONCE:
            adoption.state = AdoptionState.ACTIVATING
            return Activated(True, [])
        adoption.state, adoption.active_since = AdoptionState.ACTIVE, now
        everybody = who_works_in(session, adoption.jurisdiction, after=0, most=AT_ONCE)
        lost = _judge_anew(session, activation, adoption, everybody, now)
        activation.phase, activation.done = Phase.DONE, activation.total
        return Activated(False, lost)


def go_on_with_activation(*, adoption_id: int, now: datetime) -> None:
    """
    One step: some practitioners judged anew, or the switch itself. Nothing once it is done.

    Whoever else is at work on the same activation waits for it.
    """
    with transaction() as session:
        activation = session.get_one(Activation, adoption_id, with_for_update=True)
        if activation.phase is Phase.DONE:
            return
        adoption = session.get_one(Adoption, adoption_id)
        place = adoption.jurisdiction
        some = who_works_in(session, place, after=activation.reached, most=AT_ONCE)
        if some:
            _judge_anew(session, activation, adoption, some, now)
        else:
            _finish_phase(session, activation, adoption, now)
        activation.moved_at, activation.failed_with = now, ""


def note_failed_step(*, adoption_id: int, error: str, now: datetime) -> None:
    """It is tried again, after those that get on or failed before it."""
    with transaction() as session:
        activation = session.get_one(Activation, adoption_id, with_for_update=True)
        activation.failed_with, activation.moved_at = error[:300], now


def _check_its_turn(session: Session, adoption: Adoption, now: datetime) -> None:
    others = session.execute(
        select(Adoption.version, Adoption.state)
        .where(Adoption.jurisdiction == adoption.jurisdiction)
        .order_by(Adoption.id)
        .with_for_update()
    ).all()
    for version, state in others:
        if state is AdoptionState.ACTIVATING:
            raise NotInThatState(
                f"Version {version} is still being activated. Wait for it, or give it up."
            )
        if state is AdoptionState.ACTIVE and version > adoption.version:
            raise NotInThatState(f"Version {version} came into force since. Propose this anew.")
    due = [c for c, told in adoption.settled.items() if told["look_again_on"] <= str(now.date())]
    if due:
        named = ", ".join(sorted(due))
        raise NotInThatState(f"These answers are due to be looked at again: {named}.")


def _begun(actor: Actor, adoption: Adoption, total: int, now: datetime) -> Activation:
    return Activation(
        adoption_id=adoption.id,
        phase=Phase.NARROWING,
        reached=0,
        done=0,
        total=total,
        held=0,
        begun=0,
        started_by=actor.account_id,
        started_by_name=actor.name,
        started_at=now,
        moved_at=now,
    )


def _judge_anew(
    session: Session,
    activation: Activation,
    adoption: Adoption,
    some: Sequence[int],
    now: datetime,
) -> list[LostGround]:
    """By the rules as they stand: whether both versions or the new one, the record says."""
    actor, because = Actor(activation.started_by, activation.started_by_name), _why(adoption)
    lost = rederive(
        session,
        actor=actor,
        practitioner_ids=some,
        because=because,
        now=now,
        cause=f"adoption:{adoption.id}",
    )
    ask_gates_anew(session, actor=actor, practitioner_ids=some, because=because, now=now)
    if some:
        activation.reached = some[-1]
    activation.done = min(activation.done + len(some), activation.total)
    activation.begun += sum(one.begun for one in lost)
    activation.held += sum(not one.begun for one in lost)
    return lost


def _why(adoption: Adoption) -> str:
    place = jurisdiction_name(adoption.jurisdiction)
    which = f"{adoption.version} of the requirements of {place}"
    if adoption.state is AdoptionState.WITHDRAWN:
        return f"The activation of version {which} was given up."
    return f"Version {which} was put in force."


def _finish_phase(
    session: Session, activation: Activation, adoption: Adoption, now: datetime
) -> None:
    if activation.phase is Phase.WIDENING:
        activation.phase, activation.done = Phase.DONE, activation.total
        return
    # Whoever is being judged by both versions just now is done before the new one takes over.
    lock_every_diary(session)
    adoption.state, adoption.active_since = AdoptionState.ACTIVE, now
    activation.phase, activation.reached = Phase.WIDENING, 0
    actor = Actor(activation.started_by, activation.started_by_name)
    _record(session, actor, "switch requirement sets", adoption, now)


def _record(session: Session, actor: Actor, action: str, adoption: Adoption, now: datetime) -> None:
    told = {"jurisdiction": adoption.jurisdiction, "version": adoption.version}
    subject = f"adoption:{adoption.id}"
    record(session, actor=actor, action=action, subject=subject, at=now, after=told)
