"""Archiving: a practitioner works nowhere any more, until somebody brings them back."""

from __future__ import annotations

from datetime import datetime

from registry.errors import NotInThatState
from registry.models import transaction
from registry.rules.access import Action, Actor
from registry.services.holds import LostGround
from registry.services.practitioners import locked_practitioner, record_change
from registry.services.privileges import rederive


def archive_practitioner(
    *, actor: Actor, practitioner_id: int, reason: str = "", now: datetime
) -> list[LostGround]:
    """
    They work nowhere from now on: every privilege goes, and what is booked is put on hold.

    Their record, credentials and history stay. Returns what lost its ground. Raises
    NotInThatState if it is done already.
    """
    action = Action.ARCHIVE_PRACTITIONER
    with transaction() as session:
        practitioner = locked_practitioner(session, practitioner_id, action, actor)
        if practitioner.archived_at is not None:
            raise NotInThatState("This practitioner is archived already.")
        practitioner.archived_at = now
        record_change(session, actor, action, practitioner, now, reason=reason)
        return rederive(
            session,
            actor=actor,
            practitioner_ids=[practitioner_id],
            because=f"{practitioner.name} was archived.",
            now=now,
        )


def bring_back_practitioner(
    *, actor: Actor, practitioner_id: int, reason: str = "", now: datetime
) -> None:
    """
    They work again where they did, and may needle what their record says today.

    What was put on hold stays so until somebody restores it. Raises NotInThatState for one who
    is not archived.
    """
    with transaction() as session:
        practitioner = locked_practitioner(
            session, practitioner_id, Action.ARCHIVE_PRACTITIONER, actor
        )
        if practitioner.archived_at is None:
            raise NotInThatState("This practitioner is not archived.")
        before, after = {"archived_at": practitioner.archived_at}, {"archived_at": None}
        practitioner.archived_at = None
        record_change(
            session, actor, "bring back practitioner", practitioner, now, before, after, reason
        )
        rederive(
            session,
            actor=actor,
            practitioner_ids=[practitioner_id],
            because=f"{practitioner.name} was brought back.",
            now=now,
        )
