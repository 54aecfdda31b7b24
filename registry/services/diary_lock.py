"""
One lock per practitioner, taken by whoever books them and whoever changes what is on record.

So a certificate cannot be revoked between the check and the booking, and two bookings cannot both
see an empty diary. Whoever changes the rules takes all: nobody may be judged by the old ones
meanwhile, not even who is only just being engaged where they apply. On PostgreSQL the rows stay
locked until commit; on SQLite the transaction already holds the one writer's seat.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from registry.models import Practitioner

LOCKED = (
    select(Practitioner.id)
    .where(Practitioner.id.in_(bindparam("ids", expanding=True)))
    .order_by(Practitioner.id)
    .with_for_update(key_share=True)
)
EVERY = select(Practitioner.id).order_by(Practitioner.id).with_for_update(key_share=True)


def lock_diaries(session: Session, practitioner_ids: Collection[int]) -> None:
    """In the order of their numbers, so that two who lock several never wait for each other."""
    session.execute(LOCKED, {"ids": sorted(set(practitioner_ids))}).all()


def lock_every_diary(session: Session) -> None:
    """Before any other lock: who books has a diary first, and a clinic's row after."""
    session.execute(EVERY).all()
