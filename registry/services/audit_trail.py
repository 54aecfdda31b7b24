"""The audit trail grows: an entry in the transaction of each change, and of each refused right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from registry.errors import RightRefused
from registry.models import AuditEntry, transaction
from registry.rules.access import Actor

#: Put together once: making a statement anew costs as much as running it.
NEW_ENTRY = insert(AuditEntry.metadata.tables[AuditEntry.__tablename__])


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject: str,
    at: datetime,
    clinic_id: int | None = None,
    practitioner_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """One audit entry, in the transaction of the change. `subject` reads "credential:7"."""
    told = {
        "action": action,
        "after": after,
        "at": at.isoformat(),
        "before": before,
        "by": {"account": actor.account_id, "name": actor.name, "from": actor.address},
        "clinic": clinic_id,
        "practitioner": practitioner_id,
        "reason": reason,
        "subject": subject,
    }
    body = _as_kept(told)
    session.execute(
        NEW_ENTRY,
        {
            "at": at,
            "account_id": actor.account_id,
            "action": action,
            "subject": subject,
            "practitioner_id": practitioner_id,
            "clinic_id": clinic_id,
            "body": body,
            "leaf": sha256(b"\x00" + body.encode()).hexdigest(),
        },
    )


def last_told(session: Session, *, subject: str, action: str) -> dict[str, Any]:
    """What the last entry of this sort says of it; nothing where there is none."""
    body = session.scalar(
        select(AuditEntry.body)
        .where(AuditEntry.subject == subject, AuditEntry.action == action)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return json.loads(body) if body else {}


def _as_kept(told: Mapping[str, Any]) -> str:
    """The one spelling of it, so that the same entry always has the same hash."""
    return json.dumps(told, default=str, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record_refused_right(*, actor: Actor, refusal: RightRefused, path: str, now: datetime) -> None:
    """Somebody asked for what is not theirs: doors call this when a use case refused a right."""
    if refusal.action is None or refusal.subject is None:
        return
    with transaction() as session:
        record(
            session,
            actor=actor,
            action=f"refused: {refusal.action}",
            subject=f"path:{path}"[:60],
            at=now,
            practitioner_id=refusal.subject.practitioner_id,
            clinic_id=min(refusal.subject.clinic_ids, default=None),
            reason=refusal.message,
        )
