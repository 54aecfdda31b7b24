"""Letters to those who act at a clinic, of what became of its appointments at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Account, AccountGrant, Clinic
from registry.rules.vocabulary import Role
from registry.services.outbox import promise_letter

#: What the key of each letter begins with, so that it is promised once.
KEYS = {"held_work": "held", "restored_work": "restored"}


def tell_clinic(
    session: Session,
    clinic_id: int,
    template: str,
    appointment_ids: Collection[int],
    because: str,
    now: datetime,
) -> None:
    """One letter each to its managers and its front desk: how many, and why. No patient."""
    clinic = session.get_one(Clinic, clinic_id)
    readers = session.execute(
        select(Account.id, Account.email, Account.name)
        .join(AccountGrant)
        .where(
            AccountGrant.role.in_([Role.MANAGER, Role.FRONT_DESK]),
            (AccountGrant.clinic_id == clinic_id) | AccountGrant.clinic_id.is_(None),
            Account.closed_at.is_(None),
        )
        .distinct()
    ).all()
    which = f"{KEYS[template]}:{min(appointment_ids)}:{int(now.timestamp())}"
    for reader in readers:
        promise_letter(
            session,
            dedup_key=f"{which}:{reader.id}",
            to=reader.email,
            template=template,
            particulars={
                "name": reader.name,
                "clinic": clinic.name,
                "count": len(appointment_ids),
                "because": because,
                "path": f"/oversight/holds?clinic={clinic_id}",
            },
            now=now,
            account_id=reader.id,
        )
