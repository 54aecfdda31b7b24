"""
One lock per practitioner, taken by whoever books them and whoever decides on what they hold.

So a certificate cannot be revoked between the check and the booking, and two bookings cannot both
see an empty diary. On PostgreSQL the rows stay locked until commit; on SQLite the transaction
already holds the one writer's seat.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Practitioner


def lock_diaries(session: Session, practitioner_ids: Collection[int]) -> None:
    """In the order of their numbers, so that two who lock several never wait for each other."""
    session.execute(
        select(Practitioner.id)
        .where(Practitioner.id.in_(sorted(set(practitioner_ids))))
        .order_by(Practitioner.id)
        .with_for_update(key_share=True)
    ).all()
