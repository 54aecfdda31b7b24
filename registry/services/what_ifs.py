"""Somebody asks what a proposal, or new house rules, would do; the answer is kept part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.leave import require
from registry.models import Adoption, AdoptionState, WhatIf, WhatIfPart, transaction
from registry.models.concerned import number_concerned
from registry.rules.access import Action, Actor, Subject
from registry.services.audit_trail import record
from registry.services.house_rules import checked_house_rules, clinic_that_asks
from registry.services.requirement_sets import locked_proposal

AFTER_A_FAULT = timedelta(minutes=1)


def ask_about_adoption(*, actor: Actor, adoption_id: int, now: datetime) -> int:
    """
    The number of the question; what they asked about it before is dropped.

    Raises NotAllowed, NotFound, and NotInThatState for what is no proposal any more.
    """
    with transaction() as session:
        require(actor, Action.ADOPT_REQUIREMENTS, Subject())
        adoption = locked_proposal(session, adoption_id)
        total = number_concerned(session, adoption.jurisdiction)
        asked = WhatIf(adoption_id=adoption_id, requirements=[], **_unanswered(actor, total, now))
        told = {"jurisdiction": adoption.jurisdiction, "version": adoption.version}
        subject = f"adoption:{adoption_id}"
        record(session, actor=actor, action="ask what if", subject=subject, at=now, after=told)
        return _put(session, actor, asked)


def ask_about_house_rules(
    *,
    actor: Actor,
    clinic_id: int,
    requirements: Sequence[Mapping[str, Any]],
    first_day: date,
    now: datetime,
) -> int:
    """The same for what `set_house_rules` is about to be told; it raises the same."""
    with transaction() as session:
        clinic = clinic_that_asks(session, actor, clinic_id)
        kept = checked_house_rules(session, clinic, requirements, first_day, now)
        start = _unanswered(actor, number_concerned(session, clinic_id), now)
        asked = WhatIf(clinic_id=clinic_id, requirements=kept, first_day=first_day, **start)
        return _put(session, actor, asked)


def keep_part(
    *,
    what_if_id: int,
    after: int,
    reached: int | None,
    count: int,
    content: list[dict[str, Any]],
    now: datetime,
) -> None:
    """
    What was found out about the `count` practitioners behind `after`, up to `reached`.

    None are left where `reached` is None. Dropped if the question is gone, or went on meanwhile.
    """
    with transaction() as session:
        asked = session.get(WhatIf, what_if_id, with_for_update=True)
        if asked is None or asked.answered_at is not None or asked.reached != after:
            return
        asked.moved_at, asked.failed_with = now, ""
        if reached is None:
            asked.answered_at = now
            if _still_open(session, asked):
                asked.done = asked.total
            return
        asked.reached, asked.done = reached, min(asked.done + count, asked.total)
        session.add(WhatIfPart(what_if_id=what_if_id, reached=reached, content=content))


def _still_open(session: Session, asked: WhatIf) -> bool:
    """A proposal that is none any more is asked about no further: the answer stays unfinished."""
    wanted = select(Adoption.state).where(Adoption.id == asked.adoption_id)
    return session.scalar(wanted) in (None, AdoptionState.PROPOSED)


def note_failed_part(*, what_if_id: int, error: str, now: datetime) -> None:
    """It is tried again after a while, and after those that get on or failed before it."""
    with transaction() as session:
        asked = session.get(WhatIf, what_if_id, with_for_update=True)
        if asked is not None:
            asked.failed_with, asked.moved_at = error[:300], now + AFTER_A_FAULT


def _unanswered(actor: Actor, total: int, now: datetime) -> dict[str, Any]:
    nothing = {"reached": 0, "done": 0, "total": total}
    return {"asked_by": actor.account_id, "asked_at": now, "moved_at": now, **nothing}


def _put(session: Session, actor: Actor, asked: WhatIf) -> int:
    about = (
        WhatIf.adoption_id == asked.adoption_id
        if asked.clinic_id is None
        else WhatIf.clinic_id == asked.clinic_id
    )
    own = select(WhatIf.id).where(about, WhatIf.asked_by == actor.account_id).with_for_update()
    before = session.scalars(own).all()
    session.execute(delete(WhatIfPart).where(WhatIfPart.what_if_id.in_(before)))
    session.execute(delete(WhatIf).where(WhatIf.id.in_(before)))
    session.add(asked)
    session.flush()
    return asked.id
