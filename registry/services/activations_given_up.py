"""Activations are given up, as long as the new version is not in force: the one before stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from registry.errors import NotFound, NotInThatState
from registry.leave import require
from registry.models import (
    Activation,
    ActivationGivenUp,
    Adoption,
    AdoptionState,
    Phase,
    transaction,
)
from registry.models.concerned import number_concerned
from registry.rules.access import Action, Actor, Subject
from registry.services.audit_trail import record
from registry.services.diary_lock import lock_every_diary
from registry.services.typed import typed_line

LONGEST_REASON = 500


def give_up_activation(*, actor: Actor, adoption_id: int, reason: str, now: datetime) -> None:
    """
    The version never comes into force, and those it narrowed are judged anew in the background.

    What was put on hold meanwhile stays so until a person settles it. Raises NotAllowed, NotFound,
    BadInput at `reason`, and NotInThatState once it is in force, with what to do instead.
    """
    with transaction() as session:
        require(actor, Action.ADOPT_REQUIREMENTS, Subject())
        said = typed_line(reason, field="reason", longest=LONGEST_REASON)
        # In the order in which a step, and who activates another version, take what they lock.
        activation = session.get(Activation, adoption_id, with_for_update=True)
        # Whoever is being judged by both versions just now is done before one of them goes.
        lock_every_diary(session)
        adoption = _being_activated(session, adoption_id)
        assert activation is not None  # noqa: S101 (it was begun together with that state)
        session.add(_given_up(actor, adoption_id, said, now))
        session.flush()
        adoption.state = AdoptionState.WITHDRAWN
        activation.phase, activation.reached, activation.done = Phase.WIDENING, 0, 0
        activation.total = number_concerned(session, adoption.jurisdiction)
        activation.moved_at, activation.failed_with = now, ""
        _record(session, actor, adoption, said, now)


def _being_activated(session: Session, adoption_id: int) -> Adoption:
    adoption = session.get(Adoption, adoption_id, with_for_update=True)
    if adoption is None:
        raise NotFound("There is no such record.")
    if adoption.state is AdoptionState.ACTIVE:
        raise NotInThatState(
            f"Version {adoption.version} is in force since {adoption.active_since:%Y-%m-%d %H:%M} "
            "UTC, and people are booked by it: it cannot be given up any more. "
            "To go back, put another version in force."
        )
    if adoption.state is not AdoptionState.ACTIVATING:
        raise NotInThatState(
            f"Version {adoption.version} is {adoption.state}: it is not being activated."
        )
    return adoption


def _given_up(actor: Actor, adoption_id: int, reason: str, now: datetime) -> ActivationGivenUp:
    return ActivationGivenUp(
        adoption_id=adoption_id,
        reason=reason,
        given_up_by=actor.account_id,
        given_up_by_name=actor.name,
        given_up_at=now,
    )


def _record(session: Session, actor: Actor, adoption: Adoption, reason: str, now: datetime) -> None:
    told = {"jurisdiction": adoption.jurisdiction, "version": adoption.version}
    record(
        session,
        actor=actor,
        action="give up activation",
        subject=f"adoption:{adoption.id}",
        at=now,
        before={**told, "state": AdoptionState.ACTIVATING},
        after={**told, "state": AdoptionState.WITHDRAWN},
        reason=reason,
    )
